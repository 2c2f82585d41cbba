/*---
id = "rotation-compliance"
order = 960
title = "Keys rotated within 90 days"
question = "What share of the active credentials was made or last changed within 90 days?"
group = "credentials"
shape = "indicator"
unit = "share"
definition = """
Of the credentials that are the population of unrotated-keys and whose age is known: those that were not older than 90 \
days when last observed, counted from the newer of creation and rotation. The 90 days stand in this indicator and do not \
follow the limit of the policy."""
caveats = [
  "Credentials of unknown age are in neither number; unknown-age-credentials lists them.",
  "Credentials that their provider rotates by itself are left out.",
]
needs = ["credentials"]
---*/
WITH known AS (
  SELECT system, status, expires_at, self_rotating,
    GREATEST(COALESCE(rotated_at, created_at), COALESCE(created_at, rotated_at)) AS began,
    LEAST(COALESCE(observed_at, active_at), :as_of) AS seen
  FROM credentials
  WHERE (kind IS NULL OR kind <> 'root_password') AND (observed_at IS NOT NULL OR active_at IS NOT NULL)
    AND (created_at IS NULL OR created_at <= :as_of)
    AND (unread IS NULL OR (unread NOT LIKE '%;status;%' AND unread NOT LIKE '%;expires_at;%'
      AND unread NOT LIKE '%;rotated_at;%' AND (rotated_at IS NOT NULL OR unread NOT LIKE '%;created_at;%')))
),
aged AS (
  SELECT system, CASE WHEN seen <= began + 7776000000000 THEN 1 ELSE 0 END AS young
  FROM known
  WHERE status = 'active' AND began IS NOT NULL AND seen IS NOT NULL AND (expires_at IS NULL OR expires_at > seen)
    AND (self_rotating IS NULL OR NOT self_rotating)
),
by_system AS (
  SELECT system, COUNT(*) AS found, SUM(young) AS young FROM aged GROUP BY system
)
SELECT 'within 90 days' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(young), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(found), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'within 90 days' AS name, system, CAST(young AS BIGINT) AS numerator, CAST(found AS BIGINT) AS denominator
FROM by_system
