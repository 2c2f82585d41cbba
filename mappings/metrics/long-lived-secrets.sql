/*---
id = "long-lived-secrets"
order = 330
title = "Secrets that live too long"
question = "How long may active secrets live from their last change to their expiry?"
remedy = "Replace the secret by one that expires sooner, or by a credential that is not stored at all."
group = "credentials"
shape = "duration"
unit = "credential"
statistic = "none"
needs = ["credentials"]
slice = "credentials"
looks_at = "state"
depends_on = ["change", "access"]
definition = """
Population: credentials that were active, and not expired, when last observed. What is measured is the planned life: \
from the newest of rotation and creation to the expiry. Where the expiry is still to come at the as-of time, the life is \
shown as one of the same length that ends at the as-of time. A secret that never expires is a stay without an end, as \
old as when it was last observed: it is over the limit once it is older than that, and within it until then. Where the source does not say whether a secret expires, or neither \
creation nor rotation is known, the item is unknown; so it is where a date or the status is not understood, or where the \
secret was changed after the as-of time. Credentials that their provider rotates by itself, the root password, and \
inactive, expired and deleted credentials are excluded."""
caveats = [
  "The beginning of a secret whose expiry is still to come is moved back by the time that it has left; its dates stand in the inventory.",
  "A young secret that never expires is within the limit so far; unrotated-keys looks at its age as well.",
  "That a secret never expires says nothing of how long it will be used; a rotation that keeps the id begins a new life.",
]

[reason]
open = "credential {subject} in {system} never expires and was {length} old when observed on {seen_until}; the limit is {limit}"
closed = "credential {subject} in {system} has a planned life of {length} from its last change to its expiry ({note}); the limit is {limit}, exceeded by {over}"
---*/
WITH judged AS (
  SELECT
    credential_id, system, COALESCE(person_id, owner_person_id) AS person_id, account_key, credential_key,
    src_file, src_row, expires_at, expiry,
    GREATEST(COALESCE(rotated_at, created_at), COALESCE(created_at, rotated_at)) AS changed,
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
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' OR unread LIKE '%;expiry;%'
        THEN 'status or expiry not understood'
      WHEN status = 'deleted' THEN 'gone around the as-of time'
      WHEN t.standing = 'unclear' OR expires_at < created_at THEN 'status or expiry not understood'
      WHEN t.standing = 'around' THEN 'made inactive around the as-of time'
      WHEN t.standing IS NULL AND (status IS NULL OR status <> 'active') THEN 'status not known'
      WHEN observed_at IS NULL AND active_at IS NULL THEN 'observation time not known'
      WHEN expires_at IS NULL AND (expiry IS NULL OR expiry <> 'never') THEN 'the source does not say whether it expires'
      WHEN unread LIKE '%;rotated_at;%' OR (rotated_at IS NULL AND unread LIKE '%;created_at;%')
        THEN 'creation or rotation date not understood'
      WHEN rotated_at IS NULL AND created_at IS NULL THEN 'no creation and no rotation date'
      WHEN rotated_at > :as_of THEN 'changed after the as-of time'
    END AS missing
  FROM credentials AS c
  LEFT JOIN keys_then AS t ON t.then_system = c.system AND t.then_id = c.credential_id
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN expires_at IS NOT NULL THEN 'closed'
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
  -- nothing that ends after :as_of is measured to its end: a life that does is moved back, with the same length
  CASE
    WHEN state = 'closed' THEN LEAST(changed, expires_at) - GREATEST(expires_at - :as_of, 0)
    WHEN state = 'open' THEN changed
  END AS began_lo,
  CASE
    WHEN state = 'closed' THEN LEAST(changed, expires_at) - GREATEST(expires_at - :as_of, 0)
    WHEN state = 'open' THEN changed
  END AS began_hi,
  CASE WHEN state = 'closed' THEN LEAST(expires_at, :as_of) END AS ended_lo,
  CASE WHEN state = 'closed' THEN LEAST(expires_at, :as_of) END AS ended_hi,
  CASE WHEN state = 'open' THEN GREATEST(seen, changed) END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'open' THEN 'never expires'
    WHEN expires_at > :as_of THEN 'expires after the as-of time'
    ELSE 'expired after it was last observed'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
