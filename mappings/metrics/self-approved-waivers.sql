/*---
id = "self-approved-waivers"
order = 640
title = "Waivers that people gave themselves"
question = "Which waivers were accepted by the person whose finding they cover?"
remedy = "Have somebody else decide about this waiver, or resolve the findings."
group = "governance"
shape = "duration"
unit = "waiver"
statistic = "none"
needs = ["waiver_uses"]
looks_at = "state"
depends_on = ["match", "owner"]
definition = """
Population: waivers that fit at least one finding of this report, whether they are in force or not. A waiver is a stay, \
open from the time since which it holds to the as-of time, if who accepted it is the person of one of these findings, or \
the person or the owner of the account that the finding is about. Where it is not known since when it holds, it is open \
since before the as-of time. If who accepted it is not found among people, the waiver is unknown; else it has no stay. \
Waivers that fit no finding, and those that begin only after the as-of time, are excluded."""
caveats = [
  "Whether the person was entitled to accept it is not looked at otherwise, nor whether a manager stands between.",
  "A finding about an account that is matched to nobody and has no owner says nothing about who accepted its waiver.",
]

[reason]
open = "waiver {subject} was accepted by the very person whose access it covers: {note}"
closed = "waiver {subject} had been accepted by the very person whose access it covers, until {ended}: {note}"
---*/
WITH uses AS (
  SELECT u.waiver_id AS waiver_id, u.metric AS metric, u.system AS system, u.approver_person_id AS approver,
    u.approved_at AS approved_at, u.src_file AS src_file, u.src_row AS src_row,
    CASE
      WHEN u.metric IS NULL OR u.approver_person_id IS NULL THEN 0
      WHEN u.person_id = u.approver_person_id OR acc.person_id = u.approver_person_id
        OR acc.owner_person_id = u.approver_person_id THEN 1
      ELSE 0
    END AS own
  FROM waiver_uses AS u
  LEFT JOIN accounts AS acc ON acc.account_key = u.account_key
),
waived AS (
  SELECT waiver_id, COUNT(metric) AS findings, SUM(own) AS own,
    SUM(CASE WHEN metric IS NOT NULL AND approver IS NULL THEN 1 ELSE 0 END) AS unresolved,
    MAX(CASE WHEN own = 1 THEN approver END) AS approver,
    MIN(approved_at) AS first_approved_at,
    MIN(CASE WHEN own = 1 THEN approved_at END) AS approved_at,
    MIN(system) AS first_system, MAX(system) AS last_system, MIN(src_file) AS src_file, MIN(src_row) AS src_row
  FROM uses
  GROUP BY waiver_id
),
stated AS (
  SELECT *,
    CASE
      WHEN findings = 0 THEN 'excluded'
      WHEN first_approved_at > :as_of THEN 'excluded'
      WHEN own > 0 THEN 'open'
      WHEN unresolved > 0 THEN 'unknown'
      ELSE 'none'
    END AS state,
    CASE WHEN own = 1 THEN '1 finding is their own' ELSE CAST(own AS STRING) || ' findings are their own' END AS used
  FROM waived
)
SELECT
  'waiver' AS subject_kind,
  waiver_id AS subject,
  CASE WHEN first_system = last_system THEN first_system END AS system,
  CASE WHEN state = 'open' THEN approver END AS person_id,
  CASE WHEN state = 'open' AND approved_at <= :as_of THEN approved_at END AS began_lo,
  CASE
    WHEN state <> 'open' THEN CAST(NULL AS BIGINT)
    WHEN approved_at IS NULL THEN :as_of - 1
    ELSE LEAST(approved_at, :as_of)
  END AS began_hi,
  CASE WHEN state = 'open' THEN :as_of END AS seen_until,
  state,
  CASE
    WHEN findings = 0 THEN 'no finding relies on it'
    WHEN state = 'excluded' THEN 'begins after the as-of time'
    WHEN state = 'unknown' THEN 'who accepted it is not found among people'
    WHEN state = 'none' THEN 'accepted by somebody else'
    ELSE used
  END AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM stated
