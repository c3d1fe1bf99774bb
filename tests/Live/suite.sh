#!/bin/bash
# In the guest: what the recorder must show. suite.sh RECORDER LOAD MAP
cp "$1" /tmp/km; cp "$2" /tmp/load; MAP=$3
. "${0%/*}/checks.sh"
KM=/tmp/km; OUT=/tmp/out; mkdir -p $OUT; REPORT="trace-cmd report -O parent=1 -O indent=0"
echo "kernel $(uname -r), $(trace-cmd --version 2>&1 | awk '/version/ { print $3 }') trace-cmd"
ERRORS=0

# What the recorder says: "FILE: N events, N lost, ..." and a line per CPU.
events_of() { sed -n 's/^.*: \([0-9,]*\) events, [0-9,]* lost, .*/\1/p' "$1" | tr -d ,; }
per_cpu_of() { sed -n 's/^  CPU \([0-9]*\): \([0-9]*\) events, \([0-9]*\) lost$/\1 \2 \3/p' "$1"; }

# trace-cmd's view of a file against ours: events of all CPUs, lost per CPU. Where the kernel found no room for a number in the page, trace-cmd
# cannot print it; then the kernel's own count, which the file carries too, decides.
compare() { # NAME FILE SAID
    $REPORT -i "$2" > /tmp/report 2> /tmp/report.err
    local events; events=$(grep -cE '^ *.*-[0-9]+ +\[[0-9]+\]' /tmp/report)
    check "$1: trace-cmd reads the file without a word" "" "$(grep -v '^$' /tmp/report.err)"
    check "$1: trace-cmd counts the same events" "$(events_of "$3")" "$events"
    while read -r cpu count lost; do
        check "$1: CPU $cpu: the same events" "$count" "$(grep -cE "^ *.*-[0-9]+ +\[0*$cpu\]" /tmp/report)"
        told=$(sed -n "s/^CPU:$cpu \[\([0-9]*\) EVENTS DROPPED\]/\1/p" /tmp/report | awk '{ n += $1 } END { print n + 0 }')
        untold=$(grep -c "^CPU:$cpu \[EVENTS DROPPED\]" /tmp/report)
        if [ "$untold" = 0 ]; then check "$1: CPU $cpu: the same lost" "$lost" "$told"
        else
            check "$1: CPU $cpu: the same lost, by the kernel's count" "$lost" "$(trace-cmd report --stat -i "$2" 2>/dev/null | awk -v cpu="$cpu" '$1 == "CPU:" { on = $2 == cpu } on && /^(overrun|commit overrun|dropped events):/ { n += $NF } END { print n + 0 }')"
        fi
    done < <(per_cpu_of "$3")
}
tasks() { sed -nE 's/^ *.*-([0-9]+) +\[[0-9]+\].*/\1/p' "$1" | sort -un; }

settings > /tmp/fresh
$KM record -o $OUT/first.dat --record-time 0.5 -f 'vfs_*' > /tmp/said 2>/tmp/errors
check "first: nothing to say" "" "$(cat /tmp/errors)"
settings > /tmp/after
# A kernel before 6.7 has one flag for all buffers that says whether any was used: then the top level's buffer is given the size it would have got.
check "first: settings of a machine never traced before are as they were, but for the buffer that was never used" "" \
    "$(diff /tmp/fresh /tmp/after | grep '^[<>]' | grep -vE '(buffer_size_kb|buffer_total_size_kb):(7 \(expanded|1408|14 \(expanded|2816)')"
diff /tmp/fresh /tmp/after | sed 's/^/  note: /'
echo 1408 > $TRACING/buffer_size_kb
settings > /tmp/before

# 1. All functions
/tmp/load mix 60 & LOAD=$!
$KM record -o $OUT/all.dat --record-time 1 -b 512KB > /tmp/said 2>/tmp/errors; check "all functions: status" 0 $?
compare "all functions" $OUT/all.dat /tmp/said
check_true "all functions: some" test "$(events_of /tmp/said)" -gt 1000
check "all functions: none of the recorder's own" 0 "$(grep -cE '^ *(km|\.NET[^[]*)-[0-9]+ +\[' /tmp/report)"
check "all functions: mode of the file" 600 "$(stat -c %a $OUT/all.dat)"
settings > /tmp/after; check "normal end: settings as before" "" "$(diff /tmp/before /tmp/after)"
check "normal end: no file but the result" "all.dat first.dat" "$(ls -A $OUT | xargs)"

