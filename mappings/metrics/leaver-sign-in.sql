/*---
id = "leaver-sign-in"
order = 130
title = "Sign-ins after leaving"
question = "Did accounts of leavers sign in after their employment ended?"
group = "leavers"
shape = "duration"
unit = "account"
statistic = "none"
needs = ["employments", "accounts"]
definition = """
Population: the pairs of leaver-lag for which usage data exist after the leave. The stay runs from the official leave \
instant to the newest successful sign-in, or use of one of the account's credentials, that lies after it and before \
any new employment. Without such a use there is no stay. A system that gives no usage data makes the item unknown, \
unless the account had no access at any time after the leave."""
caveats = [
  "A last-use date proves only the newest use; uses before it leave no trace unless a log of sign-ins was loaded.",
  "A last use that is given as a plain date counts as the end of that day.",
  "Usage is known up to the last observation of the account, not beyond.",
]

[reason]
open = "{subject} in {system} was used after {person} had left on {began}"
closed = "{subject} in {system} was used on {ended}, {length} after {person} had left on {began} ({note})"
---*/
WITH sign_ins AS (
  SELECT p.account_key AS account_key, p.left_at AS left_at, e.occurred_at AS used_at, e.src_file AS use_file,
    e.src_row AS use_row, 'sign-in event' AS shown_by
  FROM leaver_pairs AS p
  INNER JOIN (SELECT * FROM events WHERE action = 'sign_in' AND outcome = 'success' AND occurred_at <= :as_of) AS e
    ON e.account_key = p.account_key
  WHERE e.occurred_at > p.left_at AND (p.back_at IS NULL OR e.occurred_at < p.back_at)
),
key_uses AS (
  SELECT p.account_key AS account_key, p.left_at AS left_at, c.last_used_hi AS used_at, c.src_file AS use_file,
    c.src_row AS use_row, 'last use of a credential' AS shown_by
  FROM leaver_pairs AS p
  INNER JOIN (SELECT * FROM credentials WHERE last_used_hi > :period_from AND last_used_hi <= :as_of) AS c
    ON c.account_key = p.account_key
  WHERE c.last_used_hi > p.left_at AND (p.back_at IS NULL OR c.last_used_hi < p.back_at)
),
last_seen AS (
  SELECT account_key, left_at, last_seen_hi AS used_at, account_file AS use_file, account_row AS use_row,
    'last use given by the system' AS shown_by
  FROM leaver_pairs
  WHERE last_seen_hi > left_at AND last_seen_hi <= :as_of AND (back_at IS NULL OR last_seen_hi < back_at)
),
uses AS (
  SELECT account_key, left_at, used_at, use_file, use_row, shown_by FROM sign_ins
  UNION ALL
  SELECT account_key, left_at, used_at, use_file, use_row, shown_by FROM key_uses
  UNION ALL
  SELECT account_key, left_at, used_at, use_file, use_row, shown_by FROM last_seen
),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY account_key, left_at ORDER BY -used_at, shown_by, use_file, use_row
    ) AS place
  FROM uses
),
judged AS (
  SELECT
    p.subject AS subject, p.system AS system, p.person_id AS person_id, p.account_key AS account_key,
    p.left_at AS left_at, p.left_file AS left_file, p.left_row AS left_row, p.account_file AS account_file,
    p.account_row AS account_row, u.used_at AS used_at, u.use_file AS use_file, u.use_row AS use_row,
    u.shown_by AS shown_by,
    p.outside AS outside,
    CASE
      WHEN p.outside IS NOT NULL THEN 'excluded'
      WHEN u.used_at IS NOT NULL THEN 'closed'
      WHEN e.state = 'none' THEN 'none'
      WHEN p.activity = 'never' AND p.observed_at > p.left_at THEN 'none'
      WHEN p.activity = 'seen' AND p.last_seen_hi <= p.left_at AND p.observed_at > p.left_at THEN 'none'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN e.state = 'none' THEN 'no access after leaving'
      WHEN p.activity = 'never' AND p.observed_at > p.left_at THEN 'never used'
      WHEN p.activity = 'seen' AND p.last_seen_hi <= p.left_at AND p.observed_at > p.left_at THEN 'not used after leaving'
      WHEN p.activity = 'seen' AND p.last_seen_hi >= p.back_at THEN 'newest use lies in the next employment'
      WHEN p.activity = 'seen' AND p.last_seen_hi > :as_of THEN 'newest use lies after the as-of time'
      WHEN p.activity IN ('seen', 'never') THEN 'not observed since leaving'
      ELSE 'no usage data'
    END AS reason
  FROM leaver_pairs AS p
  LEFT JOIN (SELECT * FROM leaver_ends WHERE clock = 'left') AS e
    ON e.account_key = p.account_key AND e.left_at = p.left_at
  LEFT JOIN (SELECT * FROM ranked WHERE place = 1) AS u
    ON u.account_key = p.account_key AND u.left_at = p.left_at
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state <> 'excluded' THEN left_at END AS began_lo,
  CASE WHEN state <> 'excluded' THEN left_at END AS began_hi,
  CASE WHEN state = 'closed' THEN used_at END AS ended_lo,
  CASE WHEN state = 'closed' THEN used_at END AS ended_hi,
  state,
  CASE WHEN state = 'excluded' THEN outside WHEN state = 'closed' THEN shown_by ELSE reason END AS note,
  left_file AS began_file,
  left_row AS began_row,
  COALESCE(use_file, account_file) AS ended_file,
  COALESCE(use_row, account_row) AS ended_row
FROM judged
