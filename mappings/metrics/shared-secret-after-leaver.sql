/*---
id = "shared-secret-after-leaver"
order = 164
title = "Shared secrets that a leaver knows"
question = "How long after a custodian left was the secret of a shared account not changed?"
remedy = "Change the secret of the shared account, and name a custodian who works here."
group = "leavers"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts"]
looks_at = "state"
begins = "leave"
depends_on = ["leave", "owner", "change"]
definition = """
Population: each shared or break-glass account together with each person who was its custodian at the leave or later \
and is not employed at the as-of time; the custodian is the named owner. A stay begins at the official leave instant, \
or when the person was named if that is later; a custodian whom the first export already names counts from the leave. \
It ends when the secret was changed after the leave, or when the account could no longer sign in. The secret counts as \
changed when every credential of the account that worked at the leave was rotated after it or has ended, or when an \
event tells that the key or the password was changed. Where only the newest rotation is known, the first one after the \
leave may have been earlier, unless a log of changes was silent until then. Without a known credential and without \
such an event the item is unknown, unless a log of changes covers the time from the leave on. An account whose \
custodian changed between two exports around the leave is indeterminate."""
caveats = [
  "Custodians who handed the account over before they left are not looked at.",
  "Whether a log of changes would tell of a new password depends on the system.",
]

[reason]
open = "{person}, custodian of {subject} in {system}, left on {began}, and its secret was not changed {length} later ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person}, custodian of {subject} in {system}, left on {began}, and knew its secret for {length} after that ({note}), until {ended}; the limit is {limit}"
indeterminate = "{person}, custodian of {subject} in {system}, left on {began}; when its secret was changed is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH named AS (
  SELECT account_key, owner_person_id AS leaver, from_lo, from_hi, to_lo, to_hi
  FROM ownerships
  WHERE account_key IS NOT NULL AND owner_person_id IS NOT NULL
  UNION ALL
  -- an owner whose history is not known
  SELECT a.account_key AS account_key, a.owner_person_id AS leaver, CAST(NULL AS BIGINT) AS from_lo,
    CAST(NULL AS BIGINT) AS from_hi, CAST(NULL AS BIGINT) AS to_lo, CAST(NULL AS BIGINT) AS to_hi
  FROM accounts AS a
  LEFT JOIN (SELECT DISTINCT account_key AS told_account FROM ownerships WHERE account_key IS NOT NULL) AS h
    ON h.told_account = a.account_key
  WHERE a.owner_person_id IS NOT NULL AND h.told_account IS NULL
),
-- what a leaver owned, or may have owned, at the leave; still: named until the last observation
owned AS (
  SELECT n.account_key AS account_key, n.leaver AS leaver, a.system AS system, d.left_lo AS left_lo, d.left_hi AS left_hi,
    d.doubt AS doubt, d.left_file AS left_file, d.left_row AS left_row,
    MAX(CASE WHEN n.to_hi IS NULL OR n.to_lo > :as_of THEN 1 ELSE 0 END) AS still,
    MAX(n.to_lo) AS named_until,
    MIN(COALESCE(n.from_lo, -9000000000000000000)) AS named_lo,
    MIN(CASE WHEN n.from_lo IS NULL THEN -9000000000000000000 ELSE COALESCE(n.from_hi, n.from_lo) END) AS named_hi
  FROM named AS n
  INNER JOIN departed AS d ON d.person_id = n.leaver
  INNER JOIN accounts AS a ON a.account_key = n.account_key
  WHERE (a.kind IN ('shared', 'break_glass') OR a.unread LIKE '%;kind;%')
    AND (n.to_hi IS NULL OR d.left_lo IS NULL OR n.to_hi > d.left_lo) AND COALESCE(n.from_lo, :as_of) <= :as_of
  GROUP BY n.account_key, n.leaver, a.system, d.left_lo, d.left_hi, d.doubt, d.left_file, d.left_row
),
-- how far a log of changes covers the time from the leave on
watched AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver, MAX(w.covers_to) AS watched_to
  FROM owned AS o
  INNER JOIN (SELECT system AS log_system, covers_from, covers_to FROM log_windows WHERE about = 'changes') AS w
    ON w.log_system = o.system
  WHERE w.covers_from <= o.left_lo AND w.covers_to >= o.left_hi
  GROUP BY o.account_key, o.leaver
),
-- changes after the leave that a log tells: of one credential, and of the account
key_changes AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver, c.credential_id AS credential_id, MIN(v.occurred_at) AS changed_at
  FROM owned AS o
  INNER JOIN credentials AS c ON c.account_key = o.account_key
  INNER JOIN (SELECT * FROM events WHERE action = 'key_rotate' AND outcome = 'success' AND occurred_at <= :as_of) AS v
    ON v.system = c.system AND v.credential_id = c.credential_id
  WHERE v.occurred_at > o.left_hi
  GROUP BY o.account_key, o.leaver, c.credential_id
),
account_changes AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver,
    MIN(CASE WHEN v.action = 'key_rotate' AND v.credential_id IS NULL THEN v.occurred_at END) AS rotated_at,
    MIN(CASE WHEN v.action = 'update' THEN v.occurred_at END) AS password_at,
    MIN(v.occurred_at) AS any_at
  FROM owned AS o
  INNER JOIN (SELECT * FROM events WHERE outcome = 'success' AND occurred_at <= :as_of AND (
    action IN ('key_rotate', 'key_create')
    OR (action = 'update' AND (LOWER(attribute) LIKE '%password%' OR LOWER(attribute) LIKE '%secret%')))) AS v
    ON v.account_key = o.account_key
  WHERE v.occurred_at > o.left_hi
  GROUP BY o.account_key, o.leaver
),
keys AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver, o.left_lo AS left_lo, o.left_hi AS left_hi,
    c.status AS status, c.created_at AS created_at, c.rotated_at AS rotated_at, c.expires_at AS expires_at,
    c.gone_lo AS gone_lo, c.gone_hi AS gone_hi, c.active_at AS active_at, c.unread AS unread, c.src_file AS src_file,
    c.src_row AS src_row, CASE WHEN c.self_rotating THEN 1 ELSE 0 END AS is_self_rotating,
    CASE WHEN c.status = 'active' THEN GREATEST(c.observed_at, c.active_at) ELSE c.observed_at END AS observed_at,
    w.watched_to AS watched_to,
    LEAST(k.changed_at, CASE WHEN c.rotated_at > o.left_hi THEN c.rotated_at END, x.rotated_at,
      CASE WHEN c.kind IS NULL OR c.kind = 'password' THEN x.password_at END) AS changed_by
  FROM owned AS o
  INNER JOIN credentials AS c ON c.account_key = o.account_key
  LEFT JOIN watched AS w ON w.account_key = o.account_key AND w.leaver = o.leaver
  LEFT JOIN key_changes AS k ON k.account_key = o.account_key AND k.leaver = o.leaver AND k.credential_id = c.credential_id
  LEFT JOIN account_changes AS x ON x.account_key = o.account_key AND x.leaver = o.leaver
),
-- a date of the newest rotation does not exclude an earlier one, where no log was silent until then
dated_keys AS (
  SELECT *, CASE WHEN watched_to >= changed_by THEN changed_by WHEN changed_by IS NOT NULL THEN left_lo END AS changed_from
  FROM keys
),
told_keys AS (
  SELECT *,
    CASE
      WHEN created_at > :as_of THEN 'later'
      WHEN is_self_rotating = 1 THEN 'self'
      WHEN created_at > left_hi THEN 'new'
      WHEN expires_at <= left_lo OR (status IN ('inactive', 'deleted') AND gone_hi <= left_lo)
        OR (status IN ('inactive', 'expired', 'deleted') AND observed_at <= left_lo AND gone_hi IS NULL) THEN 'past'
      WHEN changed_by IS NOT NULL AND (changed_from IS NULL OR changed_from <= :as_of) THEN 'changed'
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' OR unread LIKE '%;rotated_at;%'
        OR (rotated_at IS NULL AND unread LIKE '%;created_at;%') THEN 'unknown'
      WHEN status IN ('inactive', 'deleted') AND (gone_lo IS NULL OR gone_lo <= :as_of)
        AND (active_at IS NULL OR active_at < :as_of) THEN 'ended'
      WHEN status IN ('active', 'expired') AND expires_at <= :as_of THEN 'ended'
      WHEN status = 'expired' AND expires_at IS NULL THEN 'ended'
      WHEN status IS NULL OR status = 'unknown' THEN 'unknown'
      WHEN observed_at IS NULL OR observed_at < left_hi THEN 'unknown'
      WHEN GREATEST(created_at, CASE WHEN changed_by IS NULL THEN rotated_at END) <= left_lo THEN 'unchanged'
      ELSE 'unknown'
    END AS told
  FROM dated_keys
),
-- until when the secret of a leaver opened the account; since: at the earliest
spent_keys AS (
  SELECT *,
    CASE
      WHEN told = 'changed' THEN changed_from
      WHEN told = 'new' THEN created_at
      WHEN told <> 'ended' THEN CAST(NULL AS BIGINT)
      WHEN status IN ('active', 'expired') AND expires_at IS NOT NULL THEN expires_at
      ELSE LEAST(GREATEST(left_lo, gone_lo, CASE WHEN gone_hi IS NULL THEN active_at END), COALESCE(gone_hi, observed_at))
    END AS spent_lo,
    CASE
      WHEN told = 'changed' THEN changed_by
      WHEN told = 'new' THEN created_at
      WHEN told <> 'ended' THEN CAST(NULL AS BIGINT)
      WHEN status IN ('active', 'expired') AND expires_at IS NOT NULL THEN expires_at
      ELSE LEAST(COALESCE(gone_hi, observed_at), expires_at)
    END AS spent_hi,
    CASE WHEN told = 'unchanged' THEN LEAST(observed_at, :as_of) END AS unchanged_until,
    CASE WHEN told = 'unchanged' THEN 0 WHEN told IN ('changed', 'ended') THEN 1 WHEN told = 'new' THEN 2 ELSE 3 END AS weight
  FROM told_keys
  WHERE told NOT IN ('later', 'past')
),
ranked_keys AS (
  SELECT *, 0 - COALESCE(spent_hi, unchanged_until, 0) AS newest FROM spent_keys
),
placed_keys AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY account_key, leaver ORDER BY weight, newest, src_file, src_row) AS place
  FROM ranked_keys
),
key_sums AS (
  SELECT account_key, leaver,
    SUM(CASE WHEN told = 'unchanged' THEN 1 ELSE 0 END) AS unchanged,
    SUM(CASE WHEN told = 'unknown' THEN 1 ELSE 0 END) AS unclear,
    SUM(CASE WHEN told IN ('changed', 'ended') THEN 1 ELSE 0 END) AS spent,
    SUM(CASE WHEN told = 'new' THEN 1 ELSE 0 END) AS fresh,
    MAX(CASE WHEN told IN ('changed', 'ended') THEN spent_lo END) AS spent_lo,
    MAX(CASE WHEN told IN ('changed', 'ended') THEN spent_hi END) AS spent_hi,
    MIN(CASE WHEN told = 'new' THEN created_at END) AS fresh_at,
    MAX(unchanged_until) AS unchanged_until,
    MAX(CASE WHEN place = 1 THEN src_file END) AS key_file,
    MAX(CASE WHEN place = 1 THEN src_row END) AS key_row
  FROM placed_keys
  GROUP BY account_key, leaver
),
-- whether the secrets that a leaver may know were changed
secrets AS (
  SELECT o.account_key AS account_key, o.leaver AS leaver, w.watched_to AS watched_to, s.key_file AS key_file,
    s.key_row AS key_row, s.unchanged_until AS unchanged_until,
    CASE
      WHEN s.account_key IS NULL AND x.any_at IS NOT NULL THEN 'changed'
      WHEN s.account_key IS NULL THEN 'no credential'
      WHEN s.unchanged > 0 THEN 'unchanged'
      WHEN s.unclear > 0 THEN 'unclear'
      ELSE 'changed'
    END AS secret,
    CASE
      WHEN s.account_key IS NULL AND w.watched_to >= x.any_at THEN x.any_at
      WHEN s.account_key IS NULL THEN o.left_lo
      WHEN s.spent > 0 THEN s.spent_lo
      WHEN s.fresh > 0 THEN s.fresh_at
      ELSE o.left_lo
    END AS changed_lo,
    CASE
      WHEN s.account_key IS NULL THEN x.any_at
      WHEN s.spent > 0 THEN s.spent_hi
      WHEN s.fresh > 0 THEN s.fresh_at
      ELSE o.left_hi
    END AS changed_hi
  FROM owned AS o
  LEFT JOIN watched AS w ON w.account_key = o.account_key AND w.leaver = o.leaver
  LEFT JOIN key_sums AS s ON s.account_key = o.account_key AND s.leaver = o.leaver
  LEFT JOIN account_changes AS x ON x.account_key = o.account_key AND x.leaver = o.leaver
),
-- the state of the accounts at the as-of time, as far as it is known
begun AS (
  SELECT s.account_key AS account_key, s.enabled AS enabled, s.from_lo AS from_lo, s.basis AS basis,
    s.src_file AS state_file, s.src_row AS state_row,
    COALESCE(s.from_hi, s.seen_until) AS first_seen, GREATEST(s.seen_until, s.from_hi) AS seen_until,
    0 - COALESCE(s.from_lo, -9000000000000000000) AS latest, 0 - COALESCE(s.from_hi, s.seen_until) AS latest_seen
  FROM account_states AS s
  INNER JOIN (SELECT DISTINCT account_key AS owned_account FROM owned) AS o ON o.owned_account = s.account_key
  WHERE s.enabled IS NOT NULL AND COALESCE(s.from_lo, :as_of) <= :as_of
),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY account_key ORDER BY latest, latest_seen, state_file, state_row) AS place
  FROM begun
),
newest AS (
  SELECT system AS export_system, MAX(observed_at) AS newest_at FROM accounts GROUP BY system
),
-- logs that reach the as-of time
log_ends AS (
  SELECT system AS log_system, MIN(covers_from) AS covered_from FROM log_windows
  WHERE about = 'changes' AND covers_to >= :as_of - 86400000000
  GROUP BY system
),
standings AS (
  SELECT
    r.account_key AS account_key, r.from_lo AS off_lo, r.first_seen AS off_hi, r.state_file AS state_file,
    r.state_row AS state_row, r.seen_until AS seen_until,
    CASE
      WHEN r.enabled AND r.from_lo IS NOT NULL AND r.first_seen > :as_of THEN 'maybe'
      WHEN r.enabled THEN 'on'
      WHEN r.from_lo IS NULL AND r.first_seen > :as_of + 86400000000 THEN 'stale'
      WHEN r.basis = 'absence' OR a.status = 'deleted' THEN 'off'
      WHEN a.unread LIKE '%;status;%' THEN 'stale'
      WHEN r.seen_until >= LEAST(n.newest_at, :as_of) - 86400000000 OR g.covered_from <= r.seen_until THEN 'off'
      ELSE 'stale'
    END AS standing
  FROM ranked AS r
  INNER JOIN accounts AS a ON a.account_key = r.account_key
  LEFT JOIN newest AS n ON n.export_system = a.system
  LEFT JOIN log_ends AS g ON g.log_system = a.system
  WHERE r.place = 1
),
items AS (
  SELECT COALESCE(a.username, a.email, a.account_id) AS subject, o.system AS system, o.leaver AS person_id,
    o.account_key AS account_key, o.left_lo AS left_lo, o.left_hi AS left_hi, o.doubt AS doubt,
    o.left_file AS left_file, o.left_row AS left_row, a.created_at AS created_at, a.unread AS unread,
    CASE WHEN o.still = 0 AND (o.named_until IS NULL OR o.named_until < o.left_hi) THEN 1 ELSE 0 END AS perhaps,
    -- one who was named after the leave: from then on
    GREATEST(o.left_lo, a.created_at, CASE WHEN o.named_lo > o.left_hi THEN o.named_lo END) AS began_lo,
    GREATEST(o.left_hi, a.created_at, CASE WHEN o.named_hi > o.left_hi THEN o.named_hi END) AS began_by,
    COALESCE(o.left_lo, a.created_at, LEAST(:period_from, o.left_hi)) AS run_lo,
    c.secret AS secret, c.changed_lo AS changed_lo, c.changed_hi AS changed_hi, c.watched_to AS watched_to,
    c.unchanged_until AS unchanged_until, s.standing AS standing, s.off_lo AS off_lo, s.off_hi AS off_hi,
    s.seen_until AS seen_until, COALESCE(s.seen_until, a.observed_at) AS last_seen,
    COALESCE(c.key_file, a.src_file) AS key_file, COALESCE(c.key_row, a.src_row) AS key_row,
    COALESCE(s.state_file, a.src_file) AS state_file, COALESCE(s.state_row, a.src_row) AS state_row
  FROM owned AS o
  INNER JOIN accounts AS a ON a.account_key = o.account_key
  LEFT JOIN secrets AS c ON c.account_key = o.account_key AND c.leaver = o.leaver
  LEFT JOIN standings AS s ON s.account_key = o.account_key
),
judged AS (
  SELECT *,
    CASE
      WHEN created_at > :as_of THEN 'excluded'
      WHEN unread LIKE '%;kind;%' THEN 'unknown'
      WHEN standing = 'off' AND off_hi <= left_lo THEN 'none'
      WHEN doubt IS NOT NULL AND left_hi >= LEAST(last_seen, :as_of) THEN 'unknown'
      WHEN standing = 'off' OR secret = 'changed' THEN 'closed'
      WHEN standing IS NULL OR standing <> 'on' THEN 'unknown'
      WHEN seen_until < began_by THEN 'unknown'
      WHEN secret = 'unchanged' THEN 'open'
      WHEN watched_to >= :as_of - 86400000000 THEN 'open'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN secret = 'changed' AND standing = 'off' AND off_hi < changed_hi THEN 'access'
      WHEN secret = 'changed' OR standing IS NULL OR standing <> 'off' THEN 'secret'
      ELSE 'access'
    END AS ended_with
  FROM items
),
ended AS (
  SELECT *,
    CASE WHEN state = 'closed' THEN GREATEST(began_lo, LEAST(
      CASE WHEN standing = 'off' THEN COALESCE(off_lo, run_lo) END,
      CASE WHEN secret = 'changed' THEN COALESCE(changed_lo, run_lo) END)) END AS ended_from,
    CASE WHEN state = 'closed' THEN GREATEST(began_lo, LEAST(
      CASE WHEN standing = 'off' THEN off_hi END,
      CASE WHEN secret = 'changed' THEN changed_hi END)) END AS ended_by
  FROM judged
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state <> 'excluded' THEN began_lo END AS began_lo,
  -- where the custodian may have changed before the leave, the stay may never have begun
  CASE WHEN state = 'excluded' THEN CAST(NULL AS BIGINT) WHEN perhaps = 1 THEN GREATEST(began_by, :as_of) ELSE began_by END AS began_hi,
  LEAST(ended_from, ended_by) AS ended_lo,
  ended_by AS ended_hi,
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN secret = 'unchanged' THEN LEAST(seen_until, unchanged_until, :as_of)
    ELSE LEAST(seen_until, watched_to, :as_of)
  END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN 'created after the as-of time'
    WHEN unread LIKE '%;kind;%' THEN 'kind of account not understood'
    WHEN state = 'none' THEN 'without access before the leave'
    WHEN state = 'unknown' AND doubt IS NOT NULL AND left_hi >= LEAST(last_seen, :as_of) THEN doubt
    WHEN state = 'unknown' AND standing IS NULL THEN 'no evidence of whether the account could sign in'
    WHEN state = 'unknown' AND standing = 'maybe' THEN 'access ended or came back around the as-of time'
    WHEN state = 'unknown' AND standing = 'stale' THEN 'seen without access, but not lately'
    WHEN state = 'unknown' AND seen_until < began_by THEN 'not observed since the leave'
    WHEN state = 'unknown' THEN 'whether the secret was changed is not known'
    WHEN perhaps = 1 THEN 'custodian changed around the leave'
    WHEN state = 'closed' AND ended_with = 'access' THEN 'access ended'
    WHEN state = 'closed' THEN 'secret changed'
    WHEN secret = 'unchanged' THEN 'not changed since'
    ELSE 'no change in a log'
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  CASE WHEN ended_with = 'access' THEN state_file ELSE key_file END AS ended_file,
  CASE WHEN ended_with = 'access' THEN state_row ELSE key_row END AS ended_row
FROM ended
