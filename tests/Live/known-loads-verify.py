#!/usr/bin/env python3
"""known-loads-verify.py LOAD WORKLOAD.json ARGUMENT... : what the workload says against what the load was told to do. Times of the guest's own clock."""
import json
import sys

load, path, arguments = sys.argv[1], sys.argv[2], sys.argv[3:]
workload = json.load(open(path))
tasks = {task["name"]: task for task in workload["tasks"]}
edges = {(edge["waker"], edge["wakee"]): edge["count"] for edge in workload["edges"]}
coverage = workload["coverage"]
US = 1000


def check(name, good, found):
    print(f"PASS {load}: {name}" if good else f"FAIL {load}: {name}\n  found: {found}")
    if good:
        print(f"  note: {load}: {name}: {found}")


def near(name, expected, found, tolerance):
    check(f"{name} is within {tolerance:.0%} of {expected}", found is not None and abs(found - expected) <= tolerance * expected, found)


def median(task, what):
    return (tasks.get(task, {}).get(what) or {}).get("p50Nanoseconds")


def run(task):
    """Whenever this machine takes the CPU from the guest, a run gets longer, never shorter: with a few tasks for each CPU, that is every second run."""
    return (tasks.get(task, {}).get("runLengths") or {}).get("p10Nanoseconds")


def loop(task, expected):
    check(f"{task} is {expected}", tasks.get(task, {}).get("loop") == expected, tasks.get(task, {}).get("loop"))


def steps(task, interval, run_length=None, tolerance=0.35):
    """What a re-run does: the mean of the steps. Runs are longer where this machine takes the CPU from the guest, see above: so the least tenth of them."""
    of = tasks.get(task, {}).get("steps") or []
    intervals = [step["intervalNanoseconds"] for step in of if step.get("intervalNanoseconds") is not None]
    near(f"the interval of the steps of {task}", interval, sum(intervals) / len(intervals) if intervals else None, 0.05)
    if run_length is not None:
        lengths = sorted(step["runNanoseconds"] for step in of)
        if len(lengths) == 1:
            near(f"the run of the step of {task}, the median of all,", median(task, "runLengths"), lengths[0], 0.02)
        else:
            near(f"the run of the steps of {task}", run_length, lengths[len(lengths) // 10] if lengths else None, tolerance)


if load == "periodic":
    steps("periodic", int(arguments[0]) * US, int(arguments[1]) * US, 0.2)
    near("the period", int(arguments[0]) * US, median("periodic", "intervals"), 0.05)
    near("the run", int(arguments[1]) * US, run("periodic"), 0.2)
    loop("periodic", "Open")
    trigger = {step["trigger"] for step in tasks["periodic"]["steps"]}
    check("a timer wakes it", "Timer" in trigger, trigger)
elif load == "pingpong":
    for task, other in (("ping", "pong"), ("pong", "ping")):
        loop(task, "Closed")
        wakeups = tasks[task]["activations"]
        check(f"{other} wakes {task}", edges.get((other, task), 0) >= 0.85 * wakeups, (edges.get((other, task)), wakeups))
        near(f"the run of {task}", int(arguments[0]) * US, run(task), 0.35)
        check(f"the priority of {task}", (tasks[task]["policy"], tasks[task]["priority"]) == ("RealTime", 10), (tasks[task]["policy"], tasks[task]["priority"]))
elif load == "stages":
    near("the period of the producer", int(arguments[0]) * US, median("producer", "intervals"), 0.05)
    loop("producer", "Open")
    steps("producer", int(arguments[0]) * US)
    for waker, task in (("producer", "stage2"), ("stage2", "stage3")):
        loop(task, "Closed")
        check(f"{waker} wakes {task}", edges.get((waker, task), 0) >= 0.9 * tasks[task]["activations"], (edges.get((waker, task)), tasks[task]["activations"]))
        near(f"the run of {task}", int(arguments[1]) * US, run(task), 0.35)
elif load == "forkstorm":
    rate, seconds = int(arguments[0]), int(arguments[2])
    near("the number of tasks that began", rate * seconds, len(tasks["stormling"]["processIds"]), 0.1)
    near("the interval of the storm", 1e9 / rate, median("storm", "intervals"), 0.05)
    near("the run of stormling", int(arguments[1]) * US, run("stormling"), 0.35)
    loop("stormling", "Once")
    steps("storm", 1e9 / rate)
    check("the storm starts them", tasks["stormling"]["parent"] == "storm", tasks["stormling"]["parent"])
elif load == "fsyncwriter":
    size, interval, seconds = int(arguments[0]), int(arguments[1]), int(arguments[2])
    writes = sum(io["bytes"] for io in tasks["fsyncwriter"].get("io", []) if io["operation"] == "Write")
    expected = size * seconds * 1_000_000 / interval
    near("the bytes written", expected, writes, 0.25)
    check("the requests are modelled", (coverage["modelledIoRequests"] or 0) > 0, (coverage["modelledIoRequests"], coverage["ioRequests"]))
total = coverage["modelledRunNanoseconds"] + sum(gap["runNanoseconds"] for gap in coverage["gaps"])
check("run times add up", total == coverage["runNanoseconds"], (total, coverage["runNanoseconds"]))
total = coverage["modelledWakeups"] + sum(gap["wakeups"] for gap in coverage["gaps"])
check("wake-ups add up", total == coverage["wakeups"], (total, coverage["wakeups"]))
