#!/bin/bash
# In the guest: each probe of the starter library with a load whose numbers are known. probes-verify.py compares them outside.  probes.sh [--run] [NAME...]
# With bpftrace alone; with --run, as approved probes of a signed library by the tool, within their limits.
RUN=; [ "$1" != --run ] || { RUN=1; shift; }
CHOSEN=" $* "
. "${0%/*}/checks.sh"
LIBRARY=$SHARE/bin/probes KEEP=$SHARE/out LOAD=/tmp/probes-load
BPFTRACE=${BPFTRACE:-bpftrace}
cp "$SHARE/bin/probes-load" "$SHARE/bin/load" /tmp/
mkdir -p "$KEEP" /tmp/out
echo "kernel $(uname -r), $($BPFTRACE --version 2>&1)"
command -v "$BPFTRACE" > /dev/null || { skip "probes" "bpftrace is not installed"; exit 0; }
sysctl -qw kernel.bpf_stats_enabled=1 net.core.bpf_jit_kallsyms=1 # so that programs that no process holds are seen too

# Starts a probe in the background: its standard output is /tmp/out/NAME.jsonl, PROBE its process.
run_probe() { # NAME PARAMETER...
    local name=$1; shift
    if [ -n "$RUN" ]; then run_approved "$name" "$@"; return; fi
    env --default-signal=INT $BPFTRACE -f json "$LIBRARY/$name/$name.bt" "$@" > "/tmp/out/$name.jsonl" 2> "/tmp/out/$name.errors" &
    PROBE=$!
}

