#!/bin/bash
# In the guest: the presets of events, filters, stacks and triggers; runqlat and perf beside a recording. latency-verify.py checks the files outside.
. "${0%/*}/recorder.sh"
echo 1408 > $TRACING/buffer_size_kb
whole_tree() { settings; (cd $TRACING && grep -rH '' --include=trigger events/{sched,irq,raw_syscalls} 2> /dev/null); }
all_as_before() { whole_tree > /tmp/after; check "$1: settings and triggers as before" "" "$(diff /tmp/before /tmp/after | grep '^[<>]')"; }
recording() { # as in checks.sh, for events: an instance that records them, or the top level
    local at on events
    for at in $TRACING/instances/kernel-magnifier-* $TRACING; do
        { read -r on < "$at/tracing_on" && read -r events < "$at/events/enable"; } 2> /dev/null && [ "$on" = 1 ] && [ "$events" != 0 ] && return
    done
    return 1
}
busy() { # SECONDS : wake-ups, forks, files, packets and, where there is a loop device, block requests
    /tmp/load mix "$1" > /dev/null 2>&1 & local load=$!
    /tmp/load echo "$1" > /dev/null 2>&1 & local echo=$!
    [ -z "$DISK" ] || dd if=/dev/zero of="$DISK" bs=4k count=400 oflag=direct conv=fsync 2> /dev/null
    wait $load $echo
}
ours() { echo $TRACING/instances/kernel-magnifier-*/; }
DISK=
if [ -f "$SHARE/bin/loop.ko" ] && insmod "$SHARE/bin/loop.ko" 2> /dev/null; then
    truncate -s 32M /tmp/disk; DISK=$(losetup -f --show /tmp/disk) || DISK=
fi
[ -n "$DISK" ] || skip "block requests" "there is no loop device"
whole_tree > /tmp/before

