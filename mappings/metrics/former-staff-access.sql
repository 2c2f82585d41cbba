/*---
id = "former-staff-access"
order = 90
title = "Former staff who can still sign in"
question = "Which accounts of people who do not work here any more could still sign in?"
remedy = "Disable the account and end its sessions; check what it was used for since the person left."
group = "leavers"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["employments", "accounts", "account_states"]
looks_at = "state"
begins = "leave"
depends_on = ["leave", "match", "access"]
headline = ["former-staff", "access-after-leaving"]
definition = """
Population: each account of each person who was not employed at the as-of time, whenever the person left: before the \
period, in it, at a date that HR does not give, or by no longer standing in a newer export. Guest accounts of such people \
count. A stay begins at the official leave instant, or at the creation of the account if that is later, and is open \
when the account could sign in at the as-of time; that it was without access in between does not shorten it. An account \
that could not sign in has no stay. An account that may belong to more than one person, one of whom has left, is \
indeterminate. Service, shared, break-glass and agent accounts are excluded. A finding is critical, whatever the \
severity of the metric, when the account was surely used after the leave or is privileged."""
caveats = [
  "Switching off single sign-on does not switch off the account in the application: each system counts by itself.",
  "That an account stayed without access is known as far as the newest export of its system, or a log, reaches.",
]

[reason]
open = "{person} left on {began} and could still sign in to {system} as {subject} {length} later ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person} left on {began} and could sign in to {system} as {subject} ({note}); access ended on {ended}; the limit is {limit}"
indeterminate = "{subject} in {system} could sign in, and may be an account of {person} more than {limit} after the leave ({note}), last observed on {seen_until}"
---*/
WITH used AS (
  SELECT u.account_key AS account_key, u.person_id AS person_id, u.leave_at AS leave_at, MAX(u.use_lo) AS used_at
  FROM leaver_uses AS u
  INNER JOIN leaver_pairs AS p ON p.account_key = u.account_key AND p.person_id = u.person_id AND p.leave_at = u.leave_at
  WHERE u.use_lo > p.left_hi
  GROUP BY u.account_key, u.person_id, u.leave_at
),
judged AS (
  SELECT
    p.subject AS subject, p.system AS system, p.person_id AS person_id, p.account_key AS account_key,
    p.left_file AS left_file, p.left_row AS left_row, p.account_file AS account_file, p.account_row AS account_row,
    s.state_file AS state_file, s.state_row AS state_row, p.outside AS outside, p.shared AS shared, p.doubt AS doubt,
    p.left_lo AS left_lo, p.began_lo AS began_lo, p.began_hi AS began_hi, s.standing AS standing,
    GREATEST(s.seen_until, u.used_at) AS seen_until,
    CASE WHEN u.used_at IS NOT NULL AND p.possible = 0 THEN 1 ELSE 0 END AS was_used,
    CASE WHEN p.privileged THEN 1 ELSE 0 END AS is_privileged,
    CASE
      WHEN p.outside IS NOT NULL THEN 'excluded'
      WHEN s.standing = 'off' THEN 'none'
      WHEN s.standing IS NULL OR s.standing IN ('stale', 'late') THEN 'unknown'
      WHEN p.doubt IS NOT NULL AND p.left_hi >= :as_of THEN 'unknown'
      ELSE 'open'
    END AS state
  FROM leaver_pairs AS p
  LEFT JOIN leaver_standing AS s ON s.account_key = p.account_key AND s.person_id = p.person_id AND s.leave_at = p.leave_at
  LEFT JOIN used AS u ON u.account_key = p.account_key AND u.person_id = p.person_id AND u.leave_at = p.leave_at
  WHERE p.departed = 1
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state <> 'excluded' THEN began_lo END AS began_lo,
  CASE
    WHEN state = 'excluded' THEN CAST(NULL AS BIGINT)
    WHEN state = 'open' AND standing = 'maybe' THEN GREATEST(began_hi, :as_of)
    ELSE began_hi
  END AS began_hi,
  CASE WHEN state = 'open' THEN seen_until END AS seen_until,
  state,
  CASE WHEN state = 'open' AND (was_used = 1 OR is_privileged = 1) THEN 'critical' END AS severity,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'none' THEN 'could not sign in'
    WHEN standing IS NULL THEN 'no evidence of whether the account could sign in'
    WHEN standing = 'late' THEN 'first seen without access after the as-of time'
    WHEN standing = 'stale' THEN 'seen without access, but not lately'
    WHEN state = 'unknown' THEN doubt
    WHEN standing = 'maybe' THEN 'access ended or came back around the as-of time'
    WHEN shared IS NOT NULL THEN shared
    WHEN was_used = 1 AND is_privileged = 1 THEN 'used since, privileged'
    WHEN was_used = 1 THEN 'used since'
    WHEN is_privileged = 1 THEN 'privileged'
    ELSE 'no use since is known'
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  -- the end is a row of its own; an account that is open was last seen in its own row
  CASE WHEN state = 'none' THEN COALESCE(state_file, account_file) ELSE account_file END AS ended_file,
  CASE WHEN state = 'none' THEN COALESCE(state_row, account_row) ELSE account_row END AS ended_row
FROM judged
