/*
  Views that several metrics share. Each begins with `-- view: name` and is one SELECT over the canonical tables and
  the views above it; on another engine the same text runs as CREATE VIEW name AS …

  Terms: times are whole microseconds since 1970 UTC; a pair _lo, _hi bounds an instant that is not known exactly, and
  a bound that is missing is as wide as it can be. GREATEST and LEAST pass over what is missing.

  The report speaks about :as_of, but exports are often taken some days later. So
  - an end that surely lies after :as_of does not count: the stay is open, observed until :as_of;
  - an end that may lie before :as_of counts as an end with its bounds, even if the upper bound is after :as_of;
  - an observation after :as_of counts as one at :as_of: seen_until is never later;
  - lengths are cut at nothing else.

  Silence is evidence only inside one window of log_windows: what was seen in a state at some time of it, and is not
  logged to have changed, was in that state all the time of the window. Two sights say nothing about the time between
  them. Where evidence has to reach a moment, it may fall short of it by a day (86400000000 microseconds).
*/

-- view: leaves
-- Employments that were over at :as_of, or may have been. doubt: why the leave instant is not known at all.
-- in_period: the leave lies, or may lie, in the period. next_at: hired again, if ever; back_at: by :as_of; else the person
-- has departed.
WITH unreadable AS (
  SELECT DISTINCT person_id AS unread_person
  FROM people
  WHERE unread LIKE '%;ended;%' OR unread LIKE '%;status;%'
),
dated AS (
  SELECT
    e.person_id AS person_id,
    -- tells the leaves of one person apart
    COALESCE(e.ended_at, 9000000000000000000) AS leave_at,
    CASE
      WHEN e.ended_at IS NULL THEN CAST(NULL AS BIGINT)
      WHEN e.basis IN ('absence', 'undated') THEN e.left_lo
      ELSE COALESCE(e.left_lo, e.ended_at)
    END AS left_lo,
    CASE WHEN e.ended_at IS NULL THEN :as_of ELSE COALESCE(e.left_hi, e.ended_at) END AS left_hi,
    e.end_recorded_at AS recorded_at,
    e.next_started_at AS next_at,
    CASE WHEN e.next_started_at <= :as_of THEN e.next_started_at END AS back_at,
    CASE
      WHEN e.ended_at IS NULL THEN 'what HR says of the end was not understood'
      WHEN e.basis = 'undated' AND e.left_lo IS NULL THEN 'HR gives no leave date'
    END AS doubt,
    e.src_file AS left_file,
    e.src_row AS left_row
  FROM employments AS e
  LEFT JOIN unreadable AS u ON u.unread_person = e.person_id
  WHERE e.ended_at IS NOT NULL OR (u.unread_person IS NOT NULL AND COALESCE(e.started_at, :as_of) <= :as_of)
)
SELECT
  person_id, leave_at, left_lo, left_hi, recorded_at, next_at, back_at, doubt, left_file, left_row,
  CASE WHEN left_hi >= :period_from AND COALESCE(left_lo, :period_from) < :period_to THEN 1 ELSE 0 END AS in_period
FROM dated
WHERE COALESCE(left_lo, :as_of) <= :as_of

-- view: leavers
-- Leaves of the period. Leave dates still to come are outside every population.
SELECT person_id, leave_at, left_lo, left_hi, recorded_at, back_at, doubt, left_file, left_row
FROM leaves
WHERE in_period = 1

-- view: departed
-- People who are not employed at :as_of, or may not be, whenever they left: one row per person.
SELECT person_id, leave_at, left_lo, left_hi, doubt, left_file, left_row
FROM leaves
WHERE back_at IS NULL

-- view: leaver_pairs
-- One row per account and leave: leaves of the period, and those of departed people whenever they left. An account that
-- more than one person may own is a pair of each of them (possible = 1): its stay may never have begun. outside: why the
-- pair is in no population; guests are looked at only after the leave (guest = 1).
WITH ties AS (
  SELECT l.person_id AS person_id, l.leave_at AS leave_at, a.account_key AS account_key, 0 AS possible
  FROM leaves AS l
  INNER JOIN accounts AS a ON a.person_id = l.person_id
  WHERE l.in_period = 1 OR l.back_at IS NULL
  UNION ALL
  SELECT l.person_id AS person_id, l.leave_at AS leave_at, c.account_key AS account_key, 1 AS possible
  FROM leaves AS l
  INNER JOIN (SELECT DISTINCT account_key, person_id FROM candidates) AS c ON c.person_id = l.person_id
  WHERE l.in_period = 1 OR l.back_at IS NULL
)
SELECT
  l.person_id AS person_id,
  l.leave_at AS leave_at,
  l.left_lo AS left_lo,
  l.left_hi AS left_hi,
  l.recorded_at AS recorded_at,
  l.next_at AS next_at,
  l.back_at AS back_at,
  l.in_period AS in_period,
  CASE WHEN l.back_at IS NULL THEN 1 ELSE 0 END AS departed,
  l.doubt AS doubt,
  l.left_file AS left_file,
  l.left_row AS left_row,
  t.possible AS possible,
  CASE WHEN t.possible = 1 THEN 'more than one person matches' END AS shared,
  GREATEST(l.left_lo, a.created_at) AS began_lo,
  CASE WHEN t.possible = 1 THEN GREATEST(l.left_hi, a.created_at, :as_of) ELSE GREATEST(l.left_hi, a.created_at) END AS began_hi,
  a.account_key AS account_key,
  a.system AS system,
  COALESCE(a.username, a.email, a.account_id) AS subject,
  a.created_at AS created_at,
  a.privileged AS privileged,
  a.status AS status,
  a.disabled_lo AS disabled_lo,
  a.disabled_hi AS disabled_hi,
  a.changed_at AS changed_at,
  a.activity AS activity,
  a.last_seen_lo AS last_seen_lo,
  a.last_seen_hi AS last_seen_hi,
  a.observed_at AS observed_at,
  a.unread AS unread,
  a.src_file AS account_file,
  a.src_row AS account_row,
  CASE WHEN a.kind = 'guest' THEN 1 ELSE 0 END AS guest,
  CASE
    WHEN a.kind = 'service' THEN 'service account'
    WHEN a.kind = 'shared' THEN 'shared account'
    WHEN a.kind = 'break_glass' THEN 'break-glass account'
    WHEN a.kind = 'agent' THEN 'agent account'
    WHEN a.created_at > :as_of THEN 'created after the as-of time'
    WHEN a.created_at >= l.back_at THEN 'created for the next employment'
  END AS outside
FROM ties AS t
INNER JOIN leaves AS l ON l.person_id = t.person_id AND l.leave_at = t.leave_at
INNER JOIN accounts AS a ON a.account_key = t.account_key
WHERE t.possible = 0 OR a.person_id IS NULL

