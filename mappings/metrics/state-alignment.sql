/*---
id = "state-alignment"
order = 990
title = "Accounts whose state fits the employment"
question = "What share of people's accounts could sign in exactly when the person was employed?"
group = "accounts"
shape = "indicator"
unit = "share"
definition = """
Accounts of the kinds human and unknown that belong to one person, were made by the as-of time and not deleted, where it \
is known both whether the account could sign in and whether the person was employed at the as-of time. `aligned`: those \
that could sign in and whose person was employed, and those that could not and whose person was not."""
caveats = [
  "An account that is switched off although its person is employed counts as not aligned; there can be good reasons.",
  "Somebody whose first day is still to come is not employed yet.",
]
needs = ["accounts", "employments"]
---*/
WITH gone AS (
  SELECT person_id AS gone_person,
    MAX(CASE WHEN left_hi > :as_of OR leave_at >= 9000000000000000000 THEN 1 ELSE 0 END) AS unsettled
  FROM departed
  GROUP BY person_id
),
staff AS (
  SELECT person_id AS staff_person,
    MAX(CASE WHEN COALESCE(started_at, :as_of) <= :as_of AND (ended_at IS NULL OR ended_at > :as_of) THEN 1
      ELSE 0 END) AS employed
  FROM employments
  GROUP BY person_id
),
held AS (
  SELECT acc.system AS system,
    CASE WHEN COALESCE(t.then_status, acc.status) = 'active' THEN 1 ELSE 0 END AS can_sign_in,
    CASE WHEN g.gone_person IS NOT NULL THEN 0 ELSE s.employed END AS employed
  FROM accounts AS acc
  INNER JOIN staff AS s ON s.staff_person = acc.person_id
  LEFT JOIN gone AS g ON g.gone_person = acc.person_id
  LEFT JOIN standing_then AS t ON t.then_account = acc.account_key
  WHERE (acc.kind IS NULL OR acc.kind IN ('human', 'unknown'))
    AND COALESCE(t.then_status, acc.status) IN ('active', 'suspended', 'disabled')
    AND (acc.unread IS NULL OR (acc.unread NOT LIKE '%;status;%' AND acc.unread NOT LIKE '%;kind;%'))
    AND (acc.created_at IS NULL OR acc.created_at <= :as_of)
    AND (g.unsettled IS NULL OR g.unsettled = 0)
),
by_system AS (
  SELECT system, COUNT(*) AS found, SUM(CASE WHEN can_sign_in = employed THEN 1 ELSE 0 END) AS aligned
  FROM held
  GROUP BY system
)
SELECT 'aligned' AS name, CAST(NULL AS STRING) AS system, CAST(COALESCE(SUM(aligned), 0) AS BIGINT) AS numerator,
  CAST(COALESCE(SUM(found), 0) AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'aligned' AS name, system, CAST(aligned AS BIGINT) AS numerator, CAST(found AS BIGINT) AS denominator
FROM by_system
