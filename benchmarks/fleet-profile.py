#!/usr/bin/env python3
"""Learns the distributions of benchmarks/data/fleet-profile.tsv and fleet-edges.tsv from recordings.

    benchmarks/fleet-profile.py KERNEL-MAGNIFIER MIXED.DAT BLOCK.DAT CALLS.DAT

A class is what one kind of interval measures for one key: `Wakeup` of `echo-server`, `SoftIrq` `NET_RX`, the system call `read` of `bash`. Of each class with at
least 20 intervals the profile has its share of all intervals, the quantiles of its lengths, and the mean part of the length that the kind divides off: time on
a CPU (system calls), placement (wake-ups), net time (handlers). Block requests are those of the second recording, since few recordings with system calls
have block events. The edges are the 200 most frequent ones of the third.
"""
import collections
import csv
import subprocess
import sys
from pathlib import Path

SHARES = [0, .01, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98, .99, .995, .999, 1]
TASK_KINDS = {"OnCpu", "Preempted", "Wakeup", "WakeupNew"}
DATA = Path(__file__).parent / "data"


def rows(km, command, recording):
    text = subprocess.run([km, *command, "--csv", recording], check=True, capture_output=True, text=True).stdout
    return list(csv.DictReader(text.splitlines()))


def length(row):
    return int(row["durationNanoseconds"])


def part(row):
    of_kind = {"Syscall": "onCpuNanoseconds", "Wakeup": "placementNanoseconds"}.get(row["kind"], "netNanoseconds")
    return int(row[of_kind]) / max(1, length(row)) if row[of_kind] else None


def commonest(values):
    return collections.Counter(values).most_common(1)[0][0]


def classes(intervals):
    found = collections.defaultdict(list)
    for row in intervals:
        kind = row["kind"]
        keys = (None, None, row["comm"] or None) if kind in TASK_KINDS else \
            (row["key"], row["name"] or None, row["comm"] or None if kind == "Syscall" else None)
        found[(kind, *keys)].append(row)
    return {key: group for key, group in found.items() if len(group) >= 20 and (key[0] not in TASK_KINDS or key[3])}


def main():
    km, mixed, block, calls = sys.argv[1:]
    intervals = rows(km, ["latency", "--intervals"], mixed)
    blocks = [row for row in rows(km, ["latency", "--intervals", "--kind", "Block"], block)]
    with open(DATA / "fleet-profile.tsv", "w", encoding="utf-8") as out:
        names = ["kind", "key", "name", "comm", "waker_comm", "waker_context", "basis", "weight", "part"]
        out.write("\t".join(names + [f"q{share}" for share in SHARES]) + "\n")
        for (kind, key, name, comm), group in sorted(classes(intervals + blocks).items(), key=lambda item: -len(item[1])):
            lengths = sorted(map(length, group))
            parts = [p for p in map(part, group) if p is not None]
            values = [kind, key, name, comm, commonest(r["wakerComm"] for r in group), commonest(r["wakerContext"] for r in group),
                      commonest(r["basis"] for r in group), len(group), f"{sum(parts) / len(parts):.4f}" if parts else ""]
            values += [lengths[min(len(lengths) - 1, int(share * len(lengths)))] for share in SHARES]
            out.write("\t".join("" if value is None else str(value) for value in values) + "\n")
    with open(DATA / "fleet-edges.tsv", "w", encoding="utf-8") as out:
        out.write("caller\tcallee\tcount\ttotal_ns\tself_ns\n")
        for row in rows(km, ["edges", "--top", "200"], calls):
            nanoseconds = [str(round(float(row[column]) * 1000)) for column in ("totalTime", "selfTime")]
            out.write("\t".join([row["caller"], row["callee"], row["count"], *nanoseconds]) + "\n")


main()
