/*---
id = "leaver-lag"
order = 100
title = "Access after leaving"
question = "How long could leavers still sign in after their employment ended?"
remedy = "Disable the account if it is still open, and find out why the removal was late."
group = "leavers"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts", "account_states"]
looks_at = "period"
begins = "leave"
depends_on = ["leave", "match", "access"]
clock = "From leaving to the end of access: what happened, whoever was late"
headline = ["access-after-leaving"]
definition = """
Population: each account of each person whose employment ended, or may have ended, in the period. A stay begins at the \
official leave instant, or at the creation of the account if that is later. It ends when the account could first no \
longer sign in (disabled, suspended or deleted), or when the person was hired again. An account without access at the \
leave instant has no stay. A stay is certain as far as something was seen within it, or a log of changes was silent. \
Somebody who is missing from a newer export of current staff left between the two; where HR gives no leave date, or one \
that is not understood, the item is unknown. An account that may belong to more than one person is a possible stay of \
each leaver among them. Accounts that are not a person's own (service, shared, break-glass, guest, agent) are excluded."""
caveats = [
  "Switching off single sign-on does not switch off the account in the application: each system counts by itself.",
  "An account that was enabled again after leaving is shown by reenabled-leaver; here the first end counts.",
  "Between two exports without a log, an end is known only to lie between the two observations.",
]

[reason]
open = "{person} could still sign in to {system} as {subject} {length} after leaving on {began}, last observed on {seen_until}; the limit is {limit}"
closed = "{person} could sign in to {system} as {subject} for {length} after leaving on {began}; access ended on {ended}; the limit is {limit}, exceeded by {over}"
indeterminate = "{person} left on {began}; when access to {system} as {subject} ended is not known well enough to compare it with the limit of {limit} ({note})"
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
  CASE WHEN p.outside IS NOT NULL OR p.guest = 1 THEN 'excluded' ELSE COALESCE(e.state, 'unknown') END AS state,
  CASE WHEN p.outside IS NULL AND p.guest = 1 THEN 'guest account' ELSE COALESCE(p.outside, e.note) END AS note,
  p.left_file AS began_file,
  p.left_row AS began_row,
  COALESCE(e.stop_file, p.account_file) AS ended_file,
  COALESCE(e.stop_row, p.account_row) AS ended_row
FROM leaver_pairs AS p
LEFT JOIN (SELECT * FROM leaver_ends WHERE clock = 'left' AND guest = 0) AS e
  ON e.account_key = p.account_key AND e.person_id = p.person_id AND e.leave_at = p.leave_at
WHERE p.in_period = 1
