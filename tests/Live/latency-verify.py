#!/usr/bin/env python3
"""Outside the guest: checks the recordings of latency.sh.  latency-verify.py DIRECTORY RECORDER

Their latencies are compared with an independent program, whose path is in KM_LATENCY_ORACLE: "PROGRAM FILE --json OUT [--intervals CSV]". Without
it, and without the command "latency" in the recorder, these parts are skipped.
"""
import collections, csv, json, math, os, re, subprocess, sys

FOLDER, KM = sys.argv[1:3]
ORACLE = os.environ.get("KM_LATENCY_ORACLE")
KINDS = {"oncpu": "OnCpu", "idle": "Idle", "preempt": "Preempted", "wakeup": "Wakeup", "wakeup_new": "WakeupNew", "syscall": "Syscall", "irq": "Irq",
         "irq_vector": "IrqVector", "softirq": "SoftIrq", "softirq_raise": "SoftIrqRaise", "workqueue_queue": "WorkQueue", "workqueue_execute": "WorkRun",
         "timer": "Timer", "hrtimer": "HrTimer", "block": "Block"}
# The kinds that must be found in the recording of each preset, under the load of latency.sh.
EXPECTED = {"scheduling": ["oncpu", "idle", "preempt", "wakeup", "wakeup_new"], "interrupts": ["irq_vector", "softirq", "softirq_raise", "hrtimer"],
            "syscalls": ["syscall"], "block": ["block"], "network": ["softirq", "softirq_raise"], "workqueue": ["workqueue_queue", "workqueue_execute"], "power": []}


def check(name, expected, got):
    if expected == got:
        print(f"PASS {name}")
    else:
        print(f"FAIL {name}\n  expected: {expected}\n  got:      {got}")


def check_true(name, holds, note=""):
    print(f"PASS {name}" if holds else f"FAIL {name} ({note})")


def skip(name, why):
    print(f"SKIP {name}: {why}")


def path(name):
    return os.path.join(FOLDER, name)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", env={**os.environ, "LC_ALL": "C"})


def events_of(file):
    """The names of the events in a recording, counted."""
    names = collections.Counter()
    for line in run("trace-cmd", "report", "-N", "-i", file).stdout.splitlines():
        found = re.match(r".*-[0-9]+ +\[[0-9]+\] (?:[^ ]{4,9} )?+ *[0-9.]+: ([A-Za-z_0-9]+):", line)
        if found:
            names[found[1]] += 1
    return names


def oracle(file):
    """What the other program finds in a recording: the parsed result and the intervals."""
    out, intervals = file + ".oracle.json", file + ".oracle.csv"
    made = run(sys.executable, ORACLE, file, "--json", out, "--intervals", intervals)
    if made.returncode != 0:
        print(f"FAIL {os.path.basename(file)}: the oracle: {made.stderr.strip()[-300:]}")
        return None, []
    with open(out, encoding="utf-8") as f, open(intervals, encoding="utf-8", newline="") as rows:
        return json.load(f), list(csv.DictReader(rows))


def ours(file, *more):
    made = run(KM, "latency", "--json", *more, file)
    if made.returncode != 0:
        print(f"FAIL {os.path.basename(file)}: kernel-magnifier latency: {made.stderr.strip()[-300:]}")
        return []
    return json.loads(made.stdout)


def plain(name):
    return name.replace("_", "").lower()


def compare(name, rows, metrics):
    """Each kind of one recording: the figures and the account of every start and end."""
    by_kind = {row["kind"]: row for row in rows}
    for kind, want in metrics.items():
        if kind not in KINDS or not (want["accounting"]["starts"] or want["accounting"]["ends"]):
            continue
        row, total = by_kind.get(KINDS[kind]), want["total"]
        if row is None:
            check(f"{name}: {KINDS[kind]}", total.get("count"), None)
            continue
        fields = {"count": "count", "sum": "sumNanoseconds", "min": "minNanoseconds", "max": "maxNanoseconds", "p50": "p50Nanoseconds",
                  "p90": "p90Nanoseconds", "p99": "p99Nanoseconds", "p999": "p999Nanoseconds"}
        keys = [k for k in fields if k in total]
        check(f"{name}: {KINDS[kind]}: figures", {k: total[k] for k in keys}, {k: row.get(fields[k]) for k in keys})
        account = {plain(k): v for k, v in row["account"].items()}
        terms = want["accounting"]
        check(f"{name}: {KINDS[kind]}: account", terms, {t: account.get(plain(t)) if terms[t] else account.get(plain(t), 0) for t in terms})
        # Every start and every end has one fate.
        a = lambda *n: sum(account.get(plain(t), 0) for t in n)
        check(f"{name}: {KINDS[kind]}: starts", a("starts"), a("count", "uncertain", "negative", "no_wait", "superseded", "never_returned", "mismatched", "open_at_end"))
        check(f"{name}: {KINDS[kind]}: ends", a("ends"), a("count", "uncertain_ends", "negative", "unmatched_ends") + (0 if kind in ("oncpu", "idle") else a("mismatched")))


def durations(intervals, since, until, *kinds):
    """The lengths in nanoseconds of the intervals of some kinds that end between two times in seconds."""
    return [int(i["length"]) for i in intervals if i["metric"] in kinds and since * 1e9 <= int(i["end"]) <= until * 1e9]


