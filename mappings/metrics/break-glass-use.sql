/*---
id = "break-glass-use"
order = 250
title = "Use of break-glass accounts"
question = "Were break-glass accounts used in the period?"
remedy = "Look up the emergency behind each use and record it, then change the secret of the account."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "none"
needs = ["accounts", "events"]
looks_at = "period"
depends_on = ["use"]
definition = """
Population: break-glass accounts. Each successful sign-in that a log shows in the period is a stay of its own; a use is a \
finding whatever its length, so a stay is written as one microsecond that ends with the sign-in. The last use that the \
system gives counts as well if it lies in the period and no logged sign-in lies within an hour of it; where it only may lie \
in the period, or may be a failed attempt, it is indeterminate, unless a log of sign-ins covers the period and shows none. \
An account without use has no stay where a log of sign-ins covers the whole period, or usage data \
observed at its end show no use in it. Everything else is unknown, and so is an account whose kind or usage data are not \
understood. \
Accounts that were created after the period, or deleted before it, are excluded."""
caveats = [
  "A use may have had a good cause: the finding asks for the record of it.",
  "A last-use date shows the newest use only; earlier ones need a log of sign-ins.",
  "Uses of keys of such an account are no sign-ins and are not counted.",
]

[reason]
open = "break-glass account {subject} in {system} was used on {began} ({note})"
closed = "break-glass account {subject} in {system} was used on {ended} ({note})"
indeterminate = "break-glass account {subject} in {system} may have been used by {ended} ({note})"
---*/
WITH glass AS (
  SELECT account_key AS glass_key, COALESCE(username, email, account_id) AS subject, system, person_id, created_at, activity,
    last_seen_lo, last_seen_hi, observed_at, gone_hi, unread, src_file, src_row,
    GREATEST(:period_from, created_at) AS needed_from,
    LEAST(:period_to, :as_of) AS needed_to,
    CASE WHEN unread LIKE '%;kind;%' THEN 1 ELSE 0 END AS unclear
  FROM accounts
  WHERE kind = 'break_glass' OR unread LIKE '%;kind;%'
),
uses AS (
  SELECT g.glass_key AS glass_key, g.subject AS subject, g.system AS system, g.person_id AS person_id,
    g.src_file AS src_file, g.src_row AS src_row, ev.occurred_at AS used_at, ev.src_file AS use_file, ev.src_row AS use_row,
    -- the same use, told by two clocks
    CASE WHEN ev.occurred_at >= COALESCE(g.last_seen_lo - 3600000000, :period_from)
      AND ev.occurred_at <= g.last_seen_hi + 3600000000 THEN 1 ELSE 0 END AS same_use
  FROM events AS ev
  INNER JOIN glass AS g ON g.glass_key = ev.account_key
  WHERE ev.action = 'sign_in' AND ev.outcome = 'success' AND g.unclear = 0
    AND ev.occurred_at >= :period_from AND ev.occurred_at < :period_to AND ev.occurred_at <= :as_of
),
logged AS (
  SELECT glass_key AS logged_key, MAX(same_use) AS same_use FROM uses GROUP BY glass_key
),
watched AS (
  SELECT g.glass_key AS watched_key, MAX(w.covers_to) AS watched_to
  FROM glass AS g
  INNER JOIN log_windows AS w ON w.system = g.system
  WHERE w.about = 'sign_ins' AND w.covers_from <= g.needed_from + 86400000000 AND w.covers_to >= g.needed_to - 86400000000
  GROUP BY g.glass_key
),
judged AS (
  SELECT
    g.glass_key AS glass_key, g.subject AS subject, g.system AS system, g.person_id AS person_id, g.src_file AS src_file,
    g.src_row AS src_row, g.last_seen_lo AS last_seen_lo, g.last_seen_hi AS last_seen_hi, g.needed_to AS needed_to,
    CASE
      WHEN g.unclear = 1 THEN 'unclear'
      WHEN g.created_at >= :period_to OR g.created_at > :as_of THEN 'later'
      WHEN l.same_use = 1 THEN 'told'
      WHEN g.last_seen_lo >= :period_from AND g.last_seen_lo < :period_to AND g.last_seen_lo <= :as_of
        AND g.last_seen_hi <= g.needed_to THEN 'used'
      WHEN g.last_seen_lo < :period_to AND g.last_seen_lo <= :as_of AND g.last_seen_hi > :period_from
        THEN CASE WHEN w.watched_key IS NULL THEN 'perhaps' WHEN l.logged_key IS NULL THEN 'watched' ELSE 'told' END
      WHEN g.last_seen_lo IS NULL AND g.last_seen_hi >= :period_from AND g.last_seen_hi <= g.needed_to
        THEN CASE WHEN w.watched_key IS NULL THEN 'attempt' WHEN l.logged_key IS NULL THEN 'watched' ELSE 'told' END
      WHEN l.logged_key IS NOT NULL THEN 'told'
      WHEN g.gone_hi <= :period_from THEN 'gone'
      WHEN g.unread LIKE '%;last_seen;%' OR g.unread LIKE '%;activity;%' THEN 'unread'
      WHEN w.watched_key IS NOT NULL THEN 'watched'
      WHEN g.activity = 'seen' AND g.last_seen_hi > :period_from THEN 'after'
      WHEN g.activity = 'seen' AND g.last_seen_hi IS NOT NULL AND g.observed_at >= g.needed_to - 86400000000 THEN 'before'
      WHEN g.activity = 'never' AND g.observed_at >= g.needed_to - 86400000000 THEN 'never'
      WHEN g.activity = 'never' OR g.last_seen_hi IS NOT NULL THEN 'unseen'
      ELSE 'no data'
    END AS outcome
  FROM glass AS g
  LEFT JOIN logged AS l ON l.logged_key = g.glass_key
  LEFT JOIN watched AS w ON w.watched_key = g.glass_key
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  glass_key AS account_key,
  used_at - 1 AS began_lo,
  used_at - 1 AS began_hi,
  used_at AS ended_lo,
  used_at AS ended_hi,
  'closed' AS state,
  'sign-in event' AS note,
  src_file AS began_file,
  src_row AS began_row,
  use_file AS ended_file,
  use_row AS ended_row
FROM uses
UNION ALL
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  glass_key AS account_key,
  CASE
    WHEN outcome = 'used' THEN last_seen_lo - 1
    WHEN outcome = 'perhaps' THEN GREATEST(last_seen_lo, :period_from) - 1
    WHEN outcome = 'attempt' THEN last_seen_hi - 1
  END AS began_lo,
  -- where it may lie outside the period, or be an attempt, the stay may have no length
  CASE
    WHEN outcome = 'used' THEN last_seen_lo - 1
    WHEN outcome = 'perhaps' THEN LEAST(last_seen_hi, needed_to)
    WHEN outcome = 'attempt' THEN last_seen_hi
  END AS began_hi,
  CASE
    WHEN outcome = 'used' THEN last_seen_lo
    WHEN outcome = 'perhaps' THEN GREATEST(last_seen_lo, :period_from)
    WHEN outcome = 'attempt' THEN last_seen_hi
  END AS ended_lo,
  CASE
    WHEN outcome = 'perhaps' THEN LEAST(last_seen_hi, needed_to)
    WHEN outcome IN ('used', 'attempt') THEN last_seen_hi
  END AS ended_hi,
  CASE
    WHEN outcome IN ('used', 'perhaps', 'attempt') THEN 'closed'
    WHEN outcome IN ('watched', 'before', 'never') THEN 'none'
    WHEN outcome IN ('later', 'gone') THEN 'excluded'
    ELSE 'unknown'
  END AS state,
  CASE
    WHEN outcome IN ('used', 'perhaps') THEN 'last use given by the system'
    WHEN outcome = 'attempt' THEN 'an attempt or use by then'
    WHEN outcome = 'watched' THEN 'no use in a log of sign-ins'
    WHEN outcome = 'before' THEN 'not used in the period'
    WHEN outcome = 'never' THEN 'never used'
    WHEN outcome = 'later' THEN 'created after the period'
    WHEN outcome = 'gone' THEN 'deleted before the period'
    WHEN outcome = 'unclear' THEN 'kind of account not understood'
    WHEN outcome = 'unread' THEN 'usage data not understood'
    WHEN outcome = 'after' THEN 'newest use lies after the period'
    WHEN outcome = 'unseen' THEN 'not observed until the end of the period'
    ELSE 'no usage data'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM judged
WHERE outcome <> 'told'
