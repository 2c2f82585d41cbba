/*---
id = "ownerless-nhi"
order = 400
title = "Machine identities without a live owner"
question = "Which service and agent accounts have no owner who still works here?"
group = "machine-identities"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts", "people", "employments"]
slice = "accounts"
definition = """
Population: service and agent accounts that could sign in when last observed. An account with a named owner who is \
employed at the as-of time has no stay. An account whose owner field is empty, or names somebody who is not among the \
people, is a stay, open since its creation; one whose owner left is a stay, open since that leave. A source without an \
owner field makes the item unknown."""
caveats = [
  "An owner is who answers for the account; who created it does not count as owner.",
  "When an owner field became empty is not known: the stay then counts from the creation of the account.",
]

[reason]
open = "{subject} in {system} has had no live owner since {began} ({note}), last observed on {seen_until}"
closed = "{subject} in {system} had no live owner from {began} to {ended} ({note})"
indeterminate = "{subject} in {system} may have had no live owner for longer than {limit} ({note})"
---*/
WITH machines AS (
  SELECT COALESCE(username, email, account_id) AS subject, system, account_key, status, created_at, observed_at,
    ownership, owner_person_id, owner_live, src_file, src_row
  FROM accounts
  WHERE kind IN ('service', 'agent')
),
judged AS (
  SELECT
    m.subject AS subject, m.system AS system, m.account_key AS account_key, m.owner_person_id AS person_id,
    m.src_file AS src_file, m.src_row AS src_row,
    CASE
      WHEN m.ownership = 'named' AND d.left_at IS NOT NULL THEN GREATEST(d.left_at, COALESCE(m.created_at, d.left_at))
      ELSE m.created_at
    END AS began,
    CASE WHEN m.ownership = 'named' AND d.left_at IS NOT NULL THEN d.left_file ELSE m.src_file END AS began_file,
    CASE WHEN m.ownership = 'named' AND d.left_at IS NOT NULL THEN d.left_row ELSE m.src_row END AS began_row,
    LEAST(m.observed_at, :as_of) AS seen,
    CASE
      WHEN m.status IN ('disabled', 'suspended', 'deleted') OR m.created_at > :as_of THEN 'excluded'
      WHEN m.status IS NULL OR m.status <> 'active' OR m.observed_at IS NULL THEN 'unknown'
      WHEN m.ownership = 'none' THEN 'open'
      WHEN m.ownership = 'named' AND m.owner_person_id IS NULL THEN 'open'
      WHEN m.ownership = 'named' AND m.owner_live THEN 'none'
      WHEN m.ownership = 'named' AND NOT m.owner_live THEN 'open'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN m.status IN ('disabled', 'suspended', 'deleted') THEN 'cannot sign in'
      WHEN m.created_at > :as_of THEN 'created after the as-of time'
      WHEN m.status IS NULL OR m.status <> 'active' THEN 'status not known'
      WHEN m.observed_at IS NULL THEN 'known from a log only'
      WHEN m.ownership = 'none' THEN 'no owner is named'
      WHEN m.ownership = 'named' AND m.owner_person_id IS NULL THEN 'owner not found among people'
      WHEN m.ownership = 'named' AND m.owner_live THEN 'live owner'
      WHEN m.ownership = 'named' AND d.left_at IS NOT NULL THEN 'the owner left'
      WHEN m.ownership = 'named' AND NOT m.owner_live THEN 'the owner is not employed'
      WHEN m.ownership = 'named' THEN 'employment of the owner not known'
      ELSE 'the source has no owner field'
    END AS note
  FROM machines AS m
  LEFT JOIN departed AS d ON d.person_id = m.owner_person_id
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state = 'open' THEN began END AS began_lo,
  -- an export shows what was there before it was taken: an unknown beginning lies at least a microsecond before it
  CASE WHEN state = 'open' THEN COALESCE(began, seen - 1) END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  note,
  began_file,
  began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM judged
