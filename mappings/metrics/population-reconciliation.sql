/*---
id = "population-reconciliation"
order = 980
title = "People at the beginning and at the end of the period"
question = "Do the people at the beginning of the period, those who came and those who left add up to those at its end?"
group = "leavers"
shape = "indicator"
unit = "ratio"
definition = """
`opening`: people employed just before the period. `hires`: first employments of people that began in the period. \
`rehires`: employments in the period of people who had had one before. `leavers`: employments that ended in the period. \
`closing`: people employed at the end of the period, or at the as-of time if that is earlier, where an employment that \
begins at that very instant does not count yet. `difference`: opening, hires and rehires less leavers and closing. It is \
0 where the dates of HR fit together."""
caveats = [
  "An end that is not understood counts as no end; one that is only known to lie in a range counts at its latest time.",
  "A difference comes from employments that overlap, or that end before they begin.",
]
needs = ["employments"]
---*/
WITH spells AS (
  SELECT person_id, COALESCE(started_at, -9000000000000000000) AS began, COALESCE(ended_at, 9000000000000000000) AS ended,
    LEAST(:period_to, :as_of) AS edge
  FROM employments
),
placed AS (
  SELECT person_id, began, ended, edge,
    ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY began, ended) AS place
  FROM spells
),
counted AS (
  SELECT
    COUNT(DISTINCT CASE WHEN began < :period_from AND ended >= :period_from THEN person_id END) AS opening,
    COALESCE(SUM(CASE WHEN place = 1 AND began >= :period_from AND began < edge THEN 1 ELSE 0 END), 0) AS hires,
    COALESCE(SUM(CASE WHEN place > 1 AND began >= :period_from AND began < edge THEN 1 ELSE 0 END), 0) AS rehires,
    COALESCE(SUM(CASE WHEN ended >= :period_from AND ended < edge THEN 1 ELSE 0 END), 0) AS leavers_found,
    COUNT(DISTINCT CASE WHEN began < edge AND ended >= edge THEN person_id END) AS closing
  FROM placed
)
SELECT 'opening' AS name, CAST(NULL AS STRING) AS system, CAST(opening AS BIGINT) AS numerator,
  CAST(NULL AS BIGINT) AS denominator
FROM counted
UNION ALL
SELECT 'hires' AS name, CAST(NULL AS STRING) AS system, CAST(hires AS BIGINT) AS numerator,
  CAST(NULL AS BIGINT) AS denominator
FROM counted
UNION ALL
SELECT 'rehires' AS name, CAST(NULL AS STRING) AS system, CAST(rehires AS BIGINT) AS numerator,
  CAST(NULL AS BIGINT) AS denominator
FROM counted
UNION ALL
SELECT 'leavers' AS name, CAST(NULL AS STRING) AS system, CAST(leavers_found AS BIGINT) AS numerator,
  CAST(NULL AS BIGINT) AS denominator
FROM counted
UNION ALL
SELECT 'closing' AS name, CAST(NULL AS STRING) AS system, CAST(closing AS BIGINT) AS numerator,
  CAST(NULL AS BIGINT) AS denominator
FROM counted
UNION ALL
SELECT 'difference' AS name, CAST(NULL AS STRING) AS system,
  CAST(opening + hires + rehires - leavers_found - closing AS BIGINT) AS numerator, CAST(NULL AS BIGINT) AS denominator
FROM counted
