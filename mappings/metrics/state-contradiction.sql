/*---
id = "state-contradiction"
order = 520
title = "Accounts that a log and an export contradict"
question = "For which accounts does a later export show another state than the last change in the log?"
remedy = "Look the account up in the system, correct its state, and find out which change the log lacks."
group = "synchronisation"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts", "events"]
looks_at = "state"
queue = ["contradiction"]
depends_on = ["access"]
definition = """
Population: accounts of every kind with a logged change of their access by the as-of time and an export after it. An \
account of which the log last says that it was switched off, and which was seen able to sign in afterwards, is a stay, \
and so is the reverse, or one that is missing from a newer export although the log last says that it was switched on. \
The stay begins between the last time at which both agreed and the sight, and lasts to the last sight. It is one only \
if a log of changes covers that time without a gap: otherwise a change may not have been logged, and the item is \
unknown. An account on which both agree has no stay. Only the newest state that is known is compared with the log: a \
contradiction that a newer export no longer shows is none. Where both agree and no log covers the time from the change \
to a day before the export, it is unknown. An account that no export has shown since its last logged change is \
excluded, and one that no export has ever shown is unknown, unless the log last says that it was switched off."""
caveats = [
  "The time of an export is compared with that of an event: clocks that differ can make a contradiction of seconds.",
  "A sign-in after the account was switched off counts as a sight.",
  "A sight after the as-of time may be of a contradiction that began after it: such an item is indeterminate.",
]

[reason]
open = "the log and what was seen of {subject} in {system} contradict each other since {began}, last observed on {seen_until}: {note}"
closed = "the log and what was seen of {subject} in {system} contradicted each other from {began} to {ended}: {note}"
indeterminate = "the log and what was seen of {subject} in {system} may have contradicted each other at the as-of time: {note}"
---*/
WITH known AS (
  SELECT account_key, enabled, from_lo, COALESCE(from_hi, seen_until) AS first_seen, to_lo, seen_until, basis, src_file,
    src_row, 0 - COALESCE(from_lo, -9000000000000000000) AS latest, 0 - COALESCE(from_hi, seen_until) AS latest_seen,
    CASE WHEN to_hi IS NULL THEN 0 ELSE 1 END AS ended
  FROM account_states
  WHERE enabled IS NOT NULL AND COALESCE(from_lo, :as_of) <= :as_of
),
logged AS (
  SELECT account_key, enabled, first_seen, src_file, src_row,
    -- a change that is the first sight of an account tells of the state before it as well: the newer one counts
    ROW_NUMBER() OVER (PARTITION BY account_key ORDER BY latest, latest_seen, ended, src_file, src_row) AS place
  FROM known
  WHERE basis = 'event' AND first_seen <= :as_of
),
standing AS (
  SELECT account_key, enabled, from_lo, first_seen, to_lo, seen_until, basis, src_file, src_row,
    ROW_NUMBER() OVER (PARTITION BY account_key ORDER BY latest, latest_seen, ended, src_file, src_row) AS place
  FROM known
),
compared AS (
  SELECT
    COALESCE(acc.username, acc.email, acc.account_id) AS subject, acc.system AS system, acc.person_id AS person_id,
    acc.account_key AS account_key, acc.observed_at AS observed_at, acc.unread AS unread, l.enabled AS log_on,
    l.first_seen AS logged_at,
    -- a sight begins a state of its own; of a logged one only an export before its end is a sight
    CASE WHEN s.basis = 'event' THEN s.to_lo END AS changed_lo, l.src_file AS log_file, l.src_row AS log_row,
    s.basis AS basis, s.seen_until AS seen_until, s.src_file AS seen_file, s.src_row AS seen_row,
    CASE WHEN s.enabled <> l.enabled THEN 1 ELSE 0 END AS differs,
    -- the time over which a log must have been silent
    CASE WHEN s.enabled <> l.enabled THEN s.from_lo ELSE l.first_seen END AS silent_from,
    CASE WHEN s.enabled <> l.enabled THEN s.first_seen ELSE LEAST(acc.observed_at, :as_of) - 86400000000 END AS silent_to,
    s.from_lo AS from_lo, s.first_seen AS first_seen
  FROM (SELECT * FROM logged WHERE place = 1) AS l
  INNER JOIN (SELECT * FROM standing WHERE place = 1) AS s ON s.account_key = l.account_key
  INNER JOIN accounts AS acc ON acc.account_key = l.account_key
),
covered AS (
  SELECT c.account_key AS account_key, COUNT(*) AS windows_found
  FROM compared AS c
  INNER JOIN log_windows AS w ON w.system = c.system
  WHERE w.about = 'changes' AND w.covers_from <= c.silent_from AND w.covers_to >= c.silent_to
    AND w.covers_to >= c.silent_from
  GROUP BY c.account_key
),
stated AS (
  SELECT c.subject AS subject, c.system AS system, c.person_id AS person_id, c.account_key AS account_key,
    c.log_on AS log_on, c.basis AS basis, c.seen_until AS seen_until, c.log_file AS log_file, c.log_row AS log_row,
    c.seen_file AS seen_file, c.seen_row AS seen_row, c.from_lo AS from_lo, c.first_seen AS first_seen,
    CASE
      WHEN c.differs = 1 AND v.account_key IS NULL THEN 'unknown'
      WHEN c.differs = 1 THEN 'open'
      WHEN c.observed_at IS NULL AND c.log_on THEN 'unknown'
      WHEN c.observed_at IS NULL OR c.observed_at < c.logged_at OR c.observed_at >= c.changed_lo THEN 'excluded'
      WHEN c.unread LIKE '%;status;%' OR v.account_key IS NULL THEN 'unknown'
      ELSE 'none'
    END AS state,
    CASE
      WHEN c.differs = 1 AND v.account_key IS NULL THEN 'no log covers the time between'
      WHEN c.differs = 1 AND c.log_on AND c.basis = 'absence' THEN 'the log says on, a newer export no longer lists it'
      WHEN c.differs = 1 AND c.log_on THEN 'the log says on, it was seen switched off'
      WHEN c.differs = 1 THEN 'the log says off, it was seen switched on'
      WHEN c.observed_at IS NULL AND c.log_on THEN 'known from a log only'
      WHEN c.observed_at IS NULL OR c.observed_at < c.logged_at OR c.observed_at >= c.changed_lo
        THEN 'no export since the last logged change'
      WHEN c.unread LIKE '%;status;%' THEN 'status not understood'
      WHEN v.account_key IS NULL THEN 'no log covers the time between'
      ELSE 'log and export agree'
    END AS note
  FROM compared AS c
  LEFT JOIN covered AS v ON v.account_key = c.account_key
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state = 'open' THEN from_lo END AS began_lo,
  -- a sight shows what was there before it: the beginning lies at least a microsecond before it
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN from_lo < first_seen THEN LEAST(first_seen - 1, :as_of)
    ELSE LEAST(first_seen, :as_of)
  END AS began_hi,
  CASE WHEN state = 'open' THEN LEAST(GREATEST(seen_until, first_seen), :as_of) END AS seen_until,
  state,
  note,
  log_file AS began_file,
  log_row AS began_row,
  seen_file AS ended_file,
  seen_row AS ended_row
FROM stated
