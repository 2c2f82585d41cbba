/*---
id = "hr-recording-lag"
order = 120
title = "Leaves recorded late"
question = "How long after a person left did HR record it?"
remedy = "Have HR record leave dates before the last working day, and find out why this one came late."
group = "leavers"
shape = "duration"
unit = "person"
statistic = "survival"
needs = ["employments"]
looks_at = "period"
begins = "leave"
depends_on = ["leave"]
clock = "From leaving to the day HR recorded it: HR’s part"
definition = """
Population: each employment that ended in the period. The stay runs from the official leave instant to the time at \
which HR recorded the end; a leave recorded ahead has no stay. Where HR did not supply the recording time, or no \
leave date, the item is unknown."""
caveats = [
  "The recording time is the one that the HR export gives; a later correction of the same record can move it.",
]

[reason]
open = "the leave of {person} on {began} was not recorded by HR at the as-of time, {length} later; the limit is {limit}"
closed = "HR recorded the leave of {person} on {ended}, {length} after it took effect on {began}; the limit is {limit}, exceeded by {over}"
---*/
WITH judged AS (
  SELECT person_id, left_lo, left_hi, recorded_at, left_file, left_row,
    CASE
      WHEN doubt IS NOT NULL THEN doubt
      WHEN recorded_at IS NULL THEN 'HR recording time not supplied'
    END AS missing
  FROM leavers
),
stated AS (
  SELECT *,
    CASE
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN recorded_at <= left_lo THEN 'none'
      WHEN recorded_at > :as_of THEN 'open'
      ELSE 'closed'
    END AS state
  FROM judged
)
SELECT
  'person' AS subject_kind,
  person_id AS subject,
  person_id AS person_id,
  left_lo AS began_lo,
  left_hi AS began_hi,
  CASE WHEN state = 'closed' THEN recorded_at END AS ended_lo,
  CASE WHEN state = 'closed' THEN recorded_at END AS ended_hi,
  CASE WHEN state = 'open' THEN :as_of END AS seen_until,
  state,
  CASE
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'recorded ahead'
    WHEN state = 'open' THEN 'recorded only after the as-of time'
    ELSE 'recorded late'
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  left_file AS ended_file,
  left_row AS ended_row
FROM stated