# 2. The same, packed
$KM record -o $OUT/packed.dat --record-time 0.5 --compress -b 512KB > /tmp/said 2>/tmp/errors; check "packed: status" 0 $?
compare "packed" $OUT/packed.dat /tmp/said

# 3. One CPU
$KM record -o $OUT/cpu.dat --record-time 0.5 --cpumask 1 -f '*sched*,vfs_*' > /tmp/said 2>&1
compare "one CPU" $OUT/cpu.dat /tmp/said
check "one CPU: only that one" 0 "$($REPORT -i $OUT/cpu.dat 2>/dev/null | grep -cE '\[0*1\]')"

# 4. Functions chosen, left out, of a module
$KM record -o $OUT/fn.dat --record-time 1 -f 'vfs_*' --exclude-function 'vfs_w*' > /tmp/said 2>&1
compare "chosen functions" $OUT/fn.dat /tmp/said
check "chosen functions: only those" "" "$($REPORT -i $OUT/fn.dat 2>/dev/null | sed -nE 's/.* function: +([^ ]+) <--.*/\1/p' | grep -vE '^vfs_' ; $REPORT -i $OUT/fn.dat 2>/dev/null | sed -nE 's/.* function: +([^ ]+) <--.*/\1/p' | grep -E '^vfs_w')"
start=$(date +%s%N); $KM record -o $OUT/many.dat --record-time 0.1 -f '[a-m]*' > /tmp/said 2>&1; end=$(date +%s%N)
echo "  note: $(grep -cE '^[a-m]' $TRACING/available_filter_functions) functions by index, recorded 0.1 s, $(( (end - start) / 1000000 )) ms in all, emulated"

# 5. A command and its children only
kill $LOAD; wait $LOAD 2>/dev/null
/tmp/load mix 300 & LOAD=$!
$KM record -o $OUT/command.dat -- /tmp/load tree 0.5 > /tmp/said 2>/tmp/errors; check "command: status" 0 $?
compare "command" $OUT/command.dat /tmp/said
check "command: only its tasks" "" "$(sed -nE 's/^ *(.*)-[0-9]+ +\[[0-9]+\].*/\1/p' /tmp/report | sort -u | grep -vE '^(load|load-branch|load-leaf|load-file|km command|km)$')"
check "command: three tasks, the children too" 3 "$(tasks /tmp/report | wc -l)"
check "command: from its first instruction on" yes "$(grep -qE ' (do_execve|bprm_execve|__x64_sys_execve|exec_binprm|begin_new_exec)' /tmp/report && echo yes)"
$KM record -o $OUT/events-command.dat -e 'sched:sched_process_*' -- /tmp/load tree 0.3 > /tmp/said 2>&1
compare "events of a command" $OUT/events-command.dat /tmp/said
check "events of a command: exec of it, two forks, three exits" "1 2 3" "$(for e in exec fork exit; do $REPORT -i $OUT/events-command.dat 2>/dev/null | grep -c "sched_process_$e:"; done | xargs)"
$KM record -o $OUT/pid.dat --pid $LOAD --record-time 0.5 > /tmp/said 2>&1
$REPORT -i $OUT/pid.dat > /tmp/report 2>/dev/null
check "pid: that one's tasks only" "" "$(sed -nE 's/^ *(.*)-[0-9]+ +\[[0-9]+\].*/\1/p' /tmp/report | sort -u | grep -vE '^load')"

# 6. Events with a filter
$KM record -o $OUT/events.dat --record-time 1 -e 'sched:sched_switch{prev_comm ~ "load-p*"},irq:*' > /tmp/said 2>&1
compare "events" $OUT/events.dat /tmp/said
check "events: the filter holds" "" "$($REPORT -i $OUT/events.dat 2>/dev/null | grep 'sched_switch:' | grep -vE 'load-p[io]ng')"
check_true "events: there are some" test "$(grep -c . /tmp/said)" -gt 1

