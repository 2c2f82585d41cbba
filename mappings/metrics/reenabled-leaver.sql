/*---
id = "reenabled-leaver"
order = 140
title = "Leavers enabled again"
question = "Were accounts of leavers enabled again without a new employment, and for how long?"
remedy = "Disable the account again, and ask who enabled it and why."
group = "leavers"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts", "account_states"]
looks_at = "period"
depends_on = ["leave", "match", "access"]
definition = """
Population: the pairs of leaver-lag in which the account was without access at some time after the leave, and accounts of \
people who left before the period and are not employed again, if access came back in it. Each return \
of access after the leave, before any new employment, is a stay of its own: from the return to the next end of access \
or the new employment. A pair without a return has no stay, where a log of changes, or the time of the last change that \
the system gives, shows that nobody enabled the account again; without either it is unknown. A pair that never lost \
access is excluded here and is counted by leaver-lag."""
caveats = [
  "Without logs, returns of access between two exports are not seen: such a pair is unknown.",
]

[reason]
open = "{subject} in {system} of {person}, who had left, was enabled again on {began} and could still sign in {length} later, last observed on {seen_until}"
closed = "{subject} in {system} of {person}, who had left, was enabled again on {began} and could sign in for {length}; access ended on {ended}; the limit is {limit}"
indeterminate = "{subject} in {system} of {person}, who had left, was found enabled again, but how long is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH pairs AS (
  SELECT account_key, person_id, leave_at,
    MAX(CASE WHEN NOT enabled AND (left_lo IS NULL OR to_hi IS NULL OR to_hi > left_lo) AND COALESCE(from_lo, left_lo, :as_of) <= :as_of
      AND (back_at IS NULL OR COALESCE(from_lo, left_lo, :period_from) < back_at) THEN 1 ELSE 0 END) AS was_off,
    -- a sight before the leave and one after the return prove nothing of the time between
    MAX(CASE WHEN enabled AND ((first_to >= left_lo AND (back_at IS NULL OR first_seen <= back_at))
      OR (last_to >= left_lo AND (back_at IS NULL OR last_from <= back_at))) THEN 1 ELSE 0 END) AS seen_on
  FROM leaver_states
  GROUP BY account_key, person_id, leave_at
),
judged AS (
  SELECT
    p.subject AS subject, p.system AS system, p.person_id AS person_id, p.account_key AS account_key,
    p.left_file AS left_file, p.left_row AS left_row, p.account_file AS account_file, p.account_row AS account_row,
    p.back_at AS back_at, p.possible AS possible,
    r.from_lo AS from_lo, r.from_hi AS from_hi, r.first_seen AS first_seen, r.to_lo AS to_lo, r.to_hi AS to_hi,
    r.open_until AS open_until, r.state_file AS state_file, r.state_row AS state_row,
    CASE
      WHEN p.outside IS NOT NULL THEN p.outside
      WHEN p.guest = 1 THEN 'guest account'
      WHEN q.was_off = 0 AND q.seen_on = 1 THEN 'access did not end after leaving'
    END AS outside,
    CASE
      WHEN q.account_key IS NULL THEN 'no evidence of whether the account could sign in'
      WHEN p.doubt IS NOT NULL THEN p.doubt
      WHEN q.was_off = 0 THEN 'access not observed between the leave and the return'
      WHEN r.account_key IS NULL AND f.steady_from <= GREATEST(p.left_hi, f.off_at) THEN CAST(NULL AS STRING)
      WHEN r.account_key IS NULL THEN 'no log shows that it stayed without access'
      WHEN r.from_lo < p.left_hi THEN 'not seen whether it was enabled again before or after leaving'
    END AS missing,
    CASE
      WHEN p.shared IS NOT NULL THEN p.shared
      WHEN p.back_at IS NOT NULL AND (r.to_lo IS NULL OR r.to_lo >= p.back_at) THEN 'hired again'
      WHEN r.to_lo < r.to_hi OR r.from_lo < r.first_seen THEN 'seen only between observations'
      WHEN r.to_lo <= :as_of THEN 'access ended again'
      ELSE 'access not seen to end'
    END AS how
  FROM leaver_pairs AS p
  LEFT JOIN pairs AS q ON q.account_key = p.account_key AND q.person_id = p.person_id AND q.leave_at = p.leave_at
  LEFT JOIN leaver_returns AS r ON r.account_key = p.account_key AND r.person_id = p.person_id AND r.leave_at = p.leave_at
  LEFT JOIN leaver_offs AS f ON f.account_key = p.account_key AND f.person_id = p.person_id AND f.leave_at = p.leave_at
  WHERE p.in_period = 1 OR (p.departed = 1 AND r.first_seen >= :period_from)
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN from_lo IS NULL THEN 'none'
      WHEN back_at IS NOT NULL OR to_lo <= :as_of THEN 'closed'
      ELSE 'open'
    END AS state
  FROM judged
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') THEN from_lo END AS began_lo,
  -- where the account may be somebody else's, the stay may never have begun
  CASE WHEN state IN ('open', 'closed') AND possible = 1 THEN GREATEST(from_hi, :as_of)
    WHEN state IN ('open', 'closed') THEN LEAST(from_hi, back_at) END AS began_hi,
  CASE WHEN state = 'closed' THEN open_until END AS ended_lo,
  CASE WHEN state = 'closed' THEN LEAST(to_hi, back_at) END AS ended_hi,
  CASE WHEN state = 'open' THEN LEAST(open_until, :as_of) END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'not enabled again'
    ELSE how
  END AS note,
  COALESCE(state_file, left_file) AS began_file,
  COALESCE(state_row, left_row) AS began_row,
  account_file AS ended_file,
  account_row AS ended_row
FROM stated
