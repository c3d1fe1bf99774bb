#!/bin/bash
# How exactly a recording is watched: watch.sh [RECORDING [SECONDS]]. Needs a quiet machine and ./build.sh native (or KM, the executable).
# Writes what docs/replay.md states: the time to the first line, the total against the length of the recording, and the lateness, beside
# the command events, which does not wait. Without a recording, one of SECONDS (10) is made as text, with 5,000 events a second.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
km=${KM:-$root/artifacts/kernel-magnifier}
seconds=${2:-10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
recording=${1:-}
if [ -z "$recording" ]; then
    recording=$work/made.txt
    awk -v n="$((seconds * 5000))" 'BEGIN { for (i = 0; i <= n; i++) printf "            task-%-7d [%03d] d..1. %12.6f: sched_waking: comm=other pid=%d prio=120 target_cpu=%03d\n", 100 + i % 7, i % 4, 100 + i / 5000, 200 + i % 5, i % 4 }' > "$recording"
fi
python3 - "$km" "$recording" <<'P'
import json, subprocess, sys, time
km, recording = sys.argv[1:]
info = json.loads(subprocess.run([km, 'info', recording, '--json'], capture_output=True, text=True, check=True).stdout)
info = info[0] if isinstance(info, list) else info
length = info['duration']
def first(*arguments):
    began = time.monotonic()
    with subprocess.Popen([km, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tool:
        tool.stdout.readline()
        took = time.monotonic() - began
        tool.kill()
    return took
def total(*arguments):
    began = time.monotonic()
    done = subprocess.run([km, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return time.monotonic() - began, done.stderr.strip()
print(f'{recording}: {length:.3f} s')
for name, arguments in (('events', ['events', recording, '--event', '*']), ('watch', ['watch', recording, '--event', '*'])):
    print(f'first line of {name:<18} {1000 * sorted(first(*arguments) for _ in range(5))[2]:8.0f} ms (median of 5)')
floor, _ = total('events', recording, '--event', '*')
print(f'events, without waiting          {floor:8.3f} s')
for speed in (1, 10, 100):
    took, said = total('watch', recording, '--event', '*', '--speed', str(speed), '--lateness')
    print(f'watch --speed {speed:<18} {took:8.3f} s, {100 * (took * speed / length - 1):+.2f} %; {said.split(": ")[-1]}')
P
