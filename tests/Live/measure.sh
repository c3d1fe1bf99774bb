#!/bin/bash
# In the guest: measurements without a file, beside recordings of the same load, and what they leave behind when they end in any way.
. "${0%/*}/recorder.sh"
echo 1408 > $TRACING/buffer_size_kb
CHECK=${0%/*}/measure-verify.py
whole_tree() { settings; echo "synthetic: $(cat $TRACING/synthetic_events 2> /dev/null)"; (cd $TRACING && grep -rH '' --include=trigger events/{sched,irq,raw_syscalls} 2> /dev/null); }
all_as_before() { whole_tree > /tmp/after; check "$1: settings, triggers and synthetic events as before" "" "$(diff /tmp/before /tmp/after | grep '^[<>]')"; check "$1: no journal" "" "$(ls /var/lib/kernel-magnifier /run/kernel-magnifier 2> /dev/null | grep journal)"; }
measure() { # NAME ARGUMENT... : measures; its record and messages are kept
    local name=$1; shift
    $KM measure --json "$@" > "$KEEP/$name.json" 2> "$KEEP/$name.errors"
}
start_measure() { # NAME ARGUMENT... : in the background; MEASURE is its pid
    local name=$1; shift
    env --default-signal=INT $KM measure --json "$@" > "$KEEP/$name.json" 2> "$KEEP/$name.errors" & MEASURE=$!
}
traces() { # DIRECTORY : whether an instance traces events: a new one is on too, but has none yet
    [ "$(cat "$1/tracing_on")" = 1 ] && [ "$(cat "$1/events/enable")" != 0 ]
}
measuring() { # PID : waits until that process has its events or triggers
    local at
    while kill -0 "$1" 2> /dev/null; do
        for at in $TRACING/instances/kernel-magnifier-"$1"-*; do
            { traces "$at" || grep -q '^hist' "$at"/events/synthetic/*/trigger; } 2> /dev/null && return
        done
        nap 0.1
    done
}
verify() { python3 "$CHECK" "$@"; }
whole_tree > /tmp/before

# The same load in a measurement and in a recording that begins later and ends earlier.
beside() { # NAME PRESETS MEASURE-ARGUMENT...
    local name=$1 presets=$2; shift 2
    start_measure "$name" --duration 14 "$@"
    measuring $MEASURE
    start "$OUT/$name.dat" --preset "$presets" --record-time 0 -b 8MB
    measuring $RECORDER; nap 0.5
    /tmp/load pp 3 > /dev/null 2>&1
    kill -INT $RECORDER; wait $RECORDER
    kill -0 $MEASURE 2> /dev/null; check "$name: the recording was in the measurement" 0 $?
    wait $MEASURE; check "$name: status" 0 $?
    $KM latency "$OUT/$name.dat" --by task --json > /tmp/tasks.json 2> /dev/null; $KM latency "$OUT/$name.dat" --json > /tmp/kinds.json 2> /dev/null
    keep "$name"
    all_as_before "$name"
}
# An emulated CPU is slow: what it takes is no measure here.
beside events scheduling,syscalls --preset scheduling,syscalls --by task --method events --cpu-budget 100%
verify tasks $KEEP/events.json /tmp/tasks.json load-ping load-pong
beside kernel scheduling,interrupts,syscalls --kind wakeup,softirq,syscall --method kernel
verify ranges $KEEP/kernel.json /tmp/kinds.json Wakeup SoftIrq Syscall

# What a measurement of all presets has, and that of counters.
/tmp/load light 30 > /dev/null 2>&1 & LOAD=$!
measure all --preset scheduling,interrupts,syscalls,block,workqueue,network,pressure --by key --duration 2 --method events --cpu-budget 100%; check "all presets: status" 0 $?
kill $LOAD; wait $LOAD 2> /dev/null
verify all $KEEP/all.json
all_as_before "all presets"
measure pressure --preset pressure --duration 0.5; check "counters: status" 0 $?
verify counters $KEEP/pressure.json

