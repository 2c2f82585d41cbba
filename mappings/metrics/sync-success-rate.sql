/*---
id = "sync-success-rate"
order = 930
title = "Changes carried out by the synchronisation"
question = "What share of the changes did the synchronisation carry out?"
group = "synchronisation"
shape = "indicator"
unit = "share"
definition = """
`intents`: changes that the synchronisation carried out in the period, at once or after retries, of these and the \
intents of sync-recovery that never succeeded or were repaired by hand. `events`: successful attempts of all \
attempts in the period that succeeded or failed, every retry counted: the rate that most consoles show. Actions of \
people working by hand are left out of both."""
caveats = ["Skipped attempts are left out, unless the log says that the attributes were not valid."]
needs = ["events"]
---*/
WITH attempts AS (
  SELECT system, COUNT(*) AS attempted, SUM(CASE WHEN outcome = 'success' THEN 1 ELSE 0 END) AS succeeded
  FROM events
  WHERE action IN ('create', 'enable', 'disable', 'delete', 'update', 'grant', 'revoke', 'sync')
    AND (actor_kind IS NULL OR actor_kind NOT IN ('admin', 'self'))
    AND (outcome IN ('success', 'failure') OR (outcome = 'skipped' AND LOWER(error) LIKE '%attribute%valid%'))
    AND occurred_at >= :period_from AND occurred_at < :period_to AND occurred_at <= :as_of
  GROUP BY system
),
lost AS (
  SELECT system, COUNT(*) AS lost
  FROM sync_intents
  WHERE repaired_at IS NULL OR repaired_by_hand = 1
  GROUP BY system
),
by_system AS (
  SELECT a.system AS system, a.attempted AS attempted, a.succeeded AS succeeded, a.succeeded + COALESCE(l.lost, 0) AS intents
  FROM attempts AS a
  LEFT JOIN lost AS l ON l.system = a.system
)
SELECT 'intents' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(succeeded), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(intents), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'intents' AS name, system, CAST(succeeded AS BIGINT) AS numerator, CAST(intents AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'events' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(succeeded), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(attempted), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'events' AS name, system, CAST(succeeded AS BIGINT) AS numerator, CAST(attempted AS BIGINT) AS denominator
FROM by_system
