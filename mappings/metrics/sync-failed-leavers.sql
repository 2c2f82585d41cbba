/*---
id = "sync-failed-leavers"
order = 505
title = "Failed removals until repaired"
question = "How long did failed attempts to disable or delete an account wait until one succeeded?"
remedy = "Disable the account by hand if it is still open, and repair the cause of the failure."
group = "synchronisation"
shape = "duration"
unit = "intent"
statistic = "survival"
needs = ["events"]
looks_at = "period"
definition = """
Population: those intents of sync-recovery that disable or delete an account, with a failed attempt in the period, \
whether or not the person is known or has left. The stay runs from the first failure to the first success; where no log \
covers the time between the last failure and the success that was seen, it may have ended at any time of the gap. \
Without a success it is open, observed until the logs of the system have their first gap after it."""
caveats = [
  "Each of these is an intent of sync-recovery too; here a shorter limit applies, because access stays open meanwhile.",
  "Removals of single entitlements are looked at by sync-recovery only.",
  "Failures of people working by hand are left out; a success by hand repairs an intent.",
]

[reason]
open = "{subject} in {system} failed first on {began} and had not succeeded {length} later ({note}), observed until {seen_until}; the limit is {limit}"
closed = "{subject} in {system} failed first on {began} and succeeded on {ended}, {length} later ({note}); the limit is {limit}"
---*/
WITH removals AS (
  SELECT * FROM sync_intents WHERE shown_action IN ('disable', 'delete')
),
covered AS (
  SELECT i.failed_file AS failed_file, i.failed_row AS failed_row, MAX(w.covers_to) AS covered_to
  FROM removals AS i
  INNER JOIN log_windows AS w ON w.system = i.system
  WHERE w.about IN ('changes', 'pushes') AND w.covers_from <= i.last_failed_at AND w.covers_to >= i.last_failed_at
  GROUP BY i.failed_file, i.failed_row
)
SELECT
  'intent' AS subject_kind,
  CASE
    WHEN i.shown_detail = '' THEN i.shown_action || ' ' || i.shown
    ELSE i.shown_action || ' ' || i.shown || ': ' || i.shown_detail
  END AS subject,
  i.system AS system,
  i.person_id AS person_id,
  i.account_key AS account_key,
  i.failed_at AS began_lo,
  i.failed_at AS began_hi,
  CASE WHEN i.repaired_at IS NOT NULL THEN LEAST(i.repaired_at, GREATEST(i.last_failed_at, c.covered_to)) END AS ended_lo,
  i.repaired_at AS ended_hi,
  CASE WHEN i.repaired_at IS NULL THEN LEAST(:as_of, GREATEST(i.last_failed_at, c.covered_to)) END AS seen_until,
  CASE WHEN i.repaired_at IS NULL THEN 'open' ELSE 'closed' END AS state,
  CASE
    WHEN i.failures = 1 THEN '1 failed attempt'
    ELSE CAST(i.failures AS STRING) || ' failed attempts'
  END AS note,
  i.failed_file AS began_file,
  i.failed_row AS began_row,
  COALESCE(i.repaired_file, i.failed_file) AS ended_file,
  COALESCE(i.repaired_row, i.failed_row) AS ended_row
FROM removals AS i
LEFT JOIN covered AS c ON c.failed_file = i.failed_file AND c.failed_row = i.failed_row
