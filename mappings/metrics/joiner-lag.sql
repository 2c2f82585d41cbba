/*---
id = "joiner-lag"
order = 181
title = "Access after starting"
question = "How long did new people wait for the accounts that they are expected to have?"
remedy = "Give the person the account if it is still missing, and find out why it came late."
group = "joiners-movers"
shape = "duration"
unit = "person"
statistic = "survival"
needs = ["employments", "accounts"]
looks_at = "period"
depends_on = ["match", "access"]
definition = """
Population: each employment that began in the period, with each system in which the person is expected to have an \
account. Those are the systems that the roles of the policy give to the position that the person had at the start; where \
the policy has no role that gives an account, those in which more than half of the people employed at the as-of time \
have one. A rehire begins again. A stay begins at the official start, or when the position is surely known to fit the \
role if that is later. It ends when an account of the person in that system could first sign in at or after the start; \
an account that could sign in at the start gives no stay. Without such an account the stay is open, observed until the \
newest account list of the system. Where an account there may belong to the person, where the account list is older than \
the start, where the person left before access was seen, or where HR gives no start date, or none that is understood, \
the item is unknown. Service, shared, break-glass and agent accounts count for nobody."""
caveats = [
  "A system without an account list says nothing: what is expected there is unknown.",
  "Without roles in the policy the expected systems are only what is usual; then a system that few people need is not looked at.",
  "An account counts from its creation unless a log or an export shows that it could not sign in.",
]

[reason]
open = "{person} had no access to {system} {length} after starting on {began} ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person} started on {began} and had access to {system} only on {ended}, {length} later; the limit is {limit}, exceeded by {over}"
indeterminate = "{person} started on {began}; when access to {system} began is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH starts AS (
  SELECT
    e.person_id AS person_id, e.started_at AS start_at,
    -- somebody who has left, or may have, is no longer waiting
    CASE WHEN e.basis = 'undated' THEN COALESCE(e.left_lo, e.started_at) ELSE COALESCE(e.left_lo, e.ended_at, e.ended_lo) END AS left_lo,
    COALESCE(e.left_hi, e.ended_at, e.ended_hi) AS left_hi,
    e.src_file AS start_file, e.src_row AS start_row
  FROM employments AS e
  WHERE e.started_at >= :period_from AND e.started_at < :period_to AND e.started_at <= :as_of
),
undated AS (
  SELECT e.person_id AS person_id, e.src_file AS start_file, e.src_row AS start_row,
    CASE WHEN u.unread_person IS NULL THEN 'HR gives no start date' ELSE 'start date not understood' END AS doubt
  FROM employments AS e
  LEFT JOIN (SELECT DISTINCT person_id AS unread_person FROM people WHERE unread LIKE '%;started;%') AS u
    ON u.unread_person = e.person_id
  WHERE e.started_at IS NULL AND (e.ended_at IS NULL OR e.ended_at >= :period_from)
),
account_roles AS (
  SELECT DISTINCT role, system FROM role_grants WHERE entitlement IS NULL
),
rules AS (
  SELECT COUNT(*) AS known FROM account_roles
),
by_role AS (
  SELECT s.person_id AS person_id, s.start_at AS start_at, g.system AS system,
    -- a position that the first evidence shows already counts from the start
    MIN(CASE WHEN r.from_lo IS NULL THEN s.start_at ELSE GREATEST(r.from_hi, s.start_at) END) AS held_by
  FROM starts AS s
  INNER JOIN role_spans AS r ON r.person_id = s.person_id
  INNER JOIN account_roles AS g ON g.role = r.role
  WHERE COALESCE(r.from_lo, s.start_at) <= s.start_at AND (r.to_hi IS NULL OR r.to_lo > s.start_at)
  GROUP BY s.person_id, s.start_at, g.system
),
staff AS (
  SELECT DISTINCT person_id
  FROM employments
  WHERE COALESCE(started_at, :as_of) <= :as_of AND (ended_at IS NULL OR ended_at > :as_of)
),
usual AS (
  SELECT h.system AS system, COUNT(*) AS holders
  FROM (SELECT DISTINCT system, person_id FROM accounts WHERE person_id IS NOT NULL) AS h
  INNER JOIN staff AS f ON f.person_id = h.person_id
  GROUP BY h.system
),
everyone AS (
  SELECT COUNT(*) AS heads FROM staff
),
expected AS (
  SELECT person_id, start_at, system, held_by FROM by_role
  UNION ALL
  SELECT s.person_id AS person_id, s.start_at AS start_at, u.system AS system, s.start_at AS held_by
  FROM starts AS s
  CROSS JOIN usual AS u
  CROSS JOIN everyone AS e
  CROSS JOIN rules AS k
  WHERE k.known = 0 AND u.holders * 2 > e.heads
),
lists AS (
  SELECT system AS list_system, MAX(observed_at) AS newest_at FROM accounts GROUP BY system
),
owned AS (
  SELECT x.person_id AS person_id, x.start_at AS start_at, x.system AS system, a.account_key AS account_key,
    a.status AS status, a.unread AS unread, a.src_file AS account_file, a.src_row AS account_row,
    ROW_NUMBER() OVER (
      PARTITION BY x.person_id, x.start_at, x.system ORDER BY a.src_file, a.src_row, a.account_key
    ) AS place
  FROM expected AS x
  INNER JOIN accounts AS a ON a.person_id = x.person_id AND a.system = x.system
  WHERE (a.kind IS NULL OR a.kind NOT IN ('service', 'shared', 'break_glass', 'agent'))
    AND (a.created_at IS NULL OR a.created_at <= :as_of)
),
-- what the states of these accounts say of the time from the start on
steps AS (
  SELECT o.person_id AS person_id, o.start_at AS start_at, o.system AS system, o.account_key AS account_key,
    CASE WHEN s.enabled THEN GREATEST(s.from_lo, o.start_at) END AS on_lo,
    CASE WHEN s.enabled AND (s.to_hi IS NULL OR s.to_lo > o.start_at)
      THEN GREATEST(COALESCE(s.from_hi, s.seen_until), o.start_at) END AS on_hi,
    CASE WHEN NOT s.enabled AND s.to_hi IS NULL
      THEN GREATEST(s.seen_until, s.from_hi, CASE WHEN s.basis = 'absence' OR o.status = 'deleted' THEN l.newest_at END) END AS off_seen,
    s.src_file AS state_file, s.src_row AS state_row
  FROM owned AS o
  INNER JOIN account_states AS s ON s.account_key = o.account_key
  LEFT JOIN lists AS l ON l.list_system = o.system
  WHERE s.enabled IS NOT NULL AND (s.to_hi IS NULL OR s.to_hi > o.start_at)
),
reached AS (
  SELECT person_id, start_at, system, MIN(on_lo) AS on_lo, MIN(on_hi) AS on_hi, MAX(off_seen) AS off_seen
  FROM steps
  GROUP BY person_id, start_at, system
),
shown AS (
  SELECT person_id, start_at, system, state_file, state_row,
    ROW_NUMBER() OVER (PARTITION BY person_id, start_at, system ORDER BY on_hi, on_lo, state_file, state_row) AS place
  FROM steps
  WHERE on_hi IS NOT NULL
),
-- accounts of which nobody can say whether they can sign in
blind AS (
  SELECT o.person_id AS person_id, o.start_at AS start_at, o.system AS system, COUNT(*) AS accounts_found,
    SUM(CASE WHEN k.known_account IS NULL OR o.unread LIKE '%;status;%' THEN 1 ELSE 0 END) AS unclear
  FROM owned AS o
  LEFT JOIN (SELECT DISTINCT account_key AS known_account FROM account_states WHERE enabled IS NOT NULL) AS k
    ON k.known_account = o.account_key
  GROUP BY o.person_id, o.start_at, o.system
),
possible AS (
  SELECT DISTINCT c.person_id AS person_id, a.system AS system
  FROM candidates AS c
  INNER JOIN accounts AS a ON a.account_key = c.account_key
  WHERE a.person_id IS NULL
),
judged AS (
  SELECT
    x.person_id AS person_id, x.system AS system, x.start_at AS start_at, x.held_by AS held_by,
    CASE WHEN r.on_lo <= :as_of THEN r.on_lo END AS on_lo,
    CASE WHEN r.on_lo <= :as_of THEN r.on_hi END AS on_hi,
    s.left_lo AS left_lo, s.left_hi AS left_hi,
    LEAST(r.off_seen, :as_of) AS off_seen, LEAST(l.newest_at, :as_of) AS list_seen,
    o.account_key AS account_key,
    s.start_file AS start_file, s.start_row AS start_row,
    COALESCE(w.state_file, o.account_file, s.start_file) AS ended_file,
    COALESCE(w.state_row, o.account_row, s.start_row) AS ended_row,
    CASE
      WHEN r.on_lo <= :as_of AND r.on_hi <= x.held_by THEN 'by the start'
      WHEN r.on_lo <= :as_of AND r.on_hi IS NOT NULL THEN 'later'
      WHEN r.on_lo <= :as_of THEN 'around'
      WHEN s.left_lo <= :as_of THEN 'left'
      WHEN r.on_lo > :as_of THEN 'after'
      WHEN b.unclear > 0 THEN 'unclear'
      WHEN p.person_id IS NOT NULL THEN 'possible'
      WHEN r.off_seen > x.start_at THEN 'off'
      WHEN b.accounts_found > 0 THEN 'unseen'
      WHEN l.newest_at IS NULL THEN 'no list'
      WHEN l.newest_at > x.start_at AND :as_of > x.start_at THEN 'none there'
      ELSE 'old list'
    END AS outcome
  FROM expected AS x
  INNER JOIN starts AS s ON s.person_id = x.person_id AND s.start_at = x.start_at
  LEFT JOIN reached AS r ON r.person_id = x.person_id AND r.start_at = x.start_at AND r.system = x.system
  LEFT JOIN (SELECT * FROM shown WHERE place = 1) AS w
    ON w.person_id = x.person_id AND w.start_at = x.start_at AND w.system = x.system
  LEFT JOIN (SELECT * FROM owned WHERE place = 1) AS o
    ON o.person_id = x.person_id AND o.start_at = x.start_at AND o.system = x.system
  LEFT JOIN blind AS b ON b.person_id = x.person_id AND b.start_at = x.start_at AND b.system = x.system
  LEFT JOIN possible AS p ON p.person_id = x.person_id AND p.system = x.system
  LEFT JOIN lists AS l ON l.list_system = x.system
)
SELECT
  'person' AS subject_kind,
  person_id || ' in ' || system AS subject,
  system,
  person_id,
  account_key,
  start_at AS began_lo,
  held_by AS began_hi,
  CASE WHEN outcome = 'later' THEN GREATEST(start_at, LEAST(on_lo, left_lo)) END AS ended_lo,
  CASE WHEN outcome = 'later' THEN GREATEST(start_at, LEAST(on_hi, left_hi)) END AS ended_hi,
  CASE WHEN outcome = 'after' THEN :as_of WHEN outcome = 'off' THEN off_seen WHEN outcome = 'none there' THEN list_seen END AS seen_until,
  CASE
    WHEN outcome = 'by the start' THEN 'none'
    WHEN outcome = 'later' THEN 'closed'
    WHEN outcome IN ('after', 'off', 'none there') THEN 'open'
    ELSE 'unknown'
  END AS state,
  CASE
    WHEN outcome = 'by the start' THEN 'access by the start'
    WHEN outcome = 'later' AND left_hi <= on_lo THEN 'left before there was access'
    WHEN outcome = 'later' AND on_lo < on_hi THEN 'seen only with access, not since when'
    WHEN outcome = 'later' THEN 'access given later'
    WHEN outcome = 'around' THEN 'access ended around the start'
    WHEN outcome = 'left' THEN 'left before access was seen'
    WHEN outcome = 'after' THEN 'access given only after the as-of time'
    WHEN outcome = 'unclear' THEN 'no evidence of whether the account could sign in'
    WHEN outcome = 'possible' THEN 'an account there matches more than one person'
    WHEN outcome = 'off' THEN 'the account there cannot sign in'
    WHEN outcome = 'unseen' THEN 'not observed since the start'
    WHEN outcome = 'no list' THEN 'no account list of the system'
    WHEN outcome = 'none there' THEN 'no account found'
    ELSE 'the account list is older than the start'
  END AS note,
  start_file AS began_file,
  start_row AS began_row,
  ended_file,
  ended_row
FROM judged
UNION ALL
SELECT
  'person' AS subject_kind,
  person_id AS subject,
  CAST(NULL AS STRING) AS system,
  person_id,
  CAST(NULL AS STRING) AS account_key,
  CAST(NULL AS BIGINT) AS began_lo,
  CAST(NULL AS BIGINT) AS began_hi,
  CAST(NULL AS BIGINT) AS ended_lo,
  CAST(NULL AS BIGINT) AS ended_hi,
  CAST(NULL AS BIGINT) AS seen_until,
  'unknown' AS state,
  doubt AS note,
  start_file AS began_file,
  start_row AS began_row,
  start_file AS ended_file,
  start_row AS ended_row
FROM undated
