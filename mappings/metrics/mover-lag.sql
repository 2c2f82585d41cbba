/*---
id = "mover-lag"
order = 185
title = "Old access after a move"
question = "How long did people who moved keep what only their old position gave them?"
remedy = "Revoke what the new position does not need, and find out why the move did not take it away."
group = "joiners-movers"
shape = "duration"
unit = "entitlement"
statistic = "survival"
needs = ["moves", "role_grants", "entitlements"]
looks_at = "period"
depends_on = ["match", "access"]
definition = """
Population: each entitlement, or account, that a role of the policy gives and that an account of a person held when, \
by a move in the period, the person's position ceased to fit that role. A move is a change of department, title, \
manager or worker type. A stay begins at the move. It ends when the entitlement was revoked, when the account could no \
longer sign in, when the person left, or when a later role of the person gives it again; of several losses of access \
the last one, which lasts at the as-of time, counts. What ended before the move gives no stay. What another role of \
the person gave at the move as well, what was granted after the move, and service, shared, break-glass and agent \
accounts are excluded. Where the grant carries no date the beginning is no later than its first sight, its revocation \
or the end. An account that matches several persons, a grant that was not observed since the move, and one of a person \
who may have left are unknown. Without rules of the policy nobody can say what a move should have ended: then there is \
not enough evidence, and such entitlements are listed in queue.csv as candidates."""
caveats = [
  "Only what the roles of the policy name is looked at: an entitlement that no role gives is tied to no position.",
  "A single export without grant dates cannot tell what was held at the move: such items stay indeterminate.",
  "Between two exports of HR or of entitlements, a move or a revocation is known only to lie between them.",
]

[reason]
open = "{person} still had {subject} in {system} {length} after a move on {began} ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person} kept {subject} in {system} for {length} after a move on {began} ({note}); that ended on {ended}; the limit is {limit}, exceeded by {over}"
indeterminate = "{person} moved on {began}; how long {subject} in {system} was kept is not known well enough to compare it with the limit of {limit} ({note})"
---*/
WITH ranked AS (
  -- of several grants of one thing the one that was held at the move, and lasted longest
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY person_id, account_key, what, moved_lo, moved_hi
      ORDER BY granted_after, longest, held_file, held_row
    ) AS place
  FROM moved_grants
  WHERE moved_hi >= :period_from AND moved_lo < :period_to
),
judged AS (
  SELECT *,
    GREATEST(moved_lo, had_lo) AS began_lo,
    -- what is first seen after its end was there before it
    LEAST(GREATEST(moved_hi, had_hi), end_hi) AS began_hi,
    CASE
      WHEN end_hi <= moved_lo THEN CAST(NULL AS STRING)
      WHEN possible = 1 THEN 'more than one person matches'
      WHEN had_hi IS NULL THEN 'when it was granted is not known'
      WHEN doubt IS NOT NULL THEN doubt
      WHEN end_hi IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN seen IS NULL THEN 'not known whether it is still there'
      WHEN LEAST(seen, :as_of) <= moved_lo AND :as_of > moved_lo THEN 'not observed since the move'
    END AS missing,
    CASE WHEN end_hi <= GREATEST(moved_lo, had_lo) THEN 1 ELSE 0 END AS ended_before
  FROM ranked
  WHERE place = 1
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN ended_before = 1 THEN 'none'
      WHEN end_hi IS NOT NULL THEN 'closed'
      ELSE 'open'
    END AS state
  FROM judged
)
SELECT
  'entitlement' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') THEN began_lo END AS began_lo,
  CASE WHEN state IN ('open', 'closed') THEN began_hi END AS began_hi,
  CASE WHEN state = 'closed' THEN GREATEST(end_lo, began_lo) END AS ended_lo,
  CASE WHEN state = 'closed' THEN end_hi END AS ended_hi,
  CASE WHEN state = 'open' THEN LEAST(seen, :as_of) END AS seen_until,
  state,
  CASE WHEN state = 'open' AND privileged THEN 'critical' END AS severity,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'ended by the move: ' || ended_by
    WHEN state = 'closed' THEN role || ' until the ' || changed || ' changed; then ' || ended_by
    ELSE role || ' until the ' || changed || ' changed'
  END AS note,
  move_file AS began_file,
  move_row AS began_row,
  held_file AS ended_file,
  held_row AS ended_row
FROM stated
