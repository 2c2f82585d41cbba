/*---
id = "unexplained-account"
order = 183
title = "New accounts without a reason"
question = "Which accounts were made in the period although nobody started, moved or was synchronised?"
remedy = "Find the request behind the account; disable it where there is none."
group = "joiners-movers"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["people", "accounts"]
looks_at = "period"
depends_on = ["match"]
definition = """
Population: accounts of the kinds human and unknown that were created in the period. An account has no stay where the \
synchronisation manages it or made it, or where its person began an employment, or changed department, title or worker \
type, not more than 30 days before or after the creation. Every other one is a stay from its creation on, ended when \
the account could no longer sign in, else open when last observed. Where HR gives no history of positions at all, a \
move may explain an account of somebody employed within those 30 days, and the item is indeterminate. An account whose \
status is not known or not understood is open when last observed, unless the end of its access is known from \
elsewhere. An account that matches several persons, one whose person has no known start, one that a move known only as \
a range may explain, and one whose creation is not known or not understood are unknown; one of these that was seen or \
used before the period is excluded. Service, shared, break-glass, guest and agent accounts are excluded."""
caveats = [
  "An account that somebody asked for is unexplained here too: requests are in none of the exports.",
  "A change of the manager alone explains no account.",
  "A system whose exports give no creation dates shows its accounts as unknown.",
]

[reason]
open = "{subject} was made in {system} on {began}, and nothing explains it ({note}); it was last observed on {seen_until}"
closed = "{subject} was made in {system} on {began}, and nothing explains it ({note}); its access ended on {ended}"
indeterminate = "{subject} was made in {system} on {began}, and what explains it is not settled ({note})"
---*/
WITH made AS (
  SELECT account_key, system, COALESCE(username, email, account_id) AS subject, person_id, match_rule, kind, created_at,
    observed_at, last_seen_lo, managed_by, unread, src_file, src_row
  FROM accounts
  WHERE created_at IS NULL
    OR (created_at >= :period_from AND created_at < :period_to AND created_at <= :as_of)
),
started AS (
  SELECT m.account_key AS started_account,
    MAX(CASE WHEN e.started_at >= m.created_at - 2592000000000 AND e.started_at <= m.created_at + 2592000000000
      THEN 1 ELSE 0 END) AS near_start,
    MAX(CASE WHEN e.started_at IS NULL THEN 1 ELSE 0 END) AS undated,
    -- only somebody employed can move
    MAX(CASE WHEN COALESCE(e.started_at, m.created_at) <= m.created_at + 2592000000000
      AND (e.over_by IS NULL OR e.over_by >= m.created_at - 2592000000000) THEN 1 ELSE 0 END) AS there
  FROM made AS m
  INNER JOIN (
    SELECT person_id AS employed, started_at, COALESCE(left_hi, ended_at, ended_hi) AS over_by FROM employments
  ) AS e ON e.employed = m.person_id
  GROUP BY m.account_key
),
-- 2: a move surely lies near the creation; 1: it may
moved AS (
  SELECT m.account_key AS moved_account,
    MAX(CASE
      WHEN v.moved_lo >= m.created_at - 2592000000000 AND v.moved_hi <= m.created_at + 2592000000000 THEN 2
      WHEN COALESCE(v.moved_lo, m.created_at) <= m.created_at + 2592000000000
        AND COALESCE(v.moved_hi, m.created_at) >= m.created_at - 2592000000000 THEN 1
      ELSE 0
    END) AS near_move
  FROM made AS m
  INNER JOIN (SELECT person_id AS mover, moved_lo, moved_hi FROM moves WHERE attribute <> 'manager') AS v
    ON v.mover = m.person_id
  GROUP BY m.account_key
),
history AS (
  SELECT COUNT(*) AS moves_known FROM moves
),
pushed AS (
  SELECT DISTINCT account_key AS pushed_account
  FROM events
  WHERE action = 'create' AND outcome = 'success' AND actor_kind = 'sync' AND account_key IS NOT NULL AND occurred_at <= :as_of
),
seen AS (
  SELECT m.account_key AS seen_account,
    MIN(COALESCE(s.from_hi, s.seen_until)) AS first_seen,
    MAX(GREATEST(s.seen_until, s.from_hi)) AS last_seen,
    MAX(CASE WHEN NOT s.enabled AND s.to_hi IS NULL THEN COALESCE(s.from_lo, m.created_at) END) AS off_lo,
    MAX(CASE WHEN NOT s.enabled AND s.to_hi IS NULL THEN COALESCE(s.from_hi, s.seen_until) END) AS off_hi
  FROM made AS m
  INNER JOIN account_states AS s ON s.account_key = m.account_key
  GROUP BY m.account_key
),
judged AS (
  SELECT
    m.subject AS subject, m.system AS system, m.person_id AS person_id, m.account_key AS account_key,
    m.created_at AS created_at, m.src_file AS src_file, m.src_row AS src_row, n.off_lo AS off_lo, n.off_hi AS off_hi,
    LEAST(GREATEST(m.observed_at, n.last_seen, m.created_at), :as_of) AS seen_at,
    CASE WHEN s.there = 1 AND h.moves_known = 0 THEN 1 ELSE 0 END AS unsettled,
    CASE
      WHEN m.kind = 'service' THEN 'service account'
      WHEN m.kind = 'shared' THEN 'shared account'
      WHEN m.kind = 'break_glass' THEN 'break-glass account'
      WHEN m.kind = 'agent' THEN 'agent account'
      WHEN m.kind = 'guest' THEN 'guest account'
      WHEN m.created_at IS NULL AND (n.first_seen < :period_from OR m.last_seen_lo < :period_from)
        THEN 'there before the period'
    END AS outside,
    CASE
      WHEN m.created_at IS NULL THEN CAST(NULL AS STRING)
      WHEN m.managed_by = 'sync' THEN 'managed by the synchronisation'
      WHEN p.pushed_account IS NOT NULL THEN 'made by the synchronisation'
      WHEN m.person_id IS NULL THEN CAST(NULL AS STRING)
      WHEN s.near_start = 1 THEN 'its person started then'
      WHEN v.near_move = 2 THEN 'its person moved then'
    END AS explained,
    CASE
      WHEN m.created_at IS NULL AND m.unread LIKE '%;created_at;%' THEN 'creation not understood'
      WHEN m.created_at IS NULL THEN 'creation not known'
      WHEN m.person_id IS NULL AND m.match_rule = 'ambiguous' THEN 'more than one person matches'
      WHEN m.person_id IS NULL THEN CAST(NULL AS STRING)
      WHEN s.started_account IS NULL THEN 'employment of its person not known'
      WHEN s.undated = 1 THEN 'start of its person not known'
      WHEN v.near_move = 1 THEN 'a move known only as a range may explain it'
    END AS missing
  FROM made AS m
  LEFT JOIN started AS s ON s.started_account = m.account_key
  LEFT JOIN moved AS v ON v.moved_account = m.account_key
  LEFT JOIN pushed AS p ON p.pushed_account = m.account_key
  LEFT JOIN seen AS n ON n.seen_account = m.account_key
  CROSS JOIN history AS h
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN explained IS NOT NULL THEN 'none'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN off_hi IS NOT NULL AND off_lo <= :as_of THEN 'closed'
      ELSE 'open'
    END AS state
  FROM judged
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') THEN created_at END AS began_lo,
  -- where a move may explain it, the stay may never have begun
  CASE
    WHEN state = 'closed' AND unsettled = 1 THEN GREATEST(off_hi, created_at)
    WHEN state = 'open' AND unsettled = 1 THEN :as_of
    WHEN state IN ('open', 'closed') THEN created_at
  END AS began_hi,
  CASE WHEN state = 'closed' THEN GREATEST(off_lo, created_at) END AS ended_lo,
  CASE WHEN state = 'closed' THEN GREATEST(off_hi, created_at) END AS ended_hi,
  CASE WHEN state = 'open' AND off_lo > :as_of THEN :as_of WHEN state = 'open' THEN seen_at END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'none' THEN explained
    WHEN state = 'unknown' THEN missing
    WHEN person_id IS NULL THEN 'belongs to nobody'
    WHEN unsettled = 1 THEN 'no start of its person near; HR gives no history of positions'
    ELSE 'no start and no move of its person near'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