run_approved() { # NAME PARAMETER... : the parameters get the names that the manifest gives them
    local name=$1 options=() parameter; shift
    for parameter in $(python3 -c 'import json, sys; print(*(p["name"] for p in json.load(open(sys.argv[1])).get("parameters", [])))' "/etc/kernel-magnifier/probes/$name/$name.json"); do
        [ $# -gt 0 ] || break
        options+=(--param "$parameter=$1"); shift
    done
    env --default-signal=INT "$KM" probe run "$name" --json "${options[@]}" > "/tmp/out/$name.jsonl" 2> "/tmp/out/$name.errors" &
    PROBE=$!
}
tool() { if [ -n "$RUN" ]; then pgrep -P $PROBE -x bpftrace || echo none; else echo $PROBE; fi; } # the process that holds the programs

wanted() { [[ $CHOSEN = "  " || $CHOSEN = *" $1 "* ]]; }
programs() { cat /proc/${1:-[0-9]*}/fdinfo/* 2> /dev/null | grep -c '^prog_id:'; } # of one process, or of all
images() { echo $(($(grep -c '\[bpf\]' /proc/kallsyms) - IMAGES)); } # also those that no process holds
start_probe() { # NAME PARAMETER... : returns when all of its programs are attached
    local name=$1 wanted got last=0 same=0
    NAME=$1
    run_probe "$@"
    for ((i = 0; i < 240; i++)); do
        nap 0.5
        kill -0 $PROBE 2> /dev/null || return
        wanted=$(sed -n 's/.*"attached_probes", "data": {"probes": \([0-9]*\).*/\1/p' "/tmp/out/$name.jsonl")
        [ -z "$RUN" ] || wanted=1000000 # results have no such line: until no more come
        [ -n "$wanted" ] || continue
        got=$(programs "$(tool)")
        if [ "$got" = "$last" ] && [ "$got" != 0 ]; then same=$((same + 1)); else same=0; fi
        last=$got
        # A program is loaded before it is attached. Newer versions need fewer programs than probes.
        if [ "$got" -ge "$wanted" ] && [ $same -ge 2 ] || [ $same -ge 8 ]; then return; fi
    done
}
loaded() { "$@" >> "/tmp/out/$NAME.truth" 2> /tmp/load.errors || { echo "FAIL $NAME: the load: $(cat /tmp/load.errors)"; }; }
truth() { echo "$1 $2" >> "/tmp/out/$NAME.truth"; }
left() { # what the probe left: programs, probes of the kernel's lists, processes
    local i held images
    for ((i = 0; i < 20; i++)); do # the kernel frees a program some time after its last user
        held=$(programs) images=$(images)
        [ "$held $images" = "0 0" ] && break
        nap 0.5
    done
    echo "$held programs, $images images, $(grep -c '' $TRACING/kprobe_events) kprobes, $(grep -c '' $TRACING/uprobe_events) uprobes, $(pgrep -c bpftrace) processes"
}
stop_probe() {
    local status
    cat "/proc/$(tool)"/fdinfo/* 2> /dev/null | awk -v name="$NAME" '$1 == "run_time_ns:" { ns += $2 } $1 == "run_cnt:" { runs += $2 }
        END { printf "  note: %s: its programs ran %d times in %.1f ms (emulated)\n", name, runs, ns / 1e6 }'
    nap 1 # lines that bpftrace has not read when it ends are lost
    kill -INT $PROBE 2> /dev/null
    for ((i = 0; i < 120; i++)); do kill -0 $PROBE 2> /dev/null || break; nap 0.5; done
    kill -KILL $PROBE 2> /dev/null # it has not ended within a minute: the status says so
    wait $PROBE; status=$?
    check "$NAME: status" 0 $status
    [ $status = 0 ] || sed 's/^/  note: /' "/tmp/out/$NAME.errors" | head -5
    check "$NAME: what is left" "0 programs, 0 images, 0 kprobes, 0 uprobes, 0 processes" "$(left)"
    cp "/tmp/out/$NAME".* "$KEEP/"
}
[ -z "$RUN" ] || { . "${0%/*}/workbench-place.sh"; echo '{ "schema": "kernel-magnifier-probe-policy", "schemaVersion": 1, "mostLimits": { "cpuPercent": 100 } }' > /etc/kernel-magnifier/policy.json; }
[ -z "$RUN" ] || programs() { cat /proc/${1:-[0-9]*}/fdinfo/* 2> /dev/null | grep -c '^prog_id:'; }
IMAGES=0; IMAGES=$(images)
settings > /tmp/before

if wanted runq-late; then
start_probe runq-late 10000
loaded $LOAD late 10 40000
loaded $LOAD sleep 100 10000
stop_probe
fi

if wanted off-cpu; then
start_probe off-cpu 1000 0
loaded $LOAD sleep 100 10000
stop_probe
fi

if wanted syscall-latency; then
start_probe syscall-latency 0
loaded $LOAD sleep 100 10000
stop_probe
fi

if wanted slow-syscalls; then
mkfifo /tmp/go
$LOAD sleep 50 10000 /tmp/go >> /tmp/out/slow-syscalls.truth & WORKER=$!
start_probe slow-syscalls $WORKER 5000
truth pid $WORKER
: > /tmp/go; wait $WORKER
stop_probe
fi

# The kernel's own counts before and after the probe, and within it: the probe's are in between.
if wanted irq-time; then
interrupts() { # PREFIX
    truth "$1_timer" "$(awk '$1 == "LOC:" { print $2 + $3 }' /proc/interrupts)"
    truth "$1_softirq_timer" "$(awk '$1 == "TIMER:" { print $2 + $3 }' /proc/softirqs)"
    truth "$1_softirq_rcu" "$(awk '$1 == "RCU:" { print $2 + $3 }' /proc/softirqs)"
    truth "$1_devices" "$(awk '$1 ~ /^[0-9]+:$/ { sum += $2 + $3 } END { print sum + 0 }' /proc/interrupts)"
}
NAME=irq-time; interrupts before
start_probe irq-time
interrupts from
loaded /tmp/load mix 1.5 > /dev/null
cat "$SHARE/bin/km" > /dev/null 2>&1; sha256sum "$SHARE/bin/load" > /dev/null # the shared directory is a device
interrupts to
stop_probe
NAME=irq-time; interrupts after; cp /tmp/out/irq-time.truth "$KEEP/"
fi

if wanted work-delay; then
start_probe work-delay
loaded $LOAD work 200
stop_probe
fi

if wanted block-latency; then
DISK=
if [ -f "$SHARE/bin/loop.ko" ] && insmod "$SHARE/bin/loop.ko" 2> /dev/null; then
    truncate -s 32M /tmp/disk; DISK=$(losetup -f --show /tmp/disk) || DISK=
fi
start_probe block-latency
if [ -n "$DISK" ]; then loaded $LOAD write 200 "$DISK"; truth minor "${DISK#/dev/loop}"; else skip "block-latency: its numbers" "there is no loop device"; fi
stop_probe
fi

if wanted fault-latency; then
start_probe fault-latency
loaded $LOAD fault 2000
stop_probe
fi

if wanted futex-wait; then
start_probe futex-wait 0
loaded $LOAD futex 50 10000
stop_probe
fi

# Segments are lost only after the connection is there.
if wanted tcp-retransmits; then
segments() { truth "$1" "$(awk '$1 == "Tcp:" && !names { names = $0; split($0, n); next } $1 == "Tcp:" { for (i in n) if (n[i] == "RetransSegs") print $i }' /proc/net/snmp)"; }
NAME=tcp-retransmits; segments before
start_probe tcp-retransmits
segments from
if [ -f "$SHARE/bin/sch_netem.ko" ] && insmod "$SHARE/bin/sch_netem.ko" 2> /dev/null && command -v tc > /dev/null; then
    /tmp/load echo 6 > /dev/null 2>&1 & WORKER=$!
    nap 0.5
    tc qdisc add dev lo root netem loss 40%
    nap 4
    tc qdisc del dev lo root
    wait $WORKER
    truth lossy 1
else
    skip "tcp-retransmits: its numbers" "tc or the module sch_netem is missing"
fi
segments to
stop_probe
NAME=tcp-retransmits; segments after; cp /tmp/out/tcp-retransmits.truth "$KEEP/"
fi

if wanted migrations; then
start_probe migrations 0
loaded $LOAD move 100
stop_probe
fi

if wanted preempt-off; then
start_probe preempt-off 2000
loaded $LOAD section 3
stop_probe
fi

settings > /tmp/after
case $(uname -r) in 5.* | 6.[0-6].*) allowed='buffer_(total_)?size_kb' ;; *) allowed='^nothing$' ;; esac
check "all settings as before" "" "$(diff /tmp/before /tmp/after | grep '^[<>]' | grep -vE "$allowed")"
if [ -n "$RUN" ]; then
    "$KM" probe verify > /tmp/verify 2>&1; check "the audit log is whole" 0 $?; cat /tmp/verify
fi
exit 0
