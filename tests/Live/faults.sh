#!/bin/bash
# In the guest: recordings that are interrupted during set-up, that cannot be completed, or that need settings of another user.
. "${0%/*}/recorder.sh"
echo 1408 > $TRACING/buffer_size_kb
settings > /tmp/before
mkdir -p /tmp/small; mount -t tmpfs -o size=40m tmpfs /tmp/small
for signal in TERM INT; do
    start $OUT/setup-$signal.dat --record-time 900 -b 256KB
    begun $RECORDER; kill -$signal $RECORDER; wait $RECORDER; status=$?
    check "SIG$signal while it is being set up: status" $([ $signal = TERM ] && echo 143 || echo 0) $status
    as_before "SIG$signal while it is being set up"
    keep setup-$signal
done
start $OUT/setup-KILL.dat --record-time 900 -b 256KB
begun $RECORDER; kill -KILL $RECORDER; wait $RECORDER 2> /dev/null
record next3 --record-time 0.2 -f 'vfs_*'; check "SIGKILL while it is being set up: the next one starts" 0 $?
as_before "SIGKILL while it is being set up, and the next start"
check "SIGKILL while it is being set up: nothing was recorded, no file" "" "$(ls -A $OUT | grep setup-KILL.dat)"

# The file cannot be completed: another process takes the space reserved for it. Nothing is lost; the next recording completes it.
env --default-signal=INT $KM record -o /tmp/small/end.dat --min-free 0 --record-time 900 -b 256KB -f '*sched*,vfs_*' > $OUT/end.said 2> $OUT/end.errors & RECORDER=$! # its messages must not go to the full disk
await $RECORDER; /tmp/load mix 0.3 > /dev/null 2>&1; sleep 0.5
rm /tmp/small/.end.dat.*.reserve; dd if=/dev/zero of=/tmp/small/filler bs=64k 2> /dev/null
kill -INT $RECORDER; wait $RECORDER; check "the end fails: status" 3 $?
check "the end fails: is said, and where the data is" 1 "$(grep -cE '^kernel-magnifier: /tmp/small/end.dat: the recording could not be completed: No space left on device.*What was recorded is kept beside it \(\.end\.dat\.[0-9a-f]+\.part, \.end\.dat\.[0-9a-f]+\.cpu1, \.end\.dat\.[0-9a-f]+\.kernel\)' $OUT/end.errors)"
as_before "the end fails"
check "the end fails: is reported by --check" 1 "$($KM record --check | grep -c "^left behind */tmp/small/end.dat")"
record next4 --record-time 0.2 -f 'vfs_*'; check "the end fails, still no room: the next one starts" 0 $?
check "the end fails, still no room: is kept" 1 "$(grep -c '/tmp/small/end.dat: the recording of an earlier recorder still could not be completed: .*No space left on device.* is kept' "$KEEP/next4.errors")"
rm /tmp/small/filler
record next5 --record-time 0.2 -f 'vfs_*'; check "the end fails: the next one starts" 0 $?
check "the end fails: the next one completes it" 1 "$(grep -c 'recovered /tmp/small/end.dat' "$KEEP/next5.errors")"
sed -n 's/.*recovered .*end.dat: \([0-9]*\) events.*/end: \1 events, 0 lost, /p' "$KEEP/next5.errors" > $OUT/end.said; : > $OUT/end.errors; mv /tmp/small/end.dat $OUT/; keep end
check "the end fails: nothing is left but what the load wrote" "" "$(ls -A /tmp/small | grep end; ls -A /var/lib/kernel-magnifier /run/kernel-magnifier 2> /dev/null | grep -vE ':|^(measurement.lock|schedules|spool)$' | xargs)"

# Its directory is removed while it records: it ends, and the data that it has open are saved where only root can write.
mkdir /tmp/gone
env --default-signal=INT $KM record -o /tmp/gone/gone.dat --record-time 900 -b 256KB -f '*sched*,vfs_*' > $OUT/gone.said 2> $OUT/gone.errors & RECORDER=$!
await $RECORDER; /tmp/load mix 0.3 > /dev/null 2>&1; sleep 0.5; rm -rf /tmp/gone
wait $RECORDER; check "directory removed: status" 3 $?
SAVED=$(ls /var/lib/kernel-magnifier/gone.dat /run/kernel-magnifier/gone.dat 2> /dev/null)
check "directory removed: is said, and where the data are" "kernel-magnifier: warning: /tmp/gone/gone.dat: the files of the recording were deleted while it was made. What was recorded was saved as $SAVED." "$(cat $OUT/gone.errors)"
as_before "directory removed"
mv "$SAVED" $OUT/; keep gone

