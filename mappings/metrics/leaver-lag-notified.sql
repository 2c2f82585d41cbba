/*---
id = "leaver-lag-notified"
order = 110
title = "Access after leaving, from the day it was recorded"
question = "How long could leavers still sign in once the leave had taken effect and HR had recorded it?"
remedy = "Disable the account if it is still open, and find out why IT was late after HR's notice."
group = "leavers"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts", "account_states"]
looks_at = "period"
begins = "leave"
depends_on = ["leave", "match", "access"]
clock = "From the day it was recorded to the end of access: IT’s part"
definition = """
As leaver-lag, but a stay begins at the later of the official leave instant and the time at which HR recorded the \
leave. It shows what is left when late recording is taken away. Where HR did not supply the recording time the item \
is unknown; the leave instant is not used in its place."""
caveats = [
  "Read it beside leaver-lag and hr-recording-lag: together they show whether the record or the removal was late.",
]

[reason]
open = "{person} could still sign in to {system} as {subject} {length} after the leave was in effect and recorded on {began}, last observed on {seen_until}; the limit is {limit}"
closed = "{person} could sign in to {system} as {subject} for {length} after the leave was in effect and recorded on {began}; access ended on {ended}; the limit is {limit}, exceeded by {over}"
indeterminate = "the leave of {person} was in effect and recorded on {began}; when access to {system} as {subject} ended is not known well enough to compare it with the limit of {limit} ({note})"
---*/
SELECT
  'account' AS subject_kind,
  p.subject AS subject,
  p.system AS system,
  p.person_id AS person_id,
  p.account_key AS account_key,
  e.began_lo AS began_lo,
  e.began_hi AS began_hi,
  e.ended_lo AS ended_lo,
  e.ended_hi AS ended_hi,
  e.seen_until AS seen_until,
  CASE
    WHEN p.outside IS NOT NULL OR p.guest = 1 OR p.recorded_at > :as_of THEN 'excluded'
    ELSE COALESCE(e.state, 'unknown')
  END AS state,
  CASE
    WHEN p.outside IS NOT NULL THEN p.outside
    WHEN p.guest = 1 THEN 'guest account'
    WHEN p.recorded_at > :as_of THEN 'recorded after the as-of time'
    WHEN p.doubt IS NOT NULL AND e.state IS NULL THEN p.doubt
    WHEN p.recorded_at IS NULL THEN 'HR recording time not supplied'
    ELSE e.note
  END AS note,
  p.left_file AS began_file,
  p.left_row AS began_row,
  COALESCE(e.stop_file, p.account_file) AS ended_file,
  COALESCE(e.stop_row, p.account_row) AS ended_row
FROM leaver_pairs AS p
LEFT JOIN (SELECT * FROM leaver_ends WHERE clock = 'told' AND guest = 0) AS e
  ON e.account_key = p.account_key AND e.person_id = p.person_id AND e.leave_at = p.leave_at
WHERE p.in_period = 1
