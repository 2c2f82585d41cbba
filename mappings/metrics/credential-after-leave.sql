/*---
id = "credential-after-leave"
order = 162
title = "Credentials made after leaving"
question = "Were credentials made for people after they had left, and how long did they work?"
remedy = "Revoke the credential, and find out who made it and what it was used for."
group = "leavers"
shape = "duration"
unit = "credential"
statistic = "survival"
needs = ["employments", "credentials"]
slice = "credentials"
looks_at = "state"
depends_on = ["leave", "match"]
definition = """
Population: each credential whose principal's person, or whose owner, left in the period, or left at any time and is not \
employed at the as-of time. A credential that was made after the official leave instant and before any new employment is a \
stay: from its creation until it stopped working (expiry, found inactive or gone, or a log that tells so), or until the \
person was hired again. A credential made before the leave, or in the next employment, has no stay. One made at a time at \
which the person may have left already, and one of an account that may belong to more than one person, is indeterminate. \
Where the creation, the status, the expiry or the leave is not known or not understood the item is unknown. Credentials \
that their provider rotates by itself are excluded."""
caveats = [
  "A new key of a machine whose owner field still names a leaver counts: name the new owner.",
  "Inventories seldom say when a credential was made inactive; unless a log does, the end is known only to lie before the export.",
]

[reason]
open = "credential {subject} in {system} was made on {began}, after {person} had left ({note}), and was still usable {length} later, last observed on {seen_until}"
closed = "credential {subject} in {system} was made on {began}, after {person} had left ({note}), and stayed usable for {length}; that ended on {ended}"
indeterminate = "credential {subject} in {system}, made on {began}, may have been made after {person} had left ({note})"
---*/
WITH known AS (
  SELECT person_id, leave_at, left_lo, left_hi, back_at, doubt, left_file, left_row, 0 - leave_at AS latest,
    LAG(next_at) OVER (PARTITION BY person_id ORDER BY leave_at) AS hired_before
  FROM leaves
  WHERE in_period = 1 OR back_at IS NULL
),
opened AS (
  SELECT *, COALESCE(left_lo, hired_before, left_hi) AS opens FROM known
),
chained AS (
  SELECT *,
    LAG(opens) OVER (PARTITION BY person_id ORDER BY leave_at) AS earlier,
    LAG(opens) OVER (PARTITION BY person_id ORDER BY latest) AS closes
  FROM opened
),
-- the leaves of a person divide time: each instant belongs to the leave before it, what comes before all to the first
spans AS (
  SELECT person_id AS leaver, left_lo, left_hi, back_at, doubt, left_file, left_row, closes,
    CASE WHEN earlier IS NOT NULL THEN opens END AS since
  FROM chained
),
-- of the people whom an account may belong to, the one who left first
candidate_leaves AS (
  SELECT c.account_key AS possible_account, d.person_id AS leaver, d.left_lo AS left_lo, d.left_hi AS left_hi,
    d.doubt AS doubt, d.left_file AS left_file, d.left_row AS left_row,
    ROW_NUMBER() OVER (
      PARTITION BY c.account_key ORDER BY COALESCE(d.left_lo, -9000000000000000000), d.left_hi, d.person_id
    ) AS place
  FROM (SELECT DISTINCT account_key, person_id FROM candidates) AS c
  INNER JOIN departed AS d ON d.person_id = c.person_id
),
tied AS (
  SELECT
    c.credential_key AS credential_key, c.credential_id AS credential_id, c.system AS system,
    c.account_key AS account_key, c.status AS status, c.created_at AS created_at, c.expires_at AS expires_at,
    c.gone_lo AS gone_lo, c.gone_hi AS gone_hi, c.active_at AS active_at, c.unread AS unread,
    CASE WHEN c.self_rotating THEN 1 ELSE 0 END AS is_self_rotating, c.src_file AS src_file, c.src_row AS src_row,
    CASE WHEN c.status = 'active' THEN GREATEST(c.observed_at, c.active_at) ELSE c.observed_at END AS observed_at,
    d.leaver AS d_leaver, d.left_lo AS d_left_lo, d.left_hi AS d_left_hi, d.back_at AS d_back_at, d.doubt AS d_doubt,
    d.left_file AS d_left_file, d.left_row AS d_left_row,
    o.leaver AS o_leaver, o.left_lo AS o_left_lo, o.left_hi AS o_left_hi, o.back_at AS o_back_at, o.doubt AS o_doubt,
    o.left_file AS o_left_file, o.left_row AS o_left_row,
    m.leaver AS m_leaver, m.left_lo AS m_left_lo, m.left_hi AS m_left_hi, m.doubt AS m_doubt,
    m.left_file AS m_left_file, m.left_row AS m_left_row,
    -- 2: surely made after the leave, 1: perhaps
    CASE
      WHEN d.leaver IS NULL OR c.created_at >= d.back_at THEN 0
      WHEN c.created_at > d.left_hi THEN 2
      WHEN c.created_at > COALESCE(d.left_lo, -9000000000000000000) THEN 1
      ELSE 0
    END AS d_after,
    CASE
      WHEN o.leaver IS NULL OR c.created_at >= o.back_at THEN 0
      WHEN c.created_at > o.left_hi THEN 2
      WHEN c.created_at > COALESCE(o.left_lo, -9000000000000000000) THEN 1
      ELSE 0
    END AS o_after,
    CASE WHEN c.created_at > COALESCE(m.left_lo, -9000000000000000000) AND m.leaver IS NOT NULL THEN 1 ELSE 0 END AS m_after
  FROM credentials AS c
  LEFT JOIN spans AS d ON d.leaver = c.person_id
  LEFT JOIN spans AS o ON o.leaver = c.owner_person_id
  LEFT JOIN (SELECT * FROM candidate_leaves WHERE place = 1) AS m ON m.possible_account = c.account_key
  WHERE (d.leaver IS NOT NULL OR o.leaver IS NOT NULL OR (m.leaver IS NOT NULL AND c.person_id IS NULL))
    AND ((c.created_at IS NULL AND d.closes IS NULL)
      OR ((d.since IS NULL OR c.created_at > d.since) AND (d.closes IS NULL OR c.created_at <= d.closes)))
    AND ((c.created_at IS NULL AND o.closes IS NULL)
      OR ((o.since IS NULL OR c.created_at > o.since) AND (o.closes IS NULL OR c.created_at <= o.closes)))
),
chosen AS (
  SELECT *,
    CASE
      WHEN d_after = 2 THEN 'person'
      WHEN o_after = 2 THEN 'owner'
      WHEN d_after = 1 THEN 'person'
      WHEN o_after = 1 THEN 'owner'
      WHEN d_leaver IS NOT NULL THEN 'person'
      WHEN o_leaver IS NOT NULL THEN 'owner'
      ELSE 'possible'
    END AS tie
  FROM tied
),
judged AS (
  SELECT
    credential_key, credential_id, system, account_key, status, created_at, expires_at, gone_lo, gone_hi, active_at,
    observed_at, unread, is_self_rotating, src_file, src_row, tie,
    CASE WHEN tie = 'person' THEN d_leaver WHEN tie = 'owner' THEN o_leaver ELSE m_leaver END AS person_id,
    CASE WHEN tie = 'person' THEN d_left_lo WHEN tie = 'owner' THEN o_left_lo ELSE m_left_lo END AS left_lo,
    CASE WHEN tie = 'person' THEN d_back_at WHEN tie = 'owner' THEN o_back_at END AS back_at,
    CASE WHEN tie = 'person' THEN d_doubt WHEN tie = 'owner' THEN o_doubt ELSE m_doubt END AS doubt,
    CASE WHEN tie = 'person' THEN d_left_file WHEN tie = 'owner' THEN o_left_file ELSE m_left_file END AS left_file,
    CASE WHEN tie = 'person' THEN d_left_row WHEN tie = 'owner' THEN o_left_row ELSE m_left_row END AS left_row,
    CASE WHEN tie = 'person' THEN d_after WHEN tie = 'owner' THEN o_after ELSE m_after END AS is_after
  FROM chosen
),
reasoned AS (
  SELECT *,
    CASE
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN is_self_rotating = 1 THEN 'rotated by its provider'
    END AS outside,
    CASE
      WHEN created_at IS NOT NULL AND created_at >= back_at THEN 'made in the next employment'
      WHEN created_at IS NOT NULL AND is_after = 0 THEN 'made before the leave'
      -- what worked, or had ended, before the leave was made before it
      WHEN created_at IS NULL AND (LEAST(active_at, expires_at, gone_hi) <= left_lo OR observed_at <= left_lo)
        THEN 'made before the leave'
    END AS harmless,
    CASE
      WHEN unread LIKE '%;created_at;%' THEN 'creation not understood'
      WHEN created_at IS NULL THEN 'creation not known'
      WHEN is_after < 2 AND doubt IS NOT NULL THEN doubt
      WHEN unread LIKE '%;status;%' OR unread LIKE '%;expires_at;%' THEN 'status or expiry not understood'
      WHEN status IS NULL OR status = 'unknown' THEN 'status not known'
    END AS missing
  FROM judged
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN harmless IS NOT NULL THEN 'none'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN status IN ('inactive', 'deleted') AND gone_lo > :as_of THEN 'open'
      WHEN status IN ('inactive', 'deleted') AND gone_hi IS NOT NULL THEN 'closed'
      WHEN status = 'deleted' AND observed_at > created_at THEN 'closed'
      WHEN status = 'active' AND expires_at <= :as_of THEN 'closed'
      WHEN status = 'active' AND observed_at >= created_at THEN 'open'
      WHEN status = 'inactive' AND active_at >= :as_of THEN 'open'
      WHEN status = 'expired' AND expires_at > :as_of AND observed_at >= expires_at THEN 'open'
      WHEN status = 'expired' AND expires_at <= :as_of THEN 'closed'
      WHEN status IN ('inactive', 'expired') AND observed_at > created_at THEN 'closed'
      ELSE 'unknown'
    END AS found
  FROM reasoned
),
ended AS (
  SELECT *,
    -- a new employment ends it in any case
    CASE WHEN found = 'open' AND back_at IS NOT NULL THEN 'closed' ELSE found END AS state,
    CASE
      WHEN found = 'open' THEN LEAST(observed_at, :as_of)
      WHEN found <> 'closed' THEN CAST(NULL AS BIGINT)
      WHEN status = 'active' OR (status = 'expired' AND expires_at <= :as_of) THEN GREATEST(expires_at, created_at)
      WHEN status = 'deleted' OR gone_hi IS NOT NULL
        THEN LEAST(GREATEST(gone_lo, created_at), COALESCE(gone_hi, observed_at), COALESCE(expires_at, gone_hi, observed_at))
      ELSE LEAST(GREATEST(created_at, active_at), observed_at, expires_at)
    END AS worked_until,
    CASE
      WHEN found <> 'closed' THEN CAST(NULL AS BIGINT)
      WHEN status = 'active' OR (status = 'expired' AND expires_at <= :as_of) THEN GREATEST(expires_at, created_at)
      ELSE LEAST(COALESCE(gone_hi, observed_at), expires_at)
    END AS ended_by
  FROM stated
)
SELECT
  'credential' AS subject_kind,
  credential_id AS subject,
  system,
  person_id,
  account_key,
  credential_key,
  CASE WHEN state IN ('open', 'closed') THEN created_at END AS began_lo,
  -- where it may have been made before the leave, or be somebody else's, the stay may never have begun
  CASE
    WHEN state NOT IN ('open', 'closed') THEN CAST(NULL AS BIGINT)
    WHEN is_after = 1 THEN GREATEST(created_at, :as_of)
    ELSE created_at
  END AS began_hi,
  CASE WHEN state = 'closed' THEN GREATEST(created_at, LEAST(worked_until, back_at)) END AS ended_lo,
  CASE WHEN state = 'closed' THEN GREATEST(created_at, CASE WHEN found = 'open' THEN back_at ELSE LEAST(ended_by, back_at) END) END AS ended_hi,
  CASE WHEN state = 'open' THEN worked_until END AS seen_until,
  state,
  CASE
    WHEN outside IS NOT NULL THEN outside
    WHEN harmless IS NOT NULL THEN harmless
    WHEN state = 'unknown' THEN COALESCE(missing, 'not observed since it was made')
    WHEN tie = 'possible' THEN 'one of the persons it may belong to had left'
    WHEN is_after = 1 THEN 'made around the leave'
    WHEN tie = 'owner' THEN 'its owner had left'
    ELSE 'the person it belongs to had left'
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM ended
