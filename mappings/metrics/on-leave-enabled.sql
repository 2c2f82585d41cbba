/*---
id = "on-leave-enabled"
order = 245
title = "Access during a long absence"
question = "How long could people on a leave of absence still sign in?"
remedy = "Disable the account until the person is back, or record that the leave of absence is over."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["people", "accounts", "account_states"]
looks_at = "state"
depends_on = ["match", "access"]
definition = """
Population: the accounts of people who are on a leave of absence that still lasts. The stay begins with the first day of \
the leave, or with the access that the account has or last had if that came later. It ends when the account could no \
longer sign in; of an account that got its access back, the newest time with access counts. An account without access \
since before the leave has no stay. Where HR gives no first day or one that is not understood, or \
neither a log nor an export shows the state of the account, the item is unknown. An account that may belong to several \
people is a possible stay of each of them who is on leave. People who have left, leaves that begin after the as-of time, \
and service, shared, break-glass, guest and agent accounts are excluded."""
caveats = [
  "HR exports tell of a leave of absence that lasts; one that is over leaves no trace here.",
  "A first day that is a plain date counts from the start of that day.",
]

[reason]
open = "{person} has been on leave and could sign in to {system} as {subject} for {length} since {began}, last observed on {seen_until}; the limit is {limit}"
closed = "{person} was on leave and could sign in to {system} as {subject} for {length} from {began} until access ended on {ended}; the limit is {limit}, exceeded by {over}"
indeterminate = "{person} is on leave since {began} and may have been able to sign in to {system} as {subject} for longer than {limit} ({note})"
---*/
WITH absent AS (
  SELECT p.person_id AS person_id, p.on_leave_lo AS leave_lo,
    -- a day, of up to 25 hours, counts from its start
    CASE
      WHEN p.on_leave_hi - p.on_leave_lo > 90000000000 THEN p.on_leave_hi
      ELSE COALESCE(p.on_leave_lo, p.on_leave_hi)
    END AS leave_hi,
    p.src_file AS leave_file, p.src_row AS leave_row,
    CASE WHEN d.person_id IS NOT NULL AND d.doubt IS NULL AND d.left_hi <= :as_of THEN 1 ELSE 0 END AS has_left,
    CASE
      WHEN p.unread LIKE '%;on_leave;%' THEN 'start of the leave of absence not understood'
      WHEN p.on_leave_hi IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN p.unread LIKE '%;status;%' THEN 'HR status not understood'
      ELSE 'HR gives no start of the leave of absence'
    END AS doubt
  FROM people AS p
  LEFT JOIN departed AS d ON d.person_id = p.person_id
  WHERE p.on_leave_hi IS NOT NULL OR p.status = 'on_leave' OR p.unread LIKE '%;on_leave;%' OR p.unread LIKE '%;status;%'
),
ties AS (
  SELECT b.person_id AS person_id, a.account_key AS account_key, 0 AS possible
  FROM absent AS b
  INNER JOIN accounts AS a ON a.person_id = b.person_id
  UNION ALL
  SELECT b.person_id AS person_id, maybe_of.account_key AS account_key, 1 AS possible
  FROM absent AS b
  INNER JOIN (SELECT DISTINCT account_key, person_id FROM candidates) AS maybe_of ON maybe_of.person_id = b.person_id
),
pairs AS (
  SELECT
    b.person_id AS person_id, b.leave_lo AS leave_lo, b.leave_hi AS leave_hi, b.leave_file AS leave_file,
    b.leave_row AS leave_row, b.doubt AS doubt, t.possible AS possible,
    COALESCE(a.username, a.email, a.account_id) AS subject, a.system AS system, a.account_key AS account_key,
    a.created_at AS created_at, a.status AS status, a.unread AS unread, a.src_file AS src_file, a.src_row AS src_row,
    CASE
      WHEN a.kind = 'service' THEN 'service account'
      WHEN a.kind = 'shared' THEN 'shared account'
      WHEN a.kind = 'break_glass' THEN 'break-glass account'
      WHEN a.kind = 'agent' THEN 'agent account'
      WHEN a.kind = 'guest' THEN 'guest account'
      WHEN a.created_at > :as_of THEN 'created after the as-of time'
      WHEN b.has_left = 1 THEN 'the person has left'
      WHEN b.doubt IS NULL AND b.leave_lo > :as_of THEN 'the leave of absence begins later'
    END AS outside
  FROM ties AS t
  INNER JOIN absent AS b ON b.person_id = t.person_id
  INNER JOIN accounts AS a ON a.account_key = t.account_key
  WHERE t.possible = 0 OR a.person_id IS NULL
),
keys AS (
  SELECT DISTINCT account_key AS pair_key FROM pairs WHERE outside IS NULL
),
-- the two newest states that had begun by the as-of time
timed_states AS (
  SELECT s.account_key AS state_key, s.enabled AS enabled, s.from_lo AS from_lo,
    COALESCE(s.from_hi, s.seen_until) AS from_by, s.to_lo AS to_lo, GREATEST(s.seen_until, s.from_hi) AS sight,
    s.basis AS basis, s.src_file AS state_file, s.src_row AS state_row,
    0 - COALESCE(s.from_lo, -9000000000000000000) AS latest, 0 - COALESCE(s.from_hi, s.seen_until) AS latest_seen
  FROM account_states AS s
  INNER JOIN keys AS k ON k.pair_key = s.account_key
  WHERE s.enabled IS NOT NULL AND COALESCE(s.from_lo, :as_of) <= :as_of
),
begun AS (
  SELECT *,
    ROW_NUMBER() OVER (PARTITION BY state_key ORDER BY latest, latest_seen, state_file, state_row) AS place
  FROM timed_states
),
timed AS (
  SELECT
    p.subject AS subject, p.system AS system, p.person_id AS person_id, p.account_key AS account_key,
    p.leave_file AS leave_file, p.leave_row AS leave_row, p.src_file AS src_file, p.src_row AS src_row,
    p.outside AS outside, p.doubt AS doubt, p.possible AS possible, p.status AS status, p.unread AS unread,
    now_state.enabled AS enabled, now_state.from_lo AS from_lo,
    now_state.from_by AS from_by, now_state.basis AS basis, now_state.sight AS sight,
    now_state.state_file AS state_file, now_state.state_row AS state_row,
    CASE WHEN now_state.to_lo > :as_of THEN :as_of ELSE LEAST(now_state.sight, :as_of) END AS seen,
    -- the time with access that lasts, or the one before the present time without
    CASE
      WHEN now_state.enabled THEN GREATEST(p.leave_lo, p.created_at, now_state.from_lo)
      ELSE GREATEST(p.leave_lo, p.created_at, prior_state.from_lo)
    END AS began_lo,
    CASE
      WHEN now_state.enabled AND now_state.from_lo IS NOT NULL THEN GREATEST(p.leave_hi, p.created_at, now_state.from_by)
      WHEN NOT now_state.enabled AND prior_state.from_lo IS NOT NULL
        THEN GREATEST(p.leave_hi, p.created_at, prior_state.from_by)
      ELSE GREATEST(p.leave_hi, p.created_at)
    END AS began_by
  FROM pairs AS p
  LEFT JOIN (SELECT * FROM begun WHERE place = 1) AS now_state ON now_state.state_key = p.account_key
  LEFT JOIN (SELECT * FROM begun WHERE place = 2 AND enabled) AS prior_state ON prior_state.state_key = p.account_key
),
judged AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'outside'
      WHEN doubt IS NOT NULL THEN 'doubt'
      WHEN unread LIKE '%;status;%' THEN 'unread'
      WHEN enabled IS NULL THEN 'nothing'
      WHEN enabled AND from_lo IS NOT NULL AND from_by > :as_of THEN 'around'
      WHEN enabled AND seen < began_by - 86400000000 THEN 'unseen'
      WHEN enabled THEN 'open'
      WHEN from_by <= COALESCE(began_lo, from_by - 1) AND sight < began_by - 86400000000 AND basis <> 'absence'
        AND (status IS NULL OR status <> 'deleted') THEN 'unseen'
      WHEN from_by <= COALESCE(began_lo, from_by - 1) THEN 'before'
      ELSE 'stopped'
    END AS outcome
  FROM timed
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN outcome IN ('open', 'stopped') THEN LEAST(began_lo, :as_of) END AS began_lo,
  -- where it may be somebody else's, the stay may never have begun
  CASE
    WHEN outcome NOT IN ('open', 'stopped') THEN CAST(NULL AS BIGINT)
    WHEN possible = 1 THEN GREATEST(began_by, :as_of)
    ELSE began_by
  END AS began_hi,
  CASE WHEN outcome = 'stopped' THEN GREATEST(from_lo, began_lo) END AS ended_lo,
  CASE WHEN outcome = 'stopped' THEN from_by END AS ended_hi,
  CASE WHEN outcome = 'open' THEN seen END AS seen_until,
  CASE
    WHEN outcome = 'outside' THEN 'excluded'
    WHEN outcome = 'open' THEN 'open'
    WHEN outcome = 'stopped' THEN 'closed'
    WHEN outcome = 'before' THEN 'none'
    ELSE 'unknown'
  END AS state,
  CASE
    WHEN outcome = 'outside' THEN outside
    WHEN outcome = 'doubt' THEN doubt
    WHEN outcome = 'unread' THEN 'status not understood'
    WHEN outcome = 'nothing' THEN 'no evidence of whether the account could sign in'
    WHEN outcome = 'around' THEN 'access ended or came back around the as-of time'
    WHEN outcome = 'unseen' THEN 'not observed since the leave of absence began'
    WHEN outcome = 'before' THEN 'access had already ended'
    WHEN possible = 1 THEN 'more than one person matches'
    WHEN outcome = 'open' THEN 'access not seen to end'
    WHEN from_lo = from_by THEN 'access ended'
    ELSE 'seen only as ended, not when'
  END AS note,
  leave_file AS began_file,
  leave_row AS began_row,
  COALESCE(state_file, src_file) AS ended_file,
  COALESCE(state_row, src_row) AS ended_row
FROM judged
