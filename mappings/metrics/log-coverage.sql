/*---
id = "log-coverage"
order = 970
title = "Time covered by logs of changes"
question = "What share of the period do the logs of changes of each system cover?"
group = "synchronisation"
shape = "indicator"
unit = "share_of_time"
definition = """
`changes`: the time of the period, up to the as-of time if that is earlier, that the logs of changes of a system cover, of \
all of it, both in microseconds; for each system that has accounts, and for all of them together. A system without such \
a log counts with nothing covered."""
caveats = [
  "Logs that tell only what another system did to this one, and logs of sign-ins, are left out.",
  "Where the logs of a system have gaps, log-gaps lists them.",
]
needs = ["accounts"]
---*/
WITH loaded AS (
  SELECT DISTINCT system, GREATEST(LEAST(:period_to, :as_of) - :period_from, 0) AS length FROM accounts
),
covered AS (
  SELECT system AS log_system,
    SUM(LEAST(covers_to, :period_to, :as_of) - GREATEST(covers_from, :period_from)) AS covered
  FROM log_windows
  WHERE about = 'changes' AND covers_to > :period_from AND covers_from < :period_to AND covers_from < :as_of
  GROUP BY system
),
by_system AS (
  SELECT l.system AS system, l.length AS length, COALESCE(c.covered, 0) AS covered
  FROM loaded AS l
  LEFT JOIN covered AS c ON c.log_system = l.system
)
SELECT 'changes' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(covered), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(length), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'changes' AS name, system, CAST(covered AS BIGINT) AS numerator, CAST(length AS BIGINT) AS denominator
FROM by_system