-- view: leaver_states
-- The state intervals of these accounts. first_seen: the instant by which the interval had surely begun. The state is
-- proven over [first_seen, first_to] and over [last_from, last_to]: its first and its last sight, and the windows of the
-- log of changes around them.
WITH paired AS (
  SELECT
    p.account_key AS account_key, p.person_id AS person_id, p.leave_at AS leave_at, p.left_lo AS left_lo,
    p.left_hi AS left_hi, p.next_at AS next_at, p.back_at AS back_at, p.system AS system, s.enabled AS enabled, s.from_lo AS from_lo,
    COALESCE(s.from_hi, s.seen_until) AS first_seen, s.to_lo AS to_lo, s.to_hi AS to_hi,
    GREATEST(s.seen_until, s.from_hi) AS seen_until, s.basis AS basis, s.src_file AS state_file, s.src_row AS state_row
  FROM leaver_pairs AS p
  INNER JOIN account_states AS s ON s.account_key = p.account_key
  WHERE p.outside IS NULL AND s.enabled IS NOT NULL
),
windows AS (
  SELECT system AS log_system, covers_from, covers_to FROM log_windows WHERE about = 'changes'
),
first_windows AS (
  SELECT p.account_key AS account_key, p.person_id AS person_id, p.leave_at AS leave_at, p.first_seen AS first_seen,
    MAX(w.covers_to) AS covers_to
  FROM paired AS p
  INNER JOIN windows AS w ON w.log_system = p.system
  WHERE w.covers_from <= p.first_seen AND w.covers_to >= p.first_seen
  GROUP BY p.account_key, p.person_id, p.leave_at, p.first_seen
),
last_windows AS (
  SELECT p.account_key AS account_key, p.person_id AS person_id, p.leave_at AS leave_at, p.seen_until AS seen_until,
    MIN(w.covers_from) AS covers_from, MAX(w.covers_to) AS covers_to
  FROM paired AS p
  INNER JOIN windows AS w ON w.log_system = p.system
  WHERE w.covers_from <= p.seen_until AND w.covers_to >= p.seen_until
  GROUP BY p.account_key, p.person_id, p.leave_at, p.seen_until
)
SELECT
  p.account_key AS account_key, p.person_id AS person_id, p.leave_at AS leave_at, p.left_lo AS left_lo,
  p.left_hi AS left_hi, p.next_at AS next_at, p.back_at AS back_at, p.enabled AS enabled, p.from_lo AS from_lo, p.first_seen AS first_seen,
  p.to_lo AS to_lo, p.to_hi AS to_hi, p.seen_until AS seen_until, p.basis AS basis, p.state_file AS state_file,
  p.state_row AS state_row,
  GREATEST(p.first_seen, LEAST(GREATEST(p.first_seen, f.covers_to), p.to_lo)) AS first_to,
  GREATEST(p.first_seen, LEAST(p.seen_until, COALESCE(l.covers_from, p.seen_until))) AS last_from,
  GREATEST(p.seen_until, LEAST(GREATEST(p.seen_until, l.covers_to), p.to_lo)) AS last_to
FROM paired AS p
LEFT JOIN first_windows AS f ON f.account_key = p.account_key AND f.person_id = p.person_id
  AND f.leave_at = p.leave_at AND f.first_seen = p.first_seen
LEFT JOIN last_windows AS l ON l.account_key = p.account_key AND l.person_id = p.person_id
  AND l.leave_at = p.leave_at AND l.seen_until = p.seen_until

-- view: leaver_returns
-- The times at which access came back to these accounts after the leave, before any new employment, until it ended.
WITH chained AS (
  SELECT *,
    LAG(enabled) OVER (
      PARTITION BY account_key, person_id, leave_at
      ORDER BY COALESCE(from_lo, -9000000000000000000), first_seen, state_file, state_row
    ) AS before_enabled
  FROM leaver_states
)
SELECT account_key, person_id, leave_at, from_lo, first_seen, to_lo, to_hi, state_file, state_row,
  -- until when it was surely open, before any new employment
  CASE
    WHEN back_at IS NULL OR COALESCE(to_lo, seen_until) < back_at THEN COALESCE(to_lo, seen_until)
    WHEN last_from < back_at THEN back_at
    ELSE LEAST(first_to, back_at)
  END AS open_until,
  -- an export shows what was there before it was taken: a return that nothing dates lies a microsecond before it
  CASE WHEN from_lo < first_seen THEN first_seen - 1 ELSE first_seen END AS from_hi
FROM chained
WHERE enabled AND NOT before_enabled AND (left_lo IS NULL OR first_seen > left_lo) AND from_lo <= :as_of
  AND (back_at IS NULL OR from_lo < back_at)

-- view: leaver_uses
-- Uses of these accounts and of their credentials that may lie after the leave, before any new employment and not after
-- :as_of. use_lo is missing where only attempts are known. A use of a day, or by then, came before an end of access that
-- is known to lie in that time.
WITH given AS (
  SELECT p.account_key AS account_key, p.person_id AS person_id, p.leave_at AS leave_at, p.back_at AS back_at,
    p.left_lo AS left_lo, e.occurred_at AS use_lo, e.occurred_at AS use_hi, e.src_file AS use_file, e.src_row AS use_row,
    'sign-in event' AS shown_by
  FROM leaver_pairs AS p
  INNER JOIN (SELECT * FROM events WHERE action = 'sign_in' AND outcome = 'success' AND occurred_at <= :as_of) AS e
    ON e.account_key = p.account_key
  WHERE p.outside IS NULL
  UNION ALL
  SELECT p.account_key AS account_key, p.person_id AS person_id, p.leave_at AS leave_at, p.back_at AS back_at,
    p.left_lo AS left_lo, c.last_used_lo AS use_lo, c.last_used_hi AS use_hi, c.src_file AS use_file,
    c.src_row AS use_row, 'last use of a credential' AS shown_by
  FROM leaver_pairs AS p
  INNER JOIN (SELECT * FROM credentials WHERE last_used_hi IS NOT NULL) AS c ON c.account_key = p.account_key
  WHERE p.outside IS NULL
  UNION ALL
  SELECT account_key, person_id, leave_at, back_at, left_lo, last_seen_lo AS use_lo, last_seen_hi AS use_hi,
    account_file AS use_file, account_row AS use_row, 'last use given by the system' AS shown_by
  FROM leaver_pairs
  WHERE outside IS NULL AND last_seen_hi IS NOT NULL
),
after AS (
  SELECT * FROM given
  WHERE (left_lo IS NULL OR use_hi > left_lo)
    AND ((use_lo IS NULL AND use_hi <= :as_of AND (back_at IS NULL OR use_hi < back_at))
      OR (use_lo <= :as_of AND (back_at IS NULL OR use_lo < back_at)))
),
-- ends of access that lie in the time of an uncertain use, and last beyond it
ends AS (
  SELECT u.account_key AS account_key, u.person_id AS person_id, u.leave_at AS leave_at, u.use_hi AS use_hi,
    MIN(s.first_seen) AS off_at
  FROM (SELECT DISTINCT account_key, person_id, leave_at, use_lo, use_hi FROM after
    WHERE use_lo IS NULL OR use_lo < use_hi) AS u
  INNER JOIN leaver_states AS s ON s.account_key = u.account_key AND s.person_id = u.person_id AND s.leave_at = u.leave_at
  WHERE NOT s.enabled AND s.first_seen < u.use_hi AND s.first_seen >= COALESCE(u.use_lo, s.first_seen)
    AND (s.to_lo IS NULL OR s.to_lo >= u.use_hi)
  GROUP BY u.account_key, u.person_id, u.leave_at, u.use_hi
),
cut AS (
  SELECT u.account_key AS account_key, u.person_id AS person_id, u.leave_at AS leave_at, u.left_lo AS left_lo,
    -- a day that a new employment, or :as_of, divides: whether the use came before is not known
    CASE WHEN u.use_lo < u.use_hi AND (u.use_hi > u.back_at OR u.use_hi > :as_of) THEN CAST(NULL AS BIGINT) ELSE u.use_lo END AS use_lo,
    LEAST(u.use_hi, CASE WHEN u.use_lo IS NULL OR u.use_lo < u.use_hi THEN e.off_at END, u.back_at, :as_of) AS use_hi,
    u.use_file AS use_file, u.use_row AS use_row, u.shown_by AS shown_by
  FROM after AS u
  LEFT JOIN ends AS e ON e.account_key = u.account_key AND e.person_id = u.person_id AND e.leave_at = u.leave_at
    AND e.use_hi = u.use_hi
)
SELECT account_key, person_id, leave_at, use_lo, use_hi, use_file, use_row, shown_by
FROM cut
WHERE left_lo IS NULL OR use_hi > left_lo

