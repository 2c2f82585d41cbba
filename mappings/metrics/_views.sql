/*
  Views that several metrics share. Each begins with `-- view: name` and is one SELECT over the canonical tables and
  the views above it; on another engine the same text runs as CREATE VIEW name AS …

  Terms: times are whole microseconds since 1970 UTC; a pair _lo, _hi bounds an instant that is not known exactly.

  The report speaks about :as_of, but exports are often taken some days later. So
  - an end that surely lies after :as_of does not count: the stay is open, observed until :as_of;
  - an end that may lie before :as_of counts as an end with its bounds, even if the upper bound is after :as_of;
  - an observation after :as_of counts as one at :as_of: seen_until is never later;
  - lengths are cut at nothing else.
*/

-- view: leavers
-- Employments that ended in the period and not after :as_of. Leave dates still to come are outside every population.
-- back_at: the person was hired again by :as_of.
SELECT
  person_id,
  ended_at AS left_at,
  end_recorded_at AS recorded_at,
  CASE WHEN next_started_at <= :as_of THEN next_started_at END AS back_at,
  src_file AS left_file,
  src_row AS left_row
FROM employments
WHERE ended_at >= :period_from AND ended_at < :period_to AND ended_at <= :as_of

-- view: departed
-- People who have left at :as_of, whenever that was, and are not employed again: one row per person.
SELECT
  person_id,
  ended_at AS left_at,
  src_file AS left_file,
  src_row AS left_row
FROM employments
WHERE ended_at <= :as_of AND (next_started_at IS NULL OR next_started_at > :as_of)

-- view: leaver_pairs
-- One row per leaver of the period and account of that person. outside: why the pair is not in the population.
SELECT
  l.person_id AS person_id,
  l.left_at AS left_at,
  l.recorded_at AS recorded_at,
  l.back_at AS back_at,
  l.left_file AS left_file,
  l.left_row AS left_row,
  a.account_key AS account_key,
  a.system AS system,
  COALESCE(a.username, a.email, a.account_id) AS subject,
  a.created_at AS created_at,
  a.activity AS activity,
  a.last_seen_hi AS last_seen_hi,
  a.observed_at AS observed_at,
  a.src_file AS account_file,
  a.src_row AS account_row,
  CASE
    WHEN a.kind = 'service' THEN 'service account'
    WHEN a.kind = 'shared' THEN 'shared account'
    WHEN a.kind = 'break_glass' THEN 'break-glass account'
    WHEN a.kind = 'agent' THEN 'agent account'
    WHEN a.kind = 'guest' THEN 'guest account'
    WHEN a.created_at > :as_of THEN 'created after the as-of time'
    WHEN a.created_at >= l.back_at THEN 'created for the next employment'
  END AS outside
FROM leavers AS l
INNER JOIN accounts AS a ON a.person_id = l.person_id

-- view: leaver_states
-- The state intervals of these accounts. first_seen: the instant by which the interval had surely begun.
SELECT
  p.account_key AS account_key,
  p.left_at AS left_at,
  p.back_at AS back_at,
  s.enabled AS enabled,
  s.from_lo AS from_lo,
  COALESCE(s.from_hi, s.seen_until) AS first_seen,
  s.to_lo AS to_lo,
  s.to_hi AS to_hi,
  s.seen_until AS seen_until,
  s.src_file AS state_file,
  s.src_row AS state_row
FROM leaver_pairs AS p
INNER JOIN account_states AS s ON s.account_key = p.account_key
WHERE p.outside IS NULL AND s.enabled IS NOT NULL

