#!/usr/bin/env python3
"""In the guest: compares the record of a measurement with the latencies of a recording of the same load."""
import json, sys

def check(name, ok, what=""):
    print(f"PASS {name}" if ok else f"FAIL {name}\n  {what}")

def load(path):
    with open(path) as file:
        text = file.read()
    try:
        return json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line]

def rows(latencies):
    return {(row["kind"], row.get("key")): row for row in latencies}

def by_comm(latencies):
    return {(row["kind"], row.get("comm")): row for row in latencies if row.get("comm")}

def percentile(row, name):
    return next((one["nanoseconds"] for one in row["percentiles"] if one["name"] == name), None)

def tasks(record, recording, *names):
    found, expected = by_comm(record["latencies"]), by_comm(recording)
    for kind in ("Wakeup", "OnCpu", "Syscall"):
        for name in names:
            a, b = found.get((kind, name)), expected.get((kind, name))
            if not a or not b:
                check(f"{kind} of {name}: in both", False, f"{a and a['count']} {b and b['count']}")
                continue
            # The task's first and last interval can be in one of them only.
            check(f"{kind} of {name}: as many as in the recording", abs(a["count"] - b["count"]) <= 2, f"{a['count']} {b['count']}")
            check(f"{kind} of {name}: as long as in the recording",
                  abs(a["sumNanoseconds"] - b["sumNanoseconds"]) <= 0.1 * b["sumNanoseconds"] + 200000, f"{a['sumNanoseconds']} {b['sumNanoseconds']}")
    check("no event was lost", record["lostEvents"] == 0, record["lostEvents"])

def ranges(record, recording, *kinds):
    check("the method", record["method"] == "KernelHistograms", record["method"])
    found, expected = rows(record["latencies"]), rows(recording)
    for kind in kinds:
        a, b = found.get((kind, None)), expected.get((kind, None))
        if not a or not b:
            check(f"{kind}: in both", False, f"{a and a['count']} {b and b['count']}")
            continue
        # The measurement is longer, but the load is in both. Timers raise softirqs all the time.
        most = b["count"] * 1.3 + 2000 if kind != "SoftIrq" else b["count"] * 20
        check(f"{kind}: about as many", b["count"] * 0.95 <= a["count"] <= most, f"{a['count']} {b['count']}")
        x, y = percentile(a, "P50"), percentile(b, "P50")
        check(f"{kind}: a median of the same size", y / 2 <= x <= y * 2 + 1000, f"{x} {y}")
        print(f"  note {kind}: {a['count']} and {b['count']} intervals, P50 {x} and {y}, P99 {percentile(a, 'P99')} and {percentile(b, 'P99')}")

def everything(record):
    check("all presets: the methods", record["method"] == "Events,Counters", record["method"])
    kinds = {row["kind"] for row in record["latencies"]}
    for kind in ("OnCpu", "Idle", "Wakeup", "Syscall", "SoftIrq", "HrTimer"):
        check(f"all presets: {kind}", kind in kinds, sorted(kinds))
    functions = [row["key"] for row in record["latencies"] if row["kind"] == "HrTimer" and row.get("key")]
    check("all presets: functions have names", any(not name.startswith("0x") for name in functions), functions[:5])
    host = record["resource"]
    check("all presets: the host", all(host.get(name) for name in ("host.name", "os.version", "linux.boot.id", "host.cpu.count")), host)
    cost = record["cost"]
    check("all presets: the cost", cost["cpuNanoseconds"] > 0 and cost["wallNanoseconds"] > 2e9 and cost["peakMemoryBytes"] > 1 << 20 and cost["bytesRead"] > 4096, cost)
    print(f"  note all presets: {record['events']} events, {cost}")

def counters(record):
    check("counters: the method", record["method"] == "Counters", record["method"])
    check("counters: some", len(record["counters"]) > 10, len(record["counters"]))

def lossy(record):
    check("loss: is counted", record["lostEvents"] > 0, record["lostEvents"])
    check("loss: is said", any("lost" in text for text in record["warnings"]), record["warnings"])
    for row in record["latencies"]:
        account = row.get("account") or {}
        if row["kind"] != "Wakeup":
            continue
        parts = sum(account.get(name, 0) for name in ("count", "uncertain", "negative", "no_wait", "superseded", "never_returned", "mismatched", "open_at_end"))
        check("loss: the account is complete", account.get("starts") == parts, account)
        check("loss: starts before a gap are uncertain", account.get("uncertain", 0) > 0, account)

def auto(record):
    check("the kernel goes on: the method", record["method"] == "KernelHistograms", record["method"])
    check("the kernel goes on: is said", any(text.startswith("Events were too much after") for text in record["warnings"]), record["warnings"])
    check("the kernel goes on: it counted", sum(row["count"] for row in record["latencies"]) > 100, record["latencies"])

def main():
    what, record, rest = sys.argv[1], load(sys.argv[2]), sys.argv[3:]
    checks = {"tasks": tasks, "ranges": ranges, "all": everything, "counters": counters, "lossy": lossy, "auto": auto}
    if rest:
        recording = load(rest[0])
        checks[what](record, recording if isinstance(recording, list) else recording["latencies"], *rest[1:])
    else:
        checks[what](record)

main()
