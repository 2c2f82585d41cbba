/*---
id = "expired-present"
order = 340
title = "Expired credentials that are still there"
question = "How long did credentials stay in place after they had expired?"
remedy = "Delete the expired credential, and its copy in whatever used it."
group = "credentials"
shape = "duration"
unit = "credential"
statistic = "survival"
needs = ["credentials"]
slice = "credentials"
looks_at = "state"
depends_on = ["access"]
definition = """
Population: credentials that had expired at the as-of time, by their expiry or by the status that the source gives, \
and were still there when they did. The stay runs from the expiry to the removal: the logged deletion, or some instant \
between the last export that shows the credential and the first whole one that does not. A credential that is still \
listed is open, whatever its status. Where only a status says that it expired, it did so after it was last seen active \
and before it was seen expired. Credentials that have not expired at the as-of time, were removed before they expired, \
or were created after the as-of time are no items, and one without an expiry, or with one that is still to come, whose \
status is not known is none either. Those that their provider rotates by itself are excluded. The item is unknown \
where the expiry is not understood; where the status is not understood, unless the expiry is still to come; where the \
expiry is past but the status is not known; and where nothing tells when the credential was observed or removed."""
caveats = [
  "An expired credential does not work; what is left of it hides what still matters, and can be renewed by mistake.",
  "A removal that no log tells is known only to lie between two exports.",
]

[reason]
open = "credential {subject} in {system} expired on {began} and was still there {length} later ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "credential {subject} in {system} expired on {began} and was removed on {ended}, {length} later; the limit is {limit}"
indeterminate = "credential {subject} in {system} expired on {began}; how long it stayed is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH deletions AS (
  SELECT system AS log_system, credential_id AS log_id, MAX(occurred_at) AS deleted_at
  FROM events
  WHERE action = 'key_delete' AND outcome = 'success' AND occurred_at <= :as_of AND credential_id IS NOT NULL
  GROUP BY system, credential_id
),
disablings AS (
  SELECT DISTINCT system AS off_system, credential_id AS off_id, occurred_at AS off_at
  FROM events
  WHERE action = 'key_disable' AND outcome = 'success' AND credential_id IS NOT NULL
),
known AS (
  SELECT
    c.credential_id AS credential_id, c.system AS system, COALESCE(c.person_id, c.owner_person_id) AS person_id,
    c.account_key AS account_key, c.credential_key AS credential_key, c.src_file AS src_file, c.src_row AS src_row,
    c.status AS status, c.self_rotating AS self_rotating, c.unread AS unread, c.created_at AS created_at,
    c.expires_at AS expires_at, c.active_at AS active_at, c.observed_at AS observed_at,
    c.gone_lo AS gone_lo, c.gone_hi AS gone_hi, f.off_at AS off_at,
    -- not that of an earlier one of the same id
    CASE
      WHEN d.deleted_at >= COALESCE(c.gone_lo, c.active_at, c.created_at, d.deleted_at) THEN d.deleted_at
    END AS deleted_at
  FROM credentials AS c
  LEFT JOIN deletions AS d ON d.log_system = c.system AND d.log_id = c.credential_id
  LEFT JOIN disablings AS f ON f.off_system = c.system AND f.off_id = c.credential_id AND f.off_at = c.gone_lo
  WHERE c.created_at IS NULL OR c.created_at <= :as_of
),
-- gone says when a credential stopped working: of one that a log tells to have been disabled first, that is no removal
removed AS (
  SELECT *,
    CASE
      WHEN status <> 'deleted' THEN CAST(NULL AS BIGINT)
      WHEN deleted_at IS NOT NULL THEN deleted_at
      WHEN gone_lo = gone_hi AND off_at IS NOT NULL THEN GREATEST(gone_lo, observed_at)
      WHEN gone_hi IS NOT NULL THEN gone_lo
      WHEN COALESCE(active_at, created_at) IS NOT NULL THEN LEAST(COALESCE(active_at, created_at), observed_at)
    END AS removed_lo,
    CASE
      WHEN status <> 'deleted' THEN CAST(NULL AS BIGINT)
      WHEN deleted_at IS NOT NULL THEN deleted_at
      WHEN gone_lo = gone_hi AND off_at IS NOT NULL THEN GREATEST(gone_lo, observed_at, :as_of)
      WHEN gone_lo = gone_hi THEN GREATEST(gone_lo, :as_of)
      ELSE COALESCE(gone_hi, observed_at)
    END AS removed_hi
  FROM known
),
dated AS (
  SELECT *,
    CASE
      WHEN expires_at IS NOT NULL THEN expires_at
      WHEN COALESCE(active_at, created_at) IS NOT NULL THEN LEAST(COALESCE(active_at, created_at), observed_at)
    END AS expired_lo,
    -- an export shows what had expired before it was taken
    CASE
      WHEN expires_at IS NOT NULL THEN expires_at
      WHEN observed_at > :as_of THEN :as_of
      WHEN observed_at IS NOT NULL
        THEN GREATEST(observed_at - 1, LEAST(COALESCE(active_at, created_at, observed_at - 1), observed_at))
    END AS expired_hi,
    CASE
      WHEN unread LIKE '%;expires_at;%' THEN 1
      WHEN unread LIKE '%;status;%' AND (expires_at IS NULL OR expires_at <= :as_of) THEN 1
      ELSE 0
    END AS not_read
  FROM removed
),
stated AS (
  SELECT *,
    LEAST(observed_at, :as_of) AS seen,
    CASE
      WHEN not_read = 1 THEN 'unknown'
      WHEN self_rotating THEN 'excluded'
      WHEN status IS NULL OR status = 'unknown' OR expired_hi IS NULL THEN 'unknown'
      WHEN observed_at IS NULL AND removed_hi IS NULL THEN 'unknown'
      WHEN removed_lo > :as_of THEN 'open'
      WHEN removed_hi IS NOT NULL THEN 'closed'
      ELSE 'open'
    END AS state
  FROM dated
  -- what is no item at all: not expired by :as_of, or removed before the expiry
  WHERE not_read = 1
    OR (expires_at <= :as_of AND (removed_hi IS NULL OR removed_hi > expires_at))
    OR (expires_at IS NULL AND status = 'expired' AND (active_at IS NULL OR active_at < :as_of))
)
SELECT
  'credential' AS subject_kind,
  credential_id AS subject,
  system,
  person_id,
  account_key,
  credential_key,
  CASE WHEN state IN ('open', 'closed') THEN expired_lo END AS began_lo,
  CASE WHEN state IN ('open', 'closed') THEN expired_hi END AS began_hi,
  CASE WHEN state = 'closed' THEN GREATEST(removed_lo, expired_hi) END AS ended_lo,
  CASE WHEN state = 'closed' THEN removed_hi END AS ended_hi,
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN removed_lo > :as_of THEN :as_of
    ELSE GREATEST(seen, expired_hi)
  END AS seen_until,
  state,
  CASE
    WHEN not_read = 1 THEN 'status or expiry not understood'
    WHEN state = 'excluded' THEN 'rotated by its provider'
    WHEN state = 'unknown' AND (status IS NULL OR status = 'unknown') THEN 'status not known'
    WHEN state = 'unknown' THEN 'observation time not known'
    WHEN state = 'open' AND removed_lo > :as_of THEN 'removed only after the as-of time'
    WHEN state = 'closed' AND removed_lo < removed_hi THEN 'seen only as removed, not when'
    WHEN state = 'closed' THEN 'removed'
    WHEN seen < expired_hi THEN 'not observed since it expired'
    WHEN expires_at IS NULL THEN 'seen as expired, not since when'
    ELSE 'still there'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
