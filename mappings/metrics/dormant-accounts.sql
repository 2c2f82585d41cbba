/*---
id = "dormant-accounts"
order = 210
title = "Accounts nobody uses"
question = "How long have accounts that can sign in not been used?"
group = "accounts"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts"]
slice = "accounts"
definition = """
Population: accounts of the kinds human and unknown that could sign in when last observed. The stay runs from the \
newest use that the system knows to the last observation; an account that was never used counts from its creation. \
Where the system gives no usage data, or an account was never used and its creation is not known, the item is unknown. \
An account used after the as-of time has no stay."""
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
    system, person_id, account_key, src_file, src_row,
    CASE WHEN activity = 'seen' THEN last_seen_hi WHEN activity = 'never' THEN created_at END AS began,
    LEAST(observed_at, :as_of) AS seen,
    CASE
      WHEN kind IN ('service', 'shared', 'break_glass', 'agent', 'guest') THEN 'excluded'
      WHEN status IN ('disabled', 'suspended', 'deleted') THEN 'excluded'
      WHEN created_at > :as_of THEN 'excluded'
      WHEN status IS NULL OR status <> 'active' OR observed_at IS NULL THEN 'unknown'
      WHEN activity = 'seen' AND last_seen_hi >= LEAST(observed_at, :as_of) THEN 'none'
      WHEN activity = 'seen' AND last_seen_hi IS NOT NULL THEN 'open'
      WHEN activity = 'never' AND created_at IS NOT NULL THEN 'open'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN kind = 'service' THEN 'service account'
      WHEN kind = 'shared' THEN 'shared account'
      WHEN kind = 'break_glass' THEN 'break-glass account'
      WHEN kind = 'agent' THEN 'agent account'
      WHEN kind = 'guest' THEN 'guest account'
      WHEN status IN ('disabled', 'suspended', 'deleted') THEN 'cannot sign in'
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN status IS NULL OR status <> 'active' THEN 'status not known'
      WHEN observed_at IS NULL THEN 'known from a log only'
      WHEN activity = 'seen' AND last_seen_hi >= LEAST(observed_at, :as_of) THEN 'in use'
      WHEN activity = 'seen' AND last_seen_hi IS NOT NULL THEN 'last used then'
      WHEN activity = 'never' AND created_at IS NOT NULL THEN 'never used since its creation'
      WHEN activity = 'never' THEN 'never used, creation not known'
      ELSE 'no usage data'
    END AS note
  FROM accounts
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'none') THEN began END AS began_lo,
  CASE WHEN state IN ('open', 'none') THEN began END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM judged
