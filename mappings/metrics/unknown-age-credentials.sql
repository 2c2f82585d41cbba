/*---
id = "unknown-age-credentials"
order = 310
title = "Credentials of unknown age"
question = "For which active credentials does nobody know when they were made or last changed?"
remedy = "Rotate the credential, so that its age is known, or revoke it."
group = "credentials"
shape = "duration"
unit = "credential"
statistic = "none"
needs = ["credentials"]
slice = "credentials"
looks_at = "state"
depends_on = ["change", "access"]
definition = """
Population: that of unrotated-keys. A credential with a creation or a rotation date has no stay; one without both is a \
stay, open since before it was first seen."""
caveats = [
  "The length of such a stay is not known; only that it is longer than nothing.",
]

[reason]
open = "credential {subject} in {system} was active on {seen_until}, and neither its creation nor its last change is known"
closed = "the age of credential {subject} in {system} was not known; that ended on {ended}"
---*/
WITH judged AS (
  SELECT
    credential_id, system, COALESCE(person_id, owner_person_id) AS person_id, account_key, credential_key,
    src_file, src_row, LEAST(COALESCE(observed_at, active_at), :as_of) AS seen,
    CASE WHEN rotated_at IS NULL AND created_at IS NULL THEN 1 ELSE 0 END AS ageless,
    CASE
      WHEN kind = 'root_password' THEN 'the provider gives no age'
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' THEN CAST(NULL AS STRING)
      WHEN t.standing IS NULL AND status IN ('inactive', 'expired') THEN 'not active'
      WHEN status = 'deleted' AND (gone_hi IS NULL OR gone_hi <= :as_of) THEN 'deleted'
      WHEN t.standing IS NULL AND expires_at <= LEAST(COALESCE(observed_at, active_at), :as_of) THEN 'expired'
      WHEN self_rotating THEN 'rotated by its provider'
    END AS outside,
    CASE
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' THEN 'status or expiry not understood'
      WHEN status = 'deleted' THEN 'gone around the as-of time'
      WHEN t.standing = 'unclear' THEN 'status or expiry not understood'
      WHEN t.standing = 'around' THEN 'made inactive around the as-of time'
      WHEN t.standing IS NULL AND (status IS NULL OR status <> 'active') THEN 'status not known'
      WHEN observed_at IS NULL AND active_at IS NULL THEN 'observation time not known'
      WHEN rotated_at IS NULL AND created_at IS NULL AND (unread LIKE '%;rotated_at;%' OR unread LIKE '%;created_at;%')
        THEN 'creation or rotation date not understood'
    END AS missing
  FROM credentials AS c
  LEFT JOIN keys_then AS t ON t.then_system = c.system AND t.then_id = c.credential_id
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN ageless = 1 THEN 'open'
      ELSE 'none'
    END AS state
  FROM judged
)
SELECT
  'credential' AS subject_kind,
  credential_id AS subject,
  system,
  person_id,
  account_key,
  credential_key,
  -- an inventory shows what was there before it was taken: the beginning lies at least a microsecond before it
  CASE WHEN state = 'open' THEN seen - 1 END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'open' THEN 'no creation and no rotation date'
    ELSE 'age known'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
