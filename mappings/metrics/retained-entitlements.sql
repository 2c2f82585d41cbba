/*---
id = "retained-entitlements"
order = 186
title = "Old access that is still there"
question = "Which people still hold what only an earlier position gave them?"
remedy = "Revoke it, or have the owner of the system confirm that the new position needs it."
group = "joiners-movers"
shape = "duration"
unit = "entitlement"
statistic = "age"
needs = ["moves", "role_grants", "entitlements"]
looks_at = "state"
depends_on = ["match", "access"]
definition = """
Population: each entitlement, or account, that a role of the policy gives and that an account of a person held when, \
by a move up to the as-of time, the person's position ceased to fit that role; of several such moves the last one \
counts. A move is a change of department, title, manager or worker type. An item that is still held is a stay from the \
move on, open when last observed. What was revoked since, what belongs to an account that can no longer sign in or to \
a person who left, and what a later role of the person gives again has no stay. What another role of the person gave \
at the move as well, what was granted after the move, and service, shared, break-glass and agent accounts are \
excluded. Where the grant carries no date the beginning is no later than its first sight. An entitlement of which only \
a revocation by the as-of time is known has no stay. An account that matches several persons, a grant that was not \
observed since the move or that ended around the as-of time, and one of a person who may have left are unknown. \
Without rules of the policy nobody can say what a move should have ended: then there is not enough evidence, and such \
entitlements are listed in queue.csv as candidates."""
caveats = [
  "Only what the roles of the policy name is looked at: an entitlement that no role gives is tied to no position.",
  "A single export without grant dates cannot tell what was held at the move: such items stay indeterminate.",
  "Moves from before the first export of HR are not known, unless HR says since when a position holds.",
]

[reason]
open = "{person} still holds {subject} in {system} {length} after a move on {began} ({note}), last observed on {seen_until}; the limit is {limit}"
closed = "{person} held {subject} in {system} for {length} after a move on {began} ({note}); that ended on {ended}; the limit is {limit}"
indeterminate = "{person} moved on {began}; whether {subject} in {system} was kept for longer than {limit} is not settled ({note})"
---*/
WITH numbered AS (
  SELECT *, 0 - moved_hi AS newest_move FROM moved_grants
),
-- of several grants of one thing the one that was held at the last move, and lasted longest
ranked AS (
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY person_id, account_key, what
      ORDER BY newest_move, moved_lo, granted_after, longest, held_file, held_row
    ) AS place
  FROM numbered
),
judged AS (
  SELECT *,
    GREATEST(moved_lo, had_lo) AS began_lo, GREATEST(moved_hi, had_hi) AS began_hi,
    CASE
      WHEN end_hi <= moved_lo THEN CAST(NULL AS STRING)
      WHEN possible = 1 THEN 'more than one person matches'
      WHEN doubt IS NOT NULL THEN doubt
      WHEN end_hi <= :as_of THEN CAST(NULL AS STRING)
      WHEN had_hi IS NULL THEN 'when it was granted is not known'
      WHEN end_hi IS NOT NULL THEN CAST(NULL AS STRING)
      WHEN seen IS NULL THEN 'not known whether it is still there'
      WHEN LEAST(seen, :as_of) <= moved_lo AND :as_of > moved_lo THEN 'not observed since the move'
    END AS missing
  FROM ranked
  WHERE place = 1
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN end_hi <= :as_of THEN 'none'
      WHEN end_hi IS NOT NULL THEN 'unknown'
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
  CASE WHEN state = 'open' THEN began_lo END AS began_lo,
  CASE WHEN state = 'open' THEN began_hi END AS began_hi,
  CASE WHEN state = 'open' THEN LEAST(seen, :as_of) END AS seen_until,
  state,
  CASE WHEN state = 'open' AND privileged THEN 'critical' END AS severity,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN COALESCE(missing, 'ended around the as-of time')
    WHEN state = 'none' THEN 'no longer held: ' || ended_by
    ELSE role || ' until the ' || changed || ' changed'
  END AS note,
  move_file AS began_file,
  move_row AS began_row,
  held_file AS ended_file,
  held_row AS ended_row
FROM stated