-- view: leaver_ends
-- For each pair and clock ('left': from the leave; 'told': from the later of leave and its recording): when the account
-- could no longer sign in. An account created later begins at its creation.
WITH clocks AS (
  SELECT 'left' AS clock, account_key, left_at, back_at, GREATEST(left_at, COALESCE(created_at, left_at)) AS began
  FROM leaver_pairs
  WHERE outside IS NULL
  UNION ALL
  SELECT 'told' AS clock, account_key, left_at, back_at,
    GREATEST(left_at, recorded_at, COALESCE(created_at, left_at)) AS began
  FROM leaver_pairs
  WHERE outside IS NULL AND recorded_at <= :as_of
),
steps AS (
  SELECT
    c.clock AS clock, c.account_key AS account_key, c.left_at AS left_at, c.began AS began,
    s.enabled AS enabled, s.from_lo AS from_lo, s.first_seen AS first_seen, s.to_lo AS to_lo, s.to_hi AS to_hi,
    s.seen_until AS seen_until, s.state_file AS state_file, s.state_row AS state_row
  FROM clocks AS c
  INNER JOIN leaver_states AS s ON s.account_key = c.account_key AND s.left_at = c.left_at
),
-- states without access that surely lasted beyond the beginning, the earliest first
ranked AS (
  SELECT clock, account_key, left_at, from_lo, first_seen, state_file, state_row,
    ROW_NUMBER() OVER (
      PARTITION BY clock, account_key, left_at ORDER BY COALESCE(from_lo, -9000000000000000000), first_seen, state_file, state_row
    ) AS place
  FROM steps
  WHERE NOT enabled AND (to_lo IS NULL OR to_lo > began)
),
stops AS (
  SELECT clock, account_key, left_at, from_lo AS stop_lo, first_seen AS stop_hi, state_file AS stop_file, state_row AS stop_row
  FROM ranked
  WHERE place = 1
),
-- what was observed: the last sight of access, and an access that came back at an unknown moment around the beginning
sights AS (
  SELECT clock, account_key, left_at,
    MAX(CASE WHEN enabled THEN seen_until END) AS last_open,
    MAX(CASE WHEN NOT enabled AND to_lo <= began AND to_hi > began THEN to_hi END) AS maybe_off_until
  FROM steps
  GROUP BY clock, account_key, left_at
),
joined AS (
  SELECT
    c.clock AS clock, c.account_key AS account_key, c.left_at AS left_at, c.back_at AS back_at, c.began AS began,
    g.last_open AS last_open, g.maybe_off_until AS maybe_off_until,
    x.stop_lo AS stop_lo, x.stop_hi AS stop_hi, x.stop_file AS stop_file, x.stop_row AS stop_row,
    CASE
      WHEN g.account_key IS NULL THEN 'nothing'
      WHEN c.began >= c.back_at THEN 'late'
      WHEN x.stop_hi <= c.began THEN 'before'
      WHEN x.stop_hi IS NOT NULL AND COALESCE(x.stop_lo, c.began) <= :as_of
        AND (c.back_at IS NULL OR COALESCE(x.stop_lo, c.began) < c.back_at) THEN 'stopped'
      WHEN c.back_at IS NOT NULL THEN 'back'
      WHEN x.stop_lo > :as_of THEN 'after'
      WHEN g.last_open >= c.began THEN 'open'
      ELSE 'unseen'
    END AS outcome
  FROM clocks AS c
  LEFT JOIN sights AS g ON g.clock = c.clock AND g.account_key = c.account_key AND g.left_at = c.left_at
  LEFT JOIN stops AS x ON x.clock = c.clock AND x.account_key = c.account_key AND x.left_at = c.left_at
)
SELECT
  clock, account_key, left_at, stop_file, stop_row,
  CASE
    WHEN outcome IN ('late', 'before') THEN 'none'
    WHEN outcome IN ('stopped', 'back') THEN 'closed'
    WHEN outcome IN ('after', 'open') THEN 'open'
    ELSE 'unknown'
  END AS state,
  began AS began_lo,
  GREATEST(began, COALESCE(maybe_off_until, began)) AS began_hi,
  CASE
    WHEN outcome = 'stopped' THEN GREATEST(began, COALESCE(stop_lo, began))
    WHEN outcome = 'back' THEN LEAST(back_at, GREATEST(began, COALESCE(stop_lo, last_open, began)))
  END AS ended_lo,
  CASE
    WHEN outcome = 'stopped' THEN LEAST(stop_hi, COALESCE(back_at, stop_hi))
    WHEN outcome = 'back' THEN back_at
  END AS ended_hi,
  CASE
    WHEN outcome = 'after' THEN :as_of
    WHEN outcome = 'open' THEN LEAST(last_open, :as_of)
  END AS seen_until,
  CASE
    WHEN outcome = 'nothing' THEN 'no evidence of whether the account could sign in'
    WHEN outcome = 'unseen' THEN 'not observed since the stay began'
    WHEN outcome = 'late' THEN 'recorded after the person was hired again'
    WHEN outcome = 'before' THEN 'access had already ended'
    WHEN outcome = 'back' THEN 'hired again'
    WHEN outcome = 'stopped' AND COALESCE(stop_lo, began) < stop_hi AND stop_hi > began THEN 'seen only as ended, not when'
    WHEN outcome = 'stopped' THEN 'access ended'
    WHEN outcome = 'after' THEN 'access ended only after the as-of time'
    ELSE 'access not seen to end'
  END AS note
FROM joined

