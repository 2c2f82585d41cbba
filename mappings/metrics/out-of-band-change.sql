/*---
id = "out-of-band-change"
order = 540
title = "Changes past the synchronisation"
question = "Which changes in synchronised systems were made by hand?"
remedy = "Make the same change at the source, and find out why it was made by hand."
group = "synchronisation"
shape = "duration"
unit = "intent"
statistic = "none"
needs = ["events", "systems"]
slice = "events"
looks_at = "period"
definition = """
Population: changes that succeeded in the period, in systems that the register calls synchronised: accounts created, \
enabled, disabled or deleted, entitlements granted or revoked. A change that the synchronisation made has no stay. A change that an \
administrator, the user or an agent made is a finding whatever its length, so its stay is written as one microsecond that \
ends with the change. Where the log does not say who made it the item is unknown. Changes of service, \
shared, break-glass, guest and agent accounts are excluded."""
caveats = [
  "A leaver who is disabled by hand in an emergency is right to be disabled, and still stands here.",
  "The next run of the synchronisation may undo a change that is not made at the source.",
  "A change that no log shows cannot be seen.",
]

[reason]
open = "{subject} in {system} was {note} on {began}, past the synchronisation"
closed = "{subject} in {system} was {note} on {ended}, past the synchronisation"
indeterminate = "{subject} in {system} may have been made by hand on {ended} ({note})"
---*/
WITH synced AS (
  SELECT DISTINCT system AS synced_system FROM systems WHERE synchronised
),
kinds AS (
  SELECT account_key AS kind_key, person_id AS kind_person,
    CASE
      WHEN kind = 'service' THEN 'service account'
      WHEN kind = 'shared' THEN 'shared account'
      WHEN kind = 'break_glass' THEN 'break-glass account'
      WHEN kind = 'agent' THEN 'agent account'
      WHEN kind = 'guest' THEN 'guest account'
    END AS outside
  FROM accounts
),
judged AS (
  SELECT
    CASE
      WHEN ev.entitlement IS NULL
        THEN ev.action || ' ' || COALESCE(ev.subject_text, ev.account_id, ev.account_key, ev.person_id, 'unnamed')
      ELSE ev.action || ' ' || COALESCE(ev.subject_text, ev.account_id, ev.account_key, ev.person_id, 'unnamed')
        || ': ' || ev.entitlement
    END AS subject,
    ev.system AS system, COALESCE(ev.person_id, k.kind_person) AS person_id, ev.account_key AS account_key,
    ev.occurred_at AS occurred_at, ev.src_file AS src_file, ev.src_row AS src_row, k.outside AS outside,
    CASE
      WHEN k.outside IS NOT NULL THEN 'excluded'
      WHEN ev.actor_kind = 'sync' THEN 'none'
      WHEN ev.actor_kind IN ('admin', 'self', 'agent') THEN 'closed'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN k.outside IS NOT NULL THEN k.outside
      WHEN ev.actor_kind = 'sync' THEN 'made by the synchronisation'
      WHEN ev.actor_kind = 'admin' THEN 'made by hand by an administrator'
      WHEN ev.actor_kind = 'self' THEN 'made by hand by the user'
      WHEN ev.actor_kind = 'agent' THEN 'made by an agent'
      ELSE 'who made it is not known'
    END AS note
  FROM events AS ev
  INNER JOIN synced AS s ON s.synced_system = ev.system
  LEFT JOIN kinds AS k ON k.kind_key = ev.account_key
  WHERE ev.action IN ('create', 'enable', 'disable', 'delete', 'grant', 'revoke') AND ev.outcome = 'success'
    AND ev.occurred_at >= :period_from AND ev.occurred_at < :period_to AND ev.occurred_at <= :as_of
)
SELECT
  'intent' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state = 'closed' THEN occurred_at - 1 END AS began_lo,
  CASE WHEN state = 'closed' THEN occurred_at - 1 END AS began_hi,
  CASE WHEN state = 'closed' THEN occurred_at END AS ended_lo,
  CASE WHEN state = 'closed' THEN occurred_at END AS ended_hi,
  state,
  note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM judged
