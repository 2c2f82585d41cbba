/*---
id = "shared-without-custodian"
order = 235
title = "Shared accounts without a live custodian"
question = "Which shared accounts have no custodian who still works here?"
remedy = "Name a custodian who works here, or disable the account."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts", "people", "employments"]
slice = "accounts"
looks_at = "state"
depends_on = ["owner"]
definition = """
Population: shared accounts, break-glass accounts among them, that could sign in when last observed. The custodian is the \
owner that the source names. An account whose custodian is employed at the as-of time has no stay. An account whose \
owner field is empty, or names somebody who is not among the people, is a stay, open when last observed: since its \
creation at the earliest, since just before it was seen at the latest. One whose custodian left is a stay, open since \
that leave. A source without an owner field, or an account whose kind is not understood, makes the item unknown. \
Accounts that cannot sign in are excluded."""
caveats = [
  "Whether an account is shared is told by the source or the register, never by its name alone.",
  "When an owner field became empty is not known: the longest reading is the age of the account.",
  "Percentiles are those of all accounts of the population, with a stay or without, not of the findings alone.",
]

[reason]
open = "{subject} in {system} may have had no live custodian since {began} ({note}), last observed on {seen_until}"
closed = "{subject} in {system} had no live custodian from {began} to {ended} ({note})"
indeterminate = "{subject} in {system} may have had no live custodian for longer than {limit} ({note})"
---*/
WITH held AS (
  SELECT COALESCE(username, email, account_id) AS subject, system, account_key, COALESCE(then_status, status) AS status,
    then_status, created_at, observed_at, ownership, owner_person_id, owner_live, unread, src_file, src_row
  FROM accounts
  LEFT JOIN standing_then ON then_account = account_key
  WHERE kind IN ('shared', 'break_glass') OR unread LIKE '%;kind;%'
),
judged AS (
  SELECT
    m.subject AS subject, m.system AS system, m.account_key AS account_key, m.owner_person_id AS person_id,
    m.created_at AS created_at, m.src_file AS src_file, m.src_row AS src_row,
    CASE WHEN m.ownership = 'named' AND d.person_id IS NOT NULL THEN 1 ELSE 0 END AS owner_left,
    d.left_lo AS left_lo, d.left_hi AS left_hi,
    CASE WHEN m.ownership = 'named' AND d.person_id IS NOT NULL THEN d.left_file ELSE m.src_file END AS began_file,
    CASE WHEN m.ownership = 'named' AND d.person_id IS NOT NULL THEN d.left_row ELSE m.src_row END AS began_row,
    LEAST(m.observed_at, :as_of) AS seen,
    CASE
      WHEN m.created_at > :as_of THEN 'created after the as-of time'
      WHEN m.status IN ('disabled', 'suspended', 'deleted') AND (m.unread IS NULL OR m.unread NOT LIKE '%;status;%')
        THEN 'cannot sign in'
    END AS outside,
    CASE
      WHEN m.unread LIKE '%;kind;%' THEN 'kind of account not understood'
      WHEN m.unread LIKE '%;status;%' THEN 'status not understood'
      WHEN m.then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN COALESCE(m.status, 'unknown') <> 'active' THEN 'status not known'
      WHEN m.observed_at IS NULL THEN 'known from a log only'
      WHEN m.unread LIKE '%;ownership;%' THEN 'owner not understood'
      WHEN m.ownership IS NULL OR m.ownership = 'unknown' THEN 'the source has no owner field'
      WHEN m.ownership = 'named' AND d.doubt IS NOT NULL AND d.left_hi >= LEAST(m.observed_at, :as_of) THEN d.doubt
      WHEN m.ownership = 'named' AND m.owner_person_id IS NOT NULL AND m.owner_live IS NULL
        THEN 'employment of the custodian not known'
    END AS missing,
    CASE
      WHEN m.ownership = 'none' THEN 'no custodian is named'
      WHEN m.owner_person_id IS NULL THEN 'custodian not found among people'
      WHEN m.owner_live THEN 'live custodian'
      WHEN d.person_id IS NOT NULL THEN 'the custodian left'
      ELSE 'the custodian is not employed'
    END AS why
  FROM held AS m
  LEFT JOIN departed AS d ON d.person_id = m.owner_person_id
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN why = 'live custodian' THEN 'none'
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
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN owner_left = 1 THEN GREATEST(left_lo, created_at)
    WHEN created_at IS NOT NULL THEN LEAST(created_at, seen)
  END AS began_lo,
  -- an export shows what was there before it was taken: an unknown beginning lies at least a microsecond before it
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN owner_left = 1 THEN GREATEST(left_hi, created_at)
    WHEN created_at >= seen THEN seen
    ELSE seen - 1
  END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE WHEN state = 'excluded' THEN outside WHEN state = 'unknown' THEN missing ELSE why END AS note,
  began_file,
  began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