# Killed, and told to end.
for method in events kernel; do
    start_measure killed-$method --kind wakeup --duration 600 --method $method --cpu-budget 100%
    measuring $MEASURE; nap 0.5; kill -KILL $MEASURE; wait $MEASURE 2> /dev/null
    check_true "$method, SIGKILL: the instance is left" test -d $TRACING/instances/kernel-magnifier-$MEASURE-*
    measure after-$method --kind softirq --duration 0.3; check "$method, SIGKILL: the next one measures" 0 $?
    all_as_before "$method, SIGKILL and the next one"
    for signal in TERM INT; do
        start_measure ended-$method-$signal --kind wakeup --duration 600 --method $method --cpu-budget 100%
        measuring $MEASURE; nap 0.3; kill -$signal $MEASURE; wait $MEASURE; status=$?
        check "$method, SIG$signal: status" $([ $signal = TERM ] && echo 143 || echo 130) $status
        all_as_before "$method, SIG$signal"
    done
done
start_measure killed-record --kind wakeup --duration 600 --method kernel
measuring $MEASURE; kill -KILL $MEASURE; wait $MEASURE 2> /dev/null
record after-killed --record-time 0.1 --preset power; check "SIGKILL: the next recording starts" 0 $?
all_as_before "SIGKILL and the next recording"

# Loss: counted, and no interval across it.
/tmp/load pp 4 > /dev/null 2>&1 & LOAD=$!
measure lossy --kind wakeup,oncpu,syscall --duration 2 --buffer-size 8KB --method events --cpu-budget 100%; check "loss: status" 0 $?
wait $LOAD
verify lossy $KEEP/lossy.json

# Turns.
start_measure first --kind wakeup --duration 3
measuring $MEASURE
measure refused --kind wakeup --duration 0.2 --wait 0; check "a second measurement that does not wait: status" 4 $?
check "a second measurement that does not wait: who has the turn" 1 "$(grep -c "A measurement (pid $MEASURE, since [0-9:]*) was not over after 0 s" $KEEP/refused.errors)"
measure second --kind wakeup --duration 0.2 --wait 60; check "a second measurement that waits: status" 0 $?
kill -0 $MEASURE 2> /dev/null; check "a second measurement that waits: the first is over" 1 $?
wait $MEASURE; check "the first measurement: status" 0 $?
start $OUT/kept.dat --preset power --record-time 0
measuring $RECORDER
measure hindered --kind wakeup --duration 0.2 --wait 0.3; check "a recording runs: status" 4 $?
check "a recording runs: who has the turn" 1 "$(grep -c "A recording to $OUT/kept.dat (pid $RECORDER, since [0-9:]*) was not over" $KEEP/hindered.errors)"
kill -INT $RECORDER; wait $RECORDER; rm -f $OUT/kept.*
all_as_before "turns"

# Budgets.
/tmp/load pp 60 > /dev/null 2>&1 & LOAD=$!
measure over --kind wakeup,oncpu,syscall --duration 6 --method events --cpu-budget 1%; check "over the budget: status" 4 $?
check "over the budget: is said" 1 "$(grep -cE 'The measurement was ended after [0-9.]+ s, because it took [0-9.]+ % of a CPU over [0-9.]+ s, and may take 1.0 %' $KEEP/over.errors)"
all_as_before "over the budget"
measure auto --kind wakeup,syscall --duration 4 --method auto --cpu-budget 1%; check "over the budget, and the kernel goes on: status" 0 $?
verify auto $KEEP/auto.json
kill $LOAD; wait $LOAD 2> /dev/null
all_as_before "over the budget, and the kernel goes on"
measure memory --kind wakeup --duration 2 --method events --memory-budget 1MB; check "over the budget of memory: status" 4 $?
all_as_before "over the budget of memory"
