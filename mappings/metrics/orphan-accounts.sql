/*---
id = "orphan-accounts"
order = 200
title = "Accounts without a person"
question = "Which accounts that can sign in belong to no person?"
remedy = "Find out whose account it is and record the link; disable it where nobody answers for it."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["people", "accounts"]
slice = "accounts"
looks_at = "state"
queue = ["orphan", "ambiguous-match"]
depends_on = ["match", "access"]
definition = """
Population: accounts of the kinds human and unknown that could sign in when last observed. An account that matches \
exactly one person has no stay. An account that matches nobody is a stay, open when last observed; since when nobody \
stands behind it is known only from that sight on: at the earliest since its creation, at the latest since just before \
it was seen. An account that matches several persons is indeterminate: it belongs to one of them, or to none. Accounts \
without access, and service, shared, break-glass, guest and agent accounts are excluded."""
caveats = [
  "Only exact rules match an account to a person; a link declared by the company comes first and settles a tie.",
  "None found means none found in the systems that were loaded.",
  "The length is that of being seen without a person; the longest reading is the age of the account.",
  "Percentiles are those of all accounts of the population, with a stay or without, not of the findings alone.",
]

[reason]
open = "{subject} can sign in to {system} and matches no person ({note}); it may have had none since {began}, last observed on {seen_until}"
closed = "{subject} could sign in to {system} and matched no person from {began} to {ended} ({note})"
indeterminate = "{subject} can sign in to {system} and whose it is is not settled: {note}"
---*/
WITH judged AS (
  SELECT
    COALESCE(username, email, account_id) AS subject,
    system, person_id, account_key, created_at, match_rule, src_file, src_row,
    LEAST(observed_at, :as_of) AS seen,
    CASE
      WHEN kind IN ('service', 'shared', 'break_glass', 'agent', 'guest') THEN 'excluded'
      WHEN created_at > :as_of THEN 'excluded'
      WHEN unread LIKE '%;status;%' THEN 'unknown'
      WHEN COALESCE(then_status, status) IN ('disabled', 'suspended', 'deleted') THEN 'excluded'
      WHEN COALESCE(then_status, status) = 'active' AND observed_at IS NOT NULL AND person_id IS NOT NULL THEN 'none'
      WHEN COALESCE(then_status, status) = 'active' AND observed_at IS NOT NULL THEN 'open'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN kind = 'service' THEN 'service account'
      WHEN kind = 'shared' THEN 'shared account'
      WHEN kind = 'break_glass' THEN 'break-glass account'
      WHEN kind = 'agent' THEN 'agent account'
      WHEN kind = 'guest' THEN 'guest account'
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN unread LIKE '%;status;%' THEN 'status not understood'
      WHEN COALESCE(then_status, status) IN ('disabled', 'suspended', 'deleted') THEN 'cannot sign in'
      WHEN then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN COALESCE(then_status, status, 'unknown') <> 'active' THEN 'status not known'
      WHEN observed_at IS NULL THEN 'known from a log only'
      WHEN person_id IS NOT NULL THEN 'matched'
      WHEN match_rule = 'ambiguous' THEN 'more than one person matches'
      WHEN created_at IS NULL THEN 'nobody matches; creation not known'
      ELSE 'nobody matches'
    END AS note
  FROM accounts
  LEFT JOIN standing_then ON then_account = account_key
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state = 'open' AND created_at IS NOT NULL THEN LEAST(created_at, seen) END AS began_lo,
  -- an export shows what was there before it was taken: an unknown beginning lies at least a microsecond before it;
  -- an ambiguous account may never have been without a person: its stay may begin as late as it was seen
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN match_rule = 'ambiguous' THEN seen
    WHEN created_at >= seen THEN seen
    ELSE seen - 1
  END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM judged
