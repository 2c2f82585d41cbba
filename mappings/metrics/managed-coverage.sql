/*---
id = "managed-coverage"
order = 950
title = "Accounts managed by the synchronisation"
question = "What share of the accounts in synchronised systems does the synchronisation manage?"
group = "accounts"
shape = "indicator"
unit = "share"
definition = """
Accounts of the kinds human and unknown that could sign in at the as-of time, in systems that the register calls \
synchronised. `managed`: those that a synchronisation manages. `unknown`: those of which the source does not say who \
manages them; they count as not managed in the first share."""
caveats = ["A system that stands in the register only, or is not called synchronised there, is left out."]
needs = ["accounts", "systems"]
---*/
WITH covered AS (
  SELECT DISTINCT system AS covered_system FROM systems WHERE synchronised
),
held AS (
  SELECT acc.system AS system, acc.managed_by AS managed_by
  FROM accounts AS acc
  INNER JOIN covered AS c ON c.covered_system = acc.system
  LEFT JOIN standing_then AS t ON t.then_account = acc.account_key
  WHERE COALESCE(t.then_status, acc.status) = 'active' AND (acc.kind IS NULL OR acc.kind IN ('human', 'unknown'))
    AND (acc.unread IS NULL OR acc.unread NOT LIKE '%;status;%') AND (acc.created_at IS NULL OR acc.created_at <= :as_of)
),
by_system AS (
  SELECT system, COUNT(*) AS accounts_found,
    SUM(CASE WHEN managed_by = 'sync' THEN 1 ELSE 0 END) AS managed,
    SUM(CASE WHEN managed_by IS NULL OR managed_by = 'unknown' THEN 1 ELSE 0 END) AS unsaid
  FROM held
  GROUP BY system
)
SELECT 'managed' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(managed), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(accounts_found), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'managed' AS name, system, CAST(managed AS BIGINT) AS numerator, CAST(accounts_found AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'unknown' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(unsaid), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(accounts_found), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'unknown' AS name, system, CAST(unsaid AS BIGINT) AS numerator, CAST(accounts_found AS BIGINT) AS denominator
FROM by_system
