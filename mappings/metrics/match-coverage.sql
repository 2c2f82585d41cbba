/*---
id = "match-coverage"
order = 910
title = "Accounts matched to a person"
question = "What share of human accounts belongs to exactly one person?"
group = "accounts"
shape = "indicator"
unit = "share"
definition = """
Accounts of the kinds human and unknown, whatever their status. `matched`: exactly one person matches by an exact rule. \
`ambiguous`: more than one does."""
needs = ["people", "accounts"]
---*/
WITH by_system AS (
  SELECT system,
    COUNT(*) AS accounts_found,
    COUNT(person_id) AS matched,
    SUM(CASE WHEN match_rule = 'ambiguous' THEN 1 ELSE 0 END) AS tied
  FROM accounts
  WHERE kind IS NULL OR kind IN ('human', 'unknown')
  GROUP BY system
),
totals AS (
  SELECT COALESCE(SUM(accounts_found), 0) AS accounts_found, COALESCE(SUM(matched), 0) AS matched, COALESCE(SUM(tied), 0) AS tied
  FROM by_system
)
SELECT 'matched' AS name, CAST(NULL AS STRING) AS system, CAST(matched AS BIGINT) AS numerator,
  CAST(accounts_found AS BIGINT) AS denominator
FROM totals
UNION ALL
SELECT 'matched' AS name, system, CAST(matched AS BIGINT) AS numerator, CAST(accounts_found AS BIGINT) AS denominator
FROM by_system
UNION ALL
SELECT 'ambiguous' AS name, CAST(NULL AS STRING) AS system, CAST(tied AS BIGINT) AS numerator,
  CAST(accounts_found AS BIGINT) AS denominator
FROM totals
UNION ALL
SELECT 'ambiguous' AS name, system, CAST(tied AS BIGINT) AS numerator, CAST(accounts_found AS BIGINT) AS denominator
FROM by_system
