#!/bin/bash
# Outside the guest: checks the recordings with trace-cmd and the tool's own reader.  verify.sh DIRECTORY RECORDER MAP
. "${0%/*}/checks.sh"
cd "$1" || exit 1
KM=$2 MAP=$3
export LC_ALL=C
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
report() { trace-cmd report -O parent=1 -O indent=0 -i "$1" 2> "$work/errors"; }
functions_of() { sed -nE 's/.* function: +([^ ]+) <--.*/\1/p' "$1"; }
comms_of() { sed -nE 's/^ *(.*)-[0-9]+ +\[[0-9]+\] .*/\1/p' "$1" | sort -u; }

for file in *.dat; do
    name=${file%.dat}
    report "$file" > "$work/$name"
    check "$name: trace-cmd reads it without a word" "" "$(grep -v '^$' "$work/errors" | head -3)"
    case $name in full | next* | size | gone) ;; *) check "$name: the recorder had nothing to warn of" "" "$(cat "$name.errors")" ;; esac
    # It shows the entry and the exit of a leaf in one line; raw, it shows both.
    counted=$work/$name
    shown=$(grep -cE -- '-[0-9]+ +\[[0-9]+\] ' "$counted")
    if grep -q ' funcgraph_' "$counted"; then
        counted=$work/each; trace-cmd report -R -i "$file" > "$counted" 2> /dev/null
        # Its lines are not counted: trace-cmd 3.1.6 takes an exit on another CPU for that of a leaf too, then continues out of order and with two lines for a leaf.
        shown=$(awk 'match($0, /-[0-9]+ +\[[0-9]+\] /) { task = substr($0, RSTART, RLENGTH) # with its CPU
                kind = ""; if (match($0, / funcgraph_e(ntry|xit): .*func=[^ ]+/)) { kind = substr($0, RSTART + 11, 4); call = $0; sub(/.*func=/, "", call); sub(/ .*/, "", call) }
                n++; if (kind == "exit" && open == task " " call) n--; open = kind == "entr" ? task " " call : "" } END { print n + 0 }' "$counted")
    fi
    # Events and dropped events of each CPU.
    awk '/^CPU:[0-9]+ \[[0-9]+ EVENTS DROPPED\]/ { split($1, at, ":"); sub(/\[/, "", $2); lost[at[2]] += $2; next } /^CPU:[0-9]+ \[EVENTS DROPPED\]/ { split($1, at, ":"); untold[at[2]]++; next }
        match($0, /-[0-9]+ +\[[0-9]+\] /) { s = substr($0, RSTART, RLENGTH); sub(/.*\[/, "", s); n[s + 0]++; all++ }
        END { print "all", all + 0; for (c = 0; c < 64; c++) print c, n[c] + 0, lost[c] + 0, untold[c] + 0 }' "$counted" > "$work/counts"
    said=$(sed -n 's/^.*: \([0-9,]*\) events, [0-9,]* lost, .*/\1/p' "$name.said" | tr -d ,)
    check "$name: trace-cmd counts the events we say" "$said" "$(awk '$1 == "all" { print $2 }' "$work/counts")"
    while read -r cpu events lost; do
        read -r _ told_events told_lost untold < <(awk -v c="$cpu" '$1 == c' "$work/counts")
        check "$name: CPU $cpu: events" "$events" "$told_events"
        # If a page had no room for the number, the kernel only marks that events are missing. The kernel's own count is in the file.
        if [ "$untold" = 0 ]; then check "$name: CPU $cpu: lost" "$lost" "$told_lost"
        else check "$name: CPU $cpu: lost, by the kernel's count ($untold pages had no room for a number)" "$lost" "$(trace-cmd report --stat -i "$file" 2>/dev/null | awk -v cpu="$cpu" '$1 == "CPU:" { on = $2 == cpu } on && /^(overrun|commit overrun|dropped events):/ { n += $NF } END { print n + 0 }')"; fi
    done < <(sed -n 's/^  CPU \([0-9]*\): \([0-9]*\) events, \([0-9]*\) lost$/\1 \2 \3/p' "$name.said")
    # The tool's own reader: calls and other events together; it too counts the entry and exit of a leaf as one.
    json=$("$KM" info --json "$file" 2> "$work/km.errors")
    own=$(printf %s "$json" | python3 -c 'import json, sys; i = json.load(sys.stdin); i = i[0] if isinstance(i, list) else i; k = i.get("eventKinds") or {}; print(i["calls"] + sum(k.values()) if isinstance(k, dict) else "?")' 2>/dev/null)
    check "$name: our own reader reads as many" "$shown" "$own"
done

has() { [ -f "$1.dat" ] || [ -f "$1.data" ]; } # "quick" does not make all recordings
if has end; then check_true "the end fails: much is completed by the next one" test "$(wc -l < "$work/end")" -gt 500; fi
if has all; then
check_true "all functions: some" test "$(wc -l < "$work/all")" -gt 1000
check "all functions: nothing of the recorder" "" "$(comms_of "$work/all" | grep -xE 'km|km (cpu[0-9]+|recording|command)|\.NET.*')"
! has cpu || check "one CPU: only that one" 0 "$(grep -cE '\[001\] ' "$work/cpu")"
check "chosen functions: only those" "" "$(functions_of "$work/fn" | sort -u | grep -vE '^vfs_' ; functions_of "$work/fn" | sort -u | grep -E '^vfs_w')"
check_true "chosen functions: some" test "$(functions_of "$work/fn" | wc -l)" -gt 10
# Until it executes the program, a task has the name of the thread that started it.
check "command: only its tasks" "" "$(comms_of "$work/command" | grep -vxE 'load|load-(branch|leaf|file)|km command')"
check "command: three tasks, its children too" 3 "$(sed -nE 's/^ *.*-([0-9]+) +\[[0-9]+\] .*/\1/p' "$work/command" | sort -u | wc -l)"
check_true "command: from its exec on" grep -qE 'function: +(begin_new_exec|load_elf_binary|bprm_execve)' "$work/command"
check "events of a command: one exec, two forks, three exits" "1 2 3" "$(for e in exec fork exit; do grep -c "sched_process_$e:" "$work/events-command"; done | xargs)"
awk -F'|' '$2 ~ /kernel\/sched\// { print $1 }' "$MAP" | sort -u > "$work/names"
check "source path: only functions of it" "" "$(functions_of "$work/path" | sort -u | sed -E 's/\.(isra|constprop|part|cold)\.?[0-9.]*$//' | grep -vxFf "$work/names" | head -3)"
check_true "source path: some" test "$(functions_of "$work/path" | wc -l)" -gt 50
check_true "SIGKILL: much is recovered" test "$(wc -l < "$work/killed")" -gt 1000
check "build ids and what was asked are in the file" "1 1" "$(grep -cE 'kernel [0-9a-f]{40}' -a all.dat) $(grep -ac 'function; buffer-size 524288' all.dat)"
check "the modules are in the file" "" "$(while read -r module size _; do grep -aqF "$module $size " all.dat || echo "$module"; done < modules)"
trace-cmd dump --options -i all.dat > "$work/options" 2> /dev/null
check "kernel, clock and every CPU's counts are in the file" "1 1 2" "$(grep -cxF "$(cat uname)" "$work/options") $(grep -cE '^\[local\] ' "$work/options") $(grep -cE '^CPU: [0-9]+$' "$work/options")"
fi
if has pid; then
    check "pid: that process's tasks only" "" "$(comms_of "$work/pid" | grep -v '^load')"
    check_true "pid: some" test "$(functions_of "$work/pid" | wc -l)" -gt 10
fi
if has events; then
    check "events: the filter holds" "" "$(grep 'sched_switch:' "$work/events" | grep -vE 'load-p[io]ng' | head -3)"
    check_true "events: both systems" test "$(grep -c 'sched_switch:' "$work/events")" -gt 0 -a "$(grep -c 'irq_handler\|softirq_' "$work/events")" -gt 0
fi
if has sched; then
    # The kernel leaves out a switch or wake-up only if both tasks are excluded, and any other event of an excluded task.
    own='(km|km cpu[0-9]+|km recording|km command|\.NET [A-Za-z ]*)'
    check_true "scheduler: some" test "$(grep -c 'sched_switch:' "$work/sched")" -gt 10
    check "scheduler: no switch between two of the recorder's threads" "" "$(grep -E "sched_switch: +$own:[0-9]+ .*==> $own:[0-9]+" "$work/sched" | head -3)"
    check "scheduler: no wake-up of one of the recorder's threads by another" "" "$(grep -E "^ *$own-[0-9]+ .*sched_wak[a-z]+: +$own:[0-9]+ " "$work/sched" | head -3)"
    check "scheduler: no other event of the recorder's threads" "" "$(grep -E "^ *$own-[0-9]+ " "$work/sched" | grep -vE 'sched_(switch|waking|wakeup):' | head -3)"
    echo "  note: $(grep -cE "(^ *| |>)${own}[-:][0-9]+" "$work/sched") of $(wc -l < "$work/sched") events of the scheduler name a thread of the recorder"
fi
if has graph; then
    trace-cmd report -R -i graph.dat > "$work/each" 2> /dev/null
    check_true "graph: entries and exits" test "$(grep -c funcgraph_exit "$work/each")" -gt 5 -a "$(grep -c funcgraph_entry "$work/each")" -gt 5
    check "graph: three deep at most" "" "$(grep -oE ' depth=[0-9]+' "$work/each" | sort -u | grep -vxE ' depth=[012]')"
    check_true "graph: its roots" test "$(grep funcgraph_entry "$work/each" | grep ' depth=0' | grep -cE 'func=vfs_(read|write) ')" -gt 10
fi
if has text; then
    check "text: every line is one of trace_pipe's" "" "$(grep -vE '^ *.+-[0-9]+ +\[[0-9]{3}\] .{5} +[0-9]+: .* <-|LOST [0-9]+ EVENTS' text.data | head -3)"
    check_true "text: some" test "$(wc -l < text.data)" -gt 10
    check "text: as many lines as we say" "$(sed -n 's/^[^ ].*: \([0-9,]*\) events, .*/\1/p' text.said | tr -d ,)" "$(grep -c ' <-' text.data)"
fi
! has flight || check_true "flight recorder: no more than the buffers hold" test "$(wc -l < "$work/flight")" -lt 60000
exit 0