for preset in scheduling interrupts syscalls block network workqueue power Scheduling,Interrupts,Syscalls; do
    name=preset-${preset//,/-}
    start "$OUT/$name.dat" --preset "$preset" --record-time 0 -b 8MB
    await $RECORDER
    check "$preset: the tracer" nop "$(cat "$(ours)current_tracer")"
    cat "$(ours)set_event" > "$KEEP/$name.enabled"
    busy 0.5; kill -INT $RECORDER; wait $RECORDER; check "$preset: status" 0 $?
    keep "$name"
done
all_as_before "presets"
record preset-functions --preset syscalls -f vfs_read -b 4MB -- /tmp/load file 0.3; check "a preset and functions: status" 0 $?

# Filters, stacks and triggers: in the kernel while it records, gone afterwards.
with=(--preset scheduling --event-filter 'sched:sched_switch=prev_comm ~ "load*"' --event-filter 'common_pid != 1' --event-stack sched:sched_switch
    --event-trigger 'sched:sched_process_exit=traceoff:1 if pid == 1' -b 4MB --record-time 0)
filter='(prev_comm ~ "load*") && (common_pid != 1)'
in_kernel() { # NAME DIRECTORY
    check "$1: the filter" "$filter" "$(cat "$2/events/sched/sched_switch/filter")"
    check "$1: the filter for all" "common_pid != 1" "$(cat "$2/events/sched/sched_waking/filter")"
    check "$1: the stack, with the filter" "stacktrace:unlimited if $filter" "$(cat "$2/events/sched/sched_switch/trigger")"
    check "$1: the trigger" "traceoff:count=1 if pid == 1" "$(cat "$2/events/sched/sched_process_exit/trigger")"
}
start $OUT/filtered.dat "${with[@]}"
await $RECORDER; in_kernel "in an instance" "$(ours)"
busy 0.3; kill -INT $RECORDER; wait $RECORDER; check "in an instance: status" 0 $?
keep filtered
all_as_before "in an instance"
start $OUT/killed-events.dat "${with[@]}"
await $RECORDER; busy 0.2; kill -KILL $RECORDER; wait $RECORDER 2> /dev/null
record next-events --record-time 0.1 --preset power; check "SIGKILL: the next one starts" 0 $?
all_as_before "SIGKILL and the next start"
check "SIGKILL: the next one recovers" 1 "$(grep -c "recovered $OUT/killed-events.dat" "$KEEP/next-events.errors")"
sed -n 's/.*recovered .*killed-events.dat: \([0-9]*\) events.*/killed-events: \1 events, 0 lost, /p' "$KEEP/next-events.errors" > $OUT/killed-events.said; : > $OUT/killed-events.errors; keep killed-events

# The top level, where the kernel has no instances with function_graph: its settings belong to others too.
top=(-t function_graph -f vfs_read "${with[@]}")
start $OUT/top.dat "${top[@]}"
await $RECORDER
if [ -n "$(ls $TRACING/instances)" ]; then
    skip "triggers at the top level" "this kernel has instances with function_graph"
    kill -INT $RECORDER; wait $RECORDER
    rm -f $OUT/top.*
else
    check "top level: the filter" "$filter" "$(cat $TRACING/events/sched/sched_switch/filter)"
    check "top level: the stack" "stacktrace:unlimited if $filter" "$(cat $TRACING/events/sched/sched_switch/trigger)"
    busy 0.2; kill -INT $RECORDER; wait $RECORDER; check "top level: status" 0 $?
    keep top
    all_as_before "top level"
    start $OUT/killed-top.dat "${top[@]}"
    await $RECORDER; kill -KILL $RECORDER; wait $RECORDER 2> /dev/null
    check "top level, SIGKILL: the stack is left" 1 "$(grep -c stacktrace $TRACING/events/sched/sched_switch/trigger)"
    $KM record -q -o $OUT/x.dat --record-time 0.1 --preset power > /dev/null 2>&1; check "top level, SIGKILL: the next one starts" 0 $?
    all_as_before "top level, SIGKILL and the next start"
    # An event with a trigger is enabled in the kernel's eyes, so the top level is in use.
    echo 'stacktrace if prev_pid == 2' > $TRACING/events/sched/sched_switch/trigger
    $KM record -o $OUT/x.dat "${top[@]}" > /tmp/said 2> /tmp/errors; check "top level, a trigger of another user: status" 4 $?
    check "top level, a trigger of another user: is said" 1 "$(grep -c 'set_event: events are enabled (sched:sched_switch)' /tmp/errors)"
    check "top level, a trigger of another user: is left alone" "stacktrace:unlimited if prev_pid == 2" "$(cat $TRACING/events/sched/sched_switch/trigger)"
    echo '!stacktrace' > $TRACING/events/sched/sched_switch/trigger
    all_as_before "top level, a trigger of another user"
    rm -f $OUT/x.dat $OUT/killed-top.dat
fi

# What the kernel refuses, and what it does not have.
refused() { # NAME MESSAGE ARGUMENT...
    local name=$1 message=$2; shift 2
    $KM record -o $OUT/x.dat --record-time 0.1 "$@" > /tmp/said 2> /tmp/errors; check "$name: status" 2 $?
    check "$name: is said" 1 "$(grep -cE -- "$message" /tmp/errors)"
    [ "$(grep -cE -- "$message" /tmp/errors)" = 1 ] || sed 's/^/  note: /' /tmp/errors
}
refused "a field that does not exist" "^kernel-magnifier: sched:sched_switch: the kernel refused the filter 'no_such == 1': Field not found\. All settings were restored\. Filter by the event's fields: prev_comm, prev_pid," --preset scheduling --event-filter 'sched:sched_switch=no_such == 1'
refused "a filter for all that one event has no field for" "^kernel-magnifier: [a-z_]+:[a-z_]+: the kernel refused the filter 'prev_pid == 1': Field not found\." --preset scheduling --event-filter 'prev_pid == 1'
refused "a filter of an event that is not recorded" "^kernel-magnifier: --event-filter: The filter 'irq:\*=irq == 1' is for an event that is not recorded\." --preset scheduling --event-filter 'irq:*=irq == 1'
refused "a trigger that does not exist" "^kernel-magnifier: sched:sched_switch: the kernel refused the trigger 'nonsense': .*All settings were restored\." --preset scheduling --event-trigger 'sched:sched_switch=nonsense'
refused "a preset that does not exist" "^kernel-magnifier: shedule: there is no such preset of events\. .*The presets are Scheduling, Interrupts," --preset shedule
refused "an event that does not exist, with its stack" "^kernel-magnifier: sched:sched_swich: this kernel has no such event\. Did you mean sched:sched_switch\?" --event-stack sched:sched_swich
all_as_before "what is refused"

# The same seconds as bcc's runqlat and perf see them. The recorder's own tasks are recorded too: the others do not exclude them.
beside() { # NAME : starts a recording that both compare with
    start "$OUT/$1.dat" --preset scheduling --record-time 0 --include-self --clock mono -b 16MB
    await $RECORDER
}
if command -v runqlat > /dev/null && [ -f /sys/kernel/btf/vmlinux ]; then
    beside runqlat
    stdbuf -oL runqlat > /tmp/runqlat.text 2> /tmp/runqlat.errors & TOOL=$!
    for ((i = 0; i < 600; i++)); do read -r line < /tmp/runqlat.text; [[ $line == *Ctrl-C* ]] && break; kill -0 $TOOL 2> /dev/null || break; nap 0.1; done
    # The recording began long before. Without a suspend, the uptime is the time of the clock mono.
    read -r from _ < /proc/uptime
    /tmp/load mix 1.5 > /dev/null 2>&1
    read -r to _ < /proc/uptime
    echo "$from $to" > "$KEEP/runqlat.window"
    kill -INT $TOOL 2> /dev/null; wait $TOOL
    kill -INT $RECORDER; wait $RECORDER; check "beside runqlat: status" 0 $?
    keep runqlat
    if grep -q -- '->' /tmp/runqlat.text; then cp /tmp/runqlat.text "$KEEP/runqlat.text"; else skip "runqlat" "it does not run here: $(head -1 /tmp/runqlat.errors)"; fi
else
    skip "runqlat" "it is not installed (libbpf-tools), or the kernel has no BTF"
fi
if command -v perf > /dev/null; then
    beside perf
    perf record -q -a -m 1024 -k CLOCK_MONOTONIC -o /tmp/perf.data -e 'sched:sched_switch,sched:sched_waking,sched:sched_wakeup,sched:sched_wakeup_new,sched:sched_process_fork,sched:sched_process_exit,sched:sched_process_exec,sched:sched_migrate_task' -- \
        /tmp/load mix 1 > /tmp/perf.errors 2>&1
    check "beside perf: status of perf" 0 $?
    kill -INT $RECORDER; wait $RECORDER; check "beside perf: status" 0 $?
    keep perf
    perf sched timehist -i /tmp/perf.data > "$KEEP/timehist.text" 2> /tmp/timehist.errors || { skip "perf sched timehist" "$(head -1 /tmp/timehist.errors)"; rm "$KEEP/timehist.text"; }
else
    skip "perf sched timehist" "perf is not installed"
fi
exit 0