-- view: leaver_ends
-- For each pair and clock ('left': from the leave; 'told': from the later of leave and its recording): when the account
-- could no longer sign in. An account created later begins at its creation. A stay is certain only as far as something
-- was seen within it, or a log was silent.
WITH clocks AS (
  SELECT 'left' AS clock, account_key, person_id, leave_at, back_at, guest, doubt, shared, status, began_lo, began_hi,
    -- for the steps below: the earliest instant that matters, and the latest that the leave can have
    GREATEST(COALESCE(left_lo, LEAST(:period_from, left_hi)), created_at) AS run_lo,
    GREATEST(left_hi, created_at) AS run_hi
  FROM leaver_pairs
  WHERE outside IS NULL
  UNION ALL
  SELECT 'told' AS clock, account_key, person_id, leave_at, back_at, guest, doubt, shared, status,
    GREATEST(began_lo, recorded_at) AS began_lo, GREATEST(began_hi, recorded_at) AS began_hi,
    GREATEST(COALESCE(left_lo, LEAST(:period_from, left_hi)), recorded_at, created_at) AS run_lo,
    GREATEST(left_hi, recorded_at, created_at) AS run_hi
  FROM leaver_pairs
  WHERE outside IS NULL AND in_period = 1 AND recorded_at <= :as_of
),
steps AS (
  SELECT
    c.clock AS clock, c.account_key AS account_key, c.person_id AS person_id, c.leave_at AS leave_at,
    c.run_lo AS run_lo, c.run_hi AS run_hi, s.next_at AS next_at, s.enabled AS enabled, s.from_lo AS from_lo,
    s.first_seen AS first_seen, s.to_lo AS to_lo, s.to_hi AS to_hi, s.seen_until AS seen_until,
    s.first_to AS first_to, s.last_from AS last_from, s.last_to AS last_to, s.basis AS basis,
    CASE WHEN s.first_to < s.next_at THEN s.first_to ELSE s.next_at END AS first_open_to,
    CASE WHEN s.last_to < s.next_at THEN s.last_to ELSE s.next_at END AS last_open_to,
    s.state_file AS state_file, s.state_row AS state_row
  FROM clocks AS c
  INNER JOIN leaver_states AS s ON s.account_key = c.account_key AND s.person_id = c.person_id AND s.leave_at = c.leave_at
),
-- states without access that surely lasted beyond the beginning, the earliest first
ranked AS (
  SELECT clock, account_key, person_id, leave_at, from_lo, first_seen, to_lo, last_to, basis, state_file, state_row,
    ROW_NUMBER() OVER (
      PARTITION BY clock, account_key, person_id, leave_at
      ORDER BY COALESCE(from_lo, -9000000000000000000), first_seen, state_file, state_row
    ) AS place
  FROM steps
  WHERE NOT enabled AND (to_lo IS NULL OR to_lo > run_lo)
),
stops AS (
  SELECT clock, account_key, person_id, leave_at, from_lo AS stop_lo, first_seen AS stop_hi, to_lo AS off_until,
    last_to AS off_seen, basis, state_file AS stop_file, state_row AS stop_row
  FROM ranked
  WHERE place = 1
),
-- what was observed: the last sight of access, before a new employment if there is one, and an access that came back at
-- an unknown moment around the beginning
sights AS (
  SELECT clock, account_key, person_id, leave_at,
    MAX(CASE WHEN enabled AND next_at IS NULL THEN CASE WHEN seen_until >= run_lo THEN seen_until ELSE last_to END END) AS last_open,
    MAX(CASE WHEN enabled AND first_seen < next_at AND first_to >= run_lo THEN first_open_to END) AS open_first,
    MAX(CASE WHEN enabled AND last_from < next_at AND last_to >= run_lo THEN last_open_to END) AS open_last,
    MAX(CASE WHEN NOT enabled AND to_lo <= run_lo AND to_hi > run_lo THEN to_hi END) AS maybe_off_until
  FROM steps
  GROUP BY clock, account_key, person_id, leave_at
),
sign_ins AS (
  SELECT c.clock AS clock, c.account_key AS account_key, c.person_id AS person_id, c.leave_at AS leave_at,
    MAX(u.use_lo) AS last_use
  FROM clocks AS c
  INNER JOIN leaver_uses AS u ON u.account_key = c.account_key AND u.person_id = c.person_id AND u.leave_at = c.leave_at
  WHERE u.use_lo >= c.run_lo AND u.shown_by <> 'last use of a credential'
  GROUP BY c.clock, c.account_key, c.person_id, c.leave_at
),
joined AS (
  SELECT
    c.clock AS clock, c.account_key AS account_key, c.person_id AS person_id, c.leave_at AS leave_at,
    c.back_at AS back_at, c.guest AS guest, c.doubt AS doubt, c.shared AS shared, c.began_lo AS began_lo, c.began_hi AS began_hi,
    c.run_lo AS run_lo, GREATEST(g.last_open, g.open_first, g.open_last, i.last_use) AS last_within, g.maybe_off_until AS maybe_off_until,
    x.stop_lo AS stop_lo, x.stop_hi AS stop_hi, x.stop_file AS stop_file, x.stop_row AS stop_row,
    CASE
      WHEN g.account_key IS NULL AND i.account_key IS NULL THEN 'nothing'
      WHEN c.run_hi >= c.back_at THEN 'late'
      WHEN x.stop_hi <= c.run_lo AND x.off_until < c.run_hi THEN 'between'
      WHEN x.stop_hi <= c.run_lo AND x.off_until IS NULL AND x.off_seen < c.run_hi - 86400000000
        AND x.basis <> 'absence' AND c.status <> 'deleted' THEN 'unseen'
      WHEN x.stop_hi <= c.run_lo THEN 'before'
      WHEN c.doubt IS NOT NULL THEN 'doubt'
      WHEN x.stop_hi IS NOT NULL AND COALESCE(x.stop_lo, c.run_lo) <= :as_of
        AND (c.back_at IS NULL OR COALESCE(x.stop_lo, c.run_lo) < c.back_at) THEN
        CASE WHEN x.off_until < c.run_hi THEN 'between' ELSE 'stopped' END
      WHEN c.back_at IS NOT NULL THEN 'back'
      WHEN x.stop_lo > :as_of THEN 'after'
      WHEN GREATEST(g.last_open, g.open_first, g.open_last, i.last_use) >= c.run_lo THEN 'open'
      ELSE 'unseen'
    END AS outcome
  FROM clocks AS c
  LEFT JOIN sights AS g ON g.clock = c.clock AND g.account_key = c.account_key AND g.person_id = c.person_id
    AND g.leave_at = c.leave_at
  LEFT JOIN sign_ins AS i ON i.clock = c.clock AND i.account_key = c.account_key AND i.person_id = c.person_id
    AND i.leave_at = c.leave_at
  LEFT JOIN stops AS x ON x.clock = c.clock AND x.account_key = c.account_key AND x.person_id = c.person_id
    AND x.leave_at = c.leave_at
)
SELECT
  clock, account_key, person_id, leave_at, guest, stop_file, stop_row,
  CASE
    WHEN outcome IN ('late', 'before') THEN 'none'
    WHEN outcome IN ('stopped', 'back') THEN 'closed'
    WHEN outcome IN ('after', 'open') THEN 'open'
    ELSE 'unknown'
  END AS state,
  began_lo,
  GREATEST(began_hi, maybe_off_until) AS began_hi,
  CASE
    WHEN outcome = 'stopped' THEN GREATEST(run_lo, stop_lo)
    WHEN outcome = 'back' THEN LEAST(back_at, GREATEST(run_lo, last_within))
  END AS ended_lo,
  CASE
    WHEN outcome = 'stopped' THEN LEAST(stop_hi, back_at)
    WHEN outcome = 'back' THEN back_at
  END AS ended_hi,
  CASE
    WHEN outcome = 'after' THEN :as_of
    WHEN outcome = 'open' THEN LEAST(last_within, :as_of)
  END AS seen_until,
  CASE
    WHEN outcome = 'nothing' THEN 'no evidence of whether the account could sign in'
    WHEN outcome = 'unseen' THEN 'not observed since the stay began'
    WHEN outcome = 'between' THEN 'access came and went around a leave that is not known exactly'
    WHEN outcome = 'doubt' THEN doubt
    WHEN outcome = 'late' THEN 'recorded after the person was hired again'
    WHEN outcome = 'before' THEN 'access had already ended'
    WHEN shared IS NOT NULL THEN shared
    WHEN outcome = 'back' AND last_within >= back_at THEN 'hired again'
    WHEN outcome = 'back' THEN 'hired again; access not observed until then'
    WHEN outcome = 'stopped' AND COALESCE(stop_lo, run_lo) < stop_hi AND stop_hi > run_lo THEN 'seen only as ended, not when'
    WHEN outcome = 'stopped' THEN 'access ended'
    WHEN outcome = 'after' THEN 'access ended only after the as-of time'
    ELSE 'access not seen to end'
  END AS note
