/*---
id = "dormant-accounts"
order = 210
title = "Accounts nobody uses"
question = "How long have accounts that can sign in not been used?"
remedy = "Ask the account's owner whether it is still needed; if not, disable it."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts"]
slice = "accounts"
looks_at = "state"
depends_on = ["use", "access"]
definition = """
Population: accounts of the kinds human and unknown that could sign in when last observed. The stay runs from the \
newest use to the last observation: the newest one that the system gives for the account, the last use of one of its \
credentials, or a successful sign-in in a log. An account that was never used counts from its creation. A use that is known \
by its day, or only as an attempt, gives a beginning that is a range. Where the system gives no usage data for the account, \
or those of one of its credentials are not understood, are older than the list of accounts or tell only of a use after the \
as-of time, or where a log shows a sign-in that the system does not know of, a known use is the earliest beginning, and the \
account may have been used until it was seen; without one the item is unknown, and so it is where the usage data of the \
account are not understood, or where it was never used and its creation is not known. An account used after the as-of time \
has no stay."""
caveats = [
  "Unknown is neither used nor unused: a system without usage data is shown as unknown, account by account.",
  "Some directories write the last sign-in with a delay of up to 14 days.",
  "Service, shared, break-glass, guest and agent accounts are excluded and counted.",
]

[reason]
open = "{subject} can sign in to {system} and was not used for {length} before {seen_until} ({note}); the limit is {limit}"
closed = "{subject} in {system} was not used from {began} to {ended}; the limit is {limit}"
indeterminate = "{subject} in {system} may not have been used for longer than {limit} ({note})"
---*/
WITH judged AS (
  SELECT
    COALESCE(username, email, account_id) AS subject,
    system, person_id, account_key, src_file, src_row, created_at, used_unread,
    GREATEST(last_seen_lo, used_lo) AS use_lo, GREATEST(last_seen_hi, used_hi) AS use_hi,
    LEAST(observed_at, :as_of) AS seen,
    CASE
      WHEN used_unread = 1 OR used_after = 1 THEN 'elsewhere'
      -- keys that were looked at earlier, and sign-ins that the system does not know of: there may be later ones
      WHEN used_seen < LEAST(observed_at, :as_of) - 86400000000 THEN 'elsewhere'
      WHEN logged_at IS NOT NULL AND (last_seen_hi IS NULL OR logged_at > last_seen_hi) THEN 'elsewhere'
      WHEN activity = 'seen' AND last_seen_hi IS NOT NULL THEN 'seen'
      WHEN activity = 'never' AND used_hi IS NOT NULL THEN 'seen'
      WHEN activity = 'never' THEN 'never'
      ELSE 'elsewhere'
    END AS shown_by,
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
      WHEN unread LIKE '%;status;%' THEN 'status not understood'
      WHEN then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN COALESCE(then_status, status, 'unknown') <> 'active' THEN 'status not known'
      WHEN observed_at IS NULL THEN 'known from a log only'
      WHEN unread LIKE '%;last_seen;%' OR unread LIKE '%;activity;%' THEN 'usage data not understood'
      WHEN activity = 'seen' AND last_seen_hi IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN used_hi IS NOT NULL AND (used_lo IS NOT NULL OR activity = 'never') THEN CAST(NULL AS STRING)
      WHEN activity = 'never' AND created_at IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN activity = 'never' THEN 'never used, creation not known'
      WHEN used_unread = 1 THEN 'usage data of a credential not understood'
      ELSE 'no usage data'
    END AS missing
  FROM accounts
  LEFT JOIN standing_then ON then_account = account_key
  LEFT JOIN other_uses ON used_account = account_key
),
stated AS (
  SELECT *,
    CASE WHEN shown_by = 'never' THEN created_at ELSE COALESCE(use_lo, created_at) END AS began_from,
    CASE WHEN shown_by = 'never' THEN created_at WHEN shown_by = 'seen' THEN use_hi ELSE seen END AS began_by,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN use_lo >= seen AND seen >= :as_of - 86400000000 THEN 'none'
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
  CASE WHEN began_from IS NULL THEN CAST(NULL AS BIGINT) WHEN state = 'open' THEN LEAST(began_from, seen) WHEN state = 'none' THEN began_from END AS began_lo,
  CASE WHEN state = 'open' THEN LEAST(began_by, seen) WHEN state = 'none' THEN began_by END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'in use'
    WHEN shown_by = 'never' THEN 'never used since its creation'
    WHEN used_unread = 1 THEN 'usage data of a credential not understood'
    WHEN use_lo > seen THEN 'used after it was last observed'
    WHEN shown_by = 'elsewhere' THEN 'used then, later use not known'
    WHEN use_lo IS NULL THEN 'an attempt or use then, none later'
    ELSE 'last used then'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
