/*---
id = "unreviewed-nhi"
order = 410
title = "Machine identities that nobody reviews"
question = "How long ago was the access of service and agent accounts last reviewed?"
remedy = "Put the account into the next access review, and have its owner decide whether it stays."
group = "machine-identities"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts", "reviews"]
slice = "accounts"
looks_at = "state"
definition = """
Population: service and agent accounts that could sign in when last observed. The stay runs from the newest review that \
decided to keep or to revoke the account, or one of its entitlements, to the last observation of account and reviews; an \
account that was never reviewed counts from its creation. Where its creation is not known it was there since before it \
was seen. An item of a review without a decision is no review; one whose decision or date is not understood may have \
been one, until the newest export that shows it, and gives a beginning that is a range. An account whose status is not \
known, or whose kind or status is not understood, is unknown. Accounts without access are excluded."""
caveats = [
  "The reviews that were loaded are taken as all there were: one that is left out makes an account look older than it is.",
  "That somebody decided says nothing of how carefully.",
]

[reason]
open = "{subject} in {system} can sign in and was not reviewed for {length} before {seen_until} ({note}); the limit is {limit}"
closed = "{subject} in {system} was not reviewed from {began} to {ended} ({note}); the limit is {limit}"
indeterminate = "{subject} in {system} may not have been reviewed for longer than {limit} ({note}), last observed on {seen_until}"
---*/
WITH marks AS (
  SELECT account_key AS marked_key, src_file, src_row,
    CASE WHEN decision IN ('keep', 'revoke') AND decided_at <= :as_of THEN decided_at END AS sure_at,
    0 - decided_at AS newest_first,
    -- a decision, or a date, that is not understood: it may have been a review, by then
    CASE
      WHEN decision IN ('keep', 'revoke') AND decided_at IS NULL THEN COALESCE(observed_at, :as_of)
      WHEN decision = 'unknown' OR (decision IS NULL AND decided_at IS NOT NULL)
        THEN COALESCE(decided_at, observed_at, :as_of)
    END AS maybe_at
  FROM reviews
  WHERE account_key IS NOT NULL AND (decided_at IS NULL OR decided_at <= :as_of)
),
ranked AS (
  SELECT marked_key, sure_at, src_file, src_row,
    ROW_NUMBER() OVER (PARTITION BY marked_key ORDER BY newest_first, src_file, src_row) AS place
  FROM marks
  WHERE sure_at IS NOT NULL
),
maybes AS (
  SELECT marked_key AS maybe_key, LEAST(MAX(maybe_at), :as_of) AS maybe_at
  FROM marks
  WHERE maybe_at IS NOT NULL
  GROUP BY marked_key
),
-- reviews are known until their newest export: that of the system, else that of any
exported AS (
  SELECT system AS review_system, MAX(observed_at) AS reviews_at FROM reviews GROUP BY system
),
anywhere AS (
  SELECT MAX(observed_at) AS all_reviews_at FROM reviews
),
judged AS (
  SELECT
    COALESCE(a.username, a.email, a.account_id) AS subject, a.system AS system, a.account_key AS account_key,
    a.owner_person_id AS person_id, a.src_file AS src_file, a.src_row AS src_row, a.created_at AS created_at,
    r.sure_at AS sure_at, r.src_file AS review_file, r.src_row AS review_row, m.maybe_at AS maybe_at,
    LEAST(a.observed_at, COALESCE(x.reviews_at, w.all_reviews_at), :as_of) AS seen,
    CASE
      WHEN a.created_at > :as_of THEN 'created after the as-of time'
      WHEN COALESCE(t.then_status, a.status) IN ('disabled', 'suspended', 'deleted')
        AND (a.unread IS NULL OR a.unread NOT LIKE '%;status;%') THEN 'cannot sign in'
    END AS outside,
    CASE
      WHEN a.unread LIKE '%;kind;%' THEN 'kind of account not understood'
      WHEN a.unread LIKE '%;status;%' THEN 'status not understood'
      WHEN t.then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN COALESCE(t.then_status, a.status, 'unknown') <> 'active' THEN 'status not known'
      WHEN a.observed_at IS NULL THEN 'known from a log only'
    END AS missing
  FROM accounts AS a
  CROSS JOIN anywhere AS w
  LEFT JOIN standing_then AS t ON t.then_account = a.account_key
  LEFT JOIN (SELECT * FROM ranked WHERE place = 1) AS r ON r.marked_key = a.account_key
  LEFT JOIN maybes AS m ON m.maybe_key = a.account_key
  LEFT JOIN exported AS x ON x.review_system = a.system
  WHERE a.kind IN ('service', 'agent') OR a.unread LIKE '%;kind;%'
),
dated AS (
  SELECT *,
    CASE WHEN outside IS NOT NULL THEN 'excluded' WHEN missing IS NOT NULL THEN 'unknown' ELSE 'open' END AS state,
    GREATEST(sure_at, created_at) AS began_from,
    -- an export shows what was there before it was taken: an unknown creation lies at least a microsecond before it
    CASE WHEN sure_at IS NULL AND created_at IS NULL THEN seen - 1 ELSE GREATEST(sure_at, created_at) END AS began_by
  FROM judged
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state = 'open' THEN began_from END AS began_lo,
  CASE WHEN state = 'open' THEN GREATEST(began_by, maybe_at) END AS began_hi,
  CASE WHEN state = 'open' THEN GREATEST(seen, began_by) END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN maybe_at > began_by OR (maybe_at IS NOT NULL AND began_from IS NULL)
      THEN 'a decision or its date was not understood'
    WHEN sure_at IS NOT NULL THEN 'last reviewed then'
    WHEN created_at IS NULL THEN 'in no review; creation not known'
    ELSE 'in no review since its creation'
  END AS note,
  COALESCE(CASE WHEN state = 'open' THEN review_file END, src_file) AS began_file,
  CASE WHEN state = 'open' AND review_file IS NOT NULL THEN review_row ELSE src_row END AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM dated
