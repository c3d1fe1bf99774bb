#!/usr/bin/env python3
"""Attributes the waiting time of wake-ups by brute force, to compare with the causes of Kernel Magnifier.

usage: cause-verify.py RECORDING.dat CAUSES.csv

CAUSES.csv has a line for each share of a wake-up: pid,start,end,category,name,pid-of-share,nanoseconds (times in ns).
Reads the text of `trace-cmd report -N -t`. Nothing is shared with the program: for each wake-up, the events between its ends are
walked again. The rules are those of docs/causes.md; it knows neither losses nor real-time kernels.
"""
import bisect
import collections
import csv
import re
import subprocess
import sys

LINE = re.compile(r'^\s*(.*)-(\d+)\s+\[(\d+)\]\s+(?:\S+\s+)?(\d+)\.(\d+):\s+(\w+):\s*(.*)$')
SWITCH = re.compile(r'prev_pid=(\d+) prev_prio=-?\d+ prev_state=(\S+) ==> next_comm=.* next_pid=(\d+) next_prio=(-?\d+)')


def events(path):
    text = subprocess.run(['trace-cmd', 'report', '-N', '-t', path], capture_output=True, check=True).stdout.decode('utf-8', 'replace')
    for line in text.split('\n'):
        found = LINE.match(line)
        if found:
            yield int(found[4]) * 10**9 + int(found[5].ljust(9, '0')), int(found[3]), int(found[2]), found[6], found[7]


def occupants(trace):
    """For each CPU: the times at which its occupant changes, and what it is from then on."""
    task, stack, changes = {}, collections.defaultdict(list), collections.defaultdict(lambda: ([], []))
    switched = False
    for time, cpu, pid, name, body in trace:
        # Once switches are recorded, the first event of a CPU tells what runs on it.
        if switched and cpu not in task:
            task[cpu] = pid
            changes[cpu][0].append(time)
            changes[cpu][1].append(('Task', pid) if pid else ('Idle', ''))
        if name == 'sched_switch':
            switched = True
            found = SWITCH.search(body)
            task[cpu] = int(found[3])
            stack[cpu].clear()
        elif name == 'irq_handler_entry':
            stack[cpu].append(('HardIrq', re.sub(r'irq=(\d+) name=(.*)', r'\1/\2', body).strip()))
        elif name == 'softirq_entry':
            stack[cpu].append(('SoftIrq', re.search(r'action=(\w+)', body)[1]))
        elif name.endswith('_entry') and body.startswith('vector='):
            stack[cpu].append(('HardIrq', name[:-6]))
        elif name in ('irq_handler_exit', 'softirq_exit') or (name.endswith('_exit') and body.startswith('vector=')):
            if stack[cpu]:
                stack[cpu].pop()
        else:
            continue
        if cpu not in task:
            continue
        times, kinds = changes[cpu]
        kind = stack[cpu][-1] if stack[cpu] else ('Task', task[cpu]) if task[cpu] else ('Idle', '')
        times.append(time)
        kinds.append(kind)
    return changes


def shares(window, changes, placed):
    pid, start, end, cpu = window
    times, targets = placed.get(pid, ([], []))
    told = [(times[i], *targets[i]) for i in range(bisect.bisect_left(times, start), bisect.bisect_right(times, end))]
    pieces, where, since, moved, woken = [], None, start, False, False
    for time, target, is_migration in told:
        pieces.append((since, time, where if where is not None else target))
        moved |= bool(is_migration and woken and target != where)
        woken |= not is_migration
        where, since = target, time
    pieces.append((since, end, where if where is not None else cpu))
    moved |= where is not None and where != cpu
    found = collections.Counter()
    for first, last, number in pieces:
        times, kinds = changes[number]
        index = bisect.bisect_right(times, first) - 1
        while first < last:
            until = min(last, times[index + 1] if index + 1 < len(times) else last)
            kind = kinds[index] if index >= 0 else ('Unknown', '')
            if kind[0] == 'Idle':
                kind = ('Migration' if moved else 'IdleExit', '')
            if kind == ('Task', pid):
                kind = ('Running', pid)
            found[kind] += until - first
            first, index = max(first, until), index + 1
    return found


def main():
    trace = list(events(sys.argv[1]))
    changes = occupants(trace)
    placed = collections.defaultdict(lambda: ([], []))
    for time, cpu, pid, name, body in trace:
        if name in ('sched_wakeup', 'sched_wakeup_new', 'sched_migrate_task'):
            woken = int(re.search(r' pid=(\d+)', body)[1])
            target = int(re.search(r'(?:target_cpu|dest_cpu)=(\d+)', body)[1])
            placed[woken][0].append(time)
            placed[woken][1].append((target, name == 'sched_migrate_task'))
    wanted, ends = collections.defaultdict(collections.Counter), {}
    with open(sys.argv[2], newline='') as file:
        for pid, start, end, cpu, category, name, other, length in csv.reader(file):
            key = (int(pid), int(start), int(end), int(cpu))
            wanted[key][(category, int(other) if category in ('Task', 'Running') else name if category.endswith('Irq') else '')] += int(length)
    same, total, agreed, differing = 0, 0, 0, []
    for key, theirs in wanted.items():
        ours = shares(key, changes, placed)
        ours = collections.Counter({k: v for k, v in ours.items() if v})
        total += key[2] - key[1]
        agreed += sum((ours & theirs).values())
        if ours == theirs:
            same += 1
        else:
            differing.append((key, dict(ours - theirs), dict(theirs - ours)))
    print(f'{same} of {len(wanted)} wake-ups have the same shares; {agreed} of {total} ns agree')
    for key, ours, theirs in differing[:5]:
        print(f'  pid {key[0]} from {key[1]} to {key[2]}: here {ours}, there {theirs}')
    return 0 if same == len(wanted) else 1


if __name__ == '__main__':
    sys.exit(main())
