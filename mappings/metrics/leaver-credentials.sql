/*---
id = "leaver-credentials"
order = 150
title = "Credentials of leavers"
question = "How long did credentials stay usable after the person they belong to, or their owner, had left?"
remedy = "Revoke the credential; rotate it first where a service depends on it."
group = "leavers"
shape = "duration"
unit = "credential"
statistic = "survival"
needs = ["employments", "credentials"]
slice = "credentials"
looks_at = "state"
begins = "leave"
depends_on = ["leave", "match", "access"]
headline = ["former-staff-keys"]
definition = """
Population: each credential whose principal's person, or else whose owner, had left at the as-of time and is not \
employed again, whenever the leave was. A stay begins at the official leave instant, or at the creation of the \
credential if that is later. It ends when the credential stopped working: at its expiry, or, if it was found inactive \
or gone, at some instant up to that observation and after the last export that shows it active; or when a log tells that \
it was disabled or deleted. A use shows that it worked: an expiry or an end in a log before it did not hold. A rotation does not end \
the stay: the person behind the credential is the same. A credential of an account that may belong to more than one \
person, one of whom has left, is indeterminate while it works. Where the status, the expiry or the leave is not \
understood the item is unknown."""
caveats = [
  "Inventories seldom say when a credential was made inactive; unless a log does, the end is known only to lie before the export.",
  "The person whose account it is comes before the owner; a credential of a live person can count because of an owner who left.",
]

[reason]
open = "credential {subject} in {system} was still usable {length} after {person} left on {began} ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "credential {subject} in {system} stayed usable for {length} after {person} left on {began} ({note}); that ended on {ended}; the limit is {limit}"
indeterminate = "{person} left on {began}; when credential {subject} in {system} stopped working is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH possible AS (
  SELECT c.account_key AS possible_account, MIN(c.person_id) AS possible_person
  FROM candidates AS c
  INNER JOIN departed AS d ON d.person_id = c.person_id
  GROUP BY c.account_key
),
-- a use shows that it worked: an end that a log or a date gives before it did not hold
worked AS (
  SELECT *, GREATEST(active_at, last_used_lo) AS worked_at FROM credentials
),
keys AS (
  SELECT c.credential_key AS credential_key, c.credential_id AS credential_id, c.system AS system,
    c.account_key AS account_key, c.person_id AS key_person, c.owner_person_id AS owner_person_id, c.status AS status,
    c.created_at AS created_at,
    CASE WHEN c.last_used_lo IS NULL OR c.expires_at >= c.last_used_lo THEN c.expires_at END AS expires_at,
    CASE WHEN c.last_used_lo IS NULL OR c.gone_hi >= c.last_used_lo THEN c.gone_lo END AS gone_lo,
    CASE WHEN c.last_used_lo IS NULL OR c.gone_hi >= c.last_used_lo THEN c.gone_hi END AS gone_hi,
    -- a log may show it to work after the newest export
    CASE WHEN c.status = 'active' THEN GREATEST(c.observed_at, c.worked_at) ELSE c.observed_at END AS observed_at,
    c.worked_at AS active_at,
    -- no key expires before it is made
    CASE WHEN c.expires_at < c.created_at AND (c.last_used_lo IS NULL OR c.last_used_lo <= c.expires_at) THEN ';expires_at;' ELSE c.unread END AS unread,
    c.src_file AS src_file, c.src_row AS src_row,
    CASE WHEN c.person_id IS NULL THEN q.possible_person END AS possible_person
  FROM worked AS c
  LEFT JOIN possible AS q ON q.possible_account = c.account_key
  WHERE c.person_id IN (SELECT person_id FROM departed) OR c.owner_person_id IN (SELECT person_id FROM departed)
    OR (c.person_id IS NULL AND q.possible_person IS NOT NULL)
),
tied AS (
  SELECT
    k.credential_key AS credential_key, k.credential_id AS credential_id, k.system AS system,
    k.account_key AS account_key, k.status AS status, k.expires_at AS expires_at, k.gone_lo AS gone_lo,
    k.gone_hi AS gone_hi, k.observed_at AS observed_at, k.active_at AS active_at, k.unread AS unread, k.src_file AS src_file, k.src_row AS src_row,
    COALESCE(d.person_id, o.person_id, m.person_id) AS person_id,
    COALESCE(d.left_file, o.left_file, m.left_file) AS left_file,
    COALESCE(d.left_row, o.left_row, m.left_row) AS left_row,
    CASE WHEN d.person_id IS NOT NULL THEN d.doubt WHEN o.person_id IS NOT NULL THEN o.doubt ELSE m.doubt END AS doubt,
    GREATEST(k.created_at, CASE WHEN d.person_id IS NOT NULL THEN d.left_lo WHEN o.person_id IS NOT NULL THEN o.left_lo
      ELSE m.left_lo END) AS began_lo,
    GREATEST(k.created_at, COALESCE(d.left_hi, o.left_hi, m.left_hi)) AS began_by,
    CASE WHEN d.person_id IS NULL AND o.person_id IS NULL THEN 1 ELSE 0 END AS only_possible,
    CASE
      WHEN d.person_id IS NOT NULL THEN 'the person it belongs to left'
      WHEN o.person_id IS NOT NULL THEN 'its owner left'
      ELSE 'one of the persons it may belong to left'
    END AS tie
  FROM keys AS k
  LEFT JOIN departed AS d ON d.person_id = k.key_person
  LEFT JOIN departed AS o ON o.person_id = k.owner_person_id
  LEFT JOIN departed AS m ON m.person_id = k.possible_person
),
judged AS (
  SELECT *,
    CASE
      WHEN began_lo > :as_of THEN 'excluded'
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' THEN 'unknown'
      WHEN expires_at <= began_lo THEN 'none'
      WHEN status IN ('inactive', 'deleted') AND gone_hi <= began_lo THEN 'none'
      WHEN status IN ('inactive', 'expired', 'deleted') AND observed_at <= began_lo AND gone_hi IS NULL THEN 'none'
      WHEN doubt IS NOT NULL AND began_by >= LEAST(observed_at, :as_of) THEN 'unknown'
      WHEN status IN ('inactive', 'deleted') AND gone_lo > :as_of THEN 'open'
      WHEN status IN ('inactive', 'deleted') AND gone_hi IS NOT NULL THEN 'closed'
      WHEN status = 'deleted' AND observed_at > began_lo THEN 'closed'
      WHEN status = 'active' AND expires_at <= :as_of THEN 'closed'
      WHEN status = 'active' AND observed_at >= began_by THEN 'open'
      WHEN status = 'inactive' AND active_at >= :as_of THEN 'open'
      WHEN status = 'expired' AND expires_at > :as_of AND observed_at >= expires_at THEN 'open'
      WHEN status = 'expired' AND expires_at <= :as_of THEN 'closed'
      WHEN status IN ('inactive', 'expired') AND observed_at > began_lo THEN 'closed'
      ELSE 'unknown'
    END AS state
  FROM tied
)
SELECT
  'credential' AS subject_kind,
  credential_id AS subject,
  system,
  person_id,
  account_key,
  credential_key,
  CASE WHEN state <> 'excluded' THEN began_lo END AS began_lo,
  -- where it may be somebody else's, the stay may never have begun
  CASE WHEN state <> 'excluded' THEN CASE WHEN only_possible = 1 THEN GREATEST(began_by, :as_of) ELSE began_by END END AS began_hi,
  CASE
    WHEN state <> 'closed' THEN CAST(NULL AS BIGINT)
    WHEN status = 'active' THEN LEAST(expires_at, GREATEST(began_by, observed_at))
    WHEN status = 'expired' AND expires_at <= :as_of THEN expires_at
    WHEN status = 'deleted' OR gone_hi IS NOT NULL THEN LEAST(GREATEST(gone_lo, began_by, active_at), COALESCE(gone_hi, observed_at), COALESCE(expires_at, gone_hi, observed_at))
    ELSE LEAST(GREATEST(began_by, active_at), observed_at, expires_at)
  END AS ended_lo,
  CASE
    WHEN state <> 'closed' THEN CAST(NULL AS BIGINT)
    WHEN status = 'active' THEN expires_at
    WHEN status = 'expired' AND expires_at <= :as_of THEN expires_at
    WHEN status = 'deleted' OR gone_hi IS NOT NULL THEN LEAST(COALESCE(gone_hi, observed_at), expires_at)
    ELSE LEAST(observed_at, expires_at)
  END AS ended_hi,
  CASE WHEN state = 'open' THEN LEAST(observed_at, :as_of) END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN 'created after the as-of time'
    WHEN state = 'none' AND expires_at <= began_lo THEN 'expired before'
    WHEN state = 'none' AND status = 'deleted' THEN 'gone before'
    WHEN state = 'none' THEN 'inactive before'
    WHEN state = 'unknown' AND (unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%') THEN 'status or expiry not understood'
    WHEN state = 'unknown' AND (status IS NULL OR status = 'unknown') THEN 'status not known'
    WHEN state = 'unknown' AND doubt IS NOT NULL THEN doubt
    WHEN state = 'unknown' THEN 'not observed since the leave'
    ELSE tie
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM judged
