#!/bin/bash
# In the guest: makes the recordings that verify.sh checks outside, where that is faster. Checks here what is visible only here.  suite.sh suite|quick
. "${0%/*}/recorder.sh"
cp "$SHARE/bin/map" /tmp/
# "quick" omits what takes long, and records few functions where any will do: patching all of them takes seconds under emulation.
whole() { [ "$KIND" = suite ]; }
KIND=$1 FEW=(); whole || FEW=(-f 'vfs_*,ksys_*,*sched*,*lock*')
if whole; then
settings > /tmp/before
record first --record-time 0.3 -f 'vfs_*'; check "first: status" 0 $?
settings > /tmp/after
# Before 6.7 the kernel has one flag for all buffers: the first use of any buffer expands the top level's buffer to its default size.
case $(uname -r) in 5.* | 6.[0-6].*) allowed='^[<>] \./(per_cpu/cpu[0-9]+/)?buffer_(total_)?size_kb:(7|7 \(expanded: 1408\)|14 \(expanded: 2816\)|14(08|10)|28(16|20))$' ;; *) allowed='^nothing$' ;; esac
check "first: settings of a machine never traced before are as they were" "" "$(diff /tmp/before /tmp/after | grep '^[<>]' | grep -vE "$allowed")"
diff /tmp/before /tmp/after | grep '^[<>]' | sed 's/^/  note: /'
fi
echo 1408 > $TRACING/buffer_size_kb
settings > /tmp/before

loaded 0.4 all --record-time 0 -b 512KB; check "all functions: status" 0 $?
cat /proc/modules > "$KEEP/modules"; uname -snrm > "$KEEP/uname"
check "mode of the file" 600 "$(stat -c %a $OUT/all.dat)"
as_before "normal end"
check "no file but the results" "all.dat$(whole && echo ' first.dat')" "$(ls -A $OUT | xargs)"
! whole || { loaded 0.3 packed --record-time 0 --compress -b 512KB; check "compressed: status" 0 $?; }
record command -b 8MB -- /tmp/load tree 0.3; check "command: status" 0 $?
record events-command -e 'sched:sched_process_*' -- /tmp/load tree 0.3; check "events of a command: status" 0 $?
record sched --record-time 1 -e sched:sched_switch,sched:sched_waking,sched:sched_wakeup,sched:sched_stat_runtime; check "events of the scheduler: status" 0 $?
record fn -f 'vfs_*' --exclude-function 'vfs_w*' -- /tmp/load file 0.3; check "chosen functions: status" 0 $?
record path --source-path kernel/sched/ --symbol-file-path /tmp/map -- /tmp/load pp 0.3; check "source path: status" 0 $?
$KM record -o $OUT/exit.dat --json -f vfs_read -- /bin/sh -c 'exit 7' > /tmp/said 2> /tmp/errors; check "command that exits with 7: status" 7 $?
check "command that exits with 7: is said" "kernel-magnifier: the command exited with status 7." "$(cat /tmp/errors)"
check "command that exits with 7: in JSON" '"exitCode": 7, "signal": null,' "$(grep -E '"(exitCode|signal)"' /tmp/said | xargs -d '\n' | tr -s ' ' | sed 's/^ //')"
$KM record -o $OUT/exit.dat -e sched:sched_process_exit -- /bin/sh -c 'kill -9 $$' > /tmp/said 2> /tmp/errors; check "command that SIGKILL ends: status" 137 $?
check "command that SIGKILL ends: is said" "kernel-magnifier: the command was ended by signal 9." "$(cat /tmp/errors)"
rm $OUT/exit.dat
# The flags of a tracer are those of all instances and of the top level.
record option --record-time 0.1 -f vfs_read -O func_stack_trace; check "option of a tracer: status" 0 $?
as_before "option of a tracer"
$KM record -o $OUT/x.dat -O nofunc_stak_trace > /tmp/said 2> /tmp/errors; check "mistyped option: status" 2 $?
check "mistyped option: named as typed" "kernel-magnifier: nofunc_stak_trace: this kernel has no such trace option. Did you mean nofunc_stack_trace? The files in $TRACING/options are the trace options; a name with 'no' in front clears the option." "$(head -1 /tmp/errors)"
if whole; then
as_before "command"
/tmp/load light 900 > /dev/null 2>&1 & LOAD=$!
record cpu --record-time 0.5 --cpumask 1 -f '*sched*,vfs_*'; check "one CPU: status" 0 $?
as_before "function filters"
# The time of the kernel for a function filter, with the writes of the recorder.
took() { # FILE : milliseconds
    mkdir $TRACING/instances/probe
    local start; start=$(date +%s%N); cat "$1" > $TRACING/instances/probe/set_ftrace_filter; echo $((($(date +%s%N) - start) / 1000000))
    rmdir $TRACING/instances/probe
}
seq 1 3000 > /tmp/indices; sed -n '1,100{s/ .*//;p}' $TRACING/available_filter_functions > /tmp/names
# Under emulation on a busy machine only the ratio of the two times is meaningful.
took=$(took /tmp/indices) names=$(took /tmp/names)
echo "  note: 3000 functions by index: $took ms; 100 functions by name: $names ms; emulated"
check_true "thousands of functions: set by index at less than a twentieth of what each takes by name" test $((took * 100 * 20)) -lt $((names * 3000))
record many --record-time 0.1 -f '[a-m]*'; check "thousands of functions: status" 0 $?
record events --record-time 1 -e 'sched:sched_switch{prev_comm ~ "load-p*"},irq:*'; check "events: status" 0 $?
record pid --pid $LOAD --record-time 1 -f 'vfs_*,*sched*,ksys_*'; check "pid: status" 0 $?
record graph -t function_graph --graph-root vfs_write,vfs_read --max-depth 3 --record-time 0.5; check "graph: status" 0 $?
as_before "graph"
$KM record -o $OUT/text.data --format text --record-time 1.5 -f 'vfs_*' > $OUT/text.said 2>&1; check "text: status" 0 $?; cp $OUT/text.data $OUT/text.said "$KEEP/"; rm $OUT/text.said
kill $LOAD; pkill -x 'load.*'; wait $LOAD 2>/dev/null