# 7. By source path
if [ -s "$MAP" ]; then
    $KM record -o $OUT/path.dat --record-time 1 --source-path kernel/sched/ --symbol-file-path "$MAP" > /tmp/said 2>/tmp/errors; check "source path: status" 0 $?
    compare "source path" $OUT/path.dat /tmp/said
    awk -F'|' '$2 ~ /kernel\/sched\// { print $1 }' "$MAP" | sort -u > /tmp/names
    check "source path: only functions of it" "" "$($REPORT -i $OUT/path.dat 2>/dev/null | sed -nE 's/.* function: +([^ ]+) <--.*/\1/p' | sort -u | sed -E 's/\.(isra|constprop|part|cold)\.?[0-9.]*$//' | grep -vxFf /tmp/names)"
    check_true "source path: there are some" test "$(events_of /tmp/said)" -gt 100
else skip "source path" "no symbol map of this kernel"; fi

# 8. function_graph, with a root and a depth, and nothing of it left
$KM record -o $OUT/graph.dat -t function_graph --graph-root vfs_write,vfs_read --max-depth 3 --record-time 1 > /tmp/said 2>/tmp/errors; check "graph: status" 0 $?; cat /tmp/errors
compare "graph" $OUT/graph.dat /tmp/said
check_true "graph: entries and exits" test "$(grep -c 'funcgraph_exit' /tmp/report)" -gt 10
settings > /tmp/after; check "graph: settings as before" "" "$(diff /tmp/before /tmp/after)"

# 9. Text as the Python tool wrote it
$KM record -o $OUT/text.data --format text --record-time 0.5 -f 'vfs_*' > /tmp/said 2>&1
check "text: every line is one of trace_pipe's" "" "$(grep -vE '^ *.+-[0-9]+ +\[[0-9]{3}\] .{5} +[0-9]+: .* <-.*|LOST [0-9]+ EVENTS' $OUT/text.data | head -3)"
check "text: the count is that of the lines" "$(events_of /tmp/said)" "$(grep -c ' <-' $OUT/text.data)"

# 10. Bounds
$KM record -o $OUT/size.dat --record-time 30 --max-size 1MB -b 256KB > /tmp/said 2>/tmp/errors
check_true "max size: ended by it" test "$(stat -c %s $OUT/size.dat)" -lt 16000000
compare "max size" $OUT/size.dat /tmp/said
$KM record -o $OUT/flight.dat --record-time 1 --overwrite -b 256KB > /tmp/said 2>&1
compare "flight recorder" $OUT/flight.dat /tmp/said
check_true "flight recorder: no more than the buffers hold" test "$(per_cpu_of /tmp/said | awk '{ n += $2 } END { print n }')" -lt 60000
mkdir -p /tmp/small; mount -t tmpfs -o size=40m tmpfs /tmp/small
$KM record -o /tmp/small/x.dat --min-free 0 --record-time 120 > /tmp/said 2>/tmp/errors; status=$?
check "disk full: said" 1 "$(grep -c 'could not be written further: No space left on device' /tmp/errors)"
compare "disk full" /tmp/small/x.dat /tmp/said
check "disk full: no other file" x.dat "$(ls -A /tmp/small)"
settings > /tmp/after; check "an error in the middle: settings as before" "" "$(diff /tmp/before /tmp/after)"
rm /tmp/small/x.dat
$KM record -o /tmp/small/x.dat --min-free 1GB > /tmp/said 2>/tmp/errors; check "free space: status" 3 $?
check "free space: said before anything is done" "kernel-magnifier: /tmp/small has 40 MB free, less than the 1 GB that are to stay free. Make room, write elsewhere, or allow less (MinFree)." "$(cat /tmp/errors)"