FROM joined

-- view: leaver_standing
-- For each pair whose person has departed: whether the account could sign in at :as_of. standing: 'on', 'off'; 'maybe'
-- when access ended or came back around :as_of; 'stale' when it was last seen without access, and neither the newest
-- export of its system nor a log shows that it stayed so; 'late' when it was first seen, without access, more than a day
-- after :as_of; no row where nothing is known.
WITH begun AS (
  SELECT *, 0 - COALESCE(from_lo, -9000000000000000000) AS latest, 0 - first_seen AS latest_seen
  FROM leaver_states
  WHERE back_at IS NULL AND COALESCE(from_lo, :as_of) <= :as_of
),
ordered AS (
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY account_key, person_id, leave_at ORDER BY latest, latest_seen, state_file, state_row
    ) AS place
  FROM begun
),
newest AS (
  SELECT system AS export_system, MAX(observed_at) AS newest_at FROM accounts GROUP BY system
)
SELECT
  o.account_key AS account_key, o.person_id AS person_id, o.leave_at AS leave_at,
  CASE
    WHEN o.from_lo IS NOT NULL AND o.first_seen > :as_of THEN 'maybe'
    WHEN NOT o.enabled AND o.first_seen > :as_of + 86400000000 THEN 'late'
    WHEN o.enabled AND o.first_seen >= o.next_at THEN 'maybe'
    WHEN o.enabled THEN 'on'
    WHEN p.unread LIKE '%;status;%' THEN 'stale'
    WHEN o.basis = 'absence' OR p.status = 'deleted' OR o.last_to >= :as_of - 86400000000
      OR o.seen_until >= n.newest_at - 86400000000 THEN 'off'
    ELSE 'stale'
  END AS standing,
  LEAST(o.seen_until, :as_of) AS seen_until,
  o.state_file AS state_file,
  o.state_row AS state_row
FROM ordered AS o
INNER JOIN leaver_pairs AS p ON p.account_key = o.account_key AND p.person_id = o.person_id AND p.leave_at = o.leave_at
LEFT JOIN newest AS n ON n.export_system = p.system
WHERE o.place = 1

-- view: leaver_offs
-- For each pair the last time without access that lasts until :as_of, or until a new employment, as far as it is proven
-- from its beginning to there: by a log of changes, by the time of the last change that the system itself gives, or
-- because the account is gone, a log having covered the time until then. steady_from: since when it was surely without access.
WITH proven AS (
  SELECT p.account_key AS account_key, p.person_id AS person_id, p.leave_at AS leave_at, s.first_seen AS first_seen,
    CASE
      WHEN s.to_lo IS NULL AND (s.basis = 'absence'
        OR (p.status = 'deleted' AND p.disabled_hi <= s.first_seen)
        OR (p.status = 'deleted' AND s.seen_until <= s.first_to)
        OR (p.status IN ('disabled', 'suspended', 'deleted') AND p.disabled_lo <= s.first_seen)
        OR (p.status IN ('disabled', 'suspended', 'deleted') AND p.changed_at <= s.first_seen)) THEN s.first_seen
      WHEN s.first_to >= LEAST(p.back_at, :as_of) - 86400000000 THEN s.first_seen
      WHEN s.last_to >= LEAST(p.back_at, :as_of) - 86400000000 THEN s.last_from
    END AS steady_from
  FROM leaver_pairs AS p
  INNER JOIN leaver_states AS s ON s.account_key = p.account_key AND s.person_id = p.person_id AND s.leave_at = p.leave_at
  WHERE NOT s.enabled AND s.first_seen <= :as_of AND (p.back_at IS NULL OR s.first_seen < p.back_at)
    AND (s.to_lo IS NULL OR s.to_lo >= LEAST(p.back_at, :as_of))
)
SELECT account_key, person_id, leave_at, MIN(first_seen) AS off_at, MIN(steady_from) AS steady_from
FROM proven
GROUP BY account_key, person_id, leave_at

-- view: standing_then
-- Accounts whose state at :as_of is not the one that their newest export shows: it changed after :as_of, or around it; or a
-- log tells of a change by :as_of that is newer than that export.
SELECT s.account_key AS then_account,
  MAX(CASE
    WHEN s.to_lo <= :as_of THEN 'unknown'
    WHEN s.enabled THEN 'active'
    ELSE 'disabled'
  END) AS then_status
FROM account_states AS s
LEFT JOIN accounts AS a ON a.account_key = s.account_key
WHERE s.enabled IS NOT NULL
  AND (
    (s.to_hi > :as_of AND (s.from_lo IS NULL OR (s.from_lo <= :as_of AND s.from_hi <= :as_of)))
    OR (s.to_hi IS NULL AND s.basis = 'event' AND s.from_hi <= :as_of AND s.from_hi > a.observed_at
      AND ((s.enabled AND a.status IN ('disabled', 'suspended')) OR (NOT s.enabled AND a.status = 'active')))
  )
GROUP BY s.account_key

-- view: keys_then
-- Credentials whose standing at :as_of is another than their status and their expiry say. An export of later shows what they
-- became since: at :as_of they were active, or were made inactive around it. A use shows that an expiry before it did not
-- hold, and no expiry lies before the creation.
WITH told AS (
  SELECT system AS then_system, credential_id AS then_id,
    CASE
      WHEN status IN ('inactive', 'expired') AND (active_at >= :as_of OR last_used_lo >= :as_of) THEN 'active'
      WHEN status = 'expired' AND expires_at > :as_of AND observed_at >= expires_at THEN 'active'
      WHEN status = 'expired' AND expires_at <= :as_of THEN CAST(NULL AS STRING)
      WHEN status IN ('inactive', 'expired') AND gone_hi <= :as_of AND (last_used_lo IS NULL OR last_used_lo <= gone_hi)
        THEN CAST(NULL AS STRING)
      WHEN status IN ('inactive', 'expired') AND COALESCE(inactive_at, observed_at) > :as_of THEN 'around'
      WHEN status = 'active' AND expires_at < last_used_lo THEN 'active'
      WHEN status = 'active' AND expires_at < created_at THEN 'unclear'
    END AS standing
  FROM credentials
)
SELECT then_system, then_id, standing FROM told WHERE standing IS NOT NULL

