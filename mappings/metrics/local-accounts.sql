/*---
id = "local-accounts"
order = 255
title = "Local accounts beside the synchronisation"
question = "Which accounts in synchronised systems are managed by hand?"
remedy = "Bring the account under the synchronisation, or disable it."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts", "systems"]
slice = "accounts"
looks_at = "state"
depends_on = ["access"]
definition = """
Population: accounts of the kinds human and unknown, in systems that the register calls synchronised, that could sign \
in when last observed. An account that the synchronisation manages and that can sign in has no stay. One that is \
managed locally is a stay, open when last observed: since its creation at the earliest, since just before it was seen \
at the latest. Where the source does not say who manages an account, or the status is not known or not understood, \
whoever manages it, the item is unknown. Accounts without access, and service, shared, break-glass, guest and agent \
accounts are excluded."""
caveats = [
  "Systems that the register does not call synchronised are not looked at.",
  "Since when an account is managed by hand is not known: the longest reading is its age.",
  "Percentiles are those of all accounts of the population, with a stay or without, not of the findings alone.",
]

[reason]
open = "{subject} can sign in to {system} and is managed by hand ({note}); it may have been so since {began}, last observed on {seen_until}"
closed = "{subject} in {system} was managed by hand from {began} to {ended} ({note})"
indeterminate = "{subject} in {system} may have been managed by hand for longer than {limit} ({note})"
---*/
WITH synced AS (
  SELECT DISTINCT system AS synced_system FROM systems WHERE synchronised
),
judged AS (
  SELECT
    COALESCE(username, email, account_id) AS subject,
    system, person_id, account_key, created_at, src_file, src_row,
    LEAST(observed_at, :as_of) AS seen,
    CASE
      WHEN kind = 'service' THEN 'service account'
      WHEN kind = 'shared' THEN 'shared account'
      WHEN kind = 'break_glass' THEN 'break-glass account'
      WHEN kind = 'agent' THEN 'agent account'
      WHEN kind = 'guest' THEN 'guest account'
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN COALESCE(then_status, status) IN ('disabled', 'suspended', 'deleted')
        AND (unread IS NULL OR unread NOT LIKE '%;status;%') THEN 'cannot sign in'
    END AS outside,
    CASE
      WHEN unread LIKE '%;kind;%' AND (managed_by IS NULL OR managed_by <> 'sync') THEN 'kind of account not understood'
      WHEN unread LIKE '%;status;%' THEN 'status not understood'
      WHEN then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN COALESCE(then_status, status, 'unknown') <> 'active' THEN 'status not known'
      WHEN managed_by = 'sync' THEN CAST(NULL AS STRING)
      WHEN observed_at IS NULL THEN 'known from a log only'
      WHEN unread LIKE '%;managed_by;%' THEN 'who manages it was not understood'
      WHEN managed_by IS NULL OR managed_by = 'unknown' THEN 'the source does not say who manages it'
    END AS missing,
    CASE WHEN managed_by = 'sync' THEN 1 ELSE 0 END AS managed
  FROM accounts
  INNER JOIN synced ON synced_system = system
  LEFT JOIN standing_then ON then_account = account_key
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN managed = 1 THEN 'none'
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
  CASE WHEN state = 'open' AND created_at IS NOT NULL THEN LEAST(created_at, seen) END AS began_lo,
  -- an export shows what was there before it was taken: an unknown beginning lies at least a microsecond before it
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN created_at >= seen THEN seen
    ELSE seen - 1
  END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'under the synchronisation'
    WHEN person_id IS NULL THEN 'managed locally; nobody matches'
    ELSE 'managed locally'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
