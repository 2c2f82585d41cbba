/*---
id = "log-gaps"
order = 530
title = "Times that no log covers"
question = "For how long did the logs of a system cover nothing?"
remedy = "Export the log again for the missing time, or find out why nothing was recorded."
group = "synchronisation"
shape = "duration"
unit = "log"
statistic = "survival"
needs = ["events"]
looks_at = "period"
definition = """
Population: for each system with a log of changes, and for each with a log of sign-ins, the times in the period that \
none of its logs covers, up to the as-of time if that is earlier. A log covers the window that somebody states for it, \
else the time from its first to its last record, less gaps longer than that log is used to. The stay runs from the end \
of one window to the beginning of the next, or from the beginning of the period. A gap up to the end of the period is \
open, observed until there. A window that begins exactly at that end closes the gap before it. A log that covers the \
whole period has no stay. Logs that tell only what another system did to this one are left out."""
caveats = [
  "Without a stated window a log ends with its last record: say in extractions.csv what time it covers.",
  "A system without any log is not in this population: log-coverage lists it.",
]

[reason]
open = "the {subject} of {system} covers nothing from {began} to the end of what is looked at, {seen_until}; the limit is {limit}"
closed = "the {subject} of {system} covers nothing from {began} to {ended}, {length}; the limit is {limit}"
---*/
WITH windows AS (
  SELECT system, about, covers_from, covers_to, LEAST(:period_to, :as_of) AS edge
  FROM log_windows
  WHERE about IN ('changes', 'sign_ins')
),
inside AS (
  SELECT system, about, GREATEST(covers_from, :period_from) AS covers_from, LEAST(covers_to, edge) AS covers_to, edge
  FROM windows
  WHERE covers_to >= :period_from AND covers_from <= edge
),
spans AS (
  SELECT system, about, edge, covers_from, covers_to,
    LAG(covers_to) OVER (PARTITION BY system, about ORDER BY covers_from, covers_to) AS before_to
  FROM inside
),
logs AS (
  SELECT w.system AS system, w.about AS about, MAX(w.edge) AS edge, MAX(i.covers_to) AS covered_to
  FROM windows AS w
  LEFT JOIN inside AS i ON i.system = w.system AND i.about = w.about
  GROUP BY w.system, w.about
),
gaps AS (
  SELECT system, about, COALESCE(before_to, :period_from) AS began, covers_from AS ended, CAST(NULL AS BIGINT) AS seen_until
  FROM spans
  WHERE covers_from > COALESCE(before_to, :period_from)
  UNION ALL
  SELECT system, about, COALESCE(covered_to, :period_from) AS began, CAST(NULL AS BIGINT) AS ended, edge AS seen_until
  FROM logs
  WHERE edge > COALESCE(covered_to, :period_from)
),
items AS (
  SELECT l.system AS system, l.about AS about, g.began AS began, g.ended AS ended, g.seen_until AS seen_until
  FROM logs AS l
  LEFT JOIN gaps AS g ON g.system = l.system AND g.about = l.about
),
-- where to look: the record at the edge of the gap, else the first of the system, else of all logs
firsts AS (
  SELECT system, about, src_file, src_row,
    ROW_NUMBER() OVER (PARTITION BY system, about ORDER BY src_file, src_row) AS place,
    ROW_NUMBER() OVER (PARTITION BY about ORDER BY src_file, src_row) AS place_of_all
  FROM (
    SELECT system, about, src_file, MIN(src_row) AS src_row
    FROM (
      SELECT system, CASE WHEN action = 'sign_in' THEN 'sign_ins' ELSE 'changes' END AS about, src_file, src_row
      FROM events
    ) AS records
    GROUP BY system, about, src_file
  ) AS files
),
edges AS (
  SELECT logged.system AS system, logged.occurred_at AS occurred_at, MIN(logged.src_file) AS src_file,
    MIN(logged.src_row) AS src_row
  FROM events AS logged
  INNER JOIN (
    SELECT system AS edge_system, began AS edge_at FROM items WHERE began IS NOT NULL
    UNION ALL
    SELECT system AS edge_system, ended AS edge_at FROM items WHERE ended IS NOT NULL
  ) AS x ON x.edge_system = logged.system AND x.edge_at = logged.occurred_at
  GROUP BY logged.system, logged.occurred_at
)
SELECT
  'log' AS subject_kind,
  CASE WHEN i.about = 'changes' THEN 'log of changes' ELSE 'log of sign-ins' END AS subject,
  i.system AS system,
  i.began AS began_lo,
  i.began AS began_hi,
  i.ended AS ended_lo,
  i.ended AS ended_hi,
  i.seen_until AS seen_until,
  CASE WHEN i.began IS NULL THEN 'none' WHEN i.ended IS NULL THEN 'open' ELSE 'closed' END AS state,
  CASE
    WHEN i.began IS NULL THEN 'covers the whole period'
    WHEN i.ended IS NULL AND i.began = :period_from THEN 'covers nothing of the period'
    WHEN i.ended IS NULL THEN 'not covered up to the end'
    WHEN i.began = :period_from THEN 'not covered from the beginning of the period'
    ELSE 'gap between two windows'
  END AS note,
  COALESCE(b.src_file, f.src_file, a.src_file) AS began_file,
  COALESCE(b.src_row, f.src_row, a.src_row) AS began_row,
  COALESCE(n.src_file, b.src_file, f.src_file, a.src_file) AS ended_file,
  COALESCE(n.src_row, b.src_row, f.src_row, a.src_row) AS ended_row
FROM items AS i
LEFT JOIN edges AS b ON b.system = i.system AND b.occurred_at = i.began
LEFT JOIN edges AS n ON n.system = i.system AND n.occurred_at = i.ended
LEFT JOIN (SELECT * FROM firsts WHERE place = 1) AS f ON f.system = i.system AND f.about = i.about
LEFT JOIN (SELECT about AS all_about, src_file, src_row FROM firsts WHERE place_of_all = 1) AS a ON a.all_about = i.about
