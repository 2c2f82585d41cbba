/*---
id = "hr-recording-lag"
order = 120
title = "Leaves recorded late"
question = "How long after a person left did HR record it?"
group = "leavers"
shape = "duration"
unit = "person"
statistic = "survival"
needs = ["employments"]
definition = """
Population: each employment that ended in the period. The stay runs from the official leave instant to the time at \
which HR recorded the end; a leave recorded ahead has no stay. Where HR did not supply the recording time the item \
is unknown."""
caveats = [
  "The recording time is the one that the HR export gives; a later correction of the same record can move it.",
]

[reason]
open = "the leave of {person} on {began} was not recorded by HR at the as-of time, {length} later; the limit is {limit}"
closed = "HR recorded the leave of {person} on {ended}, {length} after it took effect on {began}; the limit is {limit}, exceeded by {over}"
---*/
SELECT
  'person' AS subject_kind,
  person_id AS subject,
  person_id AS person_id,
  left_at AS began_lo,
  left_at AS began_hi,
  CASE WHEN recorded_at > left_at AND recorded_at <= :as_of THEN recorded_at END AS ended_lo,
  CASE WHEN recorded_at > left_at AND recorded_at <= :as_of THEN recorded_at END AS ended_hi,
  CASE WHEN recorded_at > :as_of THEN :as_of END AS seen_until,
  CASE
    WHEN recorded_at IS NULL THEN 'unknown'
    WHEN recorded_at <= left_at THEN 'none'
    WHEN recorded_at > :as_of THEN 'open'
    ELSE 'closed'
  END AS state,
  CASE
    WHEN recorded_at IS NULL THEN 'HR recording time not supplied'
    WHEN recorded_at <= left_at THEN 'recorded ahead'
    WHEN recorded_at > :as_of THEN 'recorded only after the as-of time'
    ELSE 'recorded late'
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  left_file AS ended_file,
  left_row AS ended_row
FROM leavers
