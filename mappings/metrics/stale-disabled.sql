/*---
id = "stale-disabled"
order = 220
title = "Disabled accounts never deleted"
question = "How long have accounts without access been kept before they were deleted?"
remedy = "Delete the account, or write down why it has to be kept."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["accounts", "account_states"]
slice = "accounts"
looks_at = "state"
depends_on = ["access"]
definition = """
Population: accounts of every kind that are disabled or suspended at the as-of time, or were so until they were deleted \
in the period. The stay begins when the account lost the access that it has not had since; where nothing tells when, \
it was off at the latest when it was first seen so. It ends when the account was deleted: at the time that a log gives, \
or between the last export that shows it and the first whole one that does not; else it is open. Accounts that can sign \
in, and accounts that were deleted without having been seen disabled before, are excluded. Where the status or the date \
of disabling is not understood, or access changed around the as-of time, the item is unknown."""
caveats = [
  "An account that several exports show without access is taken as off between them, unless a log tells otherwise.",
  "Some systems keep disabled accounts on purpose, for their files or mail: that is a decision to be written down.",
]

[reason]
open = "{subject} in {system} has been without access for {length} ({note}) and was still there on {seen_until}; the limit is {limit}"
closed = "{subject} in {system} was without access for {length} from {began} on until it was deleted on {ended}; the limit is {limit}, exceeded by {over}"
indeterminate = "{subject} in {system} may have been without access for longer than {limit} ({note})"
---*/
WITH timed_states AS (
  SELECT s.account_key AS state_account, s.enabled AS enabled, s.from_lo AS from_lo,
    COALESCE(s.from_hi, s.seen_until) AS from_by, s.to_lo AS to_lo, GREATEST(s.seen_until, s.from_hi) AS sight,
    s.basis AS basis, s.src_file AS state_file, s.src_row AS state_row,
    0 - COALESCE(s.from_lo, -9000000000000000000) AS latest, 0 - COALESCE(s.from_hi, s.seen_until) AS latest_seen
  FROM account_states AS s
  WHERE s.enabled IS NOT NULL AND COALESCE(s.from_lo, :as_of) <= :as_of
),
-- the newest state that had begun by the as-of time comes first
begun AS (
  SELECT *,
    ROW_NUMBER() OVER (PARTITION BY state_account ORDER BY latest, latest_seen, state_file, state_row) AS place
  FROM timed_states
),
standing AS (
  SELECT state_account, enabled, from_lo, from_by, to_lo, sight, basis, state_file, state_row FROM begun WHERE place = 1
),
deletions AS (
  SELECT ev.account_key AS deleted_account, ev.occurred_at AS deleted_at,
    ev.src_file AS deleted_file, ev.src_row AS deleted_row,
    ROW_NUMBER() OVER (PARTITION BY ev.account_key ORDER BY ev.occurred_at, ev.src_file, ev.src_row) AS place
  FROM events AS ev
  INNER JOIN standing AS b ON b.state_account = ev.account_key
  WHERE ev.action = 'delete' AND ev.outcome = 'success' AND NOT b.enabled AND ev.occurred_at >= b.from_by
),
joined AS (
  SELECT
    COALESCE(a.username, a.email, a.account_id) AS subject, a.system AS system, a.person_id AS person_id,
    a.account_key AS account_key, a.created_at AS created_at, a.status AS status, a.unread AS unread,
    a.observed_at AS observed_at, a.gone_hi AS gone_hi, a.src_file AS src_file, a.src_row AS src_row,
    b.state_account AS state_account, b.enabled AS enabled, b.basis AS basis, b.to_lo AS to_lo, b.from_lo AS from_lo,
    b.sight AS sight, b.state_file AS state_file, b.state_row AS state_row,
    CASE WHEN b.state_account IS NULL THEN a.disabled_lo ELSE b.from_lo END AS off_lo,
    CASE WHEN b.state_account IS NULL THEN COALESCE(a.disabled_hi, a.observed_at) ELSE b.from_by END AS off_by,
    CASE WHEN b.from_lo IS NOT NULL AND b.from_by > :as_of THEN 1 ELSE 0 END AS around,
    logged_end.deleted_at AS deleted_at, logged_end.deleted_file AS deleted_file, logged_end.deleted_row AS deleted_row,
    -- an export that shows it later says that it was still, or again, there
    CASE WHEN logged_end.deleted_at IS NOT NULL
      AND (a.status = 'deleted' OR a.observed_at IS NULL OR a.observed_at <= logged_end.deleted_at)
      THEN 1 ELSE 0 END AS logged,
    CASE WHEN a.gone_hi IS NOT NULL THEN GREATEST(a.gone_lo, b.from_lo) END AS gone_from
  FROM accounts AS a
  LEFT JOIN standing AS b ON b.state_account = a.account_key
  LEFT JOIN (SELECT deleted_account, deleted_at, deleted_file, deleted_row FROM deletions WHERE place = 1) AS logged_end
    ON logged_end.deleted_account = a.account_key
),
judged AS (
  SELECT *,
    CASE WHEN logged = 1 THEN deleted_at ELSE gone_from END AS end_lo,
    CASE WHEN logged = 1 THEN deleted_at ELSE gone_hi END AS end_hi,
    CASE
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN unread LIKE '%;status;%' THEN CAST(NULL AS STRING)
      WHEN enabled AND around = 0 THEN 'can sign in'
      WHEN state_account IS NULL AND status = 'active' THEN 'can sign in'
      WHEN state_account IS NULL AND status = 'deleted' THEN 'deleted, not seen disabled before'
      WHEN NOT enabled AND basis = 'absence' THEN 'deleted, not seen disabled before'
      WHEN logged = 1 AND deleted_at = off_by AND from_lo = off_by THEN 'deleted, not seen disabled before'
      WHEN status = 'deleted' AND logged = 0 AND gone_hi IS NULL THEN 'deleted, not seen disabled before'
      WHEN logged = 1 AND deleted_at < :period_from THEN 'deleted before the period'
      WHEN logged = 0 AND gone_hi < :period_from THEN 'deleted before the period'
    END AS outside,
    CASE
      WHEN unread LIKE '%;status;%' THEN 'status not understood'
      WHEN around = 1 THEN 'access ended or came back around the as-of time'
      WHEN state_account IS NULL AND (status IS NULL OR status NOT IN ('disabled', 'suspended')) THEN 'status not known'
      WHEN unread LIKE '%;disabled;%' THEN 'date of disabling not understood'
      WHEN observed_at IS NULL AND logged = 0 AND gone_hi IS NULL THEN 'known from a log only'
    END AS missing
  FROM joined
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN end_lo <= :as_of THEN 'closed'
      ELSE 'open'
    END AS state,
    -- a state that changed only later was seen until the as-of time, and so was what was deleted only later
    CASE WHEN to_lo > :as_of OR end_lo > :as_of THEN :as_of ELSE LEAST(GREATEST(observed_at, sight), :as_of) END AS seen
  FROM judged
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE
    WHEN state NOT IN ('open', 'closed') OR (off_lo IS NULL AND created_at IS NULL) THEN CAST(NULL AS BIGINT)
    ELSE LEAST(GREATEST(off_lo, created_at), off_by, :as_of)
  END AS began_lo,
  CASE WHEN state = 'open' THEN LEAST(off_by, seen) WHEN state = 'closed' THEN LEAST(off_by, end_hi) END AS began_hi,
  CASE WHEN state = 'closed' THEN end_lo END AS ended_lo,
  CASE WHEN state = 'closed' THEN end_hi END AS ended_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'closed' AND logged = 1 THEN 'deletion logged'
    WHEN state = 'closed' THEN 'missing from a newer export'
    WHEN off_lo = off_by THEN 'since then'
    ELSE 'since then at the latest'
  END AS note,
  COALESCE(state_file, src_file) AS began_file,
  COALESCE(state_row, src_row) AS began_row,
  CASE WHEN state = 'closed' AND logged = 1 THEN deleted_file ELSE src_file END AS ended_file,
  CASE WHEN state = 'closed' AND logged = 1 THEN deleted_row ELSE src_row END AS ended_row
FROM stated
