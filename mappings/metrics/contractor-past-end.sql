/*---
id = "contractor-past-end"
order = 240
title = "Contractors after the end of their contract"
question = "How long could contractors still sign in after their contract had ended?"
remedy = "Disable the account, or have the new end of the contract recorded where it goes on."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts", "account_states"]
looks_at = "state"
begins = "leave"
depends_on = ["leave", "match", "access"]
definition = """
Population: the accounts of people whom HR calls a contractor, whose worker type holds contract, extern, temp, consult, \
freelanc, vendor or agency; guest accounts count. The stay begins at the official end of the contract, or at the \
creation of the account if that is later, and ends when the account could first no longer sign in, or when the person \
came back. An account without access at the end has no stay, and neither has one whose contract ends after the as-of time. \
For a contractor at work without an end date the item is unknown, unless the account cannot sign in. A stay that ended \
before the period is excluded unless the contract ended in it, and so are service, shared, break-glass and agent accounts. \
Where the end is not understood, or access was not observed, the item is unknown."""
caveats = [
  "These stays also stand in leaver-lag or former-staff-access, which ask the same of all people.",
  "The worker type is the one at the end of the contract; somebody who became an employee without a gap is none.",
]

[reason]
open = "{person}, a contractor, could still sign in to {system} as {subject} {length} after the contract ended on {began}, last observed on {seen_until}"
closed = "{person}, a contractor, could sign in to {system} as {subject} for {length} after the contract ended on {began}; access ended on {ended}"
indeterminate = "the contract of {person} ended on {began}; when access to {system} as {subject} ended is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH contracts AS (
  SELECT job.person_id AS person_id, COALESCE(job.ended_at, 9000000000000000000) AS leave_at, job.started_at AS started_at,
    job.ended_at AS ended_at, job.ended_lo AS ended_lo, job.src_file AS contract_file, job.src_row AS contract_row,
    LOWER(COALESCE(job.worker_type, p.worker_type)) AS worker_type
  FROM employments AS job
  LEFT JOIN people AS p ON p.person_id = job.person_id
),
outsiders AS (
  SELECT person_id, leave_at, started_at, ended_at, ended_lo, contract_file, contract_row
  FROM contracts
  WHERE worker_type LIKE '%contract%' OR worker_type LIKE '%extern%' OR worker_type LIKE '%temp%'
    OR worker_type LIKE '%consult%' OR worker_type LIKE '%freelanc%' OR worker_type LIKE '%vendor%'
    OR worker_type LIKE '%agency%'
),
ended AS (
  SELECT DISTINCT person_id AS contractor, leave_at AS contract_end FROM outsiders
),
-- contracts that go on: those that are over, or may be, are among the leaves
going_on AS (
  SELECT o.person_id AS person_id, o.ended_at AS ended_at, o.ended_lo AS ended_lo, o.contract_file AS contract_file,
    o.contract_row AS contract_row
  FROM outsiders AS o
  LEFT JOIN leaves AS l ON l.person_id = o.person_id AND l.leave_at = o.leave_at
  WHERE l.person_id IS NULL AND COALESCE(o.started_at, :as_of) <= :as_of
),
past AS (
  SELECT
    p.subject AS subject, p.system AS system, p.person_id AS person_id, p.account_key AS account_key,
    CASE
      WHEN p.outside IS NOT NULL THEN p.outside
      WHEN stay.state = 'closed' AND p.in_period = 0 AND stay.ended_hi < :period_from THEN 'access ended before the period'
    END AS outside,
    stay.state AS state, stay.note AS note, stay.began_lo AS began_lo, stay.began_hi AS began_hi, stay.ended_lo AS ended_lo,
    stay.ended_hi AS ended_hi, stay.seen_until AS seen_until, p.left_file AS began_file, p.left_row AS began_row,
    COALESCE(stay.stop_file, p.account_file) AS ended_file, COALESCE(stay.stop_row, p.account_row) AS ended_row
  FROM leaver_pairs AS p
  INNER JOIN ended AS c ON c.contractor = p.person_id AND c.contract_end = p.leave_at
  LEFT JOIN (SELECT * FROM leaver_ends WHERE clock = 'left') AS stay
    ON stay.account_key = p.account_key AND stay.person_id = p.person_id AND stay.leave_at = p.leave_at
),
standing AS (
  SELECT account_key AS standing_key, COALESCE(then_status, status) AS standing
  FROM accounts
  LEFT JOIN standing_then ON then_account = account_key
),
present AS (
  SELECT
    COALESCE(a.username, a.email, a.account_id) AS subject, a.system AS system, a.person_id AS person_id,
    a.account_key AS account_key, g.contract_file AS contract_file, g.contract_row AS contract_row,
    a.src_file AS src_file, a.src_row AS src_row,
    CASE
      WHEN a.kind = 'service' THEN 'service account'
      WHEN a.kind = 'shared' THEN 'shared account'
      WHEN a.kind = 'break_glass' THEN 'break-glass account'
      WHEN a.kind = 'agent' THEN 'agent account'
      WHEN a.created_at > :as_of THEN 'created after the as-of time'
    END AS outside,
    CASE
      WHEN g.ended_at IS NOT NULL THEN 'the contract ends later'
      WHEN s.standing IN ('disabled', 'suspended', 'deleted') AND (a.unread IS NULL OR a.unread NOT LIKE '%;status;%')
        THEN 'cannot sign in'
    END AS settled,
    CASE WHEN g.ended_lo IS NULL THEN 'no end date' ELSE 'whether the contract ended is not known' END AS missing
  FROM going_on AS g
  INNER JOIN accounts AS a ON a.person_id = g.person_id
  LEFT JOIN standing AS s ON s.standing_key = a.account_key
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN outside IS NULL THEN began_lo END AS began_lo,
  CASE WHEN outside IS NULL THEN began_hi END AS began_hi,
  CASE WHEN outside IS NULL THEN ended_lo END AS ended_lo,
  CASE WHEN outside IS NULL THEN ended_hi END AS ended_hi,
  CASE WHEN outside IS NULL THEN seen_until END AS seen_until,
  CASE WHEN outside IS NOT NULL THEN 'excluded' ELSE COALESCE(state, 'unknown') END AS state,
  COALESCE(outside, note) AS note,
  began_file,
  began_row,
  ended_file,
  ended_row
FROM past
UNION ALL
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CAST(NULL AS BIGINT) AS began_lo,
  CAST(NULL AS BIGINT) AS began_hi,
  CAST(NULL AS BIGINT) AS ended_lo,
  CAST(NULL AS BIGINT) AS ended_hi,
  CAST(NULL AS BIGINT) AS seen_until,
  CASE WHEN outside IS NOT NULL THEN 'excluded' WHEN settled IS NOT NULL THEN 'none' ELSE 'unknown' END AS state,
  COALESCE(outside, settled, missing) AS note,
  contract_file AS began_file,
  contract_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM present