# Two recordings to one file: the second is refused before it changes anything.
start $OUT/twice.dat --record-time 900 -b 256KB -f 'vfs_*'
await $RECORDER; ln -s $OUT /tmp/other-path
$KM record -o /tmp/other-path/twice.dat --record-time 0.1 -f 'vfs_*' > /tmp/said 2> /tmp/errors; check "two recordings to one file: status of the second" 3 $?
check "two recordings to one file: who has it is said" 1 "$(grep -cE "^kernel-magnifier: /tmp/other-path/twice.dat: the recorder with pid $RECORDER writes a recording to this file, since [0-9:]{8}\. Wait until it has finished, end it, or choose another name\.$" /tmp/errors)"
check "two recordings to one file: the second made no instance" 1 "$(ls $TRACING/instances | wc -l)"
record beside --record-time 0.1 -f 'vfs_*'; check "two recordings to two files: status" 0 $?
kill -INT $RECORDER; wait $RECORDER; check "two recordings to one file: status of the first" 0 $?
keep twice

# No space to keep free, but none for the file itself.
mkdir -p /tmp/tiny; mount -t tmpfs -o size=8m tmpfs /tmp/tiny
$KM record -o /tmp/tiny/x.dat --min-free 0 --record-time 0.1 -f 'vfs_*' > /tmp/said 2> /tmp/errors; check "no space for the file itself: status" 3 $?
check "no space for the file itself: how much is needed" 1 "$(grep -cE '^kernel-magnifier: /tmp/tiny: the file system has no room for the symbols .* With the space to complete the file they need (about )?[0-9.]+ MB, besides the space to keep free\.' /tmp/errors)"
check "no space for the file itself: no file is left" "" "$(ls -A /tmp/tiny)"
as_before "no space for the file itself"
# The space to keep free is reached during the recording: it was cut short.
umount /tmp/small; mount -t tmpfs -o size=60m tmpfs /tmp/small
start /tmp/small/short.dat --min-free 20MB --record-time 900 -f '*sched*,vfs_*' -b 256KB
await $RECORDER; dd if=/dev/zero of=/tmp/small/filler bs=1M count=30 2> /dev/null
wait $RECORDER; check "space to keep free: status" 3 $?
check "space to keep free: is said" 1 "$(grep -cE '^kernel-magnifier: warning: /tmp/small/short.dat: the recording ended early, because the file system has [0-9.]+ MB free, less than the 20 MB to keep free\.' /tmp/small/short.errors)"
as_before "space to keep free"
rm -rf /tmp/small/*

/tmp/load light 900 > /dev/null 2>&1 & LOAD=$!
# Settings of another user at the top level, where function_graph must be recorded before 6.11, and where its depth is always set.
echo vfs_read > $TRACING/set_ftrace_filter; echo mono > $TRACING/trace_clock; echo 3000 > $TRACING/buffer_size_kb; echo 1 > $TRACING/tracing_cpumask; echo 5 > $TRACING/max_graph_depth; echo 1 > $TRACING/options/func_stack_trace; echo 0 > $TRACING/options/irq-info
echo $LOAD > $TRACING/set_ftrace_pid; echo vfs_write > $TRACING/set_graph_function; echo > $TRACING/trace
settings > /tmp/before
for signal in none INT TERM KILL; do
    name=top-$signal
    start $OUT/$name.dat -t function_graph --max-depth 2 --graph-root vfs_read -f 'vfs_*' --record-time $([ $signal = none ] && echo 0.5 || echo 900)
    if [ $signal != none ]; then
        while kill -0 $RECORDER 2>/dev/null; do [ "$(cat $TRACING/max_graph_depth)" = 2 ] && recording && break; nap 0.2; done
        sleep 1; kill -$signal $RECORDER
    fi
    wait $RECORDER 2>/dev/null
    if [ $signal = KILL ]; then
        check "top level, SIGKILL: its depth is left" 2 "$(cat $TRACING/max_graph_depth)"
        record next2 --record-time 0.2 -f 'vfs_*'
    else keep $name; fi
    as_before "the settings of another user at the top level, ended by $signal"
done
kill $LOAD 2>/dev/null; pkill -x 'load.*'
exit 0