# 11. Whatever ends it
for signal in INT TERM HUP; do
    $KM record -o $OUT/$signal.dat --record-time 100 -b 256KB > /tmp/said 2>/tmp/errors & PID=$!
    while [ -z "$(ls $TRACING/instances)" ] || [ "$(cat $TRACING/instances/*/tracing_on 2>/dev/null)" != 1 ]; do sleep 0.2; done; sleep 1
    kill -$signal $PID; wait $PID; status=$?
    case $signal in INT) expected=0 ;; TERM) expected=143 ;; HUP) expected=129 ;; esac
    check "SIG$signal: status" $expected $status
    compare "SIG$signal" $OUT/$signal.dat /tmp/said
    settings > /tmp/after; check "SIG$signal: settings as before" "" "$(diff /tmp/before /tmp/after)"
done
$KM record -o $OUT/killed.dat --record-time 100 -b 256KB > /tmp/said 2>/tmp/errors & PID=$!
while [ "$(cat $TRACING/instances/*/tracing_on 2>/dev/null)" != 1 ]; do sleep 0.2; done; sleep 2
kill -KILL $PID; wait $PID 2>/dev/null
check_true "SIGKILL: leaves an instance" test -n "$(ls $TRACING/instances)"
check "SIGKILL: is told" 1 "$($KM record --check | grep -c "^left behind *$OUT/killed.dat")"
$KM record -o $OUT/next.dat --record-time 0.5 -f 'vfs_*' > /tmp/said2 2>/tmp/errors; check "SIGKILL: the next one starts" 0 $?
check "SIGKILL: the next one recovers" 1 "$(grep -c "recovered $OUT/killed.dat" /tmp/errors)"
settings > /tmp/after; check "SIGKILL and the next start: settings as before" "" "$(diff /tmp/before /tmp/after)"
sed -n "s/.*recovered .*killed.dat: \([0-9]*\) events.*/killed: \1 events, 0 lost, /p" /tmp/errors > /tmp/said
$REPORT -i $OUT/killed.dat > /tmp/report 2>/dev/null
check "SIGKILL: trace-cmd reads what was recovered, all of it" "$(events_of /tmp/said)" "$(grep -cE '^ *.*-[0-9]+ +\[[0-9]+\]' /tmp/report)"
check_true "SIGKILL: there is much of it" test "$(events_of /tmp/said)" -gt 1000
check "no file is left but results" "" "$(ls -A $OUT | grep '^\.')"
check "no journal is left" "" "$(ls -A /var/lib/kernel-magnifier /run/kernel-magnifier 2>/dev/null | grep -v :)"

# The same at the top level, where function_graph has to be recorded before 6.11: settings somebody made are kept.
echo vfs_read > $TRACING/set_ftrace_filter; echo mono > $TRACING/trace_clock; echo 3000 > $TRACING/buffer_size_kb; echo 1 > $TRACING/tracing_cpumask; echo 0 > $TRACING/tracing_on; echo 5 > $TRACING/max_graph_depth; echo 1 > $TRACING/options/func_stack_trace
settings > /tmp/before
for signal in none INT KILL; do
    $KM record -o $OUT/top-$signal.dat -t function_graph --max-depth 2 -f 'vfs_*' --record-time $([ $signal = none ] && echo 1 || echo 100) > /tmp/said 2>/tmp/errors & PID=$!
    if [ $signal != none ]; then
        for i in $(seq 100); do [ "$(cat $TRACING/max_graph_depth)" = 2 ] && grep -q 1 $TRACING/tracing_on $TRACING/instances/*/tracing_on 2>/dev/null && break; sleep 0.2; done; sleep 1; kill -$signal $PID
    fi
    wait $PID 2>/dev/null
    [ $signal = KILL ] && { check "SIG$signal with settings of somebody's: changed" 2 "$(cat $TRACING/max_graph_depth)"; $KM record -o $OUT/next2.dat --record-time 0.2 -f 'vfs_*' > /tmp/said2 2>/tmp/errors; }
    [ $signal = KILL ] || compare "graph with settings of somebody's ($signal)" $OUT/top-$signal.dat /tmp/said
    settings > /tmp/after; check "graph with settings of somebody's, ended by $signal: as before" "" "$(diff /tmp/before /tmp/after)"
done
kill $LOAD 2>/dev/null
mkdir -p "$LIVE/share/files-$(uname -r)"; cp $OUT/{all,command,graph,events,packed}.dat $OUT/text.data "$LIVE/share/files-$(uname -r)/" 2>/dev/null
exit 0
