/*---
id = "waiver-overrun"
order = 630
title = "Expired waivers that findings still rely on"
question = "Which waivers have expired although there still are findings that they were for?"
remedy = "Resolve the findings, or have the waiver renewed by somebody who may accept them."
group = "governance"
shape = "duration"
unit = "waiver"
statistic = "age"
needs = ["waiver_uses"]
looks_at = "state"
definition = """
Population: waivers that fit at least one finding of this report, whether they are in force or not. A waiver that has \
expired is a stay, open from the end of its last day to the as-of time. One that is still in force has no stay; one \
whose expiry is not known is unknown. Waivers that fit no finding, and those that begin only after the as-of time, are \
excluded. A waiver whose lines expire at different times is one item for each of these times."""
caveats = [
  "The findings themselves count as open from the day on which the waiver expired.",
]

[reason]
open = "waiver {subject} expired on {began}, {length} before the as-of time, and {note}; the limit is {limit}"
closed = "waiver {subject} had expired from {began} to {ended}, and {note}; the limit is {limit}"
---*/
WITH waived AS (
  SELECT waiver_id, expires_at, MIN(approved_at) AS approved_at, COUNT(metric) AS findings,
    MIN(system) AS first_system, MAX(system) AS last_system, MIN(src_file) AS src_file, MIN(src_row) AS src_row
  FROM waiver_uses
  GROUP BY waiver_id, expires_at
),
stated AS (
  SELECT *,
    CASE
      WHEN findings = 0 THEN 'excluded'
      WHEN approved_at > :as_of THEN 'excluded'
      WHEN expires_at IS NULL THEN 'unknown'
      WHEN expires_at < :as_of THEN 'open'
      ELSE 'none'
    END AS state,
    CASE WHEN findings = 1 THEN '1 finding relies on it' ELSE CAST(findings AS STRING) || ' findings rely on it' END AS used
  FROM waived
)
SELECT
  'waiver' AS subject_kind,
  waiver_id AS subject,
  CASE WHEN first_system = last_system THEN first_system END AS system,
  CASE WHEN state = 'open' THEN expires_at END AS began_lo,
  CASE WHEN state = 'open' THEN expires_at END AS began_hi,
  CASE WHEN state = 'open' THEN :as_of END AS seen_until,
  state,
  CASE
    WHEN findings = 0 THEN 'no finding relies on it'
    WHEN state = 'excluded' THEN 'begins after the as-of time'
    WHEN state = 'unknown' THEN 'expiry not known'
    ELSE used
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
