/*---
id = "leaver-owned-nhi"
order = 163
title = "Machine identities that a leaver owned"
question = "How long did machine identities of a leaver go on without a new owner and new secrets?"
remedy = "Name an owner who works here and rotate the secrets, or decommission the identity."
group = "leavers"
shape = "duration"
unit = "account"
statistic = "survival"
needs = ["employments", "accounts", "credentials"]
looks_at = "state"
begins = "leave"
depends_on = ["leave", "owner", "access"]
definition = """
Population: each service or agent account, and each credential of such an account or without an account, together with \
each person who was its named owner at the leave or later and is not employed at the as-of time. A stay begins at the \
official leave instant, or at the creation, or when the person was named, if that is later; an owner whom the first \
export already names counts from the leave. It ends when the identity was decommissioned (the account without access \
or deleted, the credential inactive, expired or gone), or when both had happened after the leave: an owner who works \
here was named, and the secrets were rotated. Secrets of an account count as rotated when every credential that worked \
at the leave was rotated after it or has ended, or when an event tells so. Where only the newest rotation is known, \
the first one after the leave may have been earlier, unless a log of changes was silent until then. A hand-over \
without a rotation does not end the stay; whether an account without any known credential was rotated is unknown. \
Where the owner changed between two exports around the leave the item is indeterminate. Credentials that their \
provider rotates by itself are excluded."""
caveats = [
  "It looks at named owners; who created an identity, or can read its secret, is not known here.",
  "The account and each of its credentials that name the leaver as owner are items of their own.",
]

[reason]
open = "{person}, owner of {subject} in {system}, left on {began}; {length} later it still worked ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person}, owner of {subject} in {system}, left on {began}; it took {length} until that was settled on {ended} ({note}); the limit is {limit}"
indeterminate = "{person}, owner of {subject} in {system}, left on {began}; when that was settled is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH owned AS (
  SELECT * FROM leaver_owned WHERE kind IN ('service', 'agent') OR unread LIKE '%;kind;%'
),
-- owners who came after, and worked here then; doubtful: of whom no employment is known
successors AS (
  SELECT o.account_key AS account_key, o.person_id AS person_id,
    MAX(CASE WHEN j.person_id IS NULL THEN 1 ELSE 0 END) AS doubtful,
    MIN(CASE WHEN COALESCE(j.started_at, -9000000000000000000) <= LEAST(n.to_hi, :as_of) AND j.person_id IS NOT NULL
      AND (j.ended_at IS NULL OR j.ended_at > GREATEST(n.from_hi, o.left_hi))
      THEN GREATEST(COALESCE(n.from_lo, o.left_lo), o.left_lo, j.started_at) END) AS handed_lo,
    MIN(CASE WHEN COALESCE(j.started_at, -9000000000000000000) <= LEAST(n.to_hi, :as_of) AND j.person_id IS NOT NULL
      AND (j.ended_at IS NULL OR j.ended_at > GREATEST(n.from_hi, o.left_hi))
      THEN GREATEST(COALESCE(n.from_hi, n.seen_until), o.left_hi, j.started_at) END) AS handed_hi
  FROM owned AS o
  INNER JOIN ownerships AS n ON n.account_key = o.account_key
  LEFT JOIN employments AS j ON j.person_id = n.owner_person_id
  WHERE o.still = 0 AND n.owner_person_id IS NOT NULL AND n.owner_person_id <> o.person_id
    AND (n.to_hi IS NULL OR n.to_hi > o.left_hi) AND COALESCE(n.from_lo, :as_of) <= :as_of
  GROUP BY o.account_key, o.person_id
),
owned_items AS (
  SELECT o.*, h.doubtful AS doubtful, h.handed_hi AS handed_hi,
    CASE WHEN h.handed_hi IS NOT NULL AND o.secret = 'changed' THEN GREATEST(h.handed_lo, o.changed_lo) END AS settled_lo,
    CASE WHEN h.handed_hi IS NOT NULL AND o.secret = 'changed' THEN GREATEST(h.handed_hi, o.changed_hi) END AS settled_hi
  FROM owned AS o
  LEFT JOIN successors AS h ON h.account_key = o.account_key AND h.person_id = o.person_id
),
judged_accounts AS (
  SELECT *,
    CASE
      WHEN created_at > :as_of THEN 'excluded'
      WHEN unread LIKE '%;kind;%' THEN 'unknown'
      WHEN standing = 'off' AND off_hi <= left_lo THEN 'none'
      WHEN doubt IS NOT NULL AND left_hi >= LEAST(last_seen, :as_of) THEN 'unknown'
      WHEN standing = 'off' OR settled_hi IS NOT NULL THEN 'closed'
      WHEN standing IS NULL OR standing <> 'on' OR seen_until < began_by THEN 'unknown'
      WHEN handed_hi IS NOT NULL AND secret = 'unchanged' THEN 'open'
      WHEN handed_hi IS NOT NULL OR doubtful = 1 THEN 'unknown'
      ELSE 'open'
    END AS state
  FROM owned_items
),
account_rows AS (
  SELECT
    'account' AS subject_kind, subject, system, person_id, account_key, CAST(NULL AS STRING) AS credential_key, state,
    perhaps, began_lo, began_by,
    CASE WHEN state = 'closed' THEN GREATEST(began_lo, LEAST(
      CASE WHEN standing = 'off' THEN COALESCE(off_lo, run_lo) END,
      CASE WHEN settled_hi IS NOT NULL THEN COALESCE(settled_lo, run_lo) END)) END AS ended_lo,
    CASE WHEN state = 'closed' THEN GREATEST(began_lo, LEAST(CASE WHEN standing = 'off' THEN off_hi END, settled_hi)) END AS ended_hi,
    CASE
      WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
      WHEN handed_hi IS NOT NULL THEN LEAST(seen_until, unchanged_until, :as_of)
      ELSE LEAST(seen_until, observed_at, :as_of)
    END AS seen_until,
    CASE
      WHEN state = 'excluded' THEN 'created after the as-of time'
      WHEN unread LIKE '%;kind;%' THEN 'kind of account not understood'
      WHEN state = 'none' THEN 'without access before the leave'
      WHEN state = 'unknown' AND doubt IS NOT NULL AND left_hi >= LEAST(last_seen, :as_of) THEN doubt
      WHEN state = 'unknown' AND standing IS NULL THEN 'no evidence of whether the account could sign in'
      WHEN state = 'unknown' AND standing = 'maybe' THEN 'access ended or came back around the as-of time'
      WHEN state = 'unknown' AND standing = 'stale' THEN 'seen without access, but not lately'
      WHEN state = 'unknown' AND seen_until < began_by THEN 'not observed since the leave'
      WHEN state = 'unknown' AND handed_hi IS NOT NULL THEN 'handed over; whether it was rotated is not known'
      WHEN state = 'unknown' THEN 'employment of the new owner not known'
      WHEN perhaps = 1 THEN 'owner changed around the leave'
      WHEN state = 'closed' AND (settled_hi IS NULL OR (standing = 'off' AND off_hi < settled_hi)) THEN 'decommissioned'
      WHEN state = 'closed' THEN 'new owner, rotated'
      WHEN handed_hi IS NOT NULL THEN 'new owner, not rotated'
      WHEN secret = 'changed' AND changed_hi <= :as_of THEN 'rotated, no new live owner'
      WHEN still = 1 THEN 'the leaver is still the named owner'
      ELSE 'no new live owner'
    END AS note,
    left_file, left_row,
    CASE WHEN handed_hi IS NOT NULL AND (standing IS NULL OR standing <> 'off') THEN key_file ELSE state_file END AS ended_file,
    CASE WHEN handed_hi IS NOT NULL AND (standing IS NULL OR standing <> 'off') THEN key_row ELSE state_row END AS ended_row
  FROM judged_accounts
),
named_keys AS (
  SELECT credential_key, owner_person_id AS leaver, from_lo, from_hi, to_lo, to_hi
  FROM ownerships
  WHERE credential_key IS NOT NULL AND owner_person_id IS NOT NULL
  UNION ALL
  SELECT c.credential_key AS credential_key, c.owner_person_id AS leaver, CAST(NULL AS BIGINT) AS from_lo,
    CAST(NULL AS BIGINT) AS from_hi, CAST(NULL AS BIGINT) AS to_lo, CAST(NULL AS BIGINT) AS to_hi
  FROM credentials AS c
  LEFT JOIN (SELECT DISTINCT credential_key AS told_key FROM ownerships WHERE credential_key IS NOT NULL) AS h
    ON h.told_key = c.credential_key
  WHERE c.owner_person_id IS NOT NULL AND h.told_key IS NULL
),
owned_keys AS (
  SELECT n.credential_key AS credential_key, n.leaver AS leaver, d.left_lo AS left_lo, d.left_hi AS left_hi,
    d.doubt AS doubt, d.left_file AS left_file, d.left_row AS left_row,
    MAX(CASE WHEN n.to_hi IS NULL OR n.to_lo > :as_of THEN 1 ELSE 0 END) AS still,
    MAX(n.to_lo) AS named_until,
    MIN(COALESCE(n.from_lo, -9000000000000000000)) AS named_lo,
    MIN(CASE WHEN n.from_lo IS NULL THEN -9000000000000000000 ELSE COALESCE(n.from_hi, n.from_lo) END) AS named_hi
  FROM named_keys AS n
  INNER JOIN departed AS d ON d.person_id = n.leaver
  WHERE (n.to_hi IS NULL OR d.left_lo IS NULL OR n.to_hi > d.left_lo) AND COALESCE(n.from_lo, :as_of) <= :as_of
  GROUP BY n.credential_key, n.leaver, d.left_lo, d.left_hi, d.doubt, d.left_file, d.left_row
),
-- owners who came after, and worked here then; doubtful: of whom no employment is known
key_successors AS (
  SELECT o.credential_key AS credential_key, o.leaver AS leaver,
    MAX(CASE WHEN j.person_id IS NULL THEN 1 ELSE 0 END) AS doubtful,
    MIN(CASE WHEN COALESCE(j.started_at, -9000000000000000000) <= LEAST(n.to_hi, :as_of) AND j.person_id IS NOT NULL
      AND (j.ended_at IS NULL OR j.ended_at > GREATEST(n.from_hi, o.left_hi))
      THEN GREATEST(COALESCE(n.from_lo, o.left_lo), o.left_lo, j.started_at) END) AS handed_lo,
    MIN(CASE WHEN COALESCE(j.started_at, -9000000000000000000) <= LEAST(n.to_hi, :as_of) AND j.person_id IS NOT NULL
      AND (j.ended_at IS NULL OR j.ended_at > GREATEST(n.from_hi, o.left_hi))
      THEN GREATEST(COALESCE(n.from_hi, n.seen_until), o.left_hi, j.started_at) END) AS handed_hi
  FROM owned_keys AS o
  INNER JOIN ownerships AS n ON n.credential_key = o.credential_key
  LEFT JOIN employments AS j ON j.person_id = n.owner_person_id
  WHERE o.still = 0 AND n.owner_person_id IS NOT NULL AND n.owner_person_id <> o.leaver
    AND (n.to_hi IS NULL OR n.to_hi > o.left_hi) AND COALESCE(n.from_lo, :as_of) <= :as_of
  GROUP BY o.credential_key, o.leaver
),
owned_key_windows AS (
  SELECT o.credential_key AS credential_key, o.leaver AS leaver, MAX(w.covers_to) AS watched_to
  FROM owned_keys AS o
  INNER JOIN credentials AS c ON c.credential_key = o.credential_key
  INNER JOIN (SELECT system AS log_system, covers_from, covers_to FROM log_windows WHERE about = 'changes') AS w
    ON w.log_system = c.system
  WHERE w.covers_from <= o.left_lo AND w.covers_to >= o.left_hi
  GROUP BY o.credential_key, o.leaver
),
owned_key_changes AS (
  SELECT o.credential_key AS credential_key, o.leaver AS leaver, MIN(v.occurred_at) AS changed_at
  FROM owned_keys AS o
  INNER JOIN credentials AS c ON c.credential_key = o.credential_key
  INNER JOIN (SELECT * FROM events WHERE action = 'key_rotate' AND outcome = 'success' AND occurred_at <= :as_of) AS v
    ON v.system = c.system AND v.credential_id = c.credential_id
  WHERE v.occurred_at > o.left_hi
  GROUP BY o.credential_key, o.leaver
),
key_items AS (
  SELECT c.credential_id AS subject, c.system AS system, o.leaver AS person_id, c.account_key AS account_key,
    o.credential_key AS credential_key, o.left_lo AS left_lo, o.left_hi AS left_hi, o.doubt AS doubt, o.still AS still,
    o.left_file AS left_file, o.left_row AS left_row, c.status AS status, c.created_at AS created_at,
    c.rotated_at AS rotated_at, c.expires_at AS expires_at, c.gone_lo AS gone_lo, c.gone_hi AS gone_hi,
    c.active_at AS active_at, c.unread AS unread, c.src_file AS src_file, c.src_row AS src_row,
    CASE WHEN a.unread LIKE '%;kind;%' THEN 1 ELSE 0 END AS unread_kind,
    CASE WHEN c.self_rotating THEN 1 ELSE 0 END AS is_self_rotating,
    CASE WHEN c.status = 'active' THEN GREATEST(c.observed_at, c.active_at) ELSE c.observed_at END AS observed_at,
    CASE WHEN o.still = 0 AND (o.named_until IS NULL OR o.named_until < o.left_hi) THEN 1 ELSE 0 END AS perhaps,
    -- one who was named after the leave: from then on
    GREATEST(o.left_lo, c.created_at, CASE WHEN o.named_lo > o.left_hi THEN o.named_lo END) AS began_lo,
    GREATEST(o.left_hi, c.created_at, CASE WHEN o.named_hi > o.left_hi THEN o.named_hi END) AS began_by,
    h.doubtful AS doubtful, h.handed_lo AS handed_lo, h.handed_hi AS handed_hi, w.watched_to AS watched_to,
    -- one made after the leave is no secret that the leaver took along
    CASE
      WHEN c.created_at > o.left_hi THEN c.created_at
      ELSE LEAST(k.changed_at, CASE WHEN c.rotated_at > o.left_hi THEN c.rotated_at END)
    END AS changed_by
  FROM owned_keys AS o
  INNER JOIN credentials AS c ON c.credential_key = o.credential_key
  LEFT JOIN accounts AS a ON a.account_key = c.account_key
  LEFT JOIN key_successors AS h ON h.credential_key = o.credential_key AND h.leaver = o.leaver
  LEFT JOIN owned_key_windows AS w ON w.credential_key = o.credential_key AND w.leaver = o.leaver
  LEFT JOIN owned_key_changes AS k ON k.credential_key = o.credential_key AND k.leaver = o.leaver
  WHERE a.account_key IS NULL OR a.kind IN ('service', 'agent') OR a.unread LIKE '%;kind;%'
),
changed_key_items AS (
  SELECT *,
    CASE WHEN created_at > left_hi OR watched_to >= changed_by THEN changed_by WHEN changed_by IS NOT NULL THEN left_lo END AS changed_from
  FROM key_items
),
settled_key_items AS (
  SELECT *,
    CASE
      WHEN changed_by IS NOT NULL AND (changed_from IS NULL OR changed_from <= :as_of) THEN 'changed'
      WHEN unread LIKE '%;rotated_at;%' OR (rotated_at IS NULL AND unread LIKE '%;created_at;%') THEN 'unclear'
      WHEN GREATEST(created_at, CASE WHEN changed_by IS NULL THEN rotated_at END) <= left_lo THEN 'unchanged'
      ELSE 'unclear'
    END AS secret
  FROM changed_key_items
),
judged_keys AS (
  SELECT *,
    CASE
      WHEN created_at > :as_of OR is_self_rotating = 1 THEN 'excluded'
      WHEN unread_kind = 1 OR unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' THEN 'unknown'
      WHEN expires_at <= began_lo OR (status IN ('inactive', 'deleted') AND gone_hi <= began_lo)
        OR (status IN ('inactive', 'expired', 'deleted') AND observed_at <= began_lo AND gone_hi IS NULL) THEN 'none'
      WHEN doubt IS NOT NULL AND began_by >= LEAST(observed_at, :as_of) THEN 'unknown'
      WHEN status IN ('inactive', 'deleted') AND (gone_lo IS NULL OR gone_lo <= :as_of)
        AND (status = 'deleted' OR gone_hi IS NOT NULL OR active_at IS NULL OR active_at < :as_of) THEN 'ended'
      WHEN status IN ('active', 'expired') AND expires_at <= :as_of THEN 'ended'
      WHEN status = 'expired' AND expires_at IS NULL THEN 'ended'
      WHEN handed_hi IS NOT NULL AND secret = 'changed' THEN 'settled'
      WHEN status IS NULL OR status = 'unknown' OR observed_at IS NULL OR observed_at < began_by THEN 'unknown'
      WHEN handed_hi IS NOT NULL AND secret = 'unchanged' THEN 'open'
      WHEN handed_hi IS NOT NULL OR doubtful = 1 THEN 'unknown'
      ELSE 'open'
    END AS outcome
  FROM settled_key_items
),
ended_keys AS (
  SELECT *,
    CASE
      WHEN outcome <> 'ended' THEN CAST(NULL AS BIGINT)
      WHEN status IN ('active', 'expired') AND expires_at IS NOT NULL THEN expires_at
      ELSE LEAST(GREATEST(gone_lo, began_by, CASE WHEN gone_hi IS NULL THEN active_at END), COALESCE(gone_hi, observed_at), COALESCE(expires_at, gone_hi, observed_at))
    END AS dead_lo,
    CASE
      WHEN outcome <> 'ended' THEN CAST(NULL AS BIGINT)
      WHEN status IN ('active', 'expired') AND expires_at IS NOT NULL THEN expires_at
      ELSE LEAST(COALESCE(gone_hi, observed_at), expires_at)
    END AS dead_hi,
    CASE WHEN handed_hi IS NOT NULL AND secret = 'changed' THEN COALESCE(GREATEST(handed_lo, changed_from), LEAST(:period_from, left_hi)) END AS settled_lo,
    CASE WHEN handed_hi IS NOT NULL AND secret = 'changed' THEN GREATEST(handed_hi, changed_by) END AS settled_hi,
    CASE WHEN outcome IN ('ended', 'settled') THEN 'closed' ELSE outcome END AS state
  FROM judged_keys
),
key_rows AS (
  SELECT
    'credential' AS subject_kind, subject, system, person_id, account_key, credential_key, state, perhaps, began_lo, began_by,
    CASE WHEN state = 'closed' THEN GREATEST(began_lo, LEAST(dead_lo, settled_lo)) END AS ended_lo,
    CASE WHEN state = 'closed' THEN GREATEST(began_lo, LEAST(dead_hi, settled_hi)) END AS ended_hi,
    CASE WHEN state = 'open' THEN LEAST(observed_at, :as_of) END AS seen_until,
    CASE
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN state = 'excluded' THEN 'rotated by its provider'
      WHEN unread_kind = 1 THEN 'kind of account not understood'
      WHEN state = 'unknown' AND (unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%') THEN 'status or expiry not understood'
      WHEN state = 'none' THEN 'ended before the leave'
      WHEN state = 'unknown' AND doubt IS NOT NULL AND began_by >= LEAST(observed_at, :as_of) THEN doubt
      WHEN state = 'unknown' AND (status IS NULL OR status = 'unknown') THEN 'status not known'
      WHEN state = 'unknown' AND (observed_at IS NULL OR observed_at < began_by) THEN 'not observed since the leave'
      WHEN state = 'unknown' AND handed_hi IS NOT NULL THEN 'handed over; whether it was rotated is not known'
      WHEN state = 'unknown' THEN 'employment of the new owner not known'
      WHEN perhaps = 1 THEN 'owner changed around the leave'
      WHEN outcome = 'ended' AND (settled_hi IS NULL OR dead_hi < settled_hi) THEN 'decommissioned'
      WHEN state = 'closed' THEN 'new owner, rotated'
      WHEN handed_hi IS NOT NULL THEN 'new owner, not rotated'
      WHEN secret = 'changed' AND changed_by <= :as_of THEN 'rotated, no new live owner'
      WHEN still = 1 THEN 'the leaver is still the named owner'
      ELSE 'no new live owner'
    END AS note,
    left_file, left_row, src_file AS ended_file, src_row AS ended_row
  FROM ended_keys
),
all_rows AS (
  SELECT subject_kind, subject, system, person_id, account_key, credential_key, state, perhaps, began_lo, began_by,
    ended_lo, ended_hi, seen_until, note, left_file, left_row, ended_file, ended_row
  FROM account_rows
  UNION ALL
  SELECT subject_kind, subject, system, person_id, account_key, credential_key, state, perhaps, began_lo, began_by,
    ended_lo, ended_hi, seen_until, note, left_file, left_row, ended_file, ended_row
  FROM key_rows
)
SELECT
  subject_kind,
  subject,
  system,
  person_id,
  account_key,
  credential_key,
  CASE WHEN state <> 'excluded' THEN began_lo END AS began_lo,
  -- where the owner may have changed before the leave, the stay may never have begun
  CASE WHEN state = 'excluded' THEN CAST(NULL AS BIGINT) WHEN perhaps = 1 THEN GREATEST(began_by, :as_of) ELSE began_by END AS began_hi,
  LEAST(ended_lo, ended_hi) AS ended_lo,
  ended_hi,
  seen_until,
  state,
  note,
  left_file AS began_file,
  left_row AS began_row,
  ended_file,
  ended_row
FROM all_rows
