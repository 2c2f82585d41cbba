/*---
id = "human-use-of-nhi"
order = 440
title = "People who sign in with machine identities"
question = "Did people sign in by hand with service or agent accounts?"
remedy = "Find out who signed in and why, give that person an account, and change the secret that was used."
group = "machine-identities"
shape = "duration"
unit = "account"
statistic = "none"
needs = ["accounts", "events"]
looks_at = "period"
depends_on = ["use"]
definition = """
Population: service and agent accounts. A successful sign-in in the period counts as one by hand unless the log says \
that a program made it. The stay runs from just before the first such sign-in to the last one, so that a single one is \
over a limit of zero. An account without one has no stay where one window of a log of sign-ins covers the period, from \
its creation if that is later, or where usage data observed after the period show no use in it. Without such evidence, \
and where the kind of the account is not understood, the item is unknown. Accounts created after the period or the \
as-of time are excluded, and so are accounts without access since before the period, by an export or a log, that \
neither had it again nor were used in the period."""
caveats = [
  "Many logs do not say whether a person or a program signed in: such a sign-in counts, and its note says so.",
  "Programs mostly use keys and tokens, which are no sign-ins; a person who uses such a key is not seen here.",
  "The length is the time between the first and the last sign-in, not that of a session.",
]

[reason]
open = "{subject} in {system} was used by hand since {began}, last observed on {seen_until}"
closed = "{subject} in {system}, an account for programs, was signed in to by hand, the last time on {ended} ({note})"
indeterminate = "{subject} in {system} may have been signed in to by hand ({note})"
---*/
WITH machines AS (
  SELECT COALESCE(username, email, account_id) AS subject, system, account_key, owner_person_id, status, created_at,
    activity, last_seen_hi, disabled_hi, gone_hi, observed_at, unread, src_file, src_row
  FROM accounts
  WHERE kind IN ('service', 'agent') OR unread LIKE '%;kind;%'
),
sign_ins AS (
  SELECT m.account_key AS used_key, e.occurred_at AS occurred_at, 0 - e.occurred_at AS newest_first,
    e.src_file AS src_file, e.src_row AS src_row,
    CASE WHEN e.interactive THEN 1 ELSE 0 END AS by_hand
  FROM machines AS m
  INNER JOIN (
    SELECT account_key, occurred_at, interactive, src_file, src_row FROM events
    WHERE action = 'sign_in' AND outcome = 'success' AND occurred_at >= :period_from AND occurred_at < :period_to
      AND occurred_at <= :as_of AND (interactive IS NULL OR interactive)
  ) AS e ON e.account_key = m.account_key
),
placed AS (
  SELECT *,
    ROW_NUMBER() OVER (PARTITION BY used_key ORDER BY occurred_at, src_file, src_row) AS place,
    ROW_NUMBER() OVER (PARTITION BY used_key ORDER BY newest_first, src_file, src_row) AS place_back
  FROM sign_ins
),
uses AS (
  SELECT used_key, COUNT(*) AS times, SUM(by_hand) AS times_by_hand,
    MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at,
    MAX(CASE WHEN place = 1 THEN src_file END) AS first_file, MAX(CASE WHEN place = 1 THEN src_row END) AS first_row,
    MAX(CASE WHEN place_back = 1 THEN src_file END) AS last_file, MAX(CASE WHEN place_back = 1 THEN src_row END) AS last_row
  FROM placed
  GROUP BY used_key
),
-- gone: without access since before the period and all through it; there: with access in it
states AS (
  SELECT m.account_key AS known_key,
    MAX(CASE
      WHEN s.enabled OR COALESCE(s.from_hi, s.seen_until) > :period_from
        OR (s.to_hi IS NOT NULL AND COALESCE(s.to_lo, 0) < LEAST(:period_to, :as_of)) THEN 0
      -- a sight from before the period says nothing about it
      WHEN s.basis IN ('event', 'absence') OR s.seen_until >= :period_from THEN 1
      ELSE 0
    END) AS gone,
    MAX(CASE
      WHEN s.enabled AND COALESCE(s.from_hi, s.seen_until) < LEAST(:period_to, :as_of)
        AND GREATEST(s.seen_until, s.from_hi) > :period_from THEN 1
      ELSE 0
    END) AS there
  FROM machines AS m
  INNER JOIN account_states AS s ON s.account_key = m.account_key
  WHERE s.enabled IS NOT NULL
  GROUP BY m.account_key
),
-- evidence has to reach the end of the period; it may fall short of it by a day
watched AS (
  SELECT system AS log_system, MIN(covers_from) AS covers_from
  FROM log_windows
  WHERE about = 'sign_ins' AND covers_to >= LEAST(:period_to, :as_of) - 86400000000
  GROUP BY system
),
judged AS (
  SELECT
    m.subject AS subject, m.system AS system, m.account_key AS account_key, m.owner_person_id AS person_id,
    m.src_file AS src_file, m.src_row AS src_row, u.times AS times, u.times_by_hand AS times_by_hand,
    u.first_at AS first_at, u.last_at AS last_at, u.first_file AS first_file, u.first_row AS first_row,
    u.last_file AS last_file, u.last_row AS last_row,
    CASE
      WHEN m.created_at > :as_of THEN 'created later'
      WHEN m.unread LIKE '%;kind;%' THEN 'unread'
      WHEN u.times IS NOT NULL THEN 'used'
      WHEN m.created_at >= :period_to THEN 'created later'
      WHEN (m.unread IS NULL OR m.unread NOT LIKE '%;status;%') AND COALESCE(n.there, 0) = 0
        AND (n.gone = 1 OR (m.status IN ('disabled', 'suspended', 'deleted')
          AND LEAST(m.disabled_hi, m.gone_hi) <= :period_from)) THEN 'no access'
      WHEN w.covers_from <= GREATEST(:period_from, m.created_at) THEN 'watched'
      WHEN m.unread LIKE '%;last_seen;%' OR m.unread LIKE '%;activity;%' THEN 'no log'
      WHEN m.activity = 'seen' AND m.last_seen_hi < :period_from
        AND m.observed_at >= LEAST(:period_to, :as_of) - 86400000000 THEN 'not used'
      WHEN m.activity = 'never' AND m.observed_at >= LEAST(:period_to, :as_of) - 86400000000 THEN 'not used'
      ELSE 'no log'
    END AS outcome
  FROM machines AS m
  LEFT JOIN uses AS u ON u.used_key = m.account_key
  LEFT JOIN states AS n ON n.known_key = m.account_key
  LEFT JOIN watched AS w ON w.log_system = m.system
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  -- a sign-in takes no time: it counts as a microsecond, which is longer than a limit of zero
  CASE WHEN outcome = 'used' THEN first_at - 1 END AS began_lo,
  CASE WHEN outcome = 'used' THEN first_at - 1 END AS began_hi,
  CASE WHEN outcome = 'used' THEN last_at END AS ended_lo,
  CASE WHEN outcome = 'used' THEN last_at END AS ended_hi,
  CASE
    WHEN outcome IN ('created later', 'no access') THEN 'excluded'
    WHEN outcome = 'used' THEN 'closed'
    WHEN outcome IN ('watched', 'not used') THEN 'none'
    ELSE 'unknown'
  END AS state,
  CASE
    WHEN outcome = 'created later' THEN 'created after the period'
    WHEN outcome = 'no access' THEN 'without access since before the period'
    WHEN outcome = 'unread' THEN 'kind of account not understood'
    WHEN outcome = 'used' AND times_by_hand = times AND times = 1 THEN '1 sign-in by hand'
    WHEN outcome = 'used' AND times_by_hand = times THEN CAST(times AS STRING) || ' sign-ins by hand'
    WHEN outcome = 'used' AND times = 1 THEN '1 sign-in, by whom the log does not say'
    WHEN outcome = 'used' THEN CAST(times AS STRING) || ' sign-ins, not all of them said to be by hand'
    WHEN outcome = 'watched' THEN 'no sign-in by hand in a log of sign-ins'
    WHEN outcome = 'not used' THEN 'not used in the period'
    ELSE 'no log of sign-ins covers the period'
  END AS note,
  CASE WHEN outcome = 'used' THEN first_file ELSE src_file END AS began_file,
  CASE WHEN outcome = 'used' THEN first_row ELSE src_row END AS began_row,
  CASE WHEN outcome = 'used' THEN last_file ELSE src_file END AS ended_file,
  CASE WHEN outcome = 'used' THEN last_row ELSE src_row END AS ended_row
FROM judged