-- view: leavers_without_account
-- Leavers of the period without any account in a system in which most of the people employed at :as_of have one.
WITH held AS (
  SELECT DISTINCT system, person_id FROM accounts WHERE person_id IS NOT NULL
),
staff AS (
  SELECT DISTINCT person_id
  FROM employments
  WHERE COALESCE(started_at, :as_of) <= :as_of AND (ended_at IS NULL OR ended_at > :as_of)
),
usual AS (
  SELECT h.system AS system, COUNT(*) AS holders
  FROM held AS h
  INNER JOIN staff AS s ON s.person_id = h.person_id
  GROUP BY h.system
),
everyone AS (
  SELECT COUNT(*) AS people FROM staff
),
expected AS (
  SELECT u.system AS system, l.person_id AS person_id, l.left_file AS left_file, l.left_row AS left_row
  FROM usual AS u
  CROSS JOIN everyone AS e
  CROSS JOIN leavers AS l
  WHERE u.holders * 2 > e.people
),
known AS (
  SELECT system, person_id FROM held
  UNION
  SELECT a.system AS system, c.person_id AS person_id
  FROM candidates AS c
  INNER JOIN accounts AS a ON a.account_key = c.account_key
)
SELECT x.person_id AS person_id, x.system AS system, MIN(x.left_file) AS left_file, MIN(x.left_row) AS left_row
FROM expected AS x
LEFT JOIN known AS k ON k.system = x.system AND k.person_id = x.person_id
WHERE k.person_id IS NULL
GROUP BY x.person_id, x.system

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
  MAX(CASE WHEN succeeded = 0 THEN occurred_at END) AS last_failed_at,
  MAX(CASE WHEN succeeded = 1 THEN occurred_at END) AS repaired_at,
  MAX(CASE WHEN succeeded = 1 THEN src_file END) AS repaired_file,
  MAX(CASE WHEN succeeded = 1 THEN src_row END) AS repaired_row,
  MAX(CASE WHEN succeeded = 1 THEN by_hand ELSE 0 END) AS repaired_by_hand
FROM marked
GROUP BY system, target, action, detail, intent, round
HAVING SUM(CASE WHEN succeeded = 0 AND occurred_at >= :period_from AND occurred_at < :period_to THEN 1 ELSE 0 END) > 0

