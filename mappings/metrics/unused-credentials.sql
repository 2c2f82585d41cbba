/*---
id = "unused-credentials"
order = 320
title = "Credentials nobody uses"
question = "How long have active credentials not been used?"
remedy = "Ask the owner whether anything still needs the credential; if not, revoke it."
group = "credentials"
shape = "duration"
unit = "credential"
statistic = "age"
needs = ["credentials"]
slice = "credentials"
looks_at = "state"
depends_on = ["use", "access"]
definition = """
Population: credentials that were active, and not expired, when last observed. The stay runs from the newest use that \
the inventory or a log of sign-ins knows to the last observation; a credential that was never used counts from its \
creation. A use that is known by its day, or only as an attempt, gives a beginning that is a range. Where the inventory \
gives no usage data a sign-in in a log is the earliest beginning, and the credential may have been used until it was \
seen; without one the item is unknown, and so it is where the use, the status or the expiry is not understood, or where \
a credential was never used and its creation is not known. A credential used after the as-of time has no stay. \
Credentials that their provider rotates by itself, the root password, and inactive, expired and deleted credentials are \
excluded."""
caveats = [
  "Unknown is neither used nor unused: a source without usage data is shown as unknown, credential by credential.",
  "A rotation is no use: a secret that is rotated and never used counts from its creation.",
]

[reason]
open = "credential {subject} in {system} is active and was not used for {length} before {seen_until} ({note}); the limit is {limit}"
closed = "credential {subject} in {system} was not used from {began} to {ended}; the limit is {limit}"
indeterminate = "credential {subject} in {system} may not have been used for longer than {limit} ({note}), last observed on {seen_until}"
---*/
WITH uses AS (
  SELECT system AS log_system, credential_id AS log_id, MAX(occurred_at) AS used_at
  FROM events
  WHERE action = 'sign_in' AND outcome = 'success' AND occurred_at <= :as_of AND credential_id IS NOT NULL
  GROUP BY system, credential_id
),
judged AS (
  SELECT
    c.credential_id AS credential_id, c.system AS system, COALESCE(c.person_id, c.owner_person_id) AS person_id,
    c.account_key AS account_key, c.credential_key AS credential_key, c.src_file AS src_file, c.src_row AS src_row,
    c.created_at AS created_at, c.activity AS activity, c.last_used_lo AS last_used_lo, c.last_used_hi AS last_used_hi,
    u.used_at AS used_at,
    LEAST(COALESCE(c.observed_at, c.active_at), :as_of) AS seen,
    CASE
      WHEN c.kind = 'root_password' THEN 'the root password'
      WHEN c.created_at > :as_of THEN 'created after the as-of time'
      WHEN c.unread LIKE '%;status;%' OR c.unread LIKE '%;expires_at;%' THEN CAST(NULL AS STRING)
      WHEN t.standing IS NULL AND c.status IN ('inactive', 'expired') THEN 'not active'
      WHEN c.status = 'deleted' AND (c.gone_hi IS NULL OR c.gone_hi <= :as_of) THEN 'deleted'
      WHEN t.standing IS NULL AND c.expires_at <= LEAST(COALESCE(c.observed_at, c.active_at), :as_of) THEN 'expired'
      WHEN c.self_rotating THEN 'rotated by its provider'
    END AS outside,
    CASE
      WHEN c.unread LIKE '%;status;%' OR c.unread LIKE '%;expires_at;%' THEN 'status or expiry not understood'
      WHEN c.status = 'deleted' THEN 'gone around the as-of time'
      WHEN t.standing = 'unclear' THEN 'status or expiry not understood'
      WHEN t.standing = 'around' THEN 'made inactive around the as-of time'
      WHEN t.standing IS NULL AND (c.status IS NULL OR c.status <> 'active') THEN 'status not known'
      WHEN c.observed_at IS NULL AND c.active_at IS NULL THEN 'observation time not known'
      WHEN c.unread LIKE '%;last_used;%' OR c.unread LIKE '%;activity;%' THEN 'usage data not understood'
      WHEN c.activity = 'seen' AND c.last_used_hi IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN u.used_at IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN c.activity = 'never' AND c.created_at IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN c.activity = 'never' AND c.unread LIKE '%;created_at;%' THEN 'never used, creation date not understood'
      WHEN c.activity = 'never' THEN 'never used, creation not known'
      ELSE 'no usage data'
    END AS missing
  FROM credentials AS c
  LEFT JOIN keys_then AS t ON t.then_system = c.system AND t.then_id = c.credential_id
  LEFT JOIN uses AS u ON u.log_system = c.system AND u.log_id = c.credential_id
),
told AS (
  SELECT *,
    -- what is known of the newest use: of which kind, and its bounds
    CASE
      WHEN activity = 'seen' AND last_used_hi IS NOT NULL THEN 'seen'
      WHEN activity = 'never' THEN 'never'
      ELSE 'logged'
    END AS told_by,
    CASE
      WHEN activity = 'seen' AND last_used_hi IS NOT NULL THEN GREATEST(COALESCE(last_used_lo, created_at), used_at)
      WHEN activity = 'never' THEN GREATEST(created_at, used_at)
      ELSE used_at
    END AS began_from,
    CASE
      WHEN activity = 'seen' AND last_used_hi IS NOT NULL THEN GREATEST(last_used_hi, used_at)
      WHEN activity = 'never' THEN GREATEST(created_at, used_at)
      ELSE seen
    END AS began_by
  FROM judged
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN (last_used_lo >= seen OR used_at >= seen) AND seen >= :as_of - 86400000000 THEN 'none'
      ELSE 'open'
    END AS state
  FROM told
)
SELECT
  'credential' AS subject_kind,
  credential_id AS subject,
  system,
  person_id,
  account_key,
  credential_key,
  CASE
    WHEN began_from IS NULL THEN CAST(NULL AS BIGINT)
    WHEN state = 'open' THEN LEAST(began_from, began_by, seen)
    WHEN state = 'none' THEN LEAST(began_from, began_by)
  END AS began_lo,
  CASE WHEN state = 'open' THEN LEAST(began_by, seen) WHEN state = 'none' THEN began_by END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'in use'
    WHEN used_at IS NOT NULL AND told_by = 'logged' THEN 'last use in a log; the inventory gives no usage data'
    WHEN told_by = 'never' AND used_at IS NULL THEN 'never used since its creation'
    WHEN told_by = 'seen' AND last_used_lo IS NULL THEN 'an attempt or use then, none later'
    ELSE 'last used then'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
