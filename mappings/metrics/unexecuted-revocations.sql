/*---
id = "unexecuted-revocations"
order = 620
title = "Revocations decided but not carried out"
question = "How long after a review decided to revoke access was it really gone?"
remedy = "Remove the access that the review decided to revoke."
group = "governance"
shape = "duration"
unit = "review"
statistic = "survival"
needs = ["reviews", "accounts"]
looks_at = "state"
depends_on = ["access"]
definition = """
Population: items of access reviews that were decided to be revoked by the as-of time. The stay runs from the decision \
to the time at which the grant was revoked, or from which the account could no longer sign in until the as-of time; of \
items about the account itself only the latter counts. What was gone at the decision has no stay. A stay is open as long \
as access was seen after the decision. Where neither the grant nor the account was observed since, no list shows the \
grant, or the time of the decision is not known, the item is unknown. A decision that is not understood makes the item \
unknown too."""
caveats = [
  "An account that was switched off and came back counts as never switched off.",
  "The same entitlement given anew after the decision is another grant and not looked at here.",
  "A grant is found by its exact name: a review that writes names in another way makes its items unknown.",
]

[reason]
open = "{subject} in {system} was to be revoked by decision of {began} and was still there on {seen_until}, {length} later ({note}); the limit is {limit}"
closed = "{subject} in {system} was to be revoked by decision of {began} and was gone on {ended}, {length} later ({note}); the limit is {limit}"
indeterminate = "{subject} in {system} was to be revoked by decision of {began}; whether it was gone within {limit} is not known ({note})"
---*/
WITH items AS (
  SELECT campaign || ': ' || CASE WHEN entitlement IS NULL THEN '' ELSE entitlement || ' of ' END || account_id AS subject,
    system, account_key, entitlement, decided_at, decision, src_file, src_row,
    CASE
      WHEN decision IS NULL OR decision <> 'revoke' THEN 'decision not understood'
      WHEN decided_at IS NULL THEN 'time of the decision not known'
    END AS doubt
  FROM reviews
  WHERE (decision IN ('revoke', 'unknown') OR (decision IS NULL AND decided_at IS NOT NULL))
    AND (decided_at IS NULL OR decided_at <= :as_of)
),
-- the grants that the decision was about: those not surely given after it
matched AS (
  SELECT i.src_file AS src_file, i.src_row AS src_row, i.account_key AS account_key, i.entitlement AS entitlement,
    CASE WHEN g.revoked_hi <= i.decided_at THEN 0 ELSE 1 END AS standing,
    CASE WHEN g.revoked_hi IS NULL OR g.revoked_lo > :as_of THEN 1 ELSE 0 END AS kept,
    CASE
      WHEN g.revoked_lo > :as_of THEN :as_of
      WHEN g.revoked_hi IS NULL AND g.observed_at > :as_of THEN :as_of
      WHEN g.revoked_hi IS NULL THEN g.observed_at
    END AS seen,
    g.revoked_lo AS revoked_lo, g.revoked_hi AS revoked_hi, g.src_file AS grant_file, g.src_row AS grant_row
  FROM (SELECT * FROM items WHERE doubt IS NULL AND entitlement IS NOT NULL) AS i
  INNER JOIN entitlements AS g ON g.account_key = i.account_key AND g.entitlement = i.entitlement
  WHERE g.granted_lo IS NULL OR g.granted_lo <= i.decided_at
),
ordered AS (
  SELECT *, 0 - standing AS standing_first, 0 - kept AS kept_first
  FROM matched
),
placed AS (
  SELECT *,
    ROW_NUMBER() OVER (
      PARTITION BY src_file, src_row, account_key, entitlement
      ORDER BY standing_first, kept_first, grant_file, grant_row
    ) AS place
  FROM ordered
),
held AS (
  SELECT src_file, src_row, account_key, entitlement, COUNT(*) AS grants, SUM(standing) AS standing, SUM(kept) AS kept,
    MAX(seen) AS seen, MAX(revoked_lo) AS revoked_lo, MAX(revoked_hi) AS revoked_hi,
    MAX(CASE WHEN place = 1 THEN grant_file END) AS grant_file,
    MAX(CASE WHEN place = 1 THEN grant_row END) AS grant_row
  FROM placed
  GROUP BY src_file, src_row, account_key, entitlement
),
begun AS (
  SELECT account_key, enabled, from_lo, COALESCE(from_hi, seen_until) AS first_seen, seen_until, to_lo, basis, src_file,
    src_row, 0 - COALESCE(from_lo, -9000000000000000000) AS latest, 0 - COALESCE(from_hi, seen_until) AS latest_seen
  FROM account_states
  WHERE enabled IS NOT NULL AND COALESCE(from_lo, :as_of) <= :as_of
    AND account_key IN (SELECT account_key FROM items WHERE account_key IS NOT NULL)
),
ranked AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY account_key ORDER BY latest, latest_seen, src_file, src_row) AS place FROM begun
),
joined AS (
  SELECT
    i.subject AS subject, i.system AS system, acc.person_id AS person_id, i.account_key AS account_key,
    i.entitlement AS entitlement, i.decided_at AS decided_at, i.doubt AS doubt, i.src_file AS src_file,
    i.src_row AS src_row, acc.account_key AS found_key,
    h.grants AS grants, h.standing AS standing, h.kept AS kept, h.seen AS grant_seen,
    CASE WHEN h.standing > 0 AND h.kept = 0 THEN COALESCE(GREATEST(h.revoked_lo, i.decided_at), i.decided_at) END AS revoked_lo,
    CASE WHEN h.standing > 0 AND h.kept = 0 THEN h.revoked_hi END AS revoked_hi,
    h.grant_file AS grant_file, h.grant_row AS grant_row,
    s.src_file AS state_file, s.src_row AS state_row,
    CASE WHEN s.enabled THEN LEAST(GREATEST(s.seen_until, s.first_seen), :as_of) END AS on_seen,
    CASE WHEN NOT s.enabled THEN COALESCE(s.from_lo, i.decided_at) END AS off_lo,
    CASE WHEN NOT s.enabled THEN s.first_seen END AS off_hi,
    CASE
      WHEN s.enabled OR s.account_key IS NULL THEN 0
      WHEN s.first_seen > i.decided_at THEN 1
      WHEN s.basis = 'absence' OR acc.status = 'deleted' OR s.seen_until >= i.decided_at - 86400000000
        OR s.to_lo >= i.decided_at THEN 1
      ELSE 0
    END AS is_off
  FROM items AS i
  LEFT JOIN accounts AS acc ON acc.account_key = i.account_key
  LEFT JOIN held AS h ON h.src_file = i.src_file AND h.src_row = i.src_row AND h.account_key = i.account_key
    AND h.entitlement = i.entitlement
  LEFT JOIN (SELECT * FROM ranked WHERE place = 1) AS s ON s.account_key = i.account_key
),
stated AS (
  SELECT *,
    CASE
      WHEN doubt IS NOT NULL THEN 'doubt'
      WHEN is_off = 1 AND off_hi <= decided_at THEN 'off before'
      WHEN entitlement IS NOT NULL AND grants > 0 AND standing = 0 THEN 'gone before'
      WHEN revoked_hi IS NOT NULL AND (is_off = 0 OR revoked_hi <= off_hi) THEN 'revoked'
      WHEN is_off = 1 THEN 'off'
      WHEN found_key IS NULL AND entitlement IS NULL THEN 'no account'
      WHEN entitlement IS NOT NULL AND grants IS NULL THEN 'no grant'
      WHEN entitlement IS NOT NULL AND grant_seen > decided_at THEN 'kept'
      WHEN entitlement IS NULL AND on_seen > decided_at THEN 'on'
      ELSE 'unseen'
    END AS outcome
  FROM joined
),
named AS (
  SELECT *,
    CASE
      WHEN outcome IN ('off before', 'gone before') THEN 'none'
      WHEN outcome IN ('revoked', 'off') THEN 'closed'
      WHEN outcome IN ('kept', 'on') THEN 'open'
      ELSE 'unknown'
    END AS state
  FROM stated
)
SELECT
  'review' AS subject_kind,
  subject,
  system,
  person_id,
  account_key,
  CASE WHEN state IN ('open', 'closed') THEN decided_at END AS began_lo,
  CASE WHEN state IN ('open', 'closed') THEN decided_at END AS began_hi,
  CASE WHEN state = 'closed' THEN GREATEST(decided_at, LEAST(revoked_lo, CASE WHEN is_off = 1 THEN off_lo END)) END AS ended_lo,
  CASE WHEN outcome = 'revoked' THEN revoked_hi WHEN outcome = 'off' THEN off_hi END AS ended_hi,
  CASE WHEN outcome = 'kept' THEN grant_seen WHEN outcome = 'on' THEN on_seen END AS seen_until,
  state,
  CASE
    WHEN outcome = 'doubt' THEN doubt
    WHEN outcome = 'off before' THEN 'the account could not sign in at the decision'
    WHEN outcome = 'gone before' THEN 'already gone at the decision'
    WHEN outcome = 'revoked' THEN 'revoked'
    WHEN outcome = 'off' THEN 'the account can no longer sign in'
    WHEN outcome = 'kept' THEN 'the grant is still listed'
    WHEN outcome = 'on' THEN 'the account can still sign in'
    WHEN outcome = 'no account' THEN 'account not found'
    WHEN outcome = 'no grant' THEN 'no list shows the grant'
    ELSE 'not observed since the decision'
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  CASE
    WHEN outcome IN ('revoked', 'kept', 'gone before') THEN grant_file
    WHEN outcome IN ('off', 'off before', 'on') THEN state_file
    ELSE src_file
  END AS ended_file,
  CASE
    WHEN outcome IN ('revoked', 'kept', 'gone before') THEN grant_row
    WHEN outcome IN ('off', 'off before', 'on') THEN state_row
    ELSE src_row
  END AS ended_row
FROM named
