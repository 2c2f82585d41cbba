/*---
id = "ownership-coverage"
order = 920
title = "Machine identities with a live owner"
question = "What share of machine identities has a named owner who still works here?"
group = "machine-identities"
shape = "indicator"
unit = "share"
definition = """
`accounts`: service and agent accounts that could sign in when last observed; counted where the owner is named and \
employed at the as-of time. `credentials`: active credentials, not expired, that are not those of a person's account, likewise. A \
source without an owner field counts as not covered."""
needs = ["accounts", "people", "employments"]
---*/
WITH machines AS (
  SELECT system, COUNT(*) AS found, SUM(CASE WHEN owner_live THEN 1 ELSE 0 END) AS owned
  FROM accounts
  WHERE status = 'active' AND kind IN ('service', 'agent')
  GROUP BY system
),
secrets AS (
  SELECT system, COUNT(*) AS found, SUM(CASE WHEN owner_live THEN 1 ELSE 0 END) AS owned
  FROM credentials
  WHERE status = 'active' AND person_id IS NULL AND (expires_at IS NULL OR expires_at > LEAST(observed_at, :as_of))
  GROUP BY system
)
SELECT 'accounts' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(owned), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(found), 0) AS BIGINT) AS denominator
FROM machines
UNION ALL
SELECT 'accounts' AS name, system, CAST(owned AS BIGINT) AS numerator, CAST(found AS BIGINT) AS denominator
FROM machines
UNION ALL
SELECT 'credentials' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(owned), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(found), 0) AS BIGINT) AS denominator
FROM secrets
UNION ALL
SELECT 'credentials' AS name, system, CAST(owned AS BIGINT) AS numerator, CAST(found AS BIGINT) AS denominator
FROM secrets