def runqlat(intervals):
    """bcc's runqlat: from sched_wakeup, sched_wakeup_new or a switch-out while runnable to the switch in, in powers of two of 1 us."""
    with open(path("runqlat.window"), encoding="utf-8") as f:
        since, until = (float(t) for t in f.read().split())
    theirs = collections.Counter()
    with open(path("runqlat.text"), encoding="utf-8") as f:
        for line in f:
            found = re.match(r" *([0-9]+) -> ([0-9]+) *: ([0-9]+) ", line)
            if found:
                theirs[int(found[1]).bit_length()] += int(found[3])
    mine = collections.Counter((ns // 1000).bit_length() for ns in durations(intervals, since, until, "wakeup", "wakeup_new", "preempt"))
    n, m = sum(theirs.values()), sum(mine.values())
    # Its start is later: sched_wakeup, not sched_waking. It reads the clock in its own probes.
    check_true(f"runqlat: as many waits within 5 % (runqlat {n}, recording {m})", abs(n - m) <= 0.05 * max(n, m), "too far apart")
    worst = max((abs(sum(v for k, v in theirs.items() if k > bit) / n - sum(v for k, v in mine.items() if k > bit) / m), bit) for bit in range(8, 25))
    check_true(f"runqlat: the share of waits above each power of two from 256 us on within 0.03 (worst: {worst[0]:.4f} at 2^{worst[1]} us)", worst[0] <= 0.03, "too far apart")


def timehist(metrics, intervals):
    """perf sched timehist: the slices of the tasks of the load, and how long they waited before each."""
    slices, run_ms, delay_ms = 0, 0.0, 0.0
    with open(path("timehist.text"), encoding="utf-8", errors="replace") as f:
        for line in f:
            found = re.match(r" *[0-9]+\.[0-9]+ +\[[0-9]+\] +(load\S*)\[[0-9/]+\] +([0-9.]+) +([0-9.]+) +([0-9.]+)", line)
            if found:
                slices, delay_ms, run_ms = slices + 1, delay_ms + float(found[3]), run_ms + float(found[4])
    tasks = lambda kind: [t for t in metrics[kind]["by_task"].values() if str(t.get("comm", "")).startswith("load")]
    count, run_ns, wait_ns = sum(t["count"] for t in tasks("oncpu")), sum(t["sum"] for t in tasks("oncpu")), sum(t["sum"] for k in ("wakeup", "wakeup_new") for t in tasks(k))
    check_true(f"timehist: as many slices of the load within 3 % (perf {slices}, recording {count})", abs(slices - count) <= 0.03 * max(slices, count), "too far apart")
    check_true(f"timehist: run time of the load within 5 % (perf {run_ms:.1f} ms, recording {run_ns / 1e6:.1f} ms)", abs(run_ms - run_ns / 1e6) <= 0.05 * run_ms, "too far apart")
    # perf forgets wake-ups that come while the task goes to sleep: 4 to 11 % of the time were seen missing.
    check_true(f"timehist: waits of the load within 20 % (perf {delay_ms:.1f} ms, recording {wait_ns / 1e6:.1f} ms)", abs(delay_ms - wait_ns / 1e6) <= 0.2 * wait_ns / 1e6, "too far apart")


def main():
    knows_latency = run(KM, "help", "latency").returncode == 0
    if not ORACLE:
        skip("latencies against the oracle", "KM_LATENCY_ORACLE names no program")
    if not knows_latency:
        skip("latencies of the recorder", "it has no command latency")
    results = {}
    for file in sorted(f for f in os.listdir(FOLDER) if f.endswith(".dat")):
        name = file[:-4]
        if not (name.startswith("preset-") or name in ("runqlat", "perf", "filtered")):
            continue
        seen = events_of(path(file))
        if os.path.exists(path(name + ".enabled")):
            with open(path(name + ".enabled"), encoding="utf-8") as f:
                enabled = {line.strip().split(":")[-1] for line in f}
            check_true(f"{name}: some events", sum(seen.values()) > 10 or name == "preset-power", dict(seen))
            check(f"{name}: only events that were enabled", [], sorted(set(seen) - enabled))
        if name == "preset-functions":
            check_true("a preset and functions: both", seen["function"] > 0 and seen["sys_enter"] > 0, dict(seen))
            continue
        if name == "filtered":
            lines = [l for l in run("trace-cmd", "report", "-N", "-i", path(file)).stdout.splitlines()]
            switches = [l for l in lines if " sched_switch: " in l]
            check("filtered: the filter holds", [], [l for l in switches if "prev_comm=load" not in l][:3])
            check(f"filtered: a stack for each of {len(switches)} switches", len(switches), sum(" kernel_stack: " in l for l in lines))
            check_true("filtered: some", len(switches) > 10, len(switches))
            continue
        if not ORACLE:
            continue
        found, intervals = oracle(path(file))
        if found is None:
            continue
        results[name] = found["metrics"], intervals
        for preset in name.removeprefix("preset-").lower().split("-") if name.startswith("preset-") else []:
            for kind in EXPECTED[preset]:
                if kind == "block" and not seen["block_rq_issue"]:
                    skip("block requests", "the guest had no device for them")
                    continue
                check_true(f"{name}: {KINDS[kind]} is measured", found["metrics"].get(kind, {}).get("total", {}).get("count", 0) > 0, "no interval")
        check_true(f"{name}: no wake-up without sched_waking", not seen["sched_wakeup"] or seen["sched_waking"] > 0, dict(seen))
        if knows_latency:
            compare(name, ours(path(file)), found["metrics"])
    if "runqlat" in results and os.path.exists(path("runqlat.text")):
        runqlat(results["runqlat"][1])
    if "perf" in results and os.path.exists(path("timehist.text")):
        timehist(*results["perf"])


main()
