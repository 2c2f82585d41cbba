/*---
id = "leaver-credentials"
order = 150
title = "Credentials of leavers"
question = "How long did credentials stay usable after the person they belong to, or their owner, had left?"
group = "leavers"
shape = "duration"
unit = "credential"
statistic = "survival"
needs = ["employments", "credentials"]
slice = "credentials"
definition = """
Population: each credential whose principal's person, or else whose owner, had left at the as-of time and is not \
employed again, whenever the leave was. A stay begins at the official leave instant, or at the creation of the \
credential if that is later. It ends when the credential stopped working: at its expiry, or, if it was found inactive, \
at some instant up to that observation. A rotation does not end the stay: the person behind the credential is the same."""
caveats = [
  "Inventories seldom say when a credential was made inactive; then the end is known only to lie before the export.",
  "The person whose account it is comes before the owner; a credential of a live person can count because of an owner who left.",
]

[reason]
open = "credential {subject} in {system} was still usable {length} after {person} left on {began} ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "credential {subject} in {system} stayed usable for {length} after {person} left on {began} ({note}), until {ended}; the limit is {limit}"
indeterminate = "{person} left on {began}; when credential {subject} in {system} stopped working is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH keys AS (
  SELECT credential_key, credential_id, system, account_key, person_id, owner_person_id, status, created_at, expires_at,
    observed_at, src_file, src_row
  FROM credentials
  WHERE person_id IN (SELECT person_id FROM departed) OR owner_person_id IN (SELECT person_id FROM departed)
),
tied AS (
  SELECT
    k.credential_key AS credential_key, k.credential_id AS credential_id, k.system AS system,
    k.account_key AS account_key, k.status AS status, k.created_at AS created_at, k.expires_at AS expires_at,
    k.observed_at AS observed_at, k.src_file AS src_file, k.src_row AS src_row,
    COALESCE(d.person_id, o.person_id) AS person_id,
    COALESCE(d.left_file, o.left_file) AS left_file,
    COALESCE(d.left_row, o.left_row) AS left_row,
    GREATEST(COALESCE(d.left_at, o.left_at), COALESCE(k.created_at, d.left_at, o.left_at)) AS began,
    CASE WHEN d.person_id IS NOT NULL THEN 'the person it belongs to left' ELSE 'its owner left' END AS tie
  FROM keys AS k
  LEFT JOIN departed AS d ON d.person_id = k.person_id
  LEFT JOIN departed AS o ON o.person_id = k.owner_person_id
  WHERE d.person_id IS NOT NULL OR o.person_id IS NOT NULL
),
judged AS (
  SELECT *,
    CASE
      WHEN began > :as_of THEN 'excluded'
      WHEN expires_at <= began THEN 'none'
      WHEN status = 'active' AND expires_at <= :as_of THEN 'closed'
      WHEN status = 'active' AND observed_at >= began THEN 'open'
      WHEN status = 'expired' AND expires_at > :as_of AND observed_at >= expires_at THEN 'open'
      WHEN status IN ('inactive', 'expired') AND observed_at <= began THEN 'none'
      WHEN status = 'expired' AND expires_at <= :as_of THEN 'closed'
      WHEN status IN ('inactive', 'expired') AND observed_at > began THEN 'closed'
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
  CASE WHEN state <> 'excluded' THEN began END AS began_lo,
  CASE WHEN state <> 'excluded' THEN began END AS began_hi,
  CASE
    WHEN state <> 'closed' THEN CAST(NULL AS BIGINT)
    WHEN status = 'active' THEN LEAST(expires_at, GREATEST(began, COALESCE(observed_at, began)))
    WHEN status = 'expired' AND expires_at <= :as_of THEN expires_at
    ELSE began
  END AS ended_lo,
  CASE
    WHEN state <> 'closed' THEN CAST(NULL AS BIGINT)
    WHEN status = 'active' THEN expires_at
    WHEN status = 'expired' AND expires_at <= :as_of THEN expires_at
    ELSE LEAST(observed_at, COALESCE(expires_at, observed_at))
  END AS ended_hi,
  CASE WHEN state = 'open' THEN LEAST(observed_at, :as_of) END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN 'created after the as-of time'
    WHEN state = 'none' AND expires_at <= began THEN 'expired before'
    WHEN state = 'none' THEN 'inactive before'
    WHEN state = 'unknown' AND (status IS NULL OR status = 'unknown') THEN 'status not known'
    WHEN state = 'unknown' THEN 'not observed since the leave'
    ELSE tie
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM judged
