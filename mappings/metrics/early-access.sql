/*---
id = "early-access"
order = 182
title = "Access before starting"
question = "How long could new people sign in before their employment began?"
remedy = "Disable the account until the first day, and find out why it was enabled so early."
group = "joiners-movers"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts"]
looks_at = "period"
depends_on = ["match", "access"]
definition = """
Population: each account of each person whose employment began in the period, or is announced to begin after the as-of \
time. A stay begins when the account could first sign in before the official start, and ends at that start, or when it \
could no longer sign in if that is earlier; of several such times the longest counts. Before a start that is still to \
come it is open when last observed. An account that could not sign in before the start has no stay. An account that \
was made, or seen, before the person's earlier employment ended is excluded, and so are accounts that are not a \
person's own (service, shared, break-glass, guest, agent). An account that matches more than one person, one whose \
first sight is later than the start and whose creation is not known, and one of a person whose start date HR does not \
give, or not understandably, is unknown."""
caveats = [
  "An account counts from its creation unless a log or an export shows that it could not sign in.",
  "Access that is wanted before the first day, for training or equipment, is early access here too: the limit says how much.",
]

[reason]
open = "{subject} can sign in to {system} {length} since {began}, and {person} has not started yet ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{subject} could sign in to {system} for {length} from {began} on, before {person} started; that ended on {ended}; the limit is {limit}"
indeterminate = "{subject} in {system} may have been able to sign in for longer than {limit} before {person} started ({note})"
---*/
WITH earlier AS (
  SELECT person_id AS earlier_person, next_started_at AS next_start, MAX(COALESCE(left_hi, ended_at, ended_hi)) AS earlier_end
  FROM employments
  WHERE next_started_at IS NOT NULL
  GROUP BY person_id, next_started_at
),
starts AS (
  SELECT e.person_id AS person_id, e.started_at AS start_at, r.earlier_end AS earlier_end,
    CASE WHEN r.earlier_person IS NULL THEN 0 ELSE 1 END AS again, CAST(NULL AS STRING) AS doubt,
    e.src_file AS start_file, e.src_row AS start_row
  FROM employments AS e
  LEFT JOIN earlier AS r ON r.earlier_person = e.person_id AND r.next_start = e.started_at
  WHERE (e.started_at >= :period_from AND e.started_at < :period_to) OR e.started_at > :as_of
  UNION ALL
  SELECT e.person_id AS person_id, CAST(NULL AS BIGINT) AS start_at, CAST(NULL AS BIGINT) AS earlier_end, 0 AS again,
    CASE WHEN u.unread_person IS NULL THEN 'HR gives no start date' ELSE 'start date not understood' END AS doubt,
    e.src_file AS start_file, e.src_row AS start_row
  FROM employments AS e
  LEFT JOIN (SELECT DISTINCT person_id AS unread_person FROM people WHERE unread LIKE '%;started;%') AS u
    ON u.unread_person = e.person_id
  WHERE e.started_at IS NULL AND (e.ended_at IS NULL OR e.ended_at >= :period_from)
),
ties AS (
  SELECT s.person_id AS person_id, s.start_at AS start_at, s.earlier_end AS earlier_end, s.again AS again,
    s.doubt AS doubt, s.start_file AS start_file, s.start_row AS start_row, a.account_key AS account_key, 0 AS possible
  FROM starts AS s
  INNER JOIN accounts AS a ON a.person_id = s.person_id
  UNION ALL
  SELECT s.person_id AS person_id, s.start_at AS start_at, s.earlier_end AS earlier_end, s.again AS again,
    s.doubt AS doubt, s.start_file AS start_file, s.start_row AS start_row, c.account_key AS account_key, 1 AS possible
  FROM starts AS s
  INNER JOIN (SELECT DISTINCT account_key, person_id FROM candidates) AS c ON c.person_id = s.person_id
),
pairs AS (
  SELECT t.person_id AS person_id, t.start_at AS start_at, t.earlier_end AS earlier_end, t.again AS again,
    t.doubt AS doubt, t.possible AS possible, t.start_file AS start_file, t.start_row AS start_row,
    a.account_key AS account_key, a.system AS system, COALESCE(a.username, a.email, a.account_id) AS subject,
    a.kind AS kind, a.created_at AS created_at, a.unread AS unread, a.src_file AS account_file, a.src_row AS account_row
  FROM ties AS t
  INNER JOIN accounts AS a ON a.account_key = t.account_key
  WHERE t.possible = 0 OR a.person_id IS NULL
),
known AS (
  SELECT account_key AS known_account, MIN(COALESCE(from_hi, seen_until)) AS first_sight
  FROM account_states
  WHERE enabled IS NOT NULL
  GROUP BY account_key
),
-- times with access that began, or may have begun, before the start
steps AS (
  SELECT p.account_key AS account_key, p.person_id AS person_id, p.start_at AS start_at,
    COALESCE(s.from_lo, p.created_at) AS from_lo, COALESCE(s.from_hi, s.seen_until) AS first_seen,
    LEAST(COALESCE(s.from_hi, s.seen_until), p.start_at) AS began_hi,
    s.to_lo AS to_lo, s.to_hi AS to_hi, GREATEST(s.seen_until, s.from_hi) AS last_seen,
    LEAST(p.start_at, CASE WHEN s.to_hi IS NULL THEN GREATEST(s.seen_until, s.from_hi) ELSE COALESCE(s.to_lo, s.from_hi) END) AS ended_lo,
    CASE WHEN s.to_hi IS NOT NULL THEN LEAST(p.start_at, s.to_hi) END AS ended_hi,
    s.src_file AS state_file, s.src_row AS state_row
  FROM pairs AS p
  INNER JOIN account_states AS s ON s.account_key = p.account_key
  WHERE s.enabled AND COALESCE(s.from_lo, p.created_at, p.start_at - 1) < p.start_at
    AND COALESCE(s.from_lo, p.created_at, :as_of) <= :as_of
),
measured AS (
  SELECT *, began_hi - ended_lo AS shortest FROM steps
),
longest AS (
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY account_key, person_id, start_at ORDER BY shortest, began_hi, state_file, state_row
    ) AS place
  FROM measured
),
judged AS (
  SELECT
    p.person_id AS person_id, p.account_key AS account_key, p.system AS system, p.subject AS subject,
    p.start_at AS start_at, p.doubt AS doubt, p.start_file AS start_file, p.start_row AS start_row,
    p.account_file AS account_file, p.account_row AS account_row,
    l.from_lo AS from_lo, l.began_hi AS began_hi, l.ended_lo AS ended_lo, l.ended_hi AS ended_hi,
    l.last_seen AS last_seen, l.to_lo AS to_lo, l.state_file AS state_file, l.state_row AS state_row,
    CASE
      WHEN p.kind = 'service' THEN 'service account'
      WHEN p.kind = 'shared' THEN 'shared account'
      WHEN p.kind = 'break_glass' THEN 'break-glass account'
      WHEN p.kind = 'agent' THEN 'agent account'
      WHEN p.kind = 'guest' THEN 'guest account'
      WHEN p.created_at > :as_of THEN 'created after the as-of time'
      WHEN p.again = 1 AND COALESCE(p.created_at, k.first_sight) < p.earlier_end THEN 'account of an earlier employment'
    END AS outside,
    CASE
      WHEN p.doubt IS NOT NULL THEN p.doubt
      WHEN p.created_at >= p.start_at THEN CAST(NULL AS STRING)
      WHEN p.possible = 1 THEN 'more than one person matches'
      WHEN p.again = 1 AND p.created_at IS NULL THEN 'may be an account of an earlier employment'
      WHEN p.again = 1 AND p.earlier_end IS NULL THEN 'may be an account of an earlier employment'
      WHEN k.known_account IS NULL THEN 'no evidence of whether the account could sign in'
      WHEN l.account_key IS NULL AND p.unread LIKE '%;status;%' THEN 'status not understood'
      WHEN l.from_lo IS NULL AND l.first_seen >= p.start_at THEN 'first seen after the start, creation not known'
    END AS missing,
    CASE
      WHEN p.created_at >= p.start_at THEN 'created at the start or later'
      WHEN l.account_key IS NULL AND p.start_at > :as_of THEN 'not able to sign in yet'
      WHEN l.account_key IS NULL THEN 'not able to sign in before the start'
    END AS silent
  FROM pairs AS p
  LEFT JOIN known AS k ON k.known_account = p.account_key
  LEFT JOIN (SELECT * FROM longest WHERE place = 1) AS l
    ON l.account_key = p.account_key AND l.person_id = p.person_id AND l.start_at = p.start_at
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN silent IS NOT NULL THEN 'none'
      WHEN start_at > :as_of AND (ended_hi IS NULL OR to_lo > :as_of) THEN 'open'
      ELSE 'closed'
    END AS state
  FROM judged
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') AND from_lo IS NOT NULL THEN LEAST(from_lo, began_hi) END AS began_lo,
  CASE WHEN state IN ('open', 'closed') THEN began_hi END AS began_hi,
  CASE WHEN state = 'closed' THEN LEAST(ended_lo, COALESCE(ended_hi, start_at)) END AS ended_lo,
  CASE WHEN state = 'closed' THEN COALESCE(ended_hi, start_at) END AS ended_hi,
  CASE WHEN state = 'open' THEN LEAST(GREATEST(last_seen, to_lo), :as_of) END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN silent
    WHEN state = 'open' THEN 'the employment has not begun'
    WHEN from_lo IS NULL THEN 'access before the start, since when is not known'
    WHEN ended_hi < start_at THEN 'access ended before the start'
    ELSE 'access before the start'
  END AS note,
  COALESCE(state_file, account_file) AS began_file,
  COALESCE(state_row, account_row) AS began_row,
  start_file AS ended_file,
  start_row AS ended_row
FROM stated
