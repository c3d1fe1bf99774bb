#!/usr/bin/env python3
"""Parses ftrace text as a typical Python tool does: line by line, one regular expression per line, counts in nested dictionaries.

A peer of the benchmarks in plain Python, without packages and without tuning.
"""
import re
import sys

LINE = re.compile(
    r"^\s*(?P<comm>.+)-(?P<pid>\d+)\s+(?:\(\s*[\d-]+\)\s+)?\[(?P<cpu>\d+)\]\s+(?P<flags>\S+)\s+(?P<time>[\d.]+):\s+"
    r"(?P<callee>\S+)(?:\s+\[(?P<callee_module>\S+)\])?\s+<-(?P<caller>\S+)"
)
LOST = re.compile(r"^CPU:(?P<cpu>\d+) \[LOST (?P<events>\d+) EVENTS\]")


def parse(path):
    edges = {}
    calls = {}
    tasks = {}
    lost = not_parsed = 0
    with open(path, encoding="utf-8", errors="replace") as text:
        for line in text:
            match = LINE.match(line)
            if match is None:
                dropped = LOST.match(line)
                if dropped:
                    lost += int(dropped.group("events"))
                elif not line.startswith("#"):
                    not_parsed += 1
                continue
            caller = match.group("caller")
            callee = match.group("callee")
            callees = edges.setdefault(caller, {})
            callees[callee] = callees.get(callee, 0) + 1
            calls[callee] = calls.get(callee, 0) + 1
            task = (match.group("comm"), int(match.group("pid")))
            tasks[task] = tasks.get(task, 0) + 1
    return edges, calls, tasks, lost, not_parsed


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: parse.py RECORDING")
    edges, calls, tasks, lost, not_parsed = parse(sys.argv[1])
    print(f"{sum(calls.values())} calls, {sum(map(len, edges.values()))} edges, {len(calls)} functions, {len(tasks)} tasks, {lost} lost, {not_parsed} not parsed")


if __name__ == "__main__":
    main()
