/*---
id = "leaver-sign-in"
order = 130
title = "Sign-ins after leaving"
question = "Did accounts of former staff sign in after their employment ended?"
remedy = "Disable the account if it is still open, and review what was done with it after the person left."
group = "leavers"
shape = "duration"
unit = "account"
statistic = "none"
needs = ["employments", "accounts"]
looks_at = "period"
begins = "leave"
depends_on = ["leave", "match", "access"]
headline = ["used-since"]
definition = """
Population: the accounts of people whose employment ended in the period, and those of people who left earlier and are \
not employed again, if the account could sign in, or was used, in the period; guest accounts count. The stay runs from \
the official leave instant to the newest successful sign-in, or use of one of the account's credentials, that lies after \
it and before any new employment. A use that is known by its day, or only as an attempt, is over where it surely lies \
after the leave, and indeterminate where it may; it came before an end of access that is known to lie in that time. There is no stay where the account was without access \
from the leave on, where usage data observed after the leave show no use, or where a log of sign-ins covers the time. \
Everything else is unknown."""
caveats = [
  "A last-use date proves only the newest use; uses before it leave no trace unless a log of sign-ins was loaded.",
  "Usage is known up to the last observation of the account, not beyond.",
]

[reason]
open = "{subject} in {system} was used after {person} had left on {began}"
closed = "{subject} in {system} was used on {ended}, {length} after {person} had left on {began} ({note})"
indeterminate = "{subject} in {system} may have been used after {person} had left on {began} ({note})"
---*/
WITH judged_uses AS (
  SELECT u.account_key AS account_key, u.person_id AS person_id, u.leave_at AS leave_at, u.use_lo AS use_lo,
    u.use_hi AS use_hi, u.use_file AS use_file, u.use_row AS use_row, u.shown_by AS shown_by,
    CASE WHEN u.use_lo > p.left_hi THEN 1 ELSE 0 END AS surely,
    -- the newest sure use comes first, else the newest that may be one
    CASE WHEN u.use_lo > p.left_hi THEN 0 ELSE 1 END AS doubtful,
    0 - CASE WHEN u.use_lo > p.left_hi THEN u.use_lo ELSE u.use_hi END AS newest_use
  FROM leaver_uses AS u
  INNER JOIN leaver_pairs AS p ON p.account_key = u.account_key AND p.person_id = u.person_id AND p.leave_at = u.leave_at
),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (
      PARTITION BY account_key, person_id, leave_at
      ORDER BY doubtful, newest_use, shown_by, use_file, use_row
    ) AS place
  FROM judged_uses
),
-- access after the leave, in the period, and the time over which the account was surely without it
standing AS (
  SELECT account_key, person_id, leave_at,
    MAX(CASE WHEN enabled AND (to_hi IS NULL OR left_lo IS NULL OR to_hi > left_lo)
      AND COALESCE(from_lo, :as_of) <= :as_of AND (back_at IS NULL OR from_lo IS NULL OR from_lo < back_at)
      THEN 1 ELSE 0 END) AS on_after,
    MAX(CASE WHEN enabled AND (to_hi IS NULL OR to_hi > :period_from) AND COALESCE(from_lo, :as_of) <= :as_of
      THEN 1 ELSE 0 END) AS on_in_period,
    MIN(CASE WHEN NOT enabled THEN first_seen END) AS off_at
  FROM leaver_states
  GROUP BY account_key, person_id, leave_at
),
newest AS (
  SELECT system AS export_system, MAX(observed_at) AS newest_at FROM accounts GROUP BY system
),
-- logs of sign-ins that span the time from the leave on
watched AS (
  SELECT p.account_key AS account_key, p.person_id AS person_id, p.leave_at AS leave_at, MAX(w.covers_to) AS watched_to
  FROM leaver_pairs AS p
  INNER JOIN (SELECT system AS log_system, covers_from, covers_to FROM log_windows WHERE about = 'sign_ins') AS w
    ON w.log_system = p.system
  WHERE w.covers_from <= p.began_lo AND w.covers_to > p.left_hi
  GROUP BY p.account_key, p.person_id, p.leave_at
),
unread_keys AS (
  SELECT DISTINCT account_key AS key_account FROM credentials WHERE unread LIKE '%;last_used;%'
),
known AS (
  SELECT
    p.subject AS subject, p.system AS system, p.person_id AS person_id, p.account_key AS account_key,
    p.left_file AS left_file, p.left_row AS left_row, p.account_file AS account_file, p.account_row AS account_row,
    p.outside AS outside, p.shared AS shared, p.doubt AS doubt, p.left_lo AS left_lo, p.left_hi AS left_hi,
    p.began_lo AS began_lo, p.began_hi AS began_hi, p.back_at AS back_at, p.activity AS activity,
    p.last_seen_hi AS last_seen_hi, p.observed_at AS observed_at,
    u.use_lo AS use_lo, u.use_hi AS use_hi, u.use_file AS use_file, u.use_row AS use_row, u.shown_by AS shown_by,
    u.surely AS surely,
    CASE WHEN p.unread LIKE '%;last_seen;%' OR p.unread LIKE '%;activity;%' OR k.key_account IS NOT NULL THEN 1 ELSE 0 END AS is_unread,
    CASE WHEN g.on_after = 0 AND f.steady_from <= COALESCE(p.left_lo, :period_from) THEN 1 ELSE 0 END AS no_access,
    -- usage has to be known until here
    LEAST(:as_of, p.back_at, CASE WHEN f.steady_from >= p.left_hi THEN f.steady_from END) AS needed_to,
    n.newest_at AS newest_at,
    w.watched_to AS watched_to
  FROM leaver_pairs AS p
  LEFT JOIN (SELECT * FROM ranked WHERE place = 1) AS u
    ON u.account_key = p.account_key AND u.person_id = p.person_id AND u.leave_at = p.leave_at
  LEFT JOIN standing AS g ON g.account_key = p.account_key AND g.person_id = p.person_id AND g.leave_at = p.leave_at
  LEFT JOIN leaver_offs AS f ON f.account_key = p.account_key AND f.person_id = p.person_id AND f.leave_at = p.leave_at
  LEFT JOIN watched AS w ON w.account_key = p.account_key AND w.person_id = p.person_id AND w.leave_at = p.leave_at
  LEFT JOIN newest AS n ON n.export_system = p.system
  LEFT JOIN unread_keys AS k ON k.key_account = p.account_key
  WHERE p.in_period = 1
    OR (p.departed = 1 AND (p.left_lo IS NULL OR p.left_lo < :as_of) AND (g.account_key IS NULL OR g.on_in_period = 1 OR u.use_hi > :period_from OR p.unread LIKE '%;status;%'))
),
judged AS (
  SELECT *,
    CASE
      WHEN outside IS NOT NULL THEN 'outside'
      WHEN surely = 1 THEN 'used'
      WHEN no_access = 1 THEN 'no access'
      WHEN doubt IS NOT NULL THEN 'doubt'
      WHEN surely = 0 THEN 'perhaps'
      WHEN is_unread = 1 THEN 'unread'
      WHEN watched_to >= needed_to - 86400000000 THEN 'watched'
      WHEN activity = 'seen' AND (last_seen_hi >= back_at) THEN 'later'
      WHEN activity = 'seen' AND last_seen_hi > :as_of THEN 'after'
      WHEN activity IN ('seen', 'never') AND observed_at > left_hi
        AND (observed_at >= needed_to - 86400000000 OR observed_at >= newest_at - 86400000000)
        THEN CASE WHEN activity = 'never' THEN 'never' ELSE 'before' END
      WHEN activity IN ('seen', 'never') THEN 'unseen'
      ELSE 'no data'
    END AS outcome
  FROM known
)
SELECT
  'account' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN outcome <> 'outside' THEN began_lo END AS began_lo,
  CASE WHEN outcome <> 'outside' THEN began_hi END AS began_hi,
  CASE
    WHEN outcome = 'used' THEN use_lo
    WHEN outcome = 'perhaps' THEN GREATEST(use_lo, began_lo)
  END AS ended_lo,
  CASE WHEN outcome IN ('used', 'perhaps') THEN use_hi END AS ended_hi,
  CASE
    WHEN outcome = 'outside' THEN 'excluded'
    WHEN outcome IN ('used', 'perhaps') THEN 'closed'
    WHEN outcome IN ('no access', 'watched', 'never', 'before') THEN 'none'
    ELSE 'unknown'
  END AS state,
  CASE
    WHEN outcome = 'outside' THEN outside
    WHEN outcome = 'used' THEN COALESCE(shared, shown_by)
    WHEN outcome = 'perhaps' THEN COALESCE(shared, CASE WHEN use_lo IS NULL THEN 'an attempt or use by then' ELSE shown_by END)
    WHEN outcome = 'no access' THEN 'no access after leaving'
    WHEN outcome = 'doubt' THEN doubt
    WHEN outcome = 'unread' THEN 'usage data not understood'
    WHEN outcome = 'watched' THEN 'no use in a log of sign-ins'
    WHEN outcome = 'later' THEN 'newest use lies in the next employment'
    WHEN outcome = 'after' THEN 'newest use lies after the as-of time'
    WHEN outcome = 'never' THEN 'never used'
    WHEN outcome = 'before' THEN 'not used after leaving'
    WHEN outcome = 'unseen' THEN 'not observed since leaving'
    ELSE 'no usage data'
  END AS note,
  left_file AS began_file,
  left_row AS began_row,
  COALESCE(use_file, account_file) AS ended_file,
  COALESCE(use_row, account_row) AS ended_row
FROM judged
