#!/bin/bash
# In the guest: what ten seconds of wake-up latencies cost on an idle machine, by a measurement, by perf, and by runqlat of bcc and of libbpf-tools.
# Prints the CPU time and the peak memory of the whole process tree, and the whole time.
. "${0%/*}/recorder.sh"
SECONDS_LONG=${1:-10}
TREE=/sys/fs/cgroup; mountpoint -q $TREE || mount -t cgroup2 none $TREE
echo "+memory +cpu" > $TREE/cgroup.subtree_control 2> /dev/null
cost() { # NAME COMMAND... : in a control group of its own, whose counters include all processes
    local name=$1 group=$TREE/cost-$RANDOM$RANDOM usage peak began; shift
    command -v "$1" > /dev/null || { skip "$name" "there is no $1"; return; }
    mkdir $group
    began=$(date +%s%N)
    (echo $BASHPID > $group/cgroup.procs; exec "$@") > "/tmp/cost.out" 2> "/tmp/cost.err"; local status=$?
    local wall=$(( ($(date +%s%N) - began) / 1000000 ))
    usage=$(awk '$1 == "usage_usec" { u = $2 } $1 == "user_usec" { a = $2 } $1 == "system_usec" { s = $2 } END { printf "%.0f ms of CPU time (%.0f user, %.0f system)", u / 1000, a / 1000, s / 1000 }' $group/cpu.stat)
    peak=$(cat $group/memory.peak 2> /dev/null || echo 0)
    echo "TABLE $name: status $status, $usage, $((peak >> 10)) KB of memory at most, $wall ms"
    rmdir $group 2> /dev/null
    head -c 300 /tmp/cost.err
}
perf_sched() { cd /tmp && perf sched record -o /tmp/perf.data -- sleep "$SECONDS_LONG" && perf sched latency -i /tmp/perf.data; }
export -f perf_sched; export SECONDS_LONG
for round in 1 2; do
    cost "measure --kind wakeup" $KM measure --kind wakeup --duration "$SECONDS_LONG" --method events --cpu-budget 100%
    cost "measure --kind wakeup --method kernel" $KM measure --kind wakeup --duration "$SECONDS_LONG" --method kernel
    cost "perf sched record; perf sched latency" bash -c perf_sched
    cost "runqlat of libbpf-tools" runqlat "$SECONDS_LONG" 1
    cost "runqlat of bcc" runqlat-bpfcc "$SECONDS_LONG" 1
    cost "measure --preset pressure" $KM measure --preset pressure --duration "$SECONDS_LONG"
    cost "sleep" sleep "$SECONDS_LONG"
done