-- view: sync_intents
-- Intents that failed at least once in the period: attempts at the same change (same intent id, else same system, target,
-- action and attribute or entitlement) up to the first success. A failure after a success begins the next intent.
-- Sign-ins and keys are not synchronisation. A skipped attempt counts only where the log says that the attributes were
-- not valid: then nobody got what they should have. Failures of people working by hand begin no intent; a success by
-- hand ends one.
WITH tries AS (
  SELECT system, src_file, src_row, occurred_at, action, account_key, account_id, person_id, subject_text, entitlement,
    attribute, intent_id,
    CASE WHEN actor_kind IN ('admin', 'self') THEN 1 ELSE 0 END AS by_hand,
    CASE WHEN outcome = 'success' THEN 1 ELSE 0 END AS succeeded
  FROM events
  WHERE action IN ('create', 'enable', 'disable', 'delete', 'update', 'grant', 'revoke', 'sync')
    AND occurred_at <= :as_of
    AND (outcome = 'success' OR (
      (actor_kind IS NULL OR actor_kind NOT IN ('admin', 'self'))
      AND (outcome = 'failure' OR (outcome = 'skipped' AND LOWER(error) LIKE '%attribute%valid%'))
    ))
),
-- most attempts concern accounts on which nothing ever failed: they are left out before keys are built
failing AS (
  SELECT DISTINCT account_key AS failing_key FROM tries WHERE succeeded = 0 AND account_key IS NOT NULL
),
keyed AS (
  SELECT t.system AS system, t.src_file AS src_file, t.src_row AS src_row, t.occurred_at AS occurred_at,
    t.by_hand AS by_hand, t.succeeded AS succeeded, t.account_key AS account_key, t.person_id AS person_id,
    t.action AS shown_action,
    COALESCE(t.subject_text, t.account_id, t.account_key, t.person_id, 'unnamed') AS shown,
    COALESCE(t.entitlement, t.attribute, '') AS shown_detail,
    COALESCE(t.intent_id, '') AS intent,
    CASE WHEN t.intent_id IS NOT NULL THEN ''
      ELSE COALESCE(t.account_key, LOWER(t.subject_text), t.account_id, t.person_id, '') END AS target,
    CASE WHEN t.intent_id IS NOT NULL THEN '' ELSE t.action END AS action,
    CASE WHEN t.intent_id IS NOT NULL THEN '' ELSE COALESCE(t.entitlement, t.attribute, '') END AS detail
  FROM tries AS t
  LEFT JOIN failing AS f ON f.failing_key = t.account_key
  WHERE f.failing_key IS NOT NULL OR t.account_key IS NULL OR t.intent_id IS NOT NULL
),
troubled AS (
  SELECT DISTINCT system, target, action, detail, intent FROM keyed WHERE succeeded = 0
),
attempts AS (
  SELECT k.system AS system, k.target AS target, k.action AS action, k.detail AS detail, k.intent AS intent,
    k.occurred_at AS occurred_at, k.succeeded AS succeeded, k.by_hand AS by_hand, k.src_file AS src_file,
    k.src_row AS src_row, k.shown AS shown, k.shown_action AS shown_action, k.shown_detail AS shown_detail,
    k.account_key AS account_key, k.person_id AS person_id
  FROM keyed AS k
  INNER JOIN troubled AS t ON t.system = k.system AND t.intent = k.intent AND t.target = k.target
    AND t.action = k.action AND t.detail = k.detail
),
numbered AS (
  SELECT *,
    SUM(succeeded) OVER (
      PARTITION BY system, target, action, detail, intent
      ORDER BY occurred_at, succeeded, src_file, src_row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) - succeeded AS round,
    LAG(succeeded) OVER (
      PARTITION BY system, target, action, detail, intent
      ORDER BY occurred_at, succeeded, src_file, src_row
    ) AS before_succeeded
  FROM attempts
),
-- the first attempt of each round gives the intent its name and its beginning
marked AS (
  SELECT *, CASE WHEN before_succeeded IS NULL OR before_succeeded = 1 THEN 1 ELSE 0 END AS is_first FROM numbered
)
SELECT
  system,
  MAX(CASE WHEN is_first = 1 THEN shown END) AS shown,
  MAX(CASE WHEN is_first = 1 THEN shown_action END) AS shown_action,
  MAX(CASE WHEN is_first = 1 THEN shown_detail END) AS shown_detail,
  MAX(CASE WHEN is_first = 1 THEN account_key END) AS account_key,
  MAX(CASE WHEN is_first = 1 THEN person_id END) AS person_id,
  MIN(occurred_at) AS failed_at,
  MAX(CASE WHEN is_first = 1 THEN src_file END) AS failed_file,
  MAX(CASE WHEN is_first = 1 THEN src_row END) AS failed_row,
  SUM(1 - succeeded) AS failures,
  MAX(CASE WHEN succeeded = 1 THEN occurred_at END) AS repaired_at,
  MAX(CASE WHEN succeeded = 1 THEN src_file END) AS repaired_file,
  MAX(CASE WHEN succeeded = 1 THEN src_row END) AS repaired_row,
  MAX(CASE WHEN succeeded = 1 THEN by_hand ELSE 0 END) AS repaired_by_hand
FROM marked
GROUP BY system, target, action, detail, intent, round
HAVING SUM(CASE WHEN succeeded = 0 AND occurred_at >= :period_from AND occurred_at < :period_to THEN 1 ELSE 0 END) > 0

-- view: log_ends
-- Until when the logs of a system were seen: the newest event, or the end of the window that the file covers.
SELECT system, MAX(GREATEST(last_event, COALESCE(covers_to, last_event))) AS covered_until
FROM (
  SELECT e.system AS system, e.last_event AS last_event, s.covers_to AS covers_to
  FROM (SELECT system, src_file, MAX(occurred_at) AS last_event FROM events GROUP BY system, src_file) AS e
  LEFT JOIN sources AS s ON s.src_file = e.src_file
) AS files
GROUP BY system
