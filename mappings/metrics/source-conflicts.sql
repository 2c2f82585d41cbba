/*---
id = "source-conflicts"
order = 510
title = "Sources that disagree"
question = "On which people do two sources say different things?"
remedy = "Correct the source that is wrong."
group = "synchronisation"
shape = "duration"
unit = "person"
statistic = "none"
needs = ["people"]
looks_at = "state"
queue = ["conflict"]
definition = """
Population: each attribute of a person on which a source disagrees with the source that has authority. Each is a stay, \
open since before the exports that first showed both values. A disagreement that somebody decided in the exception queue \
is settled: the source that they prefer has authority, and no other is heard. Agreement leaves no row, so the count says \
how many disagreements were found, not what share of people they concern."""
caveats = [
  "When a disagreement began is not known from one export; only that it is there.",
  "The source with authority is taken for every other metric; it may be the one that is wrong.",
]

[reason]
open = "two sources differ on {subject}: {note}"
closed = "two sources differed on {subject}: {note}; that ended on {ended}"
---*/
WITH seen AS (
  SELECT *, LEAST(COALESCE(observed_at, :as_of), :as_of) AS seen_at,
    LEAST(COALESCE(first_seen_at, observed_at, :as_of), :as_of) AS shown_at
  FROM conflicts
)
SELECT
  'person' AS subject_kind,
  person_id || ': ' || attribute || ' (' || COALESCE(loser, 'unnamed source') || ')' AS subject,
  system,
  person_id,
  -- an export shows what was there before it was taken: the beginning lies at least a microsecond before it
  shown_at - 1 AS began_hi,
  seen_at AS seen_until,
  'open' AS state,
  COALESCE(loser, 'unnamed source') || ' differs from ' || COALESCE(winner, 'unnamed source') || ' on ' || attribute AS note,
  src_file AS began_file,
  src_row AS began_row,
  src_file AS ended_file,
  src_row AS ended_row
FROM seen
