/*---
id = "leaver-residual-access"
order = 161
title = "Entitlements left on disabled accounts of leavers"
question = "How long did groups and roles stay on accounts of former staff that could not sign in any more?"
remedy = "Remove the groups and roles: whoever enables the account again would get them back."
group = "leavers"
shape = "duration"
unit = "entitlement"
statistic = "survival"
needs = ["employments", "accounts", "entitlements"]
slice = "entitlements"
looks_at = "state"
depends_on = ["leave", "match", "access"]
definition = """
Population: each grant of a group, role or application to an account of a person who is not employed at the as-of time, \
where the account is disabled or suspended and still there. A stay begins when the account lost access for good, but not \
before the official leave instant and not before the grant. It ends when the grant was revoked, or the account deleted. A \
grant that was revoked before, or that ended together with the account, has no stay. Grants of an account that can still \
sign in are excluded here and are counted by leaver-lag, and so are those of an account that is deleted at an unknown \
time, and those of service, shared, break-glass and agent accounts. An account that may belong to more than one person is \
indeterminate. Where it is not known whether the account can sign in, or the grant was not seen since, the item is \
unknown. A privileged grant is at least of high severity."""
caveats = [
  "A grant without a date counts as older than the loss of access.",
  "Without a date or a log, a grant ended between the last export that shows it and the first that does not.",
]

[reason]
open = "{person} left, and {subject} in {system} was still granted {length} after the account lost access on {began} ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person} left, and {subject} in {system} stayed granted for {length} after the account lost access on {began} ({note}); it ended on {ended}; the limit is {limit}"
indeterminate = "{person} left; how long {subject} in {system} stayed granted after that is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH begun AS (
  SELECT account_key, person_id, leave_at, enabled, from_lo, first_seen, basis, state_file, state_row,
    0 - COALESCE(from_lo, -9000000000000000000) AS latest, 0 - first_seen AS latest_seen
  FROM leaver_states
  WHERE back_at IS NULL AND COALESCE(from_lo, :as_of) <= :as_of
),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY account_key, person_id, leave_at ORDER BY latest, latest_seen, state_file, state_row
    ) AS place
  FROM begun
),
deletions AS (
  SELECT account_key AS deleted_key, MAX(occurred_at) AS deleted_at
  FROM events
  WHERE action = 'delete' AND outcome = 'success' AND account_key IS NOT NULL
  GROUP BY account_key
),
windows AS (
  SELECT system, covers_from, covers_to, ROW_NUMBER() OVER (PARTITION BY system ORDER BY 0 - covers_from, covers_to) AS place
  FROM log_windows
  WHERE about = 'changes' AND covers_from <= :as_of
),
pairs AS (
  SELECT
    p.account_key AS account_key, p.person_id AS person_id, p.system AS system, p.subject AS account_name,
    p.possible AS possible, p.shared AS shared, p.outside AS outside, p.doubt AS doubt, p.status AS status,
    p.left_lo AS left_lo, p.left_hi AS left_hi, p.left_file AS left_file, p.left_row AS left_row,
    s.standing AS standing, r.from_lo AS off_lo, r.first_seen AS off_hi, r.basis AS basis,
    CASE WHEN r.first_seen <= p.left_lo THEN p.left_file ELSE COALESCE(r.state_file, p.left_file) END AS off_file,
    CASE WHEN r.first_seen <= p.left_lo THEN p.left_row ELSE COALESCE(r.state_row, p.left_row) END AS off_row,
    COALESCE(d.deleted_at, a.gone_lo) AS deleted_lo,
    COALESCE(d.deleted_at, a.gone_hi) AS deleted_hi,
    w.covers_from AS covers_from, w.covers_to AS covers_to
  FROM leaver_pairs AS p
  INNER JOIN accounts AS a ON a.account_key = p.account_key
  LEFT JOIN leaver_standing AS s ON s.account_key = p.account_key AND s.person_id = p.person_id AND s.leave_at = p.leave_at
  LEFT JOIN (SELECT * FROM ranked WHERE place = 1) AS r
    ON r.account_key = p.account_key AND r.person_id = p.person_id AND r.leave_at = p.leave_at
  LEFT JOIN deletions AS d ON d.deleted_key = p.account_key
  LEFT JOIN (SELECT * FROM windows WHERE place = 1) AS w ON w.system = p.system
  WHERE p.departed = 1
),
tied AS (
  SELECT
    g.entitlement || ' of ' || p.account_name AS subject,
    COALESCE(g.system, p.system) AS system, p.person_id AS person_id, p.account_key AS account_key,
    CASE WHEN g.privileged THEN 1 ELSE 0 END AS is_privileged,
    g.granted_lo AS granted_lo, g.revoked_lo AS revoked_lo, g.revoked_hi AS revoked_hi,
    g.src_file AS src_file, g.src_row AS src_row, p.possible AS possible, p.shared AS shared, p.outside AS outside,
    p.doubt AS doubt, p.status AS status, p.left_lo AS left_lo, p.left_hi AS left_hi, p.standing AS standing,
    p.basis AS basis, p.off_lo AS off_lo, p.off_file AS off_file, p.off_row AS off_row,
    CASE WHEN p.deleted_lo IS NULL OR p.deleted_lo <= :as_of THEN p.deleted_lo END AS deleted_lo,
    CASE WHEN p.deleted_lo IS NULL OR p.deleted_lo <= :as_of THEN p.deleted_hi END AS deleted_hi,
    CASE WHEN p.deleted_lo > :as_of THEN 1 ELSE 0 END AS deleted_later,
    GREATEST(p.left_lo, p.off_lo, g.granted_lo) AS began_lo,
    GREATEST(p.left_hi, p.off_hi, g.granted_hi) AS began_by,
    -- a grant known from a log only is there as far as the log would tell of its end
    COALESCE(g.observed_at, CASE
      WHEN p.covers_from <= g.granted_hi AND p.covers_to >= g.granted_hi THEN p.covers_to
    END) AS observed_at
  FROM entitlements AS g
  INNER JOIN pairs AS p ON p.account_key = g.account_key
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN granted_lo > :as_of THEN 'excluded'
      WHEN revoked_hi <= left_lo THEN 'none'
      WHEN standing = 'on' THEN 'excluded'
      WHEN status = 'deleted' AND standing = 'off' AND basis <> 'absence' AND deleted_hi IS NULL AND deleted_later = 0
        THEN 'excluded'
      WHEN standing IS NULL OR standing IN ('maybe', 'stale', 'late') THEN 'unknown'
      WHEN doubt IS NOT NULL AND left_hi >= :as_of THEN 'unknown'
      WHEN revoked_hi <= began_lo OR basis = 'absence' OR deleted_lo <= off_lo OR deleted_hi <= began_lo THEN 'none'
      WHEN revoked_hi IS NOT NULL AND (revoked_lo IS NULL OR revoked_lo <= :as_of) THEN 'closed'
      WHEN deleted_hi IS NOT NULL THEN 'closed'
      WHEN revoked_lo > :as_of THEN 'open'
      WHEN observed_at IS NULL THEN 'unknown'
      WHEN began_lo IS NOT NULL AND observed_at < began_lo THEN 'unknown'
      ELSE 'open'
    END AS state,
    -- a revocation after the as-of time has not happened
    CASE WHEN revoked_lo IS NULL OR revoked_lo <= :as_of THEN revoked_lo END AS until_lo,
    CASE WHEN revoked_lo IS NULL OR revoked_lo <= :as_of THEN revoked_hi END AS until_hi
  FROM tied
)
SELECT
  'entitlement' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') THEN began_lo END AS began_lo,
  -- where the account may be somebody else's, the stay may never have begun
  CASE WHEN state NOT IN ('open', 'closed') THEN CAST(NULL AS BIGINT) WHEN possible = 1 THEN GREATEST(began_by, :as_of) ELSE began_by END AS began_hi,
  CASE
    WHEN state <> 'closed' THEN CAST(NULL AS BIGINT)
    WHEN until_hi IS NULL THEN LEAST(GREATEST(deleted_lo, began_lo), deleted_hi)
    WHEN deleted_hi IS NULL THEN LEAST(GREATEST(until_lo, began_lo), until_hi)
    -- both are known: the earlier one ended it, as early as either may have been
    ELSE GREATEST(began_lo, LEAST(COALESCE(until_lo, began_lo), COALESCE(deleted_lo, began_lo), until_hi, deleted_hi))
  END AS ended_lo,
  CASE WHEN state = 'closed' THEN LEAST(until_hi, deleted_hi) END AS ended_hi,
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN revoked_lo > :as_of THEN :as_of
    ELSE LEAST(observed_at, :as_of)
  END AS seen_until,
  state,
  CASE WHEN state IN ('open', 'closed') AND is_privileged = 1 THEN 'high' END AS severity,
  CASE
    WHEN outside IS NOT NULL THEN outside
    WHEN granted_lo > :as_of THEN 'granted after the as-of time'
    WHEN revoked_hi <= left_lo THEN 'revoked before the leave'
    WHEN standing = 'on' THEN 'account can still sign in'
    WHEN state = 'excluded' THEN 'account is deleted'
    WHEN standing IS NULL THEN 'no evidence of whether the account could sign in'
    WHEN standing = 'maybe' THEN 'access ended or came back around the as-of time'
    WHEN standing = 'stale' THEN 'seen without access, but not lately'
    WHEN standing = 'late' THEN 'first seen without access after the as-of time'
    WHEN state = 'unknown' AND doubt IS NOT NULL AND left_hi >= :as_of THEN doubt
    WHEN state = 'unknown' AND observed_at IS NULL THEN 'known from a log only'
    WHEN state = 'unknown' THEN 'not observed since access ended'
    WHEN state = 'none' AND revoked_hi <= began_lo THEN 'revoked before access ended'
    WHEN state = 'none' THEN 'ended with the account'
    WHEN shared IS NOT NULL THEN shared
    WHEN is_privileged = 1 THEN 'privileged'
    ELSE 'not privileged, as far as known'
  END AS note,
  off_file AS began_file,
  off_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