-- view: leaver_owned
-- Service, agent, shared and break-glass accounts that a departed person owned, or may have owned, at the leave or since:
-- one row per account and person. secret: whether what the person may know was changed, in [changed_lo, changed_hi];
-- standing: the access at :as_of, as far as it is known. perhaps: the owner may have changed before the leave.
WITH named AS (
  SELECT account_key, owner_person_id AS leaver, from_lo, from_hi, to_lo, to_hi
  FROM ownerships
  WHERE account_key IS NOT NULL AND owner_person_id IS NOT NULL
  UNION ALL
  -- an owner whose history is not known
  SELECT a.account_key AS account_key, a.owner_person_id AS leaver, CAST(NULL AS BIGINT) AS from_lo,
    CAST(NULL AS BIGINT) AS from_hi, CAST(NULL AS BIGINT) AS to_lo, CAST(NULL AS BIGINT) AS to_hi
  FROM accounts AS a
  LEFT JOIN (SELECT DISTINCT account_key AS told_account FROM ownerships WHERE account_key IS NOT NULL) AS h
    ON h.told_account = a.account_key
  WHERE a.owner_person_id IS NOT NULL AND h.told_account IS NULL
),
-- what a leaver owned, or may have owned, at the leave; still: named until the last observation
owned AS (
  SELECT n.account_key AS account_key, n.leaver AS leaver, a.system AS system, d.left_lo AS left_lo, d.left_hi AS left_hi,
    d.doubt AS doubt, d.left_file AS left_file, d.left_row AS left_row,
    MAX(CASE WHEN n.to_hi IS NULL OR n.to_lo > :as_of THEN 1 ELSE 0 END) AS still,
    MAX(n.to_lo) AS named_until,
    MIN(COALESCE(n.from_lo, -9000000000000000000)) AS named_lo,
    MIN(CASE WHEN n.from_lo IS NULL THEN -9000000000000000000 ELSE COALESCE(n.from_hi, n.from_lo) END) AS named_hi
  FROM named AS n
  INNER JOIN departed AS d ON d.person_id = n.leaver
  INNER JOIN accounts AS a ON a.account_key = n.account_key
  WHERE (a.kind IN ('service', 'agent', 'shared', 'break_glass') OR a.unread LIKE '%;kind;%')
    AND (n.to_hi IS NULL OR d.left_lo IS NULL OR n.to_hi > d.left_lo) AND COALESCE(n.from_lo, :as_of) <= :as_of
  GROUP BY n.account_key, n.leaver, a.system, d.left_lo, d.left_hi, d.doubt, d.left_file, d.left_row
),
-- how far a log of changes covers the time from the leave on
watched AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver, MAX(w.covers_to) AS watched_to
  FROM owned AS o
  INNER JOIN (SELECT system AS log_system, covers_from, covers_to FROM log_windows WHERE about = 'changes') AS w
    ON w.log_system = o.system
  WHERE w.covers_from <= o.left_lo AND w.covers_to >= o.left_hi
  GROUP BY o.account_key, o.leaver
),
-- changes after the leave that a log tells: of one credential, and of the account
key_changes AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver, c.credential_id AS credential_id, MIN(v.occurred_at) AS changed_at
  FROM owned AS o
  INNER JOIN credentials AS c ON c.account_key = o.account_key
  INNER JOIN (SELECT * FROM events WHERE action = 'key_rotate' AND outcome = 'success' AND occurred_at <= :as_of) AS v
    ON v.system = c.system AND v.credential_id = c.credential_id
  WHERE v.occurred_at > o.left_hi
  GROUP BY o.account_key, o.leaver, c.credential_id
),
account_changes AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver,
    MIN(CASE WHEN v.action = 'key_rotate' AND v.credential_id IS NULL THEN v.occurred_at END) AS rotated_at,
    MIN(CASE WHEN v.action = 'update' THEN v.occurred_at END) AS password_at,
    MIN(v.occurred_at) AS any_at
  FROM owned AS o
  INNER JOIN (SELECT * FROM events WHERE outcome = 'success' AND occurred_at <= :as_of AND (
    action IN ('key_rotate', 'key_create')
    OR (action = 'update' AND (LOWER(attribute) LIKE '%password%' OR LOWER(attribute) LIKE '%secret%')))) AS v
    ON v.account_key = o.account_key
  WHERE v.occurred_at > o.left_hi
  GROUP BY o.account_key, o.leaver
),
keys AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver, o.left_lo AS left_lo, o.left_hi AS left_hi,
    c.status AS status, c.created_at AS created_at, c.rotated_at AS rotated_at, c.expires_at AS expires_at,
    c.gone_lo AS gone_lo, c.gone_hi AS gone_hi, c.active_at AS active_at, c.unread AS unread, c.src_file AS src_file,
    c.src_row AS src_row, CASE WHEN c.self_rotating THEN 1 ELSE 0 END AS is_self_rotating,
    CASE WHEN c.status = 'active' THEN GREATEST(c.observed_at, c.active_at) ELSE c.observed_at END AS observed_at,
    w.watched_to AS watched_to,
    LEAST(k.changed_at, CASE WHEN c.rotated_at > o.left_hi THEN c.rotated_at END, x.rotated_at,
      CASE WHEN c.kind IS NULL OR c.kind = 'password' THEN x.password_at END) AS changed_by
  FROM owned AS o
  INNER JOIN credentials AS c ON c.account_key = o.account_key
  LEFT JOIN watched AS w ON w.account_key = o.account_key AND w.leaver = o.leaver
  LEFT JOIN key_changes AS k ON k.account_key = o.account_key AND k.leaver = o.leaver AND k.credential_id = c.credential_id
  LEFT JOIN account_changes AS x ON x.account_key = o.account_key AND x.leaver = o.leaver
),
-- a date of the newest rotation does not exclude an earlier one, where no log was silent until then
dated_keys AS (
  SELECT *, CASE WHEN watched_to >= changed_by THEN changed_by WHEN changed_by IS NOT NULL THEN left_lo END AS changed_from
  FROM keys
),
told_keys AS (
  SELECT *,
    CASE
      WHEN created_at > :as_of THEN 'later'
      WHEN is_self_rotating = 1 THEN 'self'
      WHEN created_at > left_hi THEN 'new'
      WHEN expires_at <= left_lo OR (status IN ('inactive', 'deleted') AND gone_hi <= left_lo)
        OR (status IN ('inactive', 'expired', 'deleted') AND observed_at <= left_lo AND gone_hi IS NULL) THEN 'past'
      WHEN changed_by IS NOT NULL AND (changed_from IS NULL OR changed_from <= :as_of) THEN 'changed'
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' OR unread LIKE '%;rotated_at;%'
        OR (rotated_at IS NULL AND unread LIKE '%;created_at;%') THEN 'unknown'
      WHEN status IN ('inactive', 'deleted') AND (gone_lo IS NULL OR gone_lo <= :as_of)
        AND (active_at IS NULL OR active_at < :as_of) THEN 'ended'
      WHEN status IN ('active', 'expired') AND expires_at <= :as_of THEN 'ended'
      WHEN status = 'expired' AND expires_at IS NULL THEN 'ended'
      WHEN status IS NULL OR status = 'unknown' THEN 'unknown'
      WHEN observed_at IS NULL OR observed_at < left_hi THEN 'unknown'
      WHEN GREATEST(created_at, CASE WHEN changed_by IS NULL THEN rotated_at END) <= left_lo THEN 'unchanged'
      ELSE 'unknown'
    END AS told
  FROM dated_keys
),
-- until when the secret of a leaver opened the account; since: at the earliest
spent_keys AS (
  SELECT *,
    CASE
      WHEN told = 'changed' THEN changed_from
      WHEN told = 'new' THEN created_at
      WHEN told <> 'ended' THEN CAST(NULL AS BIGINT)
      WHEN status IN ('active', 'expired') AND expires_at IS NOT NULL THEN expires_at
      ELSE LEAST(GREATEST(left_lo, gone_lo, CASE WHEN gone_hi IS NULL THEN active_at END), COALESCE(gone_hi, observed_at))
    END AS spent_lo,
    CASE
      WHEN told = 'changed' THEN changed_by
      WHEN told = 'new' THEN created_at
      WHEN told <> 'ended' THEN CAST(NULL AS BIGINT)
      WHEN status IN ('active', 'expired') AND expires_at IS NOT NULL THEN expires_at
      ELSE LEAST(COALESCE(gone_hi, observed_at), expires_at)
    END AS spent_hi,
    CASE WHEN told = 'unchanged' THEN LEAST(observed_at, :as_of) END AS unchanged_until,
    CASE WHEN told = 'unchanged' THEN 0 WHEN told IN ('changed', 'ended') THEN 1 WHEN told = 'new' THEN 2 ELSE 3 END AS weight
  FROM told_keys
  WHERE told NOT IN ('later', 'past')
),
ranked_keys AS (
  SELECT *, 0 - COALESCE(spent_hi, unchanged_until, 0) AS newest FROM spent_keys
),
placed_keys AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY account_key, leaver ORDER BY weight, newest, src_file, src_row) AS place
  FROM ranked_keys
),
key_sums AS (
  SELECT account_key, leaver,
    SUM(CASE WHEN told = 'unchanged' THEN 1 ELSE 0 END) AS unchanged,
    SUM(CASE WHEN told = 'unknown' THEN 1 ELSE 0 END) AS unclear,
    SUM(CASE WHEN told IN ('changed', 'ended') THEN 1 ELSE 0 END) AS spent,
    SUM(CASE WHEN told = 'new' THEN 1 ELSE 0 END) AS fresh,
    MAX(CASE WHEN told IN ('changed', 'ended') THEN spent_lo END) AS spent_lo,
    MAX(CASE WHEN told IN ('changed', 'ended') THEN spent_hi END) AS spent_hi,
    MIN(CASE WHEN told = 'new' THEN created_at END) AS fresh_at,
    MAX(unchanged_until) AS unchanged_until,
    MAX(CASE WHEN place = 1 THEN src_file END) AS key_file,
    MAX(CASE WHEN place = 1 THEN src_row END) AS key_row
  FROM placed_keys
  GROUP BY account_key, leaver
),
-- whether the secrets that a leaver may know were changed
secrets AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver, w.watched_to AS watched_to, s.key_file AS key_file,
    s.key_row AS key_row, s.unchanged_until AS unchanged_until,
    CASE
      WHEN s.account_key IS NULL AND x.any_at IS NOT NULL THEN 'changed'
      WHEN s.account_key IS NULL THEN 'no credential'
      WHEN s.unchanged > 0 THEN 'unchanged'
      WHEN s.unclear > 0 THEN 'unclear'
      ELSE 'changed'
    END AS secret,
    CASE
      WHEN s.account_key IS NULL AND w.watched_to >= x.any_at THEN x.any_at
      WHEN s.account_key IS NULL THEN o.left_lo
      WHEN s.spent > 0 THEN s.spent_lo
      WHEN s.fresh > 0 THEN s.fresh_at
      ELSE o.left_lo
    END AS changed_lo,
    CASE
      WHEN s.account_key IS NULL THEN x.any_at
      WHEN s.spent > 0 THEN s.spent_hi
      WHEN s.fresh > 0 THEN s.fresh_at
      ELSE o.left_hi
    END AS changed_hi
  FROM owned AS o
  LEFT JOIN watched AS w ON w.account_key = o.account_key AND w.leaver = o.leaver
  LEFT JOIN key_sums AS s ON s.account_key = o.account_key AND s.leaver = o.leaver
  LEFT JOIN account_changes AS x ON x.account_key = o.account_key AND x.leaver = o.leaver
),
-- the state of the accounts at the as-of time, as far as it is known
begun AS (
  SELECT s.account_key AS account_key, s.enabled AS enabled, s.from_lo AS from_lo, s.basis AS basis,
    s.src_file AS state_file, s.src_row AS state_row,
    COALESCE(s.from_hi, s.seen_until) AS first_seen, GREATEST(s.seen_until, s.from_hi) AS seen_until,
    0 - COALESCE(s.from_lo, -9000000000000000000) AS latest, 0 - COALESCE(s.from_hi, s.seen_until) AS latest_seen
  FROM account_states AS s
  INNER JOIN (SELECT DISTINCT account_key AS owned_account FROM owned) AS o ON o.owned_account = s.account_key
  WHERE s.enabled IS NOT NULL AND COALESCE(s.from_lo, :as_of) <= :as_of
),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY account_key ORDER BY latest, latest_seen, state_file, state_row) AS place
  FROM begun
),
newest AS (
  SELECT system AS export_system, MAX(observed_at) AS newest_at FROM accounts GROUP BY system
),
-- logs that reach the as-of time
log_ends AS (
  SELECT system AS log_system, MIN(covers_from) AS covered_from FROM log_windows
  WHERE about = 'changes' AND covers_to >= :as_of - 86400000000
  GROUP BY system
),
standings AS (
  SELECT
    r.account_key AS account_key, r.from_lo AS off_lo, r.first_seen AS off_hi, r.state_file AS state_file,
    r.state_row AS state_row, r.seen_until AS seen_until,
    CASE
      WHEN r.enabled AND r.from_lo IS NOT NULL AND r.first_seen > :as_of THEN 'maybe'
      WHEN r.enabled THEN 'on'
      WHEN r.from_lo IS NULL AND r.first_seen > :as_of + 86400000000 THEN 'stale'
      WHEN r.basis = 'absence' OR a.status = 'deleted' THEN 'off'
      WHEN a.unread LIKE '%;status;%' THEN 'stale'
      WHEN r.seen_until >= LEAST(n.newest_at, :as_of) - 86400000000 OR g.covered_from <= r.seen_until THEN 'off'
      ELSE 'stale'
    END AS standing
  FROM ranked AS r
  INNER JOIN accounts AS a ON a.account_key = r.account_key
  LEFT JOIN newest AS n ON n.export_system = a.system
  LEFT JOIN log_ends AS g ON g.log_system = a.system
  WHERE r.place = 1
)
SELECT COALESCE(a.username, a.email, a.account_id) AS subject, o.system AS system, o.leaver AS person_id,
  o.account_key AS account_key, a.kind AS kind, o.left_lo AS left_lo, o.left_hi AS left_hi, o.doubt AS doubt,
  o.still AS still, o.left_file AS left_file, o.left_row AS left_row, a.created_at AS created_at, a.unread AS unread,
  a.observed_at AS observed_at,
  CASE WHEN o.still = 0 AND (o.named_until IS NULL OR o.named_until < o.left_hi) THEN 1 ELSE 0 END AS perhaps,
  -- one who was named after the leave: from then on
  GREATEST(o.left_lo, a.created_at, CASE WHEN o.named_lo > o.left_hi THEN o.named_lo END) AS began_lo,
  GREATEST(o.left_hi, a.created_at, CASE WHEN o.named_hi > o.left_hi THEN o.named_hi END) AS began_by,
  COALESCE(o.left_lo, a.created_at, LEAST(:period_from, o.left_hi)) AS run_lo,
  c.secret AS secret, c.changed_lo AS changed_lo, c.changed_hi AS changed_hi, c.watched_to AS watched_to,
  c.unchanged_until AS unchanged_until, s.standing AS standing, s.off_lo AS off_lo, s.off_hi AS off_hi,
  s.seen_until AS seen_until, COALESCE(s.seen_until, a.observed_at) AS last_seen,
  COALESCE(c.key_file, a.src_file) AS key_file, COALESCE(c.key_row, a.src_row) AS key_row,
  COALESCE(s.state_file, a.src_file) AS state_file, COALESCE(s.state_row, a.src_row) AS state_row
