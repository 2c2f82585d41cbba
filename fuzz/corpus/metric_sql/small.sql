/*---
id = "own"
order = 900
title = "Machine identities per human"
question = "How many machine identities are there for each person?"
group = "machine-identities"
shape = "indicator"
unit = "ratio"
definition = """
Two counting rules, because published figures use either. `principals`: service and agent accounts that could sign in \
when last observed. `credentials`: active credentials, not expired, other than passwords, whoever they belong to. Both are divided by \
people: in total, those employed at the as-of time; by system, those with a human account there that could sign in."""
caveats = ["Only the systems that were loaded are counted."]
needs = ["accounts", "credentials", "employments"]
---*/
WITH humans AS (
  SELECT COUNT(DISTINCT person_id) AS people
  FROM employments
  WHERE started_at <= :as_of AND (ended_at IS NULL OR ended_at > :as_of)
),
by_system AS (
  SELECT system,
    SUM(CASE WHEN kind IN ('service', 'agent') THEN 1 ELSE 0 END) AS machines,
    COUNT(DISTINCT CASE WHEN kind IN ('human', 'unknown') OR kind IS NULL THEN person_id END) AS people
  FROM accounts
  WHERE status = 'active'
  GROUP BY system
),
secrets AS (
  SELECT system, SUM(of_kind) AS found
  FROM (SELECT system, kind, COUNT(*) AS of_kind FROM credentials
    WHERE status = 'active' AND (expires_at IS NULL OR expires_at > LEAST(observed_at, :as_of)) GROUP BY system, kind) AS kinds
  WHERE kind IS NULL OR LOWER(kind) NOT IN ('password', 'root_password')
  GROUP BY system
),
totals AS (
  SELECT SUM(people) AS people, SUM(machines) AS machines, SUM(found) AS found
  FROM (
    SELECT people, 0 AS machines, 0 AS found FROM humans
    UNION ALL
    SELECT 0 AS people, machines, 0 AS found FROM by_system
    UNION ALL
    SELECT 0 AS people, 0 AS machines, found FROM secrets
  ) AS parts
)
SELECT 'principals' AS name, CAST(NULL AS STRING) AS system, CAST(machines AS BIGINT) AS numerator,
  CAST(people AS BIGINT) AS denominator
FROM totals
UNION ALL
SELECT 'principals' AS name, system, CAST(machines AS BIGINT) AS numerator, CAST(people AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'credentials' AS name, CAST(NULL AS STRING) AS system, CAST(found AS BIGINT) AS numerator,
  CAST(people AS BIGINT) AS denominator
FROM totals
UNION ALL
SELECT 'credentials' AS name, s.system AS system, CAST(s.found AS BIGINT) AS numerator,
  CAST(COALESCE(b.people, 0) AS BIGINT) AS denominator
FROM secrets AS s
LEFT JOIN by_system AS b ON b.system = s.system
