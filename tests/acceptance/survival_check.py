"""Percentiles, curves and bands of a pack against PyPI lifelines.

usage: survival_check.py PACK...

Kaplan-Meier with log-log bands (lifelines calls them exponential Greenwood) out of evidence/<metric>.csv, and Turnbull's
estimate where lengths are known as ranges. Lengths are whole seconds, as the files give them.
"""
import csv
import json
import math
import pathlib
import sys
import warnings

from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_times

warnings.filterwarnings("ignore")
wrong, curves, ranges = [], 0, 0


def rows(file):
    """Shortest and longest length in seconds, and whether the stay had ended."""
    with open(file, newline="") as text:
        for row in csv.DictReader(text):
            if row["result"] in ("unknown", "excluded"):
                continue
            if row["state"] == "none":
                yield 0, 0, True
            elif row["state"] in ("closed", "open"):
                low = int(row["shortest_seconds"])
                ended = row["state"] == "closed"
                high = int(row["longest_seconds"]) if ended and row["longest_seconds"] else None
                yield low, high, ended


def differ(what, ours, theirs):
    wrong.append(f"{what}: {ours} here, {theirs} by lifelines")


for pack in map(pathlib.Path, sys.argv[1:]):
    report = json.loads((pack / "report.json").read_text())
    for metric in report["metrics"]:
        file = pack / (metric["evidence"] or "none")
        if metric["statistic"] != "survival" or file.suffix != ".csv" or not file.exists():
            continue
        items = list(rows(file))
        if not items:
            continue
        fitter = KaplanMeierFitter(alpha=0.05).fit([low for low, _, _ in items], [ended for _, _, ended in items])
        for percent in (50, 90, 95):
            found = qth_survival_times(1 - percent / 100 + 1e-12, fitter.survival_function_)
            found = float(found) if not hasattr(found, "iloc") else float(found.iloc[0, 0])
            ours = metric[f"p{percent}_seconds"]
            if (ours is None) != math.isinf(found) or ours is not None and ours != int(found):
                differ(f"{pack.name} {metric['id']} p{percent}", ours, found)
        band = fitter.confidence_interval_
        for point in metric["curve"]:
            at = point["seconds"]
            share = float(fitter.survival_function_at_times(at).iloc[0])
            if abs(share - point["share"]) > 2e-6:
                differ(f"{pack.name} {metric['id']} share after {at}", point["share"], share)
            row = band[band.index <= at].iloc[-1]
            # Where nobody is left, or nobody has ended, the band is not defined.
            if 0 < share < 1 and not row.isna().any():
                for name, value in (("low", row.iloc[0]), ("high", row.iloc[1])):
                    if abs(value - point[name]) > 2e-6:
                        differ(f"{pack.name} {metric['id']} {name} after {at}", point[name], value)
        curves += 1
        if metric["turnbull"] is None:
            if any(ended and high != low for low, high, ended in items):
                differ(f"{pack.name} {metric['id']} Turnbull", None, "an estimate: some lengths are ranges")
            continue
        lower = [low if ended else low + 1 for low, _, ended in items]
        upper = [high if ended and high is not None else math.inf for _, high, ended in items]
        known = KaplanMeierFitter().fit_interval_censoring(lower, upper, tol=1e-7)
        # Their curve shows the share before each time: the one after it stands a line below.
        both = known.survival_function_.shift(-1)
        both = both[both.index < math.inf].fillna(0 if max(upper) < math.inf else 1)
        for percent, range_ in zip((50, 90, 95), metric["turnbull"]):
            left = 1 - percent / 100 + 1e-4
            times = [both.index[both[column] <= left] for column in both.columns]
            times = [float(one[0]) if len(one) else math.inf for one in times]
            if range_ is None:
                if min(times) < math.inf and max(times) < math.inf:
                    differ(f"{pack.name} {metric['id']} Turnbull p{percent}", range_, times)
            elif not (min(times) - 1 <= range_[1] and range_[0] <= max(times) + 1):
                differ(f"{pack.name} {metric['id']} Turnbull p{percent}", range_, times)
        ranges += 1

for line in wrong:
    print(line)
print(f"{curves} curves and {ranges} estimates from ranges compared with lifelines, {len(wrong)} differences")
sys.exit(bool(wrong) or curves == 0 or ranges == 0)