loaded 5 size --record-time 0 --max-size 1MB -b 256KB; check "max size: status" 0 $?
check_true "max size: ended by it" test "$(stat -c %s $OUT/size.dat)" -lt 20000000
loaded 0.5 flight --record-time 0 --overwrite -b 256KB; check "flight recorder: status" 0 $?
fi
mkdir -p /tmp/small; mount -t tmpfs -o size=$(whole && echo 40 || echo 26)m tmpfs /tmp/small
start /tmp/small/full.dat --min-free 0 --record-time 900
await $RECORDER; /tmp/load mix 900 > /dev/null 2>&1 & LOAD=$!
wait $RECORDER; check "disk full: status" 3 $?
kill $LOAD; pkill -x 'load.*'; wait $LOAD 2> /dev/null
mv /tmp/small/full.said /tmp/small/full.errors $OUT/
check "disk full: is said" 1 "$(grep -c 'could not be written any further: No space left on device' $OUT/full.errors)"
check "disk full: no other file" full.dat "$(ls -A /tmp/small)"
as_before "an error in the middle"
mv /tmp/small/full.dat $OUT/; keep full
$KM record -o /tmp/small/x.dat --min-free 1GB > /tmp/said 2> /tmp/errors; check "free space: status" 3 $?
check "free space: is said before anything is done" "kernel-magnifier: /tmp/small: the file system has $(whole && echo 40 || echo 26) MB free, less than the 1 GB to keep free. Free disk space, choose another directory, or keep less space free." "$(head -1 /tmp/errors)"

# The capabilities of each thread of the recorder: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER and CAP_SYSLOG to end, CAP_SYS_PTRACE and CAP_SYS_RESOURCE to begin.
rights() { awk -F'\t' '$1 == "Name:" { name = $2 } $1 == "CapPrm:" { may = $2 } $1 == "NoNewPrivs:" { print name ": " may " " $2 }' /proc/$RECORDER/task/*/status; }
for signal in INT TERM $(whole && echo HUP); do
    start $OUT/SIG$signal.dat --record-time 900 -b 256KB "${FEW[@]}"
    await $RECORDER; sleep 0.5; [ $signal != INT ] || rights > /tmp/rights; kill -$signal $RECORDER; wait $RECORDER; status=$?
    case $signal in INT) expected=0 ;; TERM) expected=143 ;; HUP) expected=129 ;; esac
    check "SIG$signal: status" $expected $status
    as_before "SIG$signal"
    keep SIG$signal
done
check "rights: the threads that copy have none" "$(printf 'km cpu%d: 0000000000000000 1\n' 0 1)" "$(grep '^km cpu' /tmp/rights | sort)"
check "rights: the one that waits has none" "km: 0000000000000000 1" "$(head -1 /tmp/rights)"
check "rights: the one that ends the recording has what it needs for that" "km recording: 000000040000000e 1" "$(grep '^km recording' /tmp/rights)"
check "rights: no thread has more than is needed to begin" "" "$(tail -n +2 /tmp/rights | grep -v '^km ' | grep -v ': 000000040108000e 0$')"
sed 's/^/  note: /' /tmp/rights
grep -E '^(Cap|NoNewPrivs)' /proc/self/status > /tmp/mine
mkdir -m 700 /tmp/theirs; chown 1000:1000 /tmp/theirs
$KM record -q -o /tmp/theirs/rights.dat -e sched:sched_process_exit -- /bin/sh -c 'grep -E "^(Cap|NoNewPrivs)" /proc/self/status > /tmp/its' > /tmp/said 2>&1; check "rights of a command: status" 0 $?
check "rights of a command: its user's" "$(cat /tmp/mine)" "$(cat /tmp/its)"
check "rights: root writes where only another user may" "rights.dat 600 0" "$(cd /tmp/theirs && stat -c '%n %a %u' *)"
start $OUT/killed.dat --record-time 900 -b 256KB "${FEW[@]}"
await $RECORDER; /tmp/load mix 0.3 > /dev/null 2>&1; sleep 0.5; kill -KILL $RECORDER; wait $RECORDER 2>/dev/null
check_true "SIGKILL: leaves an instance" test -n "$(ls $TRACING/instances)"
check "SIGKILL: is reported by --check" 1 "$($KM record --check | grep -c "^left behind *$OUT/killed.dat")"
record next --record-time 0.3 -f 'vfs_*'; check "SIGKILL: the next one starts" 0 $?
check "SIGKILL: the next one recovers" 1 "$(grep -c "recovered $OUT/killed.dat" "$KEEP/next.errors")"
as_before "SIGKILL and the next start"
sed -n 's/.*recovered .*killed.dat: \([0-9]*\) events.*/killed: \1 events, 0 lost, /p' "$KEEP/next.errors" > $OUT/killed.said; : > $OUT/killed.errors; keep killed
check "no hidden file is left" "" "$(ls -A $OUT /tmp/small | grep '^\.')"
check "no journal is left" "" "$(ls -A /var/lib/kernel-magnifier /run/kernel-magnifier 2>/dev/null | grep -vE ':|^(measurement.lock|schedules|spool)$' | xargs)"

exit 0
