/*---
id = "provisioning-latency"
order = 515
title = "Changes on their way to other systems"
question = "How long does a change in a directory take to reach the systems that are synchronised from it?"
remedy = "Carry out the change by hand if it is still missing, and find out what delayed it."
group = "synchronisation"
shape = "duration"
unit = "intent"
statistic = "survival"
needs = ["events", "systems"]
looks_at = "period"
definition = """
Population: changes in the period in a source, a system of which the register says that it is not synchronised, for \
which a target, a system that the register calls synchronised, logs an attempt in the same direction on an account of \
the same person. Changes are successful: an account of a person was created or enabled, or disabled or deleted; what \
follows in the same direction on the same account is the same change. The stay runs from the change in the source to \
the first success in the target, at or after it and before the next opposite change in the source. Where the logs of \
the target do not cover all the time from the change, or from the last failed attempt, to the end, an earlier success \
may be missing: the end is then a range that begins where they stop. Where the target logs only failed attempts the \
stay is open, observed until the logs of the target have their first gap after the last failure, or it ends when the \
source takes the change back. Where several changes of a person come before it, or an account was created first and \
enabled later, the beginning is a range from the first to the last of them before the first attempt. Accounts of \
services, agents, guests, break-glass and shared ones, events of no known person and systems of which the register \
says nothing are outside."""
caveats = [
  "A change that no target logs at all is not seen here; leaver-lag and joiner-lag look at the states themselves.",
  "A system that is by itself and not synchronised counts as a source as well: say in the register what is synchronised.",
  "Attempts of people working by hand count only where they succeed.",
]

[reason]
open = "{subject} had not succeeded in {system} {length} after the change in the source on {began} ({note}), observed until {seen_until}; the limit is {limit}"
closed = "{subject} in {system} took from the change in the source on {began} until {ended}, {length} ({note}); the limit is {limit}"
indeterminate = "{subject} in {system} may have come later than {limit} after the change in the source ({note})"
---*/
WITH registered AS (
  SELECT system AS known_system, MAX(CASE WHEN synchronised THEN 1 ELSE 0 END) AS is_target
  FROM systems
  WHERE synchronised IS NOT NULL
  GROUP BY system
),
steps AS (
  SELECT logged.system AS system, r.is_target AS is_target, logged.account_key AS account_key,
    COALESCE(logged.person_id, held.person_id) AS person_id,
    CASE WHEN logged.action IN ('create', 'enable') THEN 1 ELSE 0 END AS gives,
    logged.action AS action, logged.occurred_at AS occurred_at,
    CASE WHEN logged.outcome = 'success' THEN 1 ELSE 0 END AS succeeded,
    COALESCE(logged.subject_text, logged.account_id, logged.account_key, logged.person_id) AS shown,
    logged.src_file AS src_file, logged.src_row AS src_row
  FROM events AS logged
  INNER JOIN registered AS r ON r.known_system = logged.system
  LEFT JOIN accounts AS held ON held.account_key = logged.account_key
  WHERE logged.action IN ('create', 'enable', 'disable', 'delete') AND logged.occurred_at <= :as_of
    AND (held.kind IS NULL OR held.kind IN ('human', 'unknown'))
    AND (logged.outcome = 'success' OR (
      (logged.actor_kind IS NULL OR logged.actor_kind NOT IN ('admin', 'self'))
      AND (logged.outcome = 'failure' OR (logged.outcome = 'skipped' AND LOWER(logged.error) LIKE '%attribute%valid%'))
    ))
),
changes AS (
  SELECT *,
    LAG(gives) OVER (PARTITION BY account_key ORDER BY occurred_at, gives, src_file, src_row) AS before_gives
  FROM steps
  WHERE is_target = 0 AND succeeded = 1 AND account_key IS NOT NULL AND person_id IS NOT NULL
),
-- the first of its direction on an account, until an opposite one
starts AS (
  SELECT system, account_key, person_id, gives, action, occurred_at, src_file, src_row,
    ROW_NUMBER() OVER (PARTITION BY is_target ORDER BY account_key, occurred_at, gives, src_file, src_row) AS start_no
  FROM changes
  WHERE before_gives IS NULL OR before_gives <> gives
),
turns AS (
  SELECT s.start_no AS start_no, MIN(o.occurred_at) AS turned_at
  FROM starts AS s
  INNER JOIN changes AS o ON o.account_key = s.account_key
  WHERE o.gives <> s.gives AND (o.occurred_at > s.occurred_at OR (o.occurred_at = s.occurred_at AND s.gives = 0))
  GROUP BY s.start_no
),
begun AS (
  SELECT s.start_no AS start_no, s.system AS origin, s.account_key AS origin_key, s.person_id AS person_id,
    s.gives AS gives, s.action AS action, s.occurred_at AS occurred_at, s.src_file AS began_file, s.src_row AS began_row,
    t.turned_at AS turned_at
  FROM starts AS s
  LEFT JOIN turns AS t ON t.start_no = s.start_no
  WHERE s.occurred_at >= :period_from AND s.occurred_at < :period_to
),
tries AS (
  SELECT b.start_no AS start_no, t.system AS target, t.succeeded AS succeeded, t.occurred_at AS tried_at,
    t.account_key AS account_key, t.action AS tried_action, t.shown AS shown, t.src_file AS tried_file,
    t.src_row AS tried_row,
    ROW_NUMBER() OVER (
      PARTITION BY b.start_no, t.system, t.succeeded ORDER BY t.occurred_at, t.src_file, t.src_row
    ) AS place
  FROM begun AS b
  INNER JOIN (SELECT * FROM steps WHERE is_target = 1 AND person_id IS NOT NULL) AS t
    ON t.person_id = b.person_id AND t.gives = b.gives
  WHERE t.occurred_at >= b.occurred_at AND (b.turned_at IS NULL OR t.occurred_at < b.turned_at)
),
done AS (
  SELECT start_no, target, tried_at AS done_at, account_key, tried_action, shown, tried_file, tried_row
  FROM tries
  WHERE succeeded = 1 AND place = 1
),
failed AS (
  SELECT missed.start_no AS start_no, missed.target AS target, MIN(missed.tried_at) AS first_failed_at,
    MAX(missed.tried_at) AS last_failed_at,
    MAX(CASE WHEN missed.place = 1 THEN missed.account_key END) AS account_key,
    MAX(CASE WHEN missed.place = 1 THEN missed.tried_action END) AS tried_action,
    MAX(CASE WHEN missed.place = 1 THEN missed.shown END) AS shown,
    MAX(CASE WHEN missed.place = 1 THEN missed.tried_file END) AS tried_file,
    MAX(CASE WHEN missed.place = 1 THEN missed.tried_row END) AS tried_row
  FROM tries AS missed
  LEFT JOIN done AS d ON d.start_no = missed.start_no AND d.target = missed.target
  WHERE missed.succeeded = 0 AND (d.done_at IS NULL OR missed.tried_at <= d.done_at)
  GROUP BY missed.start_no, missed.target
),
pairs AS (
  SELECT DISTINCT start_no, target FROM tries
),
joined AS (
  SELECT p.start_no AS start_no, p.target AS target, b.origin AS origin, b.origin_key AS origin_key,
    b.person_id AS person_id, b.gives AS gives, b.action AS action, b.occurred_at AS occurred_at,
    b.turned_at AS turned_at, b.began_file AS began_file, b.began_row AS began_row, d.done_at AS done_at,
    LEAST(missed.first_failed_at, d.done_at) AS first_at,
    GREATEST(b.occurred_at, missed.last_failed_at) AS missing_at,
    CASE WHEN missed.target IS NULL THEN 0 ELSE 1 END AS has_failed,
    CASE WHEN missed.target IS NULL THEN d.account_key ELSE missed.account_key END AS account_key,
    CASE WHEN missed.target IS NULL THEN d.tried_action ELSE missed.tried_action END AS tried_action,
    CASE WHEN missed.target IS NULL THEN d.shown ELSE missed.shown END AS shown,
    COALESCE(d.tried_file, missed.tried_file) AS tried_file,
    COALESCE(d.tried_row, missed.tried_row) AS tried_row
  FROM pairs AS p
  INNER JOIN begun AS b ON b.start_no = p.start_no
  LEFT JOIN done AS d ON d.start_no = p.start_no AND d.target = p.target
  LEFT JOIN failed AS missed ON missed.start_no = p.start_no AND missed.target = p.target
),
-- later changes that the first attempt may have followed: of another account of the person, or the enabling of one made
latest AS (
  SELECT start_no, target, MAX(occurred_at) AS latest_at
  FROM (
    SELECT j.start_no AS start_no, j.target AS target, s.occurred_at AS occurred_at
    FROM joined AS j
    INNER JOIN starts AS s ON s.person_id = j.person_id AND s.system = j.origin AND s.gives = j.gives
    WHERE s.occurred_at >= j.occurred_at AND s.occurred_at <= j.first_at
    UNION ALL
    SELECT j.start_no AS start_no, j.target AS target, c.occurred_at AS occurred_at
    FROM joined AS j
    INNER JOIN changes AS c ON c.account_key = j.origin_key AND c.gives = j.gives
    WHERE c.gives = 1 AND c.occurred_at >= j.occurred_at AND c.occurred_at <= j.first_at
  ) AS followed
  GROUP BY start_no, target
),
covered AS (
  SELECT j.start_no AS start_no, j.target AS target, MAX(w.covers_to) AS covered_to
  FROM joined AS j
  INNER JOIN log_windows AS w ON w.system = j.target
  WHERE w.about IN ('changes', 'pushes') AND w.covers_from <= j.missing_at AND w.covers_to >= j.missing_at
  GROUP BY j.start_no, j.target
),
stated AS (
  SELECT j.origin AS origin, j.person_id AS person_id, j.action AS action, j.occurred_at AS occurred_at,
    j.began_file AS began_file, j.began_row AS began_row, j.target AS target, j.done_at AS done_at,
    j.turned_at AS turned_at, j.account_key AS account_key, j.tried_action AS tried_action, j.shown AS shown,
    j.tried_file AS tried_file, j.tried_row AS tried_row, j.has_failed AS has_failed,
    GREATEST(j.occurred_at, l.latest_at) AS began_by,
    GREATEST(j.missing_at, c.covered_to) AS missing_until,
    COALESCE(j.done_at, j.turned_at) AS ended_at
  FROM joined AS j
  LEFT JOIN latest AS l ON l.start_no = j.start_no AND l.target = j.target
  LEFT JOIN covered AS c ON c.start_no = j.start_no AND c.target = j.target
)
SELECT
  'intent' AS subject_kind,
  tried_action || ' ' || shown AS subject,
  target AS system,
  person_id,
  account_key,
  occurred_at AS began_lo,
  began_by AS began_hi,
  CASE WHEN ended_at IS NOT NULL THEN LEAST(ended_at, missing_until) END AS ended_lo,
  ended_at AS ended_hi,
  CASE WHEN ended_at IS NULL THEN LEAST(missing_until, :as_of) END AS seen_until,
  CASE WHEN ended_at IS NULL THEN 'open' ELSE 'closed' END AS state,
  action || ' in ' || origin || CASE
    WHEN done_at IS NOT NULL AND has_failed = 1 THEN ', attempts failed before'
    WHEN done_at IS NOT NULL THEN ''
    WHEN turned_at IS NOT NULL THEN ', attempts failed until it was taken back'
    ELSE ', attempts failed'
  END AS note,
  began_file,
  began_row,
  tried_file AS ended_file,
  tried_row AS ended_row
FROM stated
