#!/bin/bash
# In the guest: the running kernel watched beside a recording of the same load, and what a watch leaves behind when it ends in any way.
. "${0%/*}/recorder.sh"
echo 1408 > $TRACING/buffer_size_kb
tree_as_before() { settings > /tmp/after; check "$1: settings as before" "" "$(diff /tmp/before /tmp/after)"; check "$1: no instance" "" "$(ls $TRACING/instances)"; check "$1: no journal" "" "$(ls /var/lib/kernel-magnifier /run/kernel-magnifier 2> /dev/null | grep journal)"; }
start_watch() { # NAME ARGUMENT... : in the background; WATCH is its pid
    local name=$1; shift
    env --default-signal=INT $KM watch --live "$@" > "$KEEP/$name.out" 2> "$KEEP/$name.errors" & WATCH=$!
}
traces() { # DIRECTORY : whether an instance traces: a new one is on too, but has no events and no tracer yet
    [ "$(cat "$1/tracing_on")" = 1 ] && { [ "$(cat "$1/events/enable")" != 0 ] || [ "$(cat "$1/current_tracer")" != nop ]; }
}
tracing() { # PID : waits until that process traces
    local at
    while kill -0 "$1" 2> /dev/null; do
        for at in $TRACING/instances/kernel-magnifier-"$1"-*; do traces "$at" 2> /dev/null && return; done
        nap 0.1
    done
}
settings > /tmp/before

# Latencies of each half second come while the watch runs, beside a recording; the ranges inside of the recording have its numbers.
start_watch windows --preset scheduling --every 500ms --kind wakeup --json
tracing $WATCH
start "$OUT/windows.dat" --preset scheduling --record-time 0 -b 8MB
tracing $RECORDER; nap 0.5
/tmp/load pp 4 > /dev/null 2>&1
early=$(wc -l < $KEEP/windows.out)
check_true "ranges come while the watch runs" test "$early" -ge 3
kill -INT $RECORDER; wait $RECORDER
nap 1.5; kill -INT $WATCH; wait $WATCH; check "SIGINT: status" 130 $?
tree_as_before "SIGINT"
keep windows
python3 - "$KEEP/windows.out" "$KEEP/windows.dat" $KM > /tmp/compared 2>&1 <<'P'
import json, subprocess, sys
live = {r['from']: r['count'] for r in map(json.loads, open(sys.argv[1]))}
text = subprocess.run([sys.argv[3], 'watch', sys.argv[2], '--speed', 'max', '--every', '500ms', '--kind', 'wakeup', '--json'], capture_output=True, text=True).stdout
file = {r['from']: r['count'] for r in map(json.loads, text.splitlines())}
whole = sorted(file)[1:-1]
wrong = [(w, live.get(w), file[w]) for w in whole if w in live and abs(live[w] - file[w]) > max(10, file[w] // 10)]
print(f'{len(whole)} whole ranges, {len(wrong)} wrong: {wrong[:5]}' if len(whole) > 2 and all(w in live for w in whole) else f'live {sorted(live)} file {sorted(file)}')
P
check_true "ranges are those of the recording: $(cat /tmp/compared)" grep -q ' 0 wrong' /tmp/compared

# Calls, and events between them; a duration ends it.
/tmp/load mix 900 > /dev/null 2>&1 & LOAD=$!
$KM watch --live --function 'vfs_*' --duration 8 > $KEEP/calls.out 2> $KEEP/calls.errors; check "calls: status" 0 $?
check_true "calls: their functions and callers" grep -q 'vfs_[a-z_]* <- [a-z_]' $KEEP/calls.out
check "calls: no others" "" "$(grep -v -e 'vfs_' -e '^ *Time' -e '^ *----' -e '^$' $KEEP/calls.out | head -3)"
tree_as_before calls
$KM watch --live --function 'vfs_*' --preset scheduling --duration 8 --text > $KEEP/both.out 2> $KEEP/both.errors; check "calls and events: status" 0 $?
check_true "calls and events: calls" grep -q ': vfs_[a-z_]* <-' $KEEP/both.out
check_true "calls and events: events" grep -q ': sched_switch: prev_comm=' $KEEP/both.out
check_true "calls and events: can be read again" test "$($KM events $KEEP/both.out --event 'sched_switch' 2> /dev/null | wc -l)" = "$(grep -c ': sched_switch: ' $KEEP/both.out)"
$KM watch --live --function 'vfs_*' --every 500ms --count --duration 8 > $KEEP/counts.out 2> $KEEP/counts.errors; check "counts: status" 0 $?
check_true "counts: rows" grep -q ' vfs_' $KEEP/counts.out
$KM watch --live --preset scheduling 2> $KEEP/head.errors | head -5 > $KEEP/head.out; check "a closed pipe ends it: lines" 5 "$(wc -l < $KEEP/head.out)"
kill $LOAD; pkill -x 'load.*'; wait $LOAD 2> /dev/null
tree_as_before "a closed pipe"

# Killed, and told to end.
start_watch killed --preset scheduling
tracing $WATCH; nap 0.5; kill -KILL $WATCH; wait $WATCH 2> /dev/null
check_true "SIGKILL: the instance is left" test -d $TRACING/instances/kernel-magnifier-$WATCH-*
$KM watch --live --preset interrupts --duration 0.3 > /dev/null 2> $KEEP/after.errors; check "SIGKILL: the next one watches" 0 $?
tree_as_before "SIGKILL and the next one"
start_watch ended --function 'vfs_*'
tracing $WATCH; nap 0.3; kill -TERM $WATCH; wait $WATCH; check "SIGTERM: status" 143 $?
tree_as_before SIGTERM
$KM watch --live --preset nothing > /dev/null 2> $KEEP/wrong.errors; check_true "an unknown preset is an error" test $? != 0
tree_as_before "an error"
