/*---
id = "shared-secret-after-leaver"
order = 164
title = "Shared secrets that a leaver knows"
question = "How long after a custodian left was the secret of a shared account not changed?"
remedy = "Change the secret of the shared account, and name a custodian who works here."
group = "leavers"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts"]
looks_at = "state"
begins = "leave"
depends_on = ["leave", "owner", "change"]
definition = """
Population: each shared or break-glass account together with each person who was its custodian at the leave or later \
and is not employed at the as-of time; the custodian is the named owner. A stay begins at the official leave instant, \
or when the person was named if that is later; a custodian whom the first export already names counts from the leave. \
It ends when the secret was changed after the leave, or when the account could no longer sign in. The secret counts as \
changed when every credential of the account that worked at the leave was rotated after it or has ended, or when an \
event tells that the key or the password was changed. Where only the newest rotation is known, the first one after the \
leave may have been earlier, unless a log of changes was silent until then. Without a known credential and without \
such an event the item is unknown, unless a log of changes covers the time from the leave on. An account whose \
custodian changed between two exports around the leave is indeterminate."""
caveats = [
  "Custodians who handed the account over before they left are not looked at.",
  "Whether a log of changes would tell of a new password depends on the system.",
]

[reason]
open = "{person}, custodian of {subject} in {system}, left on {began}, and its secret was not changed {length} later ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person}, custodian of {subject} in {system}, left on {began}, and knew its secret for {length} after that ({note}), until {ended}; the limit is {limit}"
indeterminate = "{person}, custodian of {subject} in {system}, left on {began}; when its secret was changed is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH judged AS (
  SELECT *,
    CASE
      WHEN created_at > :as_of THEN 'excluded'
      WHEN unread LIKE '%;kind;%' THEN 'unknown'
      WHEN standing = 'off' AND off_hi <= left_lo THEN 'none'
      WHEN doubt IS NOT NULL AND left_hi >= LEAST(last_seen, :as_of) THEN 'unknown'
      WHEN standing = 'off' OR secret = 'changed' THEN 'closed'
      WHEN standing IS NULL OR standing <> 'on' THEN 'unknown'
      WHEN seen_until < began_by THEN 'unknown'
      WHEN secret = 'unchanged' THEN 'open'
      WHEN watched_to >= :as_of - 86400000000 THEN 'open'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN secret = 'changed' AND standing = 'off' AND off_hi < changed_hi THEN 'access'
      WHEN secret = 'changed' OR standing IS NULL OR standing <> 'off' THEN 'secret'
      ELSE 'access'
    END AS ended_with
  FROM leaver_owned
  WHERE kind IN ('shared', 'break_glass') OR unread LIKE '%;kind;%'
),
ended AS (
  SELECT *,
    CASE WHEN state = 'closed' THEN GREATEST(began_lo, LEAST(
      CASE WHEN standing = 'off' THEN COALESCE(off_lo, run_lo) END,
      CASE WHEN secret = 'changed' THEN COALESCE(changed_lo, run_lo) END)) END AS ended_from,
    CASE WHEN state = 'closed' THEN GREATEST(began_lo, LEAST(
      CASE WHEN standing = 'off' THEN off_hi END,
      CASE WHEN secret = 'changed' THEN changed_hi END)) END AS ended_by
  FROM judged
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state <> 'excluded' THEN began_lo END AS began_lo,
  -- where the custodian may have changed before the leave, the stay may never have begun
  CASE WHEN state = 'excluded' THEN CAST(NULL AS BIGINT) WHEN perhaps = 1 THEN GREATEST(began_by, :as_of) ELSE began_by END AS began_hi,
  LEAST(ended_from, ended_by) AS ended_lo,
  ended_by AS ended_hi,
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN secret = 'unchanged' THEN LEAST(seen_until, unchanged_until, :as_of)
    ELSE LEAST(seen_until, watched_to, :as_of)
  END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN 'created after the as-of time'
    WHEN unread LIKE '%;kind;%' THEN 'kind of account not understood'
    WHEN state = 'none' THEN 'without access before the leave'
    WHEN state = 'unknown' AND doubt IS NOT NULL AND left_hi >= LEAST(last_seen, :as_of) THEN doubt
    WHEN state = 'unknown' AND standing IS NULL THEN 'no evidence of whether the account could sign in'
    WHEN state = 'unknown' AND standing = 'maybe' THEN 'access ended or came back around the as-of time'
    WHEN state = 'unknown' AND standing = 'stale' THEN 'seen without access, but not lately'
    WHEN state = 'unknown' AND seen_until < began_by THEN 'not observed since the leave'
    WHEN state = 'unknown' THEN 'whether the secret was changed is not known'
    WHEN perhaps = 1 THEN 'custodian changed around the leave'
    WHEN state = 'closed' AND ended_with = 'access' THEN 'access ended'
    WHEN state = 'closed' THEN 'secret changed'
    WHEN secret = 'unchanged' THEN 'not changed since'
    ELSE 'no change in a log'
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  CASE WHEN ended_with = 'access' THEN state_file ELSE key_file END AS ended_file,
  CASE WHEN ended_with = 'access' THEN state_row ELSE key_row END AS ended_row
FROM ended
