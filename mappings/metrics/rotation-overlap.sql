/*---
id = "rotation-overlap"
order = 360
title = "Old keys beside new ones"
question = "How long did an account keep an older key after a newer one had been made?"
remedy = "Finish the rotation: move what still uses the older key to the newer one, then delete the older key."
group = "credentials"
shape = "duration"
unit = "credential"
statistic = "survival"
needs = ["credentials"]
looks_at = "state"
depends_on = ["change", "access"]
definition = """
Population: each access key, secret, token, SSH key and API key of an account, and each that its source just calls a \
key. A key that is active at the as-of time is compared with the next newer active one of the same account and kind: \
the stay begins when that one was created and is open. A key that has ended is compared with the next newer one that \
there was: the stay ends when the older key stopped working, or the newer one if that was sooner. A key without a \
newer one, or one that ended before the newer one was created, has no stay. Where the creation of another key of the \
account is not known the beginning is a range, or the item is unknown; so it is where the kind, the status, the expiry \
or the creation is not known or not understood. Passwords, certificates and other kinds, keys of no known account, and \
keys that their provider rotates by itself are excluded."""
caveats = [
  "Keys that serve different purposes look the same as a rotation that was never finished.",
  "A rotation that keeps the id of the key makes no second key and no overlap.",
  "Of an account whose keys were replaced several times, an ended key is compared with the next newer one only.",
]

[reason]
open = "credential {subject} in {system} is still active {length} after a newer one of its account was made on {began} ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "credential {subject} in {system} stayed active for {length} after a newer one of its account was made on {began}; that ended on {ended}; the limit is {limit}"
indeterminate = "credential {subject} in {system} may have stayed active beside a newer one of its account for longer than {limit} ({note})"
---*/
WITH judged AS (
  SELECT
    credential_id, system, COALESCE(person_id, owner_person_id) AS person_id, account_key, credential_key,
    src_file, src_row, created_at, LOWER(kind) AS key_kind, status, expires_at, active_at, observed_at, gone_lo, gone_hi,
    LEAST(COALESCE(GREATEST(observed_at, active_at), gone_hi), :as_of) AS seen,
    -- when it surely still worked
    GREATEST(active_at, last_used_lo, created_at) AS worked_at,
    CASE
      WHEN unread LIKE '%;kind;%' OR unread LIKE '%;account_id;%' THEN CAST(NULL AS STRING)
      WHEN LOWER(kind) IN ('password', 'root_password') THEN 'password'
      WHEN LOWER(kind) = 'certificate' THEN 'certificate'
      WHEN LOWER(kind) NOT IN ('access_key', 'secret', 'token', 'ssh_key', 'api_key', 'key')
        THEN 'another kind of credential'
      WHEN account_key IS NULL THEN 'no account is known'
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN self_rotating THEN 'rotated by its provider'
    END AS outside,
    CASE
      WHEN kind IS NULL OR unread LIKE '%;kind;%' THEN 'kind of credential not known'
      WHEN unread LIKE '%;account_id;%' THEN 'account not understood'
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' THEN 'status or expiry not understood'
      WHEN created_at IS NULL AND unread LIKE '%;created_at;%' THEN 'creation date not understood'
      WHEN status IS NULL OR status NOT IN ('active', 'inactive', 'expired', 'deleted') THEN 'status not known'
      WHEN observed_at IS NULL AND active_at IS NULL AND gone_hi IS NULL THEN 'observation time not known'
    END AS missing,
    -- at :as_of
    CASE
      WHEN expires_at <= :as_of THEN 0
      WHEN status = 'active' OR gone_lo > :as_of OR (status = 'expired' AND expires_at > :as_of) THEN 1
      WHEN gone_lo IS NULL AND active_at >= :as_of THEN 1
      ELSE 0
    END AS works
  FROM credentials
),
placed AS (
  SELECT *,
    CASE WHEN outside IS NULL AND missing IS NULL AND created_at IS NOT NULL THEN 1 ELSE 0 END AS counts,
    CASE WHEN outside IS NULL AND missing IS NULL AND created_at IS NOT NULL THEN works ELSE 0 END AS counts_now,
    CASE WHEN outside IS NULL THEN 1 ELSE 0 END AS inside,
    CASE WHEN outside IS NULL AND missing IS NULL AND works = 1 THEN 1 ELSE 0 END AS inside_now,
    -- a key that may be the newer one
    CASE WHEN outside IS NULL AND (missing IS NOT NULL OR (created_at IS NULL AND works = 1)) THEN 1 ELSE 0 END AS doubtful,
    CASE
      WHEN works = 1 THEN CAST(NULL AS BIGINT)
      WHEN gone_hi IS NOT NULL THEN LEAST(gone_lo, expires_at)
      WHEN status = 'active' OR (status = 'expired' AND expires_at IS NOT NULL) THEN expires_at
      ELSE LEAST(worked_at, observed_at, expires_at)
    END AS over_lo,
    CASE
      WHEN works = 1 THEN CAST(NULL AS BIGINT)
      WHEN gone_hi IS NOT NULL THEN LEAST(gone_hi, expires_at)
      WHEN status = 'active' OR (status = 'expired' AND expires_at IS NOT NULL) THEN expires_at
      ELSE LEAST(observed_at, expires_at)
    END AS over_hi
  FROM judged
),
paired AS (
  SELECT *,
    SUM(inside) OVER (PARTITION BY account_key, key_kind) AS keys_known,
    SUM(inside_now) OVER (PARTITION BY account_key, key_kind) AS keys_now,
    SUM(doubtful) OVER (PARTITION BY account_key, key_kind) - doubtful AS doubts,
    LEAD(created_at) OVER (
      PARTITION BY account_key, key_kind, counts, counts_now ORDER BY created_at, credential_key
    ) AS newer_now,
    LEAD(seen) OVER (
      PARTITION BY account_key, key_kind, counts, counts_now ORDER BY created_at, credential_key
    ) AS newer_now_seen,
    LEAD(src_file) OVER (
      PARTITION BY account_key, key_kind, counts, counts_now ORDER BY created_at, credential_key
    ) AS newer_now_file,
    LEAD(src_row) OVER (
      PARTITION BY account_key, key_kind, counts, counts_now ORDER BY created_at, credential_key
    ) AS newer_now_row,
    LEAD(created_at) OVER (
      PARTITION BY account_key, key_kind, counts ORDER BY created_at, credential_key
    ) AS newer,
    LEAD(over_lo) OVER (
      PARTITION BY account_key, key_kind, counts ORDER BY created_at, credential_key
    ) AS newer_over_lo,
    LEAD(over_hi) OVER (
      PARTITION BY account_key, key_kind, counts ORDER BY created_at, credential_key
    ) AS newer_over_hi,
    LEAD(src_file) OVER (
      PARTITION BY account_key, key_kind, counts ORDER BY created_at, credential_key
    ) AS newer_file,
    LEAD(src_row) OVER (
      PARTITION BY account_key, key_kind, counts ORDER BY created_at, credential_key
    ) AS newer_row
  FROM placed
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'outside'
      WHEN missing IS NOT NULL THEN 'missing'
      WHEN works = 1 AND created_at IS NULL AND keys_now = 1 AND doubts = 0 THEN 'only'
      WHEN works = 0 AND created_at IS NULL AND keys_known = 1 THEN 'only'
      WHEN created_at IS NULL THEN 'undated'
      WHEN works = 1 AND newer_now IS NOT NULL THEN 'beside'
      WHEN works = 0 AND over_hi IS NULL AND newer IS NOT NULL THEN 'endless'
      WHEN works = 0 AND newer IS NOT NULL AND over_hi > newer THEN 'was beside'
      WHEN works = 0 AND newer IS NOT NULL AND doubts = 0 THEN 'ended before'
      WHEN doubts > 0 THEN 'doubt'
      WHEN works = 1 AND keys_now = 1 THEN 'only'
      WHEN works = 0 AND keys_known = 1 THEN 'only'
      ELSE 'newest'
    END AS outcome
  FROM paired
)
SELECT
  'credential' AS subject_kind,
  credential_id AS subject,
  system,
  person_id,
  account_key,
  credential_key,
  -- a key of unknown age may have been made as early as just after this one
  CASE
    WHEN outcome NOT IN ('beside', 'was beside') THEN CAST(NULL AS BIGINT)
    WHEN doubts > 0 THEN created_at
    WHEN outcome = 'beside' THEN newer_now
    ELSE newer
  END AS began_lo,
  CASE WHEN outcome = 'beside' THEN newer_now WHEN outcome = 'was beside' THEN newer END AS began_hi,
  CASE WHEN outcome = 'was beside' THEN GREATEST(LEAST(over_lo, newer_over_lo), newer) END AS ended_lo,
  CASE WHEN outcome = 'was beside' THEN GREATEST(LEAST(over_hi, newer_over_hi), newer) END AS ended_hi,
  CASE WHEN outcome = 'beside' THEN GREATEST(LEAST(seen, newer_now_seen), newer_now) END AS seen_until,
  CASE
    WHEN outcome = 'outside' THEN 'excluded'
    WHEN outcome IN ('missing', 'undated', 'doubt', 'endless') THEN 'unknown'
    WHEN outcome = 'beside' THEN 'open'
    WHEN outcome = 'was beside' THEN 'closed'
    ELSE 'none'
  END AS state,
  CASE
    WHEN outcome = 'outside' THEN outside
    WHEN outcome = 'missing' THEN missing
    WHEN outcome = 'undated' THEN 'creation not known, and the account has or had another one'
    WHEN outcome = 'endless' THEN 'when it ended is not known'
    WHEN outcome = 'doubt' THEN 'too little is known of another one of the account'
    WHEN outcome IN ('beside', 'was beside') AND doubts > 0 THEN 'too little is known of another one of the account'
    WHEN outcome = 'beside' THEN 'both still active'
    WHEN outcome = 'was beside' AND newer_over_hi < over_hi THEN 'the newer one ended first'
    WHEN outcome = 'was beside' THEN 'the older one ended'
    WHEN outcome = 'ended before' THEN 'ended before the newer one was made'
    WHEN outcome = 'only' AND works = 1 THEN 'the only active one of its kind'
    WHEN outcome = 'only' THEN 'the only one of its kind'
    ELSE 'the newest one of its kind'
  END AS note,
  CASE
    WHEN outcome = 'beside' THEN newer_now_file
    WHEN outcome = 'was beside' THEN newer_file
    ELSE src_file
  END AS began_file,
  CASE
    WHEN outcome = 'beside' THEN newer_now_row
    WHEN outcome = 'was beside' THEN newer_row
    ELSE src_row
  END AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
