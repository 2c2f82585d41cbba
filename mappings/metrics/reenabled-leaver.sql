/*---
id = "reenabled-leaver"
order = 140
title = "Leavers enabled again"
question = "Were accounts of leavers enabled again without a new employment, and for how long?"
group = "leavers"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts", "account_states"]
definition = """
Population: the pairs of leaver-lag in which the account was without access at some time after the leave. Each return \
of access after the leave, before any new employment, is a stay of its own: from the return to the next end of access \
or the new employment. A pair without a return has no stay; a pair that never lost access is excluded here and is \
counted by leaver-lag."""
caveats = [
  "Without logs, returns of access between two exports are not seen.",
]

[reason]
open = "{subject} in {system} of {person}, who had left, was enabled again on {began} and could still sign in {length} later, last observed on {seen_until}"
closed = "{subject} in {system} of {person}, who had left, was enabled again on {began} and could sign in for {length}, until {ended}; the limit is {limit}"
indeterminate = "{subject} in {system} of {person}, who had left, was found enabled again, but how long is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH ordered AS (
  SELECT *, COALESCE(from_lo, -9000000000000000000) AS sort_key FROM leaver_states
),
chained AS (
  SELECT *,
    LAG(enabled) OVER (PARTITION BY account_key, left_at ORDER BY sort_key, first_seen, state_file, state_row) AS before_enabled
  FROM ordered
),
returns AS (
  SELECT account_key, left_at, back_at, from_lo, first_seen, to_lo, to_hi, seen_until, state_file, state_row
  FROM chained
  WHERE enabled AND NOT before_enabled AND first_seen > left_at AND from_lo <= :as_of
    AND (back_at IS NULL OR from_lo < back_at)
),
pairs AS (
  SELECT account_key, left_at,
    MAX(CASE WHEN NOT enabled AND (to_hi IS NULL OR to_hi > left_at) AND COALESCE(from_lo, left_at) <= :as_of
      AND (back_at IS NULL OR COALESCE(from_lo, left_at) < back_at) THEN 1 ELSE 0 END) AS was_off
  FROM leaver_states
  GROUP BY account_key, left_at
),
judged AS (
  SELECT
    p.subject AS subject, p.system AS system, p.person_id AS person_id, p.account_key AS account_key,
    p.left_at AS left_at, p.left_file AS left_file, p.left_row AS left_row, p.account_file AS account_file,
    p.account_row AS account_row, p.outside AS outside, p.back_at AS back_at,
    r.from_lo AS from_lo, r.first_seen AS first_seen, r.to_lo AS to_lo, r.to_hi AS to_hi, r.seen_until AS seen_until,
    r.state_file AS state_file, r.state_row AS state_row,
    CASE
      WHEN p.outside IS NOT NULL THEN 'excluded'
      WHEN q.account_key IS NULL THEN 'unknown'
      WHEN q.was_off = 0 THEN 'excluded'
      WHEN r.account_key IS NULL THEN 'none'
      WHEN r.from_lo < p.left_at THEN 'unknown'
      WHEN p.back_at IS NOT NULL THEN 'closed'
      WHEN r.to_lo <= :as_of THEN 'closed'
      ELSE 'open'
    END AS state,
    CASE
      WHEN p.outside IS NOT NULL THEN p.outside
      WHEN q.account_key IS NULL THEN 'no evidence of whether the account could sign in'
      WHEN q.was_off = 0 THEN 'access did not end after leaving'
      WHEN r.account_key IS NULL THEN 'not enabled again'
      WHEN r.from_lo < p.left_at THEN 'not seen whether it was enabled again before or after leaving'
      WHEN p.back_at IS NOT NULL AND (r.to_lo IS NULL OR r.to_lo >= p.back_at) THEN 'hired again'
      WHEN r.to_lo < r.to_hi OR r.from_lo < r.first_seen THEN 'seen only between observations'
      WHEN r.to_lo <= :as_of THEN 'access ended again'
      ELSE 'access not seen to end'
    END AS note
  FROM leaver_pairs AS p
  LEFT JOIN pairs AS q ON q.account_key = p.account_key AND q.left_at = p.left_at
  LEFT JOIN returns AS r ON r.account_key = p.account_key AND r.left_at = p.left_at
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') THEN from_lo END AS began_lo,
  CASE WHEN state IN ('open', 'closed') THEN LEAST(first_seen, COALESCE(back_at, first_seen)) END AS began_hi,
  CASE WHEN state = 'closed' THEN LEAST(COALESCE(to_lo, seen_until), COALESCE(back_at, to_lo)) END AS ended_lo,
  CASE WHEN state = 'closed' THEN LEAST(COALESCE(to_hi, back_at), COALESCE(back_at, to_hi)) END AS ended_hi,
  CASE WHEN state = 'open' THEN LEAST(COALESCE(to_lo, seen_until), :as_of) END AS seen_until,
  state,
  note,
  COALESCE(state_file, left_file) AS began_file,
  COALESCE(state_row, left_row) AS began_row,
  account_file AS ended_file,
  account_row AS ended_row
FROM judged