FROM owned AS o
INNER JOIN accounts AS a ON a.account_key = o.account_key
LEFT JOIN secrets AS c ON c.account_key = o.account_key AND c.leaver = o.leaver
LEFT JOIN standings AS s ON s.account_key = o.account_key

-- view: moved_grants
-- What a role of the policy gave to people who, by a move up to :as_of, ceased to fit that role, and what an account of
-- theirs held of it: one row per move and grant. longest: those that were kept longest come first.
WITH spans AS (
  SELECT r.person_id AS person_id, r.role AS role, r.attribute AS attribute, g.system AS system,
    -- a role can give the account itself
    COALESCE(g.entitlement, '') AS what,
    r.from_lo AS from_lo, r.from_hi AS from_hi, COALESCE(r.to_lo, r.from_lo, 0) AS to_lo, r.to_hi AS to_hi,
    r.src_file AS src_file, r.src_row AS src_row
  FROM role_spans AS r
  INNER JOIN role_grants AS g ON g.role = r.role
),
moved_away AS (
  SELECT person_id, role, attribute, system, what, to_lo AS moved_lo, to_hi AS moved_hi, src_file, src_row,
    ROW_NUMBER() OVER (PARTITION BY person_id, system, what, to_lo, to_hi ORDER BY role, src_file, src_row) AS place
  FROM spans
  WHERE to_hi IS NOT NULL AND attribute <> 'employment' AND to_lo <= :as_of
),
past AS (
  SELECT person_id, role, attribute, system, what, moved_lo, moved_hi, src_file AS move_file, src_row AS move_row
  FROM moved_away
  WHERE place = 1
),
-- another role that gives the same: at the move, or from later on
regained AS (
  SELECT p.person_id AS person_id, p.system AS system, p.what AS what, p.moved_lo AS moved_lo, p.moved_hi AS moved_hi,
    MAX(CASE WHEN s.from_lo IS NULL OR (s.from_lo <= p.moved_lo AND s.from_hi <= p.moved_hi) THEN 1 ELSE 0 END) AS covered,
    MIN(GREATEST(s.from_lo, p.moved_lo)) AS next_lo, MIN(GREATEST(s.from_hi, p.moved_hi)) AS next_hi
  FROM past AS p
  INNER JOIN spans AS s ON s.person_id = p.person_id AND s.system = p.system AND s.what = p.what
  WHERE s.to_hi IS NULL OR s.to_lo > p.moved_hi
  GROUP BY p.person_id, p.system, p.what, p.moved_lo, p.moved_hi
),
left_since AS (
  SELECT p.person_id AS person_id, p.moved_lo AS moved_lo,
    MIN(CASE WHEN l.doubt IS NULL THEN GREATEST(COALESCE(l.left_lo, p.moved_lo), p.moved_lo) END) AS left_lo,
    MIN(CASE WHEN l.doubt IS NULL THEN l.left_hi END) AS left_hi,
    MIN(l.doubt) AS doubt
  FROM (SELECT DISTINCT person_id, moved_lo FROM past) AS p
  INNER JOIN leaves AS l ON l.person_id = p.person_id
  WHERE l.left_hi > p.moved_lo
  GROUP BY p.person_id, p.moved_lo
),
owners_possible AS (
  SELECT DISTINCT c.person_id AS person_id, a.system AS system, a.account_key AS account_key
  FROM candidates AS c
  INNER JOIN accounts AS a ON a.account_key = c.account_key
  WHERE a.person_id IS NULL
),
ties AS (
  SELECT p.person_id AS person_id, p.system AS system, p.what AS what, p.moved_lo AS moved_lo, p.moved_hi AS moved_hi,
    a.account_key AS account_key, 0 AS possible
  FROM past AS p
  INNER JOIN accounts AS a ON a.person_id = p.person_id AND a.system = p.system
  UNION ALL
  SELECT p.person_id AS person_id, p.system AS system, p.what AS what, p.moved_lo AS moved_lo, p.moved_hi AS moved_hi,
    o.account_key AS account_key, 1 AS possible
  FROM past AS p
  INNER JOIN owners_possible AS o ON o.person_id = p.person_id AND o.system = p.system
),
access AS (
  SELECT t.account_key AS account_key,
    MIN(CASE WHEN s.enabled THEN COALESCE(s.from_hi, s.seen_until) END) AS first_on,
    MAX(CASE WHEN s.enabled AND s.lasts = 1 THEN GREATEST(s.seen_until, s.from_hi, s.to_lo) END) AS last_on,
    MAX(CASE WHEN NOT s.enabled AND s.lasts = 1 THEN COALESCE(s.from_lo, 0) END) AS off_lo,
    MAX(CASE WHEN NOT s.enabled AND s.lasts = 1 THEN COALESCE(s.from_hi, s.seen_until) END) AS off_hi
  FROM (SELECT DISTINCT account_key FROM ties) AS t
  INNER JOIN (
    -- lasts: it had begun by the as-of time, and did not end before
    SELECT account_key, enabled, from_lo, from_hi, to_lo, seen_until,
      CASE WHEN (to_hi IS NULL OR to_lo > :as_of) AND COALESCE(from_lo, :as_of) <= :as_of THEN 1 ELSE 0 END AS lasts
    FROM account_states
    WHERE enabled IS NOT NULL
  ) AS s ON s.account_key = t.account_key
  GROUP BY t.account_key
),
-- grants that only a log knows last as long as a log of changes is silent
silent AS (
  SELECT n.account_key AS account_key, n.entitlement AS entitlement, n.granted_hi AS granted_hi, MAX(w.covers_to) AS silent_to
  FROM entitlements AS n
  INNER JOIN log_windows AS w ON w.system = n.system
  WHERE n.observed_at IS NULL AND w.about = 'changes' AND w.covers_from <= n.granted_hi AND w.covers_to >= n.granted_hi
  GROUP BY n.account_key, n.entitlement, n.granted_hi
),
held AS (
  SELECT t.person_id AS person_id, t.system AS system, t.what AS what, t.moved_lo AS moved_lo, t.moved_hi AS moved_hi,
    t.account_key AS account_key, t.possible AS possible,
    -- what was revoked was there before
    n.granted_lo AS had_lo,
    LEAST(n.granted_hi, n.first_seen_at, CASE WHEN n.revoked_hi <= :as_of THEN n.revoked_hi END) AS had_hi,
    CASE WHEN n.revoked_hi IS NOT NULL THEN COALESCE(n.revoked_lo, 0) END AS revoked_lo, n.revoked_hi AS revoked_hi,
    GREATEST(n.observed_at, n.granted_hi, q.silent_to) AS seen, n.privileged AS privileged,
    n.src_file AS held_file, n.src_row AS held_row
  FROM ties AS t
  INNER JOIN entitlements AS n ON n.account_key = t.account_key AND n.entitlement = t.what
  LEFT JOIN silent AS q ON q.account_key = n.account_key AND q.entitlement = n.entitlement AND q.granted_hi = n.granted_hi
  WHERE n.granted_lo IS NULL OR n.granted_lo <= :as_of
  UNION ALL
  SELECT t.person_id AS person_id, t.system AS system, t.what AS what, t.moved_lo AS moved_lo, t.moved_hi AS moved_hi,
    t.account_key AS account_key, t.possible AS possible,
    a.created_at AS had_lo, COALESCE(a.created_at, c.first_on) AS had_hi,
    CAST(NULL AS BIGINT) AS revoked_lo, CAST(NULL AS BIGINT) AS revoked_hi,
    c.last_on AS seen, a.privileged AS privileged, a.src_file AS held_file, a.src_row AS held_row
  FROM ties AS t
  INNER JOIN accounts AS a ON a.account_key = t.account_key
  LEFT JOIN access AS c ON c.account_key = t.account_key
  WHERE t.what = '' AND (a.created_at IS NULL OR a.created_at <= :as_of)
),
-- ends that surely lie after the as-of time are none
bounded AS (
  SELECT
    h.person_id AS person_id, h.system AS system, h.what AS what, h.moved_lo AS moved_lo, h.moved_hi AS moved_hi,
    h.account_key AS account_key, h.possible AS possible, COALESCE(a.username, a.email, a.account_id) AS account_name,
    a.kind AS kind, GREATEST(h.had_lo, a.created_at) AS had_lo, CASE WHEN h.had_hi IS NOT NULL THEN GREATEST(h.had_hi, h.had_lo, a.created_at) END AS had_hi,
    h.seen AS seen, h.privileged AS privileged, h.held_file AS held_file, h.held_row AS held_row,
    CASE WHEN o.covered = 1 THEN 1 ELSE 0 END AS covered, l.doubt AS doubt,
    CASE WHEN h.revoked_lo <= :as_of THEN h.revoked_lo END AS revoked_lo,
    CASE WHEN h.revoked_lo <= :as_of THEN h.revoked_hi END AS revoked_hi,
    CASE WHEN c.off_lo <= :as_of THEN c.off_lo END AS off_lo,
    CASE WHEN c.off_lo <= :as_of THEN c.off_hi END AS off_hi,
    CASE WHEN l.left_lo <= :as_of THEN l.left_lo END AS left_lo,
    CASE WHEN l.left_lo <= :as_of THEN l.left_hi END AS left_hi,
    CASE WHEN o.next_lo <= :as_of THEN o.next_lo END AS next_lo,
    CASE WHEN o.next_lo <= :as_of THEN o.next_hi END AS next_hi
  FROM held AS h
  INNER JOIN accounts AS a ON a.account_key = h.account_key
  LEFT JOIN access AS c ON c.account_key = h.account_key
  LEFT JOIN regained AS o ON o.person_id = h.person_id AND o.system = h.system AND o.what = h.what
    AND o.moved_lo = h.moved_lo AND o.moved_hi = h.moved_hi
  LEFT JOIN left_since AS l ON l.person_id = h.person_id AND l.moved_lo = h.moved_lo
),
lasting AS (
  SELECT *,
    LEAST(revoked_lo, off_lo, left_lo, next_lo) AS end_lo,
    LEAST(revoked_hi, off_hi, left_hi, next_hi) AS end_hi,
    CASE WHEN had_lo >= moved_hi THEN 1 ELSE 0 END AS granted_after,
    0 - COALESCE(revoked_hi, 9000000000000000000) AS longest
  FROM bounded
)
SELECT
  l.person_id AS person_id, l.system AS system, l.account_key AS account_key, l.what AS what, l.moved_lo AS moved_lo,
  l.moved_hi AS moved_hi, l.possible AS possible, l.had_lo AS had_lo, l.had_hi AS had_hi, l.seen AS seen,
  l.privileged AS privileged, l.doubt AS doubt, l.end_lo AS end_lo, l.end_hi AS end_hi, l.granted_after AS granted_after,
  l.longest AS longest, l.held_file AS held_file, l.held_row AS held_row, p.role AS role, p.move_file AS move_file,
  p.move_row AS move_row,
  CASE WHEN l.what = '' THEN 'account ' || l.account_name ELSE l.what || ' of ' || l.account_name END AS subject,
  CASE WHEN p.attribute = 'worker_type' THEN 'worker type' ELSE p.attribute END AS changed,
  CASE
    WHEN l.end_hi = l.revoked_hi THEN 'revoked'
    WHEN l.end_hi = l.next_hi THEN 'given by a later role'
    WHEN l.end_hi = l.off_hi THEN 'the account lost access'
    WHEN l.end_hi = l.left_hi THEN 'the person left'
  END AS ended_by,
  CASE
    WHEN l.kind = 'service' THEN 'service account'
    WHEN l.kind = 'shared' THEN 'shared account'
    WHEN l.kind = 'break_glass' THEN 'break-glass account'
    WHEN l.kind = 'agent' THEN 'agent account'
    WHEN l.covered = 1 THEN 'another role gives it as well'
    WHEN l.granted_after = 1 THEN 'granted after the move'
  END AS outside
