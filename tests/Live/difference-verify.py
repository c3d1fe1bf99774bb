#!/usr/bin/env python3
"""Outside the guest: compares the recordings of difference.sh.  difference-verify.py DIRECTORY RECORDER"""
import glob, json, os, subprocess, sys

FOLDER, KM = sys.argv[1:3]


def check_true(name, holds, note=""):
    print(f"PASS {name}" if holds else f"FAIL {name} ({note})")


def compare(before, after, *options):
    run = subprocess.run([KM, "compare", "--kind", "wakeup", "--json", *options, *before, "--", *after], capture_output=True, text=True)
    if run.returncode:
        check_true("compare ends with status 0", False, f"{run.returncode}: {run.stderr.strip()[-300:]}")
        return []
    return json.loads(run.stdout)


sides = {side: sorted(glob.glob(os.path.join(FOLDER, f"{side}-*.dat"))) for side in ("before", "after")}
check_true("five recordings on each side", all(len(files) == 5 for files in sides.values()), str(sides))
rows = compare(sides["before"], sides["after"])
regressed = [row for row in rows if row["verdict"] == "Regressed"]
check_true("a latency of wake-ups regressed", regressed, [(row["metric"], row["verdict"], row["reasons"]) for row in rows])
check_true("by an exact rank test", all(row["method"] == "RankTest" and row["isSignificant"] for row in regressed), str(regressed)[:300])
named = [share["name"] for row in regressed for share in row["attribution"][:1]]
check_true("the competing task is named first", "hog" in named, str(named))
again = compare(sides["before"][:1], sides["before"][1:2])
check_true("two recordings of the same load did not regress significantly", not any(row["isSignificant"] for row in again), str(again)[:300])
for row in rows:
    print(f"  note: {row['metric']}: {row['before']} -> {row['after']} {row['unit']}, ratio {row['ratio']} ({row['ratioLow']} to {row['ratioHigh']}), "
          f"p {row['pValue']}, {row['verdict']}; {[share['name'] for share in row['attribution'][:3]]}")
