/*---
id = "dormant-agents"
order = 430
title = "Agents that nobody uses"
question = "How long have agents that can sign in not taken a token?"
remedy = "Ask the sponsor whether the agent is still needed; if not, disable it and revoke its credentials."
group = "machine-identities"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts"]
looks_at = "state"
depends_on = ["use", "access"]
definition = """
Population: accounts of agents that could sign in when last observed. The stay runs from the newest use to the last \
observation: the newest sign-in or token that the system gives for the account, the last use of one of its credentials, \
or a successful sign-in in a log. An agent that was never used counts from its creation. A use that is known by its day, \
or only as an attempt, gives a beginning that is a range. Where the system gives no usage data for the account, a use of \
a credential or in a log is the earliest beginning, and the agent may have been used until it was seen; without one the \
item is unknown, and so it is where the kind, the status or the usage data is not understood, or where the agent was never \
used and its creation is not known. An agent used after the as-of time has no stay. Accounts without access are excluded."""
caveats = [
  "Unknown is neither used nor unused: a system without token telemetry is shown as unknown, agent by agent.",
  "What an agent did with a token that it already had is not seen here.",
]

[reason]
open = "agent {subject} can sign in to {system} and was not used for {length} before {seen_until} ({note}); the limit is {limit}"
closed = "agent {subject} in {system} was not used from {began} to {ended}; the limit is {limit}"
indeterminate = "agent {subject} in {system} may not have been used for longer than {limit} ({note}), last observed on {seen_until}"
---*/
WITH agents AS (
  SELECT COALESCE(a.username, a.email, a.account_id) AS subject, a.system AS system, a.account_key AS account_key,
    a.owner_person_id AS person_id, a.status AS status, t.then_status AS then_status, a.created_at AS created_at,
    a.activity AS activity, a.last_seen_lo AS last_seen_lo, a.last_seen_hi AS last_seen_hi,
    a.observed_at AS observed_at, a.unread AS unread, a.src_file AS src_file, a.src_row AS src_row
  FROM accounts AS a
  LEFT JOIN standing_then AS t ON t.then_account = a.account_key
  WHERE a.kind = 'agent' OR a.unread LIKE '%;kind;%'
),
keys AS (
  SELECT g.account_key AS key_account, MAX(c.last_used_lo) AS key_lo, MAX(c.last_used_hi) AS key_hi,
    MAX(CASE WHEN c.unread LIKE '%;last_used;%' THEN 1 ELSE 0 END) AS key_unread
  FROM agents AS g
  INNER JOIN credentials AS c ON c.account_key = g.account_key
  GROUP BY g.account_key
),
sign_ins AS (
  SELECT g.account_key AS log_account, MAX(e.occurred_at) AS used_at
  FROM agents AS g
  INNER JOIN (SELECT * FROM events WHERE action = 'sign_in' AND outcome = 'success' AND occurred_at <= :as_of) AS e
    ON e.account_key = g.account_key
  GROUP BY g.account_key
),
told AS (
  SELECT
    g.subject AS subject, g.system AS system, g.account_key AS account_key, g.person_id AS person_id,
    g.created_at AS created_at, g.activity AS activity, g.src_file AS src_file, g.src_row AS src_row,
    LEAST(g.observed_at, :as_of) AS seen, g.last_seen_lo AS seen_lo, g.last_seen_hi AS seen_hi,
    -- a use of which the beginning is known, and the newest moment at which there may have been one
    GREATEST(g.last_seen_lo, k.key_lo, s.used_at) AS use_lo,
    GREATEST(g.last_seen_hi, k.key_hi, s.used_at) AS use_hi,
    CASE
      WHEN g.created_at > :as_of THEN 'created after the as-of time'
      WHEN COALESCE(g.then_status, g.status) IN ('disabled', 'suspended', 'deleted')
        AND (g.unread IS NULL OR g.unread NOT LIKE '%;status;%') THEN 'cannot sign in'
    END AS outside,
    CASE
      WHEN g.unread LIKE '%;kind;%' THEN 'kind of account not understood'
      WHEN g.unread LIKE '%;status;%' THEN 'status not understood'
      WHEN g.then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN COALESCE(g.then_status, g.status, 'unknown') <> 'active' THEN 'status not known'
      WHEN g.observed_at IS NULL THEN 'known from a log only'
      WHEN g.unread LIKE '%;last_seen;%' OR g.unread LIKE '%;activity;%' THEN 'usage data not understood'
      WHEN k.key_unread = 1 THEN 'usage data of a credential not understood'
    END AS missing
  FROM agents AS g
  LEFT JOIN keys AS k ON k.key_account = g.account_key
  LEFT JOIN sign_ins AS s ON s.log_account = g.account_key
),
placed AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'outside'
      WHEN missing IS NOT NULL THEN 'missing'
      WHEN use_lo >= seen AND seen >= :as_of - 86400000000 THEN 'in use'
      WHEN activity = 'seen' AND seen_hi IS NOT NULL THEN 'seen'
      WHEN activity = 'never' AND use_hi IS NOT NULL THEN 'seen'
      WHEN activity = 'never' AND created_at IS NOT NULL THEN 'never'
      WHEN activity = 'never' THEN 'ageless'
      WHEN use_lo IS NOT NULL THEN 'elsewhere'
      ELSE 'no data'
    END AS outcome
  FROM told
),
dated AS (
  SELECT *,
    CASE
      WHEN outcome = 'never' THEN created_at
      WHEN outcome IN ('in use', 'seen', 'elsewhere') THEN COALESCE(use_lo, created_at)
    END AS began_from,
    CASE
      WHEN outcome = 'never' THEN created_at
      WHEN outcome IN ('in use', 'seen') THEN use_hi
      WHEN outcome = 'elsewhere' THEN seen
    END AS began_by
  FROM placed
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE
    WHEN began_from IS NULL THEN CAST(NULL AS BIGINT)
    WHEN outcome = 'in use' THEN began_from
    ELSE LEAST(began_from, began_by, seen)
  END AS began_lo,
  CASE
    WHEN began_by IS NULL THEN CAST(NULL AS BIGINT)
    WHEN outcome = 'in use' THEN began_by
    ELSE LEAST(began_by, seen)
  END AS began_hi,
  CASE WHEN outcome IN ('seen', 'never', 'elsewhere') THEN seen END AS seen_until,
  CASE
    WHEN outcome = 'outside' THEN 'excluded'
    WHEN outcome = 'in use' THEN 'none'
    WHEN outcome IN ('seen', 'never', 'elsewhere') THEN 'open'
    ELSE 'unknown'
  END AS state,
  CASE
    WHEN outcome = 'outside' THEN outside
    WHEN outcome = 'missing' THEN missing
    WHEN outcome = 'in use' THEN 'in use'
    WHEN outcome = 'never' THEN 'never used since its creation'
    WHEN outcome = 'ageless' THEN 'never used, creation not known'
    WHEN outcome = 'elsewhere' THEN 'use of a credential or in a log; the system gives no usage data'
    WHEN outcome = 'no data' THEN 'no usage data'
    WHEN use_lo IS NULL THEN 'an attempt or use then, none later'
    ELSE 'last used then'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM dated
