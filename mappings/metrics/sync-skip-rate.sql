/*---
id = "sync-skip-rate"
order = 940
title = "Changes skipped by the synchronisation"
question = "What share of its attempts did the synchronisation skip?"
group = "synchronisation"
shape = "indicator"
unit = "share"
definition = """
`skipped`: attempts of the period that were skipped, of all that succeeded, failed or were skipped, every retry counted. \
`invalid`: those of them that were skipped because attributes were not valid, of the same. Actions of people working by \
hand, sign-ins and changes of keys are left out."""
caveats = [
  "A change that is skipped because nothing is left to do is no loss; one whose attributes are not valid is.",
  "Not all systems log what they skip.",
]
needs = ["events"]
---*/
WITH by_system AS (
  SELECT system, COUNT(*) AS attempted,
    SUM(CASE WHEN outcome = 'skipped' THEN 1 ELSE 0 END) AS skipped,
    SUM(CASE WHEN outcome = 'skipped' AND LOWER(error) LIKE '%attribute%valid%' THEN 1 ELSE 0 END) AS invalid
  FROM events
  WHERE action IN ('create', 'enable', 'disable', 'delete', 'update', 'grant', 'revoke', 'sync')
    AND (actor_kind IS NULL OR actor_kind NOT IN ('admin', 'self'))
    AND outcome IN ('success', 'failure', 'skipped')
    AND occurred_at >= :period_from AND occurred_at < :period_to AND occurred_at <= :as_of
  GROUP BY system
)
SELECT 'skipped' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(skipped), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(attempted), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'skipped' AS name, system, CAST(skipped AS BIGINT) AS numerator, CAST(attempted AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'invalid' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(invalid), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(attempted), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'invalid' AS name, system, CAST(invalid AS BIGINT) AS numerator, CAST(attempted AS BIGINT) AS denominator
FROM by_system
