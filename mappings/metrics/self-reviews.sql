/*---
id = "self-reviews"
order = 610
title = "Reviews of one's own access"
question = "Which items of access reviews were decided by the person whose access it was?"
remedy = "Have somebody else review this access, and exclude own items when the next review is set up."
group = "governance"
shape = "duration"
unit = "review"
statistic = "none"
needs = ["reviews", "accounts"]
looks_at = "state"
depends_on = ["match"]
definition = """
Population: items of access reviews that were decided by the as-of time, on accounts of the kinds human, guest and \
unknown. An item is a stay, of one microsecond at its decision, if the reviewer is the person whose account it is. \
Where the time of the decision is not known it is open when last observed. Where the reviewer is not found among \
people, the account is not found or belongs to no known person, or the decision is not understood, the item is \
unknown. Undecided items are excluded, and so are items of service, shared, break-glass and agent accounts, whatever \
was decided."""
caveats = [
  "An account that matches several persons is unknown, whoever reviewed it.",
  "Somebody who reviews the service account that they own is not shown here.",
]

[reason]
open = "{subject} in {system} was decided by {person}, whose own access it is, by {seen_until}"
closed = "{subject} in {system} was decided on {ended} by {person}, whose own access it is"
---*/
WITH judged AS (
  SELECT
    r.campaign || ': ' || CASE WHEN r.entitlement IS NULL THEN '' ELSE r.entitlement || ' of ' END || r.account_id AS subject,
    r.system AS system, acc.person_id AS person_id, r.account_key AS account_key, r.decided_at AS decided_at,
    r.src_file AS src_file, r.src_row AS src_row, r.observed_at AS seen,
    CASE
      WHEN r.decision = 'none' OR (r.decision IS NULL AND r.decided_at IS NULL) THEN 'not decided'
      WHEN r.decision <> 'unknown' AND r.decided_at > :as_of THEN 'decided after the as-of time'
      WHEN acc.unread LIKE '%;kind;%' THEN CAST(NULL AS STRING)
      WHEN acc.kind = 'service' THEN 'service account'
      WHEN acc.kind = 'shared' THEN 'shared account'
      WHEN acc.kind = 'break_glass' THEN 'break-glass account'
      WHEN acc.kind = 'agent' THEN 'agent account'
    END AS outside,
    CASE
      WHEN r.decision = 'unknown' OR (r.decision IS NULL AND r.decided_at IS NOT NULL) THEN 'decision not understood'
      WHEN acc.unread LIKE '%;kind;%' THEN 'kind of account not understood'
      WHEN r.reviewer_text IS NULL AND r.reviewer_person_id IS NULL THEN 'no reviewer is named'
      WHEN r.reviewer_person_id IS NULL THEN 'reviewer not found among people'
      WHEN acc.account_key IS NULL THEN 'account not found'
      WHEN acc.person_id IS NULL AND acc.match_rule = 'ambiguous' THEN 'more than one person matches the account'
      WHEN acc.person_id IS NULL THEN 'nobody matches the account'
      WHEN r.reviewer_person_id = acc.person_id AND r.decided_at IS NULL
        AND (r.observed_at IS NULL OR r.observed_at > :as_of)
        THEN 'time of the decision not known'
    END AS missing,
    CASE WHEN r.reviewer_person_id = acc.person_id THEN 1 ELSE 0 END AS own
  FROM reviews AS r
  LEFT JOIN accounts AS acc ON acc.account_key = r.account_key
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN own = 0 THEN 'none'
      WHEN decided_at IS NULL THEN 'open'
      ELSE 'closed'
    END AS state
  FROM judged
)
SELECT
  'review' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state = 'closed' THEN decided_at - 1 END AS began_lo,
  -- an export shows what was decided before it was taken
  CASE WHEN state = 'closed' THEN decided_at - 1 WHEN state = 'open' THEN seen - 1 END AS began_hi,
  CASE WHEN state = 'closed' THEN decided_at END AS ended_lo,
  CASE WHEN state = 'closed' THEN decided_at END AS ended_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'decided by somebody else'
    ELSE 'the reviewer is the person of the account'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
