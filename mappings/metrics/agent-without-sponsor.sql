/*---
id = "agent-without-sponsor"
order = 420
title = "Agents without a live sponsor"
question = "Which agents have no sponsor who still works here, or act for an agent that is gone?"
remedy = "Name a sponsor who works here, or disable the agent; disable users whose agent is gone."
group = "machine-identities"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts", "people", "employments"]
looks_at = "state"
depends_on = ["owner"]
definition = """
Population: accounts of agents, and accounts that act for another one (the user account of an agent), that could sign in \
when last observed. An agent whose named sponsor is employed at the as-of time has no stay. One whose sponsor field is \
empty, or names somebody who is not among the people, is a stay, open when last observed: since its creation at the \
earliest, since just before it was seen at the latest. One whose sponsor left is a stay, open since that leave. An account \
whose agent is disabled or deleted is a stay since that happened; one whose agent is not in the list is a stay since just \
before it was seen. The user account of an agent that is there needs no sponsor of its own, but one that it names has to \
be employed. A source without a sponsor field, a list without any agent, and a kind, status or agent that is not \
known or not understood make the item unknown. Accounts without access are excluded."""
caveats = [
  "A sponsor is who answers for the agent; who created it does not count as sponsor.",
  "When a sponsor field became empty is not known: the longest reading is the age of the account.",
  "Percentiles are those of all accounts of the population, with a stay or without, not of the findings alone.",
]

[reason]
open = "agent account {subject} in {system} may have had no live sponsor or no agent since {began} ({note}), last observed on {seen_until}"
closed = "agent account {subject} in {system} had no live sponsor or no agent from {began} to {ended} ({note})"
indeterminate = "agent account {subject} in {system} may have had no live sponsor or no agent for longer than {limit} ({note})"
---*/
WITH listed AS (
  SELECT COALESCE(a.username, a.email, a.account_id) AS subject, a.system AS system, a.account_id AS account_id,
    a.account_key AS account_key, a.parent_id AS parent_id, COALESCE(t.then_status, a.status, 'unknown') AS status,
    t.then_status AS then_status, a.kind AS kind, a.created_at AS created_at, a.observed_at AS observed_at,
    a.ownership AS ownership, a.owner_person_id AS owner_person_id, a.owner_live AS owner_live,
    a.disabled_lo AS disabled_lo, a.disabled_hi AS disabled_hi, a.gone_lo AS gone_lo, a.gone_hi AS gone_hi,
    a.unread AS unread, a.src_file AS src_file, a.src_row AS src_row
  FROM accounts AS a
  LEFT JOIN standing_then AS t ON t.then_account = a.account_key
),
users AS (
  SELECT * FROM listed
  WHERE kind = 'agent' OR parent_id IS NOT NULL OR unread LIKE '%;kind;%' OR unread LIKE '%;parent_id;%'
),
wanted AS (
  SELECT DISTINCT system AS wanted_system, parent_id AS wanted_id FROM users WHERE parent_id IS NOT NULL
),
-- where agents that are no users of others are listed, one that is missing is gone
lists AS (
  SELECT DISTINCT system AS list_system FROM listed WHERE kind = 'agent' AND parent_id IS NULL AND observed_at IS NOT NULL
),
-- an id that was given again stands more than once: it is there if one of them is
parents AS (
  SELECT l.system AS parent_system, l.account_id AS parent_account,
    MAX(CASE
      WHEN l.unread LIKE '%;status;%' OR l.status = 'unknown' THEN 1
      WHEN l.status = 'active' THEN 2
      ELSE 0
    END) AS there,
    MAX(CASE
      WHEN l.disabled_hi IS NOT NULL THEN l.disabled_lo
      WHEN l.gone_hi IS NOT NULL THEN l.gone_lo
    END) AS over_lo,
    -- an export shows what had happened before it was taken
    MAX(CASE
      WHEN l.disabled_hi IS NOT NULL THEN l.disabled_hi
      WHEN l.gone_lo = l.gone_hi THEN l.gone_hi
      WHEN COALESCE(l.gone_hi, l.observed_at) <= :as_of THEN COALESCE(l.gone_hi, l.observed_at) - 1
      ELSE :as_of
    END) AS over_hi,
    MIN(l.src_file) AS parent_file
  FROM listed AS l
  INNER JOIN wanted AS w ON w.wanted_system = l.system AND w.wanted_id = l.account_id
  GROUP BY l.system, l.account_id
),
parent_rows AS (
  SELECT l.system AS row_system, l.account_id AS row_account, l.src_file AS row_file, MIN(l.src_row) AS row_number_there
  FROM listed AS l
  INNER JOIN wanted AS w ON w.wanted_system = l.system AND w.wanted_id = l.account_id
  GROUP BY l.system, l.account_id, l.src_file
),
judged AS (
  SELECT
    u.subject AS subject, u.system AS system, u.account_key AS account_key, u.owner_person_id AS person_id,
    u.parent_id AS parent_id, u.created_at AS created_at, u.src_file AS src_file, u.src_row AS src_row,
    d.left_lo AS left_lo, d.left_hi AS left_hi, d.left_file AS left_file, d.left_row AS left_row,
    CASE WHEN u.ownership = 'named' AND d.person_id IS NOT NULL THEN 1 ELSE 0 END AS sponsor_left,
    p.over_lo AS over_lo, LEAST(p.over_hi, :as_of) AS over_hi, p.parent_file AS parent_file,
    q.row_number_there AS parent_row,
    LEAST(u.observed_at, :as_of) AS seen,
    CASE
      WHEN u.unread LIKE '%;parent_id;%' THEN 'unread'
      WHEN u.parent_id IS NULL THEN 'its own'
      WHEN p.there = 2 THEN 'there'
      WHEN p.there = 1 THEN 'unknown'
      WHEN p.there = 0 THEN 'gone'
      WHEN i.list_system IS NOT NULL THEN 'missing'
      ELSE 'unlisted'
    END AS agent,
    CASE
      WHEN u.created_at > :as_of THEN 'created after the as-of time'
      WHEN u.status IN ('disabled', 'suspended', 'deleted') AND (u.unread IS NULL OR u.unread NOT LIKE '%;status;%')
        THEN 'cannot sign in'
    END AS outside,
    CASE
      WHEN u.unread LIKE '%;kind;%' THEN 'kind of account not understood'
      WHEN u.unread LIKE '%;status;%' THEN 'status not understood'
      WHEN u.then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN u.status <> 'active' THEN 'status not known'
      WHEN u.observed_at IS NULL THEN 'known from a log only'
    END AS missing,
    CASE
      WHEN u.unread LIKE '%;ownership;%' OR u.unread LIKE '%;owner_text;%' THEN 'sponsor not understood'
      WHEN u.ownership IS NULL OR u.ownership = 'unknown' THEN 'the source has no sponsor field'
      WHEN u.ownership = 'named' AND d.doubt IS NOT NULL AND d.left_hi >= LEAST(u.observed_at, :as_of) THEN d.doubt
      WHEN u.ownership = 'named' AND u.owner_person_id IS NOT NULL AND u.owner_live IS NULL
        THEN 'employment of the sponsor not known'
    END AS sponsor_missing,
    CASE
      WHEN u.ownership = 'none' THEN 'no sponsor is named'
      WHEN u.owner_person_id IS NULL THEN 'sponsor not found among people'
      WHEN u.owner_live THEN 'live sponsor'
      WHEN d.person_id IS NOT NULL THEN 'the sponsor left'
      ELSE 'the sponsor is not employed'
    END AS sponsor,
    CASE WHEN u.ownership = 'named' THEN 1 ELSE 0 END AS named
  FROM users AS u
  LEFT JOIN departed AS d ON d.person_id = u.owner_person_id
  LEFT JOIN parents AS p ON p.parent_system = u.system AND p.parent_account = u.parent_id
  LEFT JOIN parent_rows AS q ON q.row_system = u.system AND q.row_account = u.parent_id AND q.row_file = p.parent_file
  LEFT JOIN lists AS i ON i.list_system = u.system
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'outside'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN agent = 'gone' THEN 'gone'
      WHEN agent = 'missing' THEN 'missing'
      WHEN named = 1 AND sponsor_missing IS NULL AND sponsor <> 'live sponsor' THEN 'sponsor'
      WHEN agent IN ('unread', 'unknown', 'unlisted') THEN 'unknown agent'
      WHEN agent = 'there' AND named = 0
        AND (sponsor_missing IS NULL OR sponsor_missing = 'the source has no sponsor field') THEN 'there'
      WHEN sponsor_missing IS NOT NULL THEN 'unknown sponsor'
      WHEN sponsor <> 'live sponsor' THEN 'sponsor'
      ELSE 'live'
    END AS outcome
  FROM judged
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE
    WHEN outcome NOT IN ('gone', 'missing', 'sponsor') THEN CAST(NULL AS BIGINT)
    WHEN outcome = 'gone' THEN LEAST(GREATEST(over_lo, created_at), GREATEST(over_hi, created_at))
    WHEN outcome = 'sponsor' AND sponsor_left = 1 THEN GREATEST(left_lo, created_at)
    WHEN created_at IS NOT NULL THEN LEAST(created_at, seen)
  END AS began_lo,
  -- an export shows what was there before it was taken: an unknown beginning lies at least a microsecond before it
  CASE
    WHEN outcome NOT IN ('gone', 'missing', 'sponsor') THEN CAST(NULL AS BIGINT)
    WHEN outcome = 'gone' THEN GREATEST(over_hi, created_at)
    WHEN outcome = 'sponsor' AND sponsor_left = 1 THEN GREATEST(left_hi, created_at)
    WHEN created_at >= seen THEN seen
    ELSE seen - 1
  END AS began_hi,
  CASE
    WHEN outcome = 'gone' THEN GREATEST(seen, over_hi, created_at)
    WHEN outcome IN ('missing', 'sponsor') THEN seen
  END AS seen_until,
  CASE
    WHEN outcome = 'outside' THEN 'excluded'
    WHEN outcome IN ('gone', 'missing', 'sponsor') THEN 'open'
    WHEN outcome IN ('there', 'live') THEN 'none'
    ELSE 'unknown'
  END AS state,
  CASE
    WHEN outcome = 'outside' THEN outside
    WHEN outcome = 'unknown' THEN missing
    WHEN outcome = 'gone' THEN 'its agent is gone'
    WHEN outcome = 'missing' THEN 'its agent is not in the list'
    WHEN outcome = 'unknown agent' AND agent = 'unread' THEN 'the agent that it acts for was not understood'
    WHEN outcome = 'unknown agent' AND agent = 'unlisted' THEN 'no list of agents was loaded'
    WHEN outcome = 'unknown agent' THEN 'whether its agent is there is not known'
    WHEN outcome = 'there' THEN 'its agent is there'
    WHEN outcome = 'unknown sponsor' THEN sponsor_missing
    ELSE sponsor
  END AS note,
  CASE
    WHEN outcome = 'gone' THEN parent_file
    WHEN outcome = 'sponsor' AND sponsor_left = 1 THEN left_file
    ELSE src_file
  END AS began_file,
  CASE
    WHEN outcome = 'gone' THEN parent_row
    WHEN outcome = 'sponsor' AND sponsor_left = 1 THEN left_row
    ELSE src_row
  END AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
