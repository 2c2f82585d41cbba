/*---
id = "stale-guests"
order = 225
title = "Guest accounts nobody uses"
question = "How long have guest accounts that can sign in not been used?"
remedy = "Ask whoever invited the guest whether the account is still needed; if not, remove it."
group = "accounts"
shape = "duration"
unit = "account"
statistic = "age"
needs = ["accounts"]
looks_at = "state"
depends_on = ["use", "access"]
definition = """
Population: guest accounts that could sign in when last observed. The stay runs from the newest use, that the system or a \
log of sign-ins shows, to the last observation; an account that was never used counts from its creation. Where the \
system gives no usage data, a log of sign-ins that reaches the last observation speaks for the time that it covers; \
a logged use without such a log shows only that the account was not unused before. Where there is neither, or usage \
data are not understood, or an account was never used and its creation is not known, or the kind is not \
understood, the item is unknown. Guests without access are excluded. A guest used after the as-of time has no stay."""
caveats = [
  "Unknown is neither used nor unused: a system without usage data is shown as unknown, account by account.",
  "An invitation that was never accepted counts as an account that was never used, where the system says so.",
  "Some directories write the last sign-in with a delay of up to 14 days.",
]

[reason]
open = "guest {subject} can sign in to {system} and was not used for {length} before {seen_until} ({note}); the limit is {limit}"
closed = "guest {subject} in {system} was not used from {began} to {ended}; the limit is {limit}"
indeterminate = "guest {subject} in {system} may not have been used for longer than {limit} ({note})"
---*/
WITH guests AS (
  SELECT account_key, COALESCE(username, email, account_id) AS subject, system, person_id, created_at,
    COALESCE(then_status, status) AS standing, then_status, observed_at, activity, last_seen_lo, last_seen_hi, unread,
    src_file, src_row
  FROM accounts
  LEFT JOIN standing_then ON then_account = account_key
  WHERE kind = 'guest' OR unread LIKE '%;kind;%'
),
signed AS (
  SELECT ev.account_key AS used_account, MAX(ev.occurred_at) AS used_at
  FROM events AS ev
  INNER JOIN guests AS g ON g.account_key = ev.account_key
  WHERE ev.action = 'sign_in' AND ev.outcome = 'success' AND ev.occurred_at <= :as_of
  GROUP BY ev.account_key
),
-- windows of one system do not touch: both ends are of the newest one that reaches the last observation
watched AS (
  SELECT g.account_key AS watched_account, MAX(w.covers_from) AS watched_from, MAX(w.covers_to) AS watched_to
  FROM guests AS g
  INNER JOIN log_windows AS w ON w.system = g.system
  WHERE w.about = 'sign_ins' AND w.covers_from <= LEAST(g.observed_at, :as_of)
    AND w.covers_to >= LEAST(g.observed_at, :as_of) - 86400000000
  GROUP BY g.account_key
),
known AS (
  SELECT
    g.subject AS subject, g.system AS system, g.person_id AS person_id, g.account_key AS account_key,
    g.created_at AS created_at, g.standing AS standing, g.then_status AS then_status, g.observed_at AS observed_at,
    g.last_seen_lo AS last_seen_lo, g.last_seen_hi AS last_seen_hi, g.unread AS unread, g.src_file AS src_file,
    g.src_row AS src_row, u.used_at AS used_at, w.watched_from AS watched_from, w.watched_to AS watched_to,
    CASE
      WHEN g.activity = 'seen' AND g.last_seen_hi IS NOT NULL THEN 'seen'
      WHEN g.activity = 'never' THEN 'never'
      WHEN w.watched_account IS NOT NULL THEN 'log'
      WHEN u.used_account IS NOT NULL THEN 'use'
    END AS shown_by
  FROM guests AS g
  LEFT JOIN signed AS u ON u.used_account = g.account_key
  LEFT JOIN watched AS w ON w.watched_account = g.account_key
),
judged AS (
  SELECT *,
    CASE
      WHEN shown_by = 'log' THEN GREATEST(used_at, LEAST(observed_at, watched_to, :as_of))
      ELSE LEAST(GREATEST(observed_at, used_at), :as_of)
    END AS seen,
    CASE WHEN shown_by = 'seen' THEN GREATEST(last_seen_lo, used_at) ELSE used_at END AS use_lo,
    CASE
      WHEN created_at > :as_of THEN 'created after the as-of time'
      WHEN standing IN ('disabled', 'suspended', 'deleted') AND (unread IS NULL OR unread NOT LIKE '%;status;%')
        THEN 'cannot sign in'
    END AS outside,
    CASE
      WHEN unread LIKE '%;kind;%' THEN 'kind of account not understood'
      WHEN unread LIKE '%;status;%' THEN 'status not understood'
      WHEN then_status = 'unknown' THEN 'access ended or came back around the as-of time'
      WHEN COALESCE(standing, 'unknown') <> 'active' THEN 'status not known'
      WHEN observed_at IS NULL THEN 'known from a log only'
      WHEN unread LIKE '%;last_seen;%' OR unread LIKE '%;activity;%' THEN 'usage data not understood'
      WHEN shown_by IS NULL THEN 'no usage data'
      WHEN shown_by = 'never' AND used_at IS NULL AND created_at IS NULL THEN 'never used, creation not known'
    END AS missing
  FROM known
),
bounded AS (
  SELECT *,
    COALESCE(use_lo, created_at) AS began_from,
    CASE
      WHEN shown_by = 'seen' THEN GREATEST(last_seen_hi, used_at)
      WHEN shown_by = 'never' THEN COALESCE(used_at, created_at)
      WHEN shown_by = 'log' AND used_at >= watched_from THEN used_at
      WHEN shown_by = 'log' THEN GREATEST(watched_from, created_at)
      ELSE seen
    END AS began_by
  FROM judged
),
stated AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'excluded'
      WHEN missing IS NOT NULL THEN 'unknown'
      WHEN use_lo >= seen AND seen >= :as_of - 86400000000 THEN 'none'
      ELSE 'open'
    END AS state
  FROM bounded
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE
    WHEN began_from IS NULL THEN CAST(NULL AS BIGINT)
    WHEN state = 'open' THEN LEAST(began_from, began_by, seen)
    WHEN state = 'none' THEN began_from
  END AS began_lo,
  CASE WHEN state = 'open' THEN LEAST(began_by, seen) WHEN state = 'none' THEN GREATEST(began_from, began_by) END AS began_hi,
  CASE WHEN state = 'open' THEN seen END AS seen_until,
  state,
  CASE
    WHEN state = 'excluded' THEN outside
    WHEN state = 'unknown' THEN missing
    WHEN state = 'none' THEN 'in use'
    WHEN shown_by = 'never' AND used_at IS NULL THEN 'never used since its creation'
    WHEN shown_by = 'log' AND (used_at IS NULL OR used_at < watched_from) THEN 'no use in a log of sign-ins'
    WHEN shown_by = 'use' THEN 'used then, later use not known'
    WHEN use_lo IS NULL THEN 'an attempt or use then, none later'
    ELSE 'last used then'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
