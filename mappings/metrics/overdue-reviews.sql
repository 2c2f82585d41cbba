/*---
id = "overdue-reviews"
order = 600
title = "Access reviews decided late"
question = "How long after they were due were items of access reviews decided?"
remedy = "Decide the item now, and find out why its review was late."
group = "governance"
shape = "duration"
unit = "review"
statistic = "survival"
needs = ["reviews"]
looks_at = "state"
definition = """
Population: items of access reviews. The stay runs from the end of the day or the time at which the item was due to its \
decision, to keep or to revoke. An item decided by then has no stay. One without a decision is open, observed until the \
newest export that lists it; if that export is not later than the due time, the item is unknown. Items without a due \
date, with a decision that is not understood, or whose time of decision is not known and may lie after the due time, are \
unknown. Undecided items that are due at the as-of time or later are excluded."""
caveats = [
  "A decision that is known by its day counts from the start of that day.",
  "What was decided does not matter here; unexecuted-revocations looks at what followed.",
]

[reason]
open = "{subject} in {system} was due on {began} and still not decided on {seen_until}, {length} later; the limit is {limit}"
closed = "{subject} in {system} was due on {began} and decided on {ended}, {length} later; the limit is {limit}"
---*/
WITH judged AS (
  SELECT
    r.campaign || ': ' || CASE WHEN r.entitlement IS NULL THEN '' ELSE r.entitlement || ' of ' END || r.account_id AS subject,
    r.system AS system, acc.person_id AS person_id, r.account_key AS account_key, r.due_at AS due_at,
    r.decided_at AS decided_at, r.src_file AS src_file, r.src_row AS src_row,
    r.observed_at AS observed_at, CASE WHEN r.observed_at > :as_of THEN :as_of ELSE r.observed_at END AS seen,
    CASE
      WHEN r.decision = 'unknown' OR (r.decision IS NULL AND r.decided_at IS NOT NULL) THEN 'unread'
      WHEN r.decision IN ('keep', 'revoke') AND r.decided_at IS NULL THEN 'undated'
      WHEN r.decision IN ('keep', 'revoke') AND r.decided_at <= :as_of THEN 'decided'
      WHEN r.decision IN ('keep', 'revoke') THEN 'later'
      ELSE 'pending'
    END AS step
  FROM reviews AS r
  LEFT JOIN accounts AS acc ON acc.account_key = r.account_key
),
stated AS (
  SELECT *,
    CASE
      WHEN step = 'unread' THEN 'decision not understood'
      WHEN due_at IS NULL THEN 'no due date'
      WHEN step = 'undated' AND observed_at <= due_at THEN 'decided in time'
      WHEN step = 'undated' THEN 'time of the decision not known'
      WHEN step = 'decided' AND decided_at <= due_at THEN 'decided in time'
      WHEN step = 'decided' THEN 'decided late'
      WHEN due_at >= :as_of THEN 'not yet due'
      WHEN step = 'later' THEN 'decided only after the as-of time'
      WHEN seen IS NULL OR seen <= due_at THEN 'not observed since it was due'
      ELSE 'not decided'
    END AS note
  FROM judged
),
named AS (
  SELECT *,
    CASE
      WHEN note = 'decided in time' THEN 'none'
      WHEN note = 'decided late' THEN 'closed'
      WHEN note IN ('not decided', 'decided only after the as-of time') THEN 'open'
      WHEN note = 'not yet due' THEN 'excluded'
      ELSE 'unknown'
    END AS state
  FROM stated
)
SELECT
  'review' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') THEN due_at END AS began_lo,
  CASE WHEN state IN ('open', 'closed') THEN due_at END AS began_hi,
  CASE WHEN state = 'closed' THEN decided_at END AS ended_lo,
  CASE WHEN state = 'closed' THEN decided_at END AS ended_hi,
  CASE WHEN state <> 'open' THEN CAST(NULL AS BIGINT) WHEN step = 'later' THEN :as_of ELSE seen END AS seen_until,
  state,
  note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM named
