/*---
id = "never-activated"
order = 184
title = "Accounts never used since they were made"
question = "How long have accounts that can sign in waited for their first sign-in?"
remedy = "Ask the person whether the account is needed; if not, disable it."
group = "joiners-movers"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts"]
looks_at = "state"
depends_on = ["use", "access"]
definition = """
Population: accounts of the kinds human and unknown that could sign in when last observed. An account that its system \
knows to have never been used is a stay from its creation to the last observation. An account with a known use, with a \
logged sign-in or with a used credential has no stay. Where the system gives no usage data, or none that is understood, \
where those of a credential are not understood or tell only of a use after the as-of time, where only an attempt to sign in \
is known, or where an account was never used and its creation is not known, the item is unknown. Service, shared, \
break-glass, guest and agent accounts, and those that cannot sign in, are excluded."""
caveats = [
  "Each of these accounts is one of dormant-accounts too; here the limit is the time for the first sign-in.",
  "Unknown is neither used nor unused: a system without usage data is shown as unknown, account by account.",
  "An account whose first sign-in came late is no finding: how long that took is not measured.",
]

[reason]
open = "{subject} can sign in to {system} and was never used in the {length} from its creation on {began} to {seen_until}; the limit is {limit}"
closed = "{subject} in {system} was never used from {began} to {ended}; the limit is {limit}"
indeterminate = "{subject} in {system} may have waited for its first sign-in for longer than {limit} ({note})"
---*/
WITH judged AS (
  SELECT
    COALESCE(a.username, a.email, a.account_id) AS subject,
    a.system AS system, a.person_id AS person_id, a.account_key AS account_key, a.src_file AS src_file,
    a.src_row AS src_row, a.created_at AS created_at,
    LEAST(a.observed_at, :as_of) AS seen,
    CASE
      WHEN a.kind = 'service' THEN 'service account'
      WHEN a.kind = 'shared' THEN 'shared account'
      WHEN a.kind = 'break_glass' THEN 'break-glass account'
      WHEN a.kind = 'agent' THEN 'agent account'
      WHEN a.kind = 'guest' THEN 'guest account'
      WHEN a.created_at > :as_of THEN 'created after the as-of time'
      WHEN COALESCE(t.then_status, a.status) IN ('disabled', 'suspended', 'deleted')
        AND (a.unread IS NULL OR a.unread NOT LIKE '%;status;%') THEN 'cannot sign in'
    END AS outside,
    CASE
      WHEN u.used_lo IS NOT NULL THEN 'used, as a log or a credential shows'
      WHEN a.unread LIKE '%;last_seen;%' OR a.unread LIKE '%;activity;%' THEN CAST(NULL AS STRING)
      WHEN a.activity = 'seen' AND a.last_seen_lo IS NOT NULL THEN 'used'
    END AS used,
    CASE
      WHEN a.unread LIKE '%;status;%' THEN 'status not understood'
      WHEN t.then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN COALESCE(t.then_status, a.status, 'unknown') <> 'active' THEN 'status not known'
      WHEN a.observed_at IS NULL THEN 'known from a log only'
      WHEN a.unread LIKE '%;last_seen;%' OR a.unread LIKE '%;activity;%' THEN 'usage data not understood'
      WHEN u.used_after = 1 THEN 'a credential was used, perhaps only after the as-of time'
      WHEN u.used_unread = 1 THEN 'usage data of a credential not understood'
      WHEN a.activity = 'seen' AND a.last_seen_hi IS NOT NULL OR u.used_hi IS NOT NULL THEN 'only an attempt to sign in is known'
      WHEN a.activity = 'never' AND a.created_at IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN a.activity = 'never' THEN 'never used, creation not known'
      ELSE 'no usage data'
    END AS missing
  FROM accounts AS a
  LEFT JOIN standing_then AS t ON t.then_account = a.account_key
  LEFT JOIN other_uses AS u ON u.used_account = a.account_key
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN used IS NOT NULL THEN 'none'
      WHEN missing IS NOT NULL THEN 'unknown'
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
  CASE WHEN state = 'open' THEN LEAST(created_at, seen) END AS began_lo,
  CASE WHEN state = 'open' THEN LEAST(created_at, seen) END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'none' THEN used
    WHEN state = 'unknown' THEN missing
    ELSE 'never used since its creation'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
