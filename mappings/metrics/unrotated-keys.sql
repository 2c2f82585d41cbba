/*---
id = "unrotated-keys"
order = 300
title = "Keys past their rotation date"
question = "How old are the secrets of active credentials?"
remedy = "Rotate the credential, or revoke it if nothing uses it."
group = "credentials"
shape = "duration"
unit = "credential"
statistic = "age"
needs = ["credentials"]
slice = "credentials"
looks_at = "state"
depends_on = ["change", "access"]
definition = """
Population: credentials that were active, and not expired, when last observed. The stay runs from the newest of \
rotation and creation to the last observation. Without both dates the item is unknown here and a stay of \
unknown-age-credentials. Credentials that their provider rotates by itself are excluded, and so are those of a kind of \
which the provider never tells the age (the password of the AWS root user), and inactive, expired and deleted ones. A \
credential rotated after the as-of time has no stay. Where a date or the status is not understood the item is unknown."""
caveats = [
  "Where an inventory gives only the creation, a rotation that keeps the id is seen only in a log that names the key.",
  "A key that only a log knows was observed when it was made; whether it is still there no export tells.",
]

[reason]
open = "credential {subject} in {system} was last changed on {began}, {length} before it was observed on {seen_until}; the limit is {limit}"
closed = "credential {subject} in {system} was not changed for {length} from {began} on; that ended on {ended}; the limit is {limit}"
indeterminate = "credential {subject} in {system} was last changed on {began} and may have passed the limit of {limit} since it was last observed on {seen_until}"
---*/
WITH judged AS (
  SELECT
    credential_id, system, COALESCE(person_id, owner_person_id) AS person_id, account_key, credential_key,
    src_file, src_row,
    GREATEST(COALESCE(rotated_at, created_at), COALESCE(created_at, rotated_at)) AS began,
    LEAST(COALESCE(observed_at, active_at), :as_of) AS seen,
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
      WHEN unread LIKE '%;rotated_at;%' OR (rotated_at IS NULL AND unread LIKE '%;created_at;%')
        THEN 'creation or rotation date not understood'
      WHEN rotated_at IS NULL AND created_at IS NULL THEN 'no creation and no rotation date'
    END AS missing
  FROM credentials AS c
  LEFT JOIN keys_then AS t ON t.then_system = c.system AND t.then_id = c.credential_id
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN began >= seen AND seen >= :as_of - 86400000000 THEN 'none'
      ELSE 'open'
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
  CASE WHEN state IN ('open', 'none') THEN began END AS began_lo,
  CASE WHEN state IN ('open', 'none') THEN began END AS began_hi,
  -- nothing shows a key before it was made: an export that claims to be older is no sight of it
  CASE WHEN state = 'open' THEN GREATEST(seen, began) END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'changed since'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
