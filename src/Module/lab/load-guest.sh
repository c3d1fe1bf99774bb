#!/bin/bash
# In the guest: runs the load of a run of the lab, recorded where that is asked for. In the shared folder job: load (a command, an argument on each
# line), rtapp.json, fio.ini, programs/NAME.bt (for bpftrace, with an argument on each line of NAME.args), record (arguments of the recorder km),
# probes (names of approved probes, a line each).
job=$SHARE/job
load() {
    local status=0 one tools=()
    if [ -f "$job/load" ]; then
        mapfile -t command < "$job/load"
        "${command[@]}" || status=$?
    fi
    [ ! -f "$job/rtapp.json" ] || { (cd /tmp && exec rt-app "$job/rtapp.json") & tools+=($!); }
    [ ! -f "$job/fio.ini" ] || { (cd /run/scratch 2> /dev/null || cd /tmp; exec fio --output="$SHARE/fio.json" --output-format=json "$job/fio.ini") & tools+=($!); }
    for one in "${tools[@]}"; do wait "$one" || status=$?; done
    return $status
}

# What the loop of rt-app takes on this machine is measured before, so that the recording has the workload alone.
if [ -f "$job/rtapp.json" ]; then
    printf '{"global": {"duration": 1, "calibration": "CPU0", "logdir": "/tmp"}, "tasks": {"calibrate": {"loop": 1, "run": 1000}}}' > /tmp/calibrate.json
    loop=$( (cd /tmp && rt-app calibrate.json) 2>&1 | sed -n 's/.*pLoad = \([0-9]*\)ns.*/\1/p' | tail -1)
    [ -z "$loop" ] || sed -i "s/\"calibration\": *\"CPU[0-9]*\"/\"calibration\": $loop/" "$job/rtapp.json"
    echo "${loop:-unknown}" > "$SHARE/calibration"
fi

programs=()
for program in "$job"/programs/*.bt; do
    [ -f "$program" ] || continue
    name=${program##*/} name=${name%.bt} arguments=()
    [ ! -f "${program%.bt}.args" ] || mapfile -t arguments < "${program%.bt}.args"
    bpftrace -f json "$program" "${arguments[@]}" > "$SHARE/probe-$name.jsonl" 2> "$SHARE/probe-$name.err" &
    tool=$!
    programs+=($tool)
    for _ in $(seq 1200); do grep -q '"attached_probes"' "$SHARE/probe-$name.jsonl" && break; kill -0 $tool 2> /dev/null || break; sleep 0.1; done
    kill -0 $tool 2> /dev/null || { echo "probe $name: $(tail -n 1 "$SHARE/probe-$name.err")"; exit 97; }
done
# Approved probes of this machine's library, within their limits. Their audit log and state are the guest's own.
if [ -f "$job/probes" ]; then
    for place in /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs $place; done
    mkdir -p /run/bin && mount -t tmpfs -o mode=755 tmpfs /run/bin && cp "$job/km" /run/bin/kernel-magnifier
    while read -r name; do
        /run/bin/kernel-magnifier probe run "$name" --json > "$SHARE/probe-$name.jsonl" 2> "$SHARE/probe-$name.err" < /dev/null &
        tool=$!
        programs+=($tool)
        for _ in $(seq 1200); do
            kill -0 $tool 2> /dev/null || break
            for one in $(pgrep -x bpftrace); do grep -qs '^prog_id:' /proc/"$one"/fdinfo/* && break 2; done
            sleep 0.1
        done
        kill -0 $tool 2> /dev/null || { echo "probe $name: $(tail -n 1 "$SHARE/probe-$name.err")"; exit 97; }
    done < "$job/probes"
fi
cd /tmp || exit
if [ -f "$job/record" ]; then
    # The whole guest: of a recording of a command alone, the kernel leaves out the interrupts that come while a CPU is idle, and with them what woke a task.
    mapfile -t arguments < "$job/record"
    env --default-signal=INT "$job/km" record "${arguments[@]}" --output "$SHARE/recording.dat" --record-time 0 --json --world-readable --min-free 16MB \
        > "$SHARE/recording.json" 2> "$SHARE/recording.err" &
    recorder=$!
    # Its instance is on from the beginning, but has no events yet.
    tracing() {
        local at on one
        for at in /sys/kernel/tracing/instances/*; do
            { read -r on < "$at/tracing_on" && read -r one < "$at/set_event"; } 2> /dev/null && [ "$on" = 1 ] && [ -n "$one" ] && return
        done
        return 1
    }
    while kill -0 $recorder 2> /dev/null && ! tracing; do sleep 0.2; done
    status=0
    if kill -0 $recorder 2> /dev/null; then
        load > "$SHARE/output.txt" 2>&1 || status=$?
        kill -INT $recorder 2> /dev/null
    fi
    wait $recorder || { ended=$?; [ $status != 0 ] || status=$ended; }
else
    load > "$SHARE/output.txt" 2>&1
    status=$?
fi
for tool in "${programs[@]}"; do
    kill -INT "$tool" 2> /dev/null
    for _ in $(seq 300); do kill -0 "$tool" 2> /dev/null || break; sleep 0.1; done
    kill -KILL "$tool" 2> /dev/null
done
# The console shows the end of the output, which the shared directory may not take any more.
[ $status = 0 ] || tail -qn 20 "$SHARE/output.txt" "$SHARE/recording.err" 2> /dev/null
exit $status
