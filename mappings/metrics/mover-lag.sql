/*---
id = "mover-lag"
order = 185
title = "Old access after a move"
question = "How long did people who moved keep what only their old position gave them?"
remedy = "Revoke what the new position does not need, and find out why the move did not take it away."
group = "joiners-movers"
shape = "duration"
unit = "entitlement"
statistic = "survival"
needs = ["moves", "role_grants", "entitlements"]
looks_at = "period"
depends_on = ["match", "access"]
definition = """
Population: each entitlement, or account, that a role of the policy gives and that an account of a person held when, \
by a move in the period, the person's position ceased to fit that role. A move is a change of department, title, \
manager or worker type. A stay begins at the move. It ends when the entitlement was revoked, when the account could no \
longer sign in, when the person left, or when a later role of the person gives it again; of several losses of access \
the last one, which lasts at the as-of time, counts. What ended before the move gives no stay. What another role of \
the person gave at the move as well, what was granted after the move, and service, shared, break-glass and agent \
accounts are excluded. Where the grant carries no date the beginning is no later than its first sight, its revocation \
or the end. An account that matches several persons, a grant that was not observed since the move, and one of a person \
who may have left are unknown. Without rules of the policy nobody can say what a move should have ended: then there is \
not enough evidence, and such entitlements are listed in queue.csv as candidates."""
caveats = [
  "Only what the roles of the policy name is looked at: an entitlement that no role gives is tied to no position.",
  "A single export without grant dates cannot tell what was held at the move: such items stay indeterminate.",
  "Between two exports of HR or of entitlements, a move or a revocation is known only to lie between them.",
]

[reason]
open = "{person} still had {subject} in {system} {length} after a move on {began} ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person} kept {subject} in {system} for {length} after a move on {began} ({note}); that ended on {ended}; the limit is {limit}, exceeded by {over}"
indeterminate = "{person} moved on {began}; how long {subject} in {system} was kept is not known well enough to compare it with the limit of {limit} ({note})"
---*/
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
    AND to_hi >= :period_from AND to_lo < :period_to
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
),
-- of several grants of one thing the one that was held at the move, and lasted longest
ranked AS (
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY person_id, account_key, what, moved_lo, moved_hi
      ORDER BY granted_after, longest, held_file, held_row
    ) AS place
  FROM lasting
),
judged AS (
  SELECT
    CASE WHEN r.what = '' THEN 'account ' || r.account_name ELSE r.what || ' of ' || r.account_name END AS subject,
    r.system AS system, r.person_id AS person_id, r.account_key AS account_key, r.privileged AS privileged,
    p.role AS role, CASE WHEN p.attribute = 'worker_type' THEN 'worker type' ELSE p.attribute END AS changed,
    GREATEST(r.moved_lo, r.had_lo) AS began_lo,
    -- what is first seen after its end was there before it
    LEAST(GREATEST(r.moved_hi, r.had_hi), r.end_hi) AS began_hi,
    r.end_lo AS end_lo, r.end_hi AS end_hi, LEAST(r.seen, :as_of) AS seen,
    CASE
      WHEN r.end_hi = r.revoked_hi THEN 'revoked'
      WHEN r.end_hi = r.next_hi THEN 'given by a later role'
      WHEN r.end_hi = r.off_hi THEN 'the account lost access'
      WHEN r.end_hi = r.left_hi THEN 'the person left'
    END AS ended_by,
    CASE
      WHEN r.kind = 'service' THEN 'service account'
      WHEN r.kind = 'shared' THEN 'shared account'
      WHEN r.kind = 'break_glass' THEN 'break-glass account'
      WHEN r.kind = 'agent' THEN 'agent account'
      WHEN r.covered = 1 THEN 'another role gives it as well'
      WHEN r.granted_after = 1 THEN 'granted after the move'
    END AS outside,
    CASE
      WHEN r.end_hi <= r.moved_lo THEN CAST(NULL AS STRING)
      WHEN r.possible = 1 THEN 'more than one person matches'
      WHEN r.had_hi IS NULL THEN 'when it was granted is not known'
      WHEN r.doubt IS NOT NULL THEN r.doubt
      WHEN r.end_hi IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN r.seen IS NULL THEN 'not known whether it is still there'
      WHEN LEAST(r.seen, :as_of) <= r.moved_lo AND :as_of > r.moved_lo THEN 'not observed since the move'
    END AS missing,
    CASE WHEN r.end_hi <= GREATEST(r.moved_lo, r.had_lo) THEN 1 ELSE 0 END AS ended_before,
    p.move_file AS move_file, p.move_row AS move_row, r.held_file AS held_file, r.held_row AS held_row
  FROM ranked AS r
  INNER JOIN past AS p ON p.person_id = r.person_id AND p.system = r.system AND p.what = r.what
    AND p.moved_lo = r.moved_lo AND p.moved_hi = r.moved_hi
  WHERE r.place = 1
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN ended_before = 1 THEN 'none'
      WHEN end_hi IS NOT NULL THEN 'closed'
      ELSE 'open'
    END AS state
  FROM judged
)
SELECT
  'entitlement' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') THEN began_lo END AS began_lo,
  CASE WHEN state IN ('open', 'closed') THEN began_hi END AS began_hi,
  CASE WHEN state = 'closed' THEN GREATEST(end_lo, began_lo) END AS ended_lo,
  CASE WHEN state = 'closed' THEN end_hi END AS ended_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE WHEN state = 'open' AND privileged THEN 'critical' END AS severity,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'ended by the move: ' || ended_by
    WHEN state = 'closed' THEN role || ' until the ' || changed || ' changed; then ' || ended_by
    ELSE role || ' until the ' || changed || ' changed'
  END AS note,
  move_file AS began_file,
  move_row AS began_row,
  held_file AS ended_file,
  held_row AS ended_row
FROM stated
