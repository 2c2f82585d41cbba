/*---
id = "inactive-not-deleted"
order = 350
title = "Inactive credentials that are still there"
question = "How long did credentials stay in place after they had been made inactive?"
remedy = "Delete the inactive credential, or write down what it is kept for."
group = "credentials"
shape = "duration"
unit = "credential"
statistic = "survival"
needs = ["credentials"]
slice = "credentials"
looks_at = "state"
depends_on = ["access"]
definition = """
Population: credentials that were inactive at the as-of time, and removed ones that are known to have been inactive \
before. The stay begins when the credential was made inactive: at the instant that a log tells, or else at some instant \
after its last use and after it was last seen active, and before it was seen inactive. It ends at the removal: the logged \
deletion, or some instant between the last export that shows the credential and the first whole one that does not. An \
inactive credential that is still listed is open. Active, expired and other removed credentials are no items. Those that \
their provider rotates by itself, and the root password, are excluded. Where the status is not understood or not known, \
the item is unknown."""
caveats = [
  "Inventories seldom say since when a credential is inactive; unless a log does, it is known only as a range.",
  "That a credential was inactive before it was removed is known only from a log, or from two exports before the removal.",
]

[reason]
open = "credential {subject} in {system} was inactive since {began} and still there {length} later ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "credential {subject} in {system} was inactive since {began} and removed on {ended}, {length} later; the limit is {limit}"
indeterminate = "credential {subject} in {system} may have been inactive and in place for longer than {limit} ({note})"
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
  WHERE action = 'key_disable' AND outcome = 'success' AND occurred_at <= :as_of AND credential_id IS NOT NULL
),
known AS (
  SELECT
    c.credential_id AS credential_id, c.system AS system, COALESCE(c.person_id, c.owner_person_id) AS person_id,
    c.account_key AS account_key, c.credential_key AS credential_key, c.src_file AS src_file, c.src_row AS src_row,
    c.kind AS kind, c.status AS status, c.self_rotating AS self_rotating, c.created_at AS created_at,
    c.expires_at AS expires_at, c.active_at AS active_at, c.observed_at AS observed_at, c.inactive_at AS inactive_at, c.gone_lo AS gone_lo,
    c.gone_hi AS gone_hi, f.off_at AS off_at,
    CASE WHEN c.unread LIKE '%;status;%' THEN 1 ELSE 0 END AS not_read,
    -- when it surely still worked
    CASE
      WHEN COALESCE(c.active_at, c.last_used_lo, c.created_at) IS NOT NULL
        THEN LEAST(GREATEST(c.active_at, c.last_used_lo, c.created_at), c.observed_at)
    END AS worked_at,
    -- not that of an earlier one of the same id
    CASE
      WHEN d.deleted_at >= COALESCE(c.gone_lo, c.active_at, c.created_at, d.deleted_at) THEN d.deleted_at
    END AS deleted_at
  FROM credentials AS c
  LEFT JOIN deletions AS d ON d.log_system = c.system AND d.log_id = c.credential_id
  LEFT JOIN disablings AS f ON f.off_system = c.system AND f.off_id = c.credential_id AND f.off_at = c.gone_lo
  WHERE c.created_at IS NULL OR c.created_at <= :as_of
),
placed AS (
  SELECT *,
    CASE
      WHEN not_read = 1 OR status IS NULL OR status = 'unknown' THEN 'unknown'
      WHEN status = 'inactive' AND gone_lo > :as_of THEN 'active then'
      WHEN status = 'inactive' AND gone_hi IS NOT NULL THEN 'logged'
      WHEN status = 'inactive' AND worked_at >= :as_of THEN 'active then'
      WHEN status = 'inactive' THEN 'seen'
      WHEN status = 'deleted' AND off_at IS NOT NULL THEN 'logged'
      -- the last export that shows it shows it as not active any more
      WHEN status = 'deleted' AND gone_lo < gone_hi AND active_at < gone_lo AND active_at < :as_of
        AND (expires_at IS NULL OR expires_at > gone_lo) THEN 'seen before'
      ELSE 'no item'
    END AS shown_by
  FROM known
),
dated AS (
  SELECT *,
    CASE
      WHEN shown_by = 'logged' THEN gone_lo
      WHEN shown_by = 'seen before' THEN LEAST(worked_at, gone_lo)
      ELSE worked_at
    END AS off_lo,
    -- an export shows what was inactive before it was taken
    CASE
      WHEN shown_by = 'logged' THEN LEAST(gone_hi, :as_of)
      WHEN shown_by = 'seen before' THEN LEAST(COALESCE(inactive_at, gone_lo), gone_lo, :as_of)
      WHEN inactive_at < observed_at AND inactive_at <= :as_of
        THEN GREATEST(inactive_at - 1, COALESCE(worked_at, inactive_at - 1))
      WHEN observed_at > :as_of THEN :as_of
      WHEN observed_at IS NOT NULL THEN GREATEST(observed_at - 1, COALESCE(worked_at, observed_at - 1))
    END AS off_hi,
    CASE
      WHEN status <> 'deleted' THEN CAST(NULL AS BIGINT)
      WHEN deleted_at IS NOT NULL THEN deleted_at
      WHEN shown_by = 'logged' THEN GREATEST(gone_lo, observed_at)
      ELSE gone_lo
    END AS removed_lo,
    CASE
      WHEN status <> 'deleted' THEN CAST(NULL AS BIGINT)
      WHEN deleted_at IS NOT NULL THEN deleted_at
      WHEN shown_by = 'logged' THEN GREATEST(gone_lo, observed_at, :as_of)
      ELSE gone_hi
    END AS removed_hi
  FROM placed
  WHERE shown_by NOT IN ('no item', 'active then')
),
stated AS (
  SELECT *,
    CASE
      WHEN not_read = 0 AND (kind = 'root_password' OR self_rotating) THEN 'excluded'
      WHEN shown_by = 'unknown' OR off_hi IS NULL THEN 'unknown'
      WHEN removed_lo > :as_of THEN 'open'
      WHEN removed_hi IS NOT NULL THEN 'closed'
      ELSE 'open'
    END AS state
  FROM dated
)
SELECT
  'credential' AS subject_kind,
  credential_id AS subject,
  system,
  person_id,
  account_key,
  credential_key,
  CASE WHEN state IN ('open', 'closed') THEN off_lo END AS began_lo,
  CASE WHEN state IN ('open', 'closed') THEN off_hi END AS began_hi,
  CASE WHEN state = 'closed' THEN GREATEST(removed_lo, off_hi) END AS ended_lo,
  CASE WHEN state = 'closed' THEN removed_hi END AS ended_hi,
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN removed_lo > :as_of THEN :as_of
    ELSE GREATEST(LEAST(observed_at, :as_of), off_hi)
  END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' AND kind = 'root_password' THEN 'the root password'
    WHEN state = 'excluded' THEN 'rotated by its provider'
    WHEN state = 'unknown' AND not_read = 1 THEN 'status not understood'
    WHEN state = 'unknown' AND shown_by = 'unknown' THEN 'status not known'
    WHEN state = 'unknown' THEN 'observation time not known'
    WHEN state = 'open' AND removed_lo > :as_of THEN 'removed only after the as-of time'
    WHEN state = 'closed' AND removed_lo < removed_hi THEN 'seen only as removed, not when'
    WHEN state = 'closed' THEN 'removed'
    WHEN shown_by = 'seen' THEN 'seen as inactive, not since when'
    ELSE 'still there'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