FROM lasting AS l
INNER JOIN past AS p ON p.person_id = l.person_id AND p.system = l.system AND p.what = l.what
  AND p.moved_lo = l.moved_lo AND p.moved_hi = l.moved_hi

-- view: other_uses
-- The newest use of each account by :as_of that its credentials and the log of sign-ins show, beside what its system says of
-- it. used_unread: the usage data of a credential were not understood. used_after: one was used after :as_of, and its last
-- use before that is not known. used_seen: the oldest sight of a credential that holds. logged_at: the newest in the log.
WITH told AS (
  SELECT account_key,
    CASE WHEN last_used_lo <= :as_of THEN last_used_lo END AS use_lo,
    CASE WHEN last_used_hi IS NOT NULL THEN LEAST(last_used_hi, :as_of) END AS use_hi,
    CASE WHEN unread LIKE '%;last_used;%' THEN 1 ELSE 0 END AS not_understood,
    CASE WHEN last_used_hi > :as_of THEN 1 ELSE 0 END AS afterwards,
    CASE WHEN status = 'active' THEN observed_at END AS sight,
    CAST(NULL AS BIGINT) AS log_at
  FROM credentials
  WHERE account_key IS NOT NULL AND (created_at IS NULL OR created_at <= :as_of)
    AND (last_used_hi IS NOT NULL OR unread LIKE '%;last_used;%')
  UNION ALL
  SELECT account_key, occurred_at AS use_lo, occurred_at AS use_hi, 0 AS not_understood, 0 AS afterwards,
    CAST(NULL AS BIGINT) AS sight, occurred_at AS log_at
  FROM events
  WHERE action = 'sign_in' AND outcome = 'success' AND account_key IS NOT NULL AND occurred_at <= :as_of
)
SELECT account_key AS used_account, MAX(use_lo) AS used_lo, MAX(use_hi) AS used_hi, MAX(not_understood) AS used_unread,
  MAX(afterwards) AS used_after, MIN(sight) AS used_seen, MAX(log_at) AS logged_at
FROM told
GROUP BY account_key
