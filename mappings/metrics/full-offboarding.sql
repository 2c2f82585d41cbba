/*---
id = "full-offboarding"
order = 160
title = "Until everything of a leaver had ended"
question = "How long did it take after a person left until all accounts and credentials had ended?"
remedy = "End what is still open, and find out why it was missed."
group = "leavers"
shape = "duration"
unit = "person"
statistic = "survival"
needs = ["employments", "accounts", "account_states"]
looks_at = "period"
begins = "leave"
depends_on = ["leave", "match", "access"]
sums_up = true
definition = """
Population: each employment that ended, or may have ended, in the period. A stay begins at the official leave instant. It \
ends when the last of the person's accounts could no longer sign in and the last of the person's own credentials had \
stopped working, or when the person was hired again; access that came back after the leave is a part of its own. Guest \
accounts, sessions and refresh tokens count; accounts that are not a person's own (service, shared, break-glass, agent) do \
not. A stay is open as long as one part is open. Where of one part it is not known whether or when it ended, the stay is \
open up to what another part shows, and unknown without that. A person of whom no account and no credential is known is \
unknown. An entitlement ends with the access of its account: what stays in groups afterwards is counted by \
leaver-residual-access."""
caveats = [
  "It says once more, by person, what leaver-lag and leaver-credentials say part by part.",
  "Only systems that were loaded are looked at.",
  "An account that may belong to more than one person can make the end later, never the stay surely longer.",
]

[reason]
open = "{person} left on {began} and not all access had ended {length} later ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person} left on {began} and the last access ended on {ended}, {length} later ({note}); the limit is {limit}, exceeded by {over}"
indeterminate = "{person} left on {began}; when the last access ended is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH account_parts AS (
  SELECT p.person_id AS person_id, p.leave_at AS leave_at, 'account' AS part, p.subject AS subject, p.system AS system,
    p.possible AS possible,
    -- whose account it is has to be settled before it keeps anything open
    CASE WHEN p.possible = 1 AND e.state = 'open' THEN 'unknown' ELSE e.state END AS state,
    e.ended_lo AS ended_lo, e.ended_hi AS ended_hi, e.seen_until AS seen_until, e.note AS note,
    COALESCE(e.stop_file, p.account_file) AS part_file, COALESCE(e.stop_row, p.account_row) AS part_row
  FROM leaver_pairs AS p
  INNER JOIN (SELECT * FROM leaver_ends WHERE clock = 'left') AS e
    ON e.account_key = p.account_key AND e.person_id = p.person_id AND e.leave_at = p.leave_at
  WHERE p.in_period = 1
),
-- access that came back after the leave: the first end was not the last
return_parts AS (
  SELECT p.person_id AS person_id, p.leave_at AS leave_at, 'return' AS part, p.subject AS subject, p.system AS system,
    p.possible AS possible,
    CASE
      WHEN p.back_at IS NOT NULL OR r.to_lo <= :as_of THEN 'closed'
      WHEN p.possible = 1 THEN 'unknown'
      ELSE 'open'
    END AS state,
    CASE WHEN p.back_at IS NOT NULL OR r.to_lo <= :as_of THEN r.open_until END AS ended_lo,
    CASE WHEN p.back_at IS NOT NULL OR r.to_lo <= :as_of THEN LEAST(r.to_hi, p.back_at) END AS ended_hi,
    CASE WHEN p.back_at IS NULL AND (r.to_lo IS NULL OR r.to_lo > :as_of) THEN LEAST(r.open_until, :as_of) END AS seen_until,
    'enabled again' AS note, r.state_file AS part_file, r.state_row AS part_row
  FROM leaver_pairs AS p
  INNER JOIN leaver_returns AS r
    ON r.account_key = p.account_key AND r.person_id = p.person_id AND r.leave_at = p.leave_at
  WHERE p.in_period = 1 AND p.doubt IS NULL AND r.from_lo >= p.left_hi
),
-- a use shows that it worked: an end that a log or a date gives before it did not hold
worked AS (
  SELECT *, GREATEST(active_at, last_used_lo) AS worked_at FROM credentials
),
keys AS (
  SELECT l.person_id AS person_id, l.leave_at AS leave_at, l.back_at AS back_at, l.doubt AS doubt,
    c.credential_id AS subject, c.system AS system, c.status AS status,
    CASE WHEN c.last_used_lo IS NULL OR c.expires_at >= c.last_used_lo THEN c.expires_at END AS expires_at,
    CASE WHEN c.last_used_lo IS NULL OR c.gone_hi >= c.last_used_lo THEN c.gone_lo END AS gone_lo,
    CASE WHEN c.last_used_lo IS NULL OR c.gone_hi >= c.last_used_lo THEN c.gone_hi END AS gone_hi, c.worked_at AS active_at,
    -- no key expires before it is made
    CASE WHEN c.expires_at < c.created_at AND (c.last_used_lo IS NULL OR c.last_used_lo <= c.expires_at) THEN ';expires_at;' ELSE c.unread END AS unread,
    c.src_file AS src_file, c.src_row AS src_row,
    CASE WHEN c.status = 'active' THEN GREATEST(c.observed_at, c.worked_at) ELSE c.observed_at END AS observed_at,
    GREATEST(l.left_lo, c.created_at) AS began_lo, GREATEST(l.left_hi, c.created_at) AS began_by
  FROM leavers AS l
  INNER JOIN worked AS c ON c.person_id = l.person_id
  WHERE c.created_at IS NULL OR (c.created_at <= :as_of AND (l.back_at IS NULL OR c.created_at < l.back_at))
),
-- as leaver-credentials judges them
judged_keys AS (
  SELECT *,
    CASE
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' THEN 'unknown'
      WHEN expires_at <= began_lo THEN 'none'
      WHEN status IN ('inactive', 'deleted') AND gone_hi <= began_lo THEN 'none'
      WHEN status IN ('inactive', 'expired', 'deleted') AND observed_at <= began_lo AND gone_hi IS NULL THEN 'none'
      WHEN doubt IS NOT NULL AND began_by >= LEAST(observed_at, :as_of) THEN 'unknown'
      WHEN status IN ('inactive', 'deleted') AND gone_lo > :as_of THEN 'open'
      WHEN status IN ('inactive', 'deleted') AND gone_hi IS NOT NULL THEN 'closed'
      WHEN status = 'deleted' AND observed_at > began_lo THEN 'closed'
      WHEN status = 'active' AND expires_at <= :as_of THEN 'closed'
      WHEN status = 'active' AND observed_at >= began_by THEN 'open'
      WHEN status = 'inactive' AND active_at >= :as_of THEN 'open'
      WHEN status = 'expired' AND expires_at > :as_of AND observed_at >= expires_at THEN 'open'
      WHEN status = 'expired' AND expires_at <= :as_of THEN 'closed'
      WHEN status IN ('inactive', 'expired') AND observed_at > began_lo THEN 'closed'
      ELSE 'unknown'
    END AS found
  FROM keys
),
ended_keys AS (
  SELECT *,
    CASE
      WHEN found = 'open' THEN LEAST(observed_at, :as_of)
      WHEN found <> 'closed' THEN CAST(NULL AS BIGINT)
      WHEN status = 'active' THEN LEAST(expires_at, GREATEST(began_by, observed_at))
      WHEN status = 'expired' AND expires_at <= :as_of THEN expires_at
      WHEN status = 'deleted' OR gone_hi IS NOT NULL
        THEN LEAST(GREATEST(gone_lo, began_by, active_at), COALESCE(gone_hi, observed_at), COALESCE(expires_at, gone_hi, observed_at))
      ELSE LEAST(GREATEST(began_by, active_at), observed_at, expires_at)
    END AS worked_until,
    CASE
      WHEN found <> 'closed' THEN CAST(NULL AS BIGINT)
      WHEN status = 'active' THEN expires_at
      WHEN status = 'expired' AND expires_at <= :as_of THEN expires_at
      ELSE LEAST(COALESCE(gone_hi, observed_at), expires_at)
    END AS ended_by
  FROM judged_keys
),
key_parts AS (
  SELECT person_id, leave_at, 'credential' AS part, subject, system, 0 AS possible,
    -- a new employment ends it in any case
    CASE WHEN found = 'open' AND back_at IS NOT NULL THEN 'closed' ELSE found END AS state,
    CASE
      WHEN found = 'closed' OR (found = 'open' AND back_at IS NOT NULL) THEN LEAST(worked_until, back_at)
    END AS ended_lo,
    CASE WHEN found = 'closed' THEN LEAST(ended_by, back_at) WHEN found = 'open' THEN back_at END AS ended_hi,
    CASE WHEN found = 'open' AND back_at IS NULL THEN worked_until END AS seen_until,
    CASE
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' THEN 'status or expiry not understood'
      WHEN status IS NULL OR status = 'unknown' THEN 'status not known'
      WHEN doubt IS NOT NULL THEN doubt
      ELSE 'not observed since the leave'
    END AS note,
    src_file AS part_file, src_row AS part_row
  FROM ended_keys
),
parts AS (
  SELECT person_id, leave_at, part, subject, system, possible, state, ended_lo, ended_hi, seen_until, note, part_file, part_row
  FROM account_parts
  UNION ALL
  SELECT person_id, leave_at, part, subject, system, possible, state, ended_lo, ended_hi, seen_until, note, part_file, part_row
  FROM return_parts
  UNION ALL
  SELECT person_id, leave_at, part, subject, system, possible, state, ended_lo, ended_hi, seen_until, note, part_file, part_row
  FROM key_parts
),
graded AS (
  SELECT *,
    CASE WHEN state = 'open' THEN 0 WHEN state = 'unknown' THEN 1 WHEN state = 'closed' THEN 2 ELSE 3 END AS grade,
    0 - COALESCE(seen_until, ended_hi, 0) AS latest
  FROM parts
),
-- the part that decides comes first
ranked AS (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY person_id, leave_at ORDER BY grade, latest, system, subject, part, part_file, part_row
    ) AS place
  FROM graded
),
summed AS (
  SELECT person_id, leave_at,
    SUM(CASE WHEN part = 'account' THEN 1 ELSE 0 END) AS account_count,
    SUM(CASE WHEN part = 'credential' THEN 1 ELSE 0 END) AS key_count,
    MAX(CASE WHEN state = 'open' THEN seen_until WHEN state = 'closed' AND possible = 0 THEN ended_lo END) AS lasted,
    MAX(CASE WHEN state = 'closed' THEN ended_hi END) AS ended_by,
    MIN(grade) AS worst
  FROM graded
  GROUP BY person_id, leave_at
),
stated AS (
  SELECT l.person_id AS person_id, l.left_lo AS left_lo, l.left_hi AS left_hi, l.left_file AS left_file,
    l.left_row AS left_row, s.lasted AS lasted, s.ended_by AS ended_by, s.worst AS worst, r.note AS why,
    COALESCE(r.part_file, l.left_file) AS part_file, COALESCE(r.part_row, l.left_row) AS part_row,
    r.subject || ' in ' || r.system AS shown,
    CASE
      WHEN s.account_count = 0 THEN ''
      WHEN s.account_count = 1 THEN '1 account'
      ELSE CAST(s.account_count AS STRING) || ' accounts'
    END
    || CASE WHEN s.account_count > 0 AND s.key_count > 0 THEN ', ' ELSE '' END
    || CASE
      WHEN s.key_count = 0 THEN ''
      WHEN s.key_count = 1 THEN '1 credential'
      ELSE CAST(s.key_count AS STRING) || ' credentials'
    END AS counted,
    CASE
      WHEN s.worst = 0 THEN 'open'
      WHEN s.worst = 1 AND s.lasted > l.left_hi THEN 'open'
      WHEN s.worst = 2 THEN 'closed'
      WHEN s.worst = 3 THEN 'none'
      ELSE 'unknown'
    END AS state
  FROM leavers AS l
  LEFT JOIN summed AS s ON s.person_id = l.person_id AND s.leave_at = l.leave_at
  LEFT JOIN (SELECT * FROM ranked WHERE place = 1) AS r ON r.person_id = l.person_id AND r.leave_at = l.leave_at
)
SELECT
  'person' AS subject_kind,
  person_id AS subject,
  person_id,
  left_lo AS began_lo,
  left_hi AS began_hi,
  CASE WHEN state = 'closed' THEN LEAST(GREATEST(lasted, left_lo), ended_by) END AS ended_lo,
  CASE WHEN state = 'closed' THEN ended_by END AS ended_hi,
  CASE WHEN state = 'open' THEN LEAST(lasted, :as_of) END AS seen_until,
  state,
  CASE
    WHEN worst IS NULL THEN 'no account is known'
    WHEN worst = 0 THEN counted || '; still open: ' || shown
    WHEN worst = 1 AND state = 'open' THEN counted || '; when it ended is not known of ' || shown
    WHEN worst = 1 THEN counted || '; ' || shown || ': ' || why
    WHEN worst = 2 THEN counted || '; last: ' || shown
    ELSE counted || '; all had ended before'
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  part_file AS ended_file,
  part_row AS ended_row
FROM stated
