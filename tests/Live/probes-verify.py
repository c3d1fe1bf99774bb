#!/usr/bin/env python3
"""Outside the guest: compares what the probes printed in probes.sh with what their loads did.  probes-verify.py DIRECTORY LIBRARY

NAME.truth holds what the load, or the kernel's own counters, say: lines "NAME NUMBER". Emulated CPUs are slow and uneven: times are compared with
times that the load measured itself, never with what a real machine would need.
"""
import json, os, re, sys

FOLDER, LIBRARY = sys.argv[1:3]


def check(name, expected, got):
    print(f"PASS {name}" if expected == got else f"FAIL {name}\n  expected: {expected}\n  got:      {got}")


def between(name, least, got, most):
    if least is not None and most is not None and got is not None and least <= got <= most:
        print(f"PASS {name}")
    else:
        print(f"FAIL {name}\n  expected: {least} to {most}\n  got:      {got}")


class Output:
    """The output of one probe: maps and histograms by name, lines, what else it said; and the truth beside it."""

    def __init__(self, name):
        self.name, self.maps, self.lines, self.other, self.truth = name, {}, [], [], {}
        self.attached, self.run, self.unread = 0, None, 0
        with open(os.path.join(LIBRARY, name, name + ".json"), encoding="utf-8") as file:
            self.units = {entry["name"]: entry.get("unit") for entry in json.load(file)["output"]["maps"]}
        base = os.path.join(FOLDER, name)
        with open(base + ".jsonl", encoding="utf-8", errors="replace") as file:
            for text in filter(None, map(str.strip, file)):
                item = json.loads(text)
                if "kind" in item:
                    self.take(item)
                    continue
                kind, data = item["type"], item.get("data")
                if kind in ("map", "hist", "stats"):
                    self.maps.update(data)
                elif kind == "printf":
                    self.lines.append(data.rstrip("\n"))
                elif kind == "attached_probes":
                    self.attached = data["probes"]
                else:
                    self.other.append(text)
        if os.path.exists(base + ".truth"):
            with open(base + ".truth", encoding="utf-8") as file:
                self.truth = {words[0]: int(words[1]) for words in map(str.split, file) if len(words) == 2}

    def take(self, result):
        """A result that the tool wrote: the same numbers in another form."""
        kind, name, key = result["kind"], result.get("name"), result.get("key")
        if "stack" in result:
            key = "\n" + "\n".join(result.get("frames", result["stack"])) + "\n" + (f",{key}" if key is not None else "")
        if kind == "Map":
            value = result["value"]
        elif kind == "Histogram":
            # Times are in nanoseconds, and each range ends before the next begins; bpftrace's have the unit of the program.
            scale = {"us": 1000, "ms": 1000000}.get(self.units.get(name), 1)
            value = [{"min": r["from"] // scale, "count": r["count"]} for r in result["histogram"]]
        elif kind == "Line":
            self.lines.append(result["text"].rstrip("\n"))
            self.unread += "fields" not in result
            return
        elif kind == "Run":
            self.run = result["fields"]
            self.attached = 1
            return
        else:
            self.other.append(json.dumps(result))
            return
        if key is None:
            self.maps[name] = value
        else:
            self.maps.setdefault(name, {})[key] = value

    def rows(self):
        """Lines of three numbers and a text."""
        for line in self.lines:
            first, second, third, text = line.split(" ", 3)
            yield int(first), int(second), int(third), text

    def get(self, name, key=None):
        found = self.maps.get(name)
        return found if key is None or found is None else found.get(key)


def total(buckets):
    return sum(bucket["count"] for bucket in buckets or [])


def least_sum(buckets):
    return sum(bucket["count"] * bucket.get("min", 0) for bucket in buckets or [])


def as_declared(output):
    """Each map and each line is in the manifest."""
    with open(os.path.join(LIBRARY, output.name, output.name + ".json"), encoding="utf-8") as file:
        manifest = json.load(file)
    known = {entry["name"] for entry in manifest["output"]["maps"]}
    check(f"{output.name}: maps that the manifest does not declare", [], sorted(set(output.maps) - known))
    formats = [re.sub(r"%d", "-?[0-9]+", re.sub(r"%s", ".*", entry["format"].removesuffix("\\n"))) for entry in manifest["output"].get("lines", [])]
    check(f"{output.name}: lines that the manifest does not declare", [], [line for line in output.lines if not any(re.fullmatch(f, line) for f in formats)][:3])
    if output.run:
        check(f"{output.name}: the end of the run", "Cancelled", output.run["Outcome"])
        check(f"{output.name}: its programs ran", True, output.run["ProgramRuns"] > 0)
        check(f"{output.name}: lines without fields", 0, output.unread)
    check(f"{output.name}: what else it printed", [], output.other[:3])


def runq_late(o):
    t = o.truth
    between("runq-late: wake-ups of a task that sleeps 100 times", 100, o.get("@wakeups", "km-sleep"), 105)
    victim = [us for us, _, _, comm in o.rows() if comm == "km-victim"]
    between("runq-late: the longest wait of a task on the CPU of a real-time task", t["most_late_ns"] // 2000, max(victim, default=None), t["most_late_ns"] // 1000 + 1000)
    between("runq-late: waits of that task", 5, len(victim), t["sleeps"])
    between("runq-late: the shortest wait with a line", 10001, min((row[0] for row in o.rows()), default=None), 1 << 40)
    between("runq-late: waits in all, and wake-ups", total(o.get("@wakeup_us")), sum(o.get("@wakeups").values()), total(o.get("@wakeup_us")))


def off_cpu(o):
    t = o.truth
    slept = sum(us for key, us in o.get("@off_us").items() if key.endswith("\n,km-sleep") and "nanosleep" in key)
    between("off-cpu: microseconds off the CPU in 100 sleeps of 10 ms", 950000, slept, t["sum_ns"] // 1000)


def syscall_latency(o):
    t, key = o.truth, "35,__x64_sys_nanosleep"
    check("syscall-latency: calls of nanosleep", t["count"], total(o.get("@us", key)))
    between("syscall-latency: the shortest of 100 sleeps of 10 ms", 8192, min((b["min"] for b in o.get("@us", key) or [] if b["count"]), default=None), 10000)
    between("syscall-latency: time in nanosleep, ns", t["count"] * t["us"] * 1000, o.get("@total_ns", key), t["sum_ns"])


def slow_syscalls(o):
    t = o.truth
    sleeps = [row for row in o.rows() if row[2] == 35]
    check("slow-syscalls: sleeps of 10 ms", t["count"], len(sleeps))
    check("slow-syscalls: their name", t["count"], o.get("@slow", "35,__x64_sys_nanosleep"))
    check("slow-syscalls: the name of the task", {"km-sleep"}, {row[3] for row in sleeps})
    check("slow-syscalls: the task", {t["pid"]}, {row[1] for row in o.rows()})
    between("slow-syscalls: the shortest sleep, us", t["us"], min((row[0] for row in sleeps), default=None), t["most_ns"] // 1000)
    between("slow-syscalls: the shortest call with a line, us", 5000, min((row[0] for row in o.rows()), default=None), 1 << 40)


def irq_time(o):
    t, vectors, softirqs, devices = o.truth, o.get("@vector_ns") or {}, o.get("@softirq_ns") or {}, o.get("@irq_ns") or {}
    # An interrupt within a BPF program is not seen: the kernel runs no BPF program of a probe within another one.
    for name, got in (("timer", total(vectors.get("tracepoint:irq_vectors:local_timer_exit"))),
                      ("softirq_timer", total(softirqs.get("1,run_timer_softirq"))),
                      ("softirq_rcu", sum(total(b) for key, b in softirqs.items() if key.startswith("9,"))),
                      ("devices", sum(map(total, devices.values())))):
        between(f"irq-time: {name}, by the kernel's own counters", (t["to_" + name] - t["from_" + name]) * 9 // 10, got, t["after_" + name] - t["before_" + name])
    check("irq-time: each softirq has a handler's name", [], [key for key in softirqs if not re.fullmatch(r"[0-9],[a-z_]+[a-z0-9_.]*", key)])


def work_delay(o):
    between("work-delay: bytes through a pseudo terminal, each a work item", o.truth["count"], total(o.get("@delay_us", "flush_to_ldisc")), o.truth["count"] + 10)


def block_latency(o):
    t = o.truth
    if "minor" not in t:
        return
    key = f"7,{t['minor']},WS"
    check("block-latency: writes", t["count"], total(o.get("@us", key)))
    check("block-latency: bytes", t["bytes"], o.get("@bytes", key))
    between("block-latency: at least this time in all, us", 1, least_sum(o.get("@us", key)), t["sum_ns"] // 1000)


def fault_latency(o):
    between("fault-latency: faults of a task that touches 2000 pages", o.truth["minor"], o.get("@faults", "km-fault"), o.truth["minor"] + 100)


def futex_wait(o):
    t = o.truth
    waits = {key: n for key, n in o.get("@waits").items() if key.endswith(",km-futex")}
    check("futex-wait: waits of the task", [t["count"]], list(waits.values()))
    between("futex-wait: their time, us", t["count"] * t["us"] * 98 // 100, sum(o.get("@total_us", key) for key in waits), t["sum_ns"] // 1000)
    between("futex-wait: time-outs", t["count"], o.get("@ends", "-110"), t["count"] + 20)
    between("futex-wait: calls that did not wait", t["count"], o.get("@ends", "-11"), t["count"] + 20)


def tcp_retransmits(o):
    t = o.truth
    between("tcp-retransmits: segments, by the kernel's own counter", t["to"] - t["from"], o.get("@segments"), t["after"] - t["before"])
    if "lossy" in t:
        between("tcp-retransmits: segments on a link that loses 40 %", 1, o.get("@segments"), 100000)
        check("tcp-retransmits: the address", ["::ffff:127.0.0.1"], list(o.get("@by_address") or {}))
        check("tcp-retransmits: segments of all connections", o.get("@segments"), sum((o.get("@by_connection") or {}).values()))


def migrations(o):
    t = o.truth
    between("migrations: moves of a task that moves 100 times", t["count"], o.get("@by_task", f"{t['tid']},km-move"), t["count"] + 2)
    between("migrations: from CPU 0 to 1", t["count"] // 2, o.get("@moves", "0,1"), 1 << 40)
    between("migrations: from CPU 1 to 0", t["count"] // 2, o.get("@moves", "1,0"), 1 << 40)
    check("migrations: of all tasks", sum(o.get("@moves").values()), sum(o.get("@by_task").values()))


def preempt_off(o):
    t = o.truth
    sections = [us for us, _, _, comm in o.rows() if comm == "km-section"]
    between("preempt-off: the load has a long section, ns", 10000000, t["most_late_ns"], 1 << 40)
    between("preempt-off: the longest section, us, by the lateness of a real-time task", t["most_late_ns"] // 2000, max(sections, default=None), t["longest_ns"] // 1000 + 1000)
    check("preempt-off: the section is in the stacks", True, any(key.endswith("\n,km-section") and "sysrq" in key for key in o.get("@late_us") or {}))


CHECKS = {"runq-late": runq_late, "off-cpu": off_cpu, "syscall-latency": syscall_latency, "slow-syscalls": slow_syscalls, "irq-time": irq_time, "work-delay": work_delay,
          "block-latency": block_latency, "fault-latency": fault_latency, "futex-wait": futex_wait, "tcp-retransmits": tcp_retransmits, "migrations": migrations,
          "preempt-off": preempt_off}

check("each probe of the library has a check", sorted(CHECKS), sorted(entry for entry in os.listdir(LIBRARY) if os.path.isdir(os.path.join(LIBRARY, entry))))
for probe, verify in CHECKS.items():
    if not os.path.exists(os.path.join(FOLDER, probe + ".jsonl")):
        print(f"SKIP {probe}: it has no output")
        continue
    try:
        result = Output(probe)
        check(f"{probe}: it attaches", True, result.attached > 0)
        as_declared(result)
        verify(result)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"FAIL {probe}: its output or the truth beside it is not complete: {type(error).__name__}: {error}")
