#!/bin/bash
# In the guest: one load, one buffer size, three recorders. What each keeps, loses and uses.  compare.sh [SECONDS [KB]]
. "${0%/*}/checks.sh"
cp "$SHARE/bin/km" "$SHARE/bin/load" /tmp/
SPAN=${1:-2} KB=${2:-1408}
cat > /tmp/pipe.py <<'PY'
# Records text through trace_pipe, as the Python kernel-magnifier did.
import sys, time
T = "/sys/kernel/tracing/"
def put(name, text):
    with open(T + name, "w") as f: f.write(text)
put("trace_clock", "counter")
put("current_tracer", "function")
put("tracing_on", "1")
end = time.time() + 3600
with open(T + "trace_pipe", "rb", buffering=0) as pipe, open(sys.argv[1], "wb") as out:
    try:
        while time.time() < end:
            data = pipe.read(int(sys.argv[2]) * 1024)
            if data: out.write(data)
    except KeyboardInterrupt: pass
put("tracing_on", "0")
put("current_tracer", "nop")
put("trace_clock", "local")
PY
quiet() { echo 0 > $TRACING/tracing_on; echo nop > $TRACING/current_tracer; echo "$KB" > $TRACING/buffer_size_kb; echo > $TRACING/trace; }
# Starts a recorder, then the load when tracing is on, and ends the recorder with Ctrl-C when the load ends.
# (The load cannot start earlier: patching all functions while both emulated CPUs are busy takes very long.)
measure() { # COMMAND... : sets USED to the CPU seconds of the command and its children
    sync; sleep 1
    python3 - "$@" > /tmp/used 2> /tmp/measure.errors <<'PY' &
import os, resource, signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
def child(): signal.signal(signal.SIGINT, signal.default_int_handler); os.setpgid(0, 0)
p = subprocess.Popen(sys.argv[1:], stdout=open("/tmp/said", "w"), stderr=open("/tmp/errors", "w"), preexec_fn=child)
open("/tmp/pid", "w").write(str(p.pid))
p.wait()
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print("%.2f" % (u.ru_utime + u.ru_stime))
PY
    local watcher=$!
    await $watcher
    nap 0.3
    /tmp/load mix "$SPAN" > /dev/null 2>&1
    kill -INT -- "-$(cat /tmp/pid)"
    wait $watcher; USED=$(cat /tmp/used)
}
row() { # NAME KEPT LOST BYTES
    awk -v n="$1" -v k="$2" -v l="$3" -v b="$4" -v u="$USED" 'BEGIN { printf "TABLE %-34s %10d %11d %7.2f %% %9.1f MB %8.2f s %9.2f us\n", n, k, l, 100 * l / (k + l + 1e-9), b / 1048576, u, 1e6 * u / (k + 1e-9) }'
}
echo "TABLE kernel $(uname -r), 2 emulated CPUs, all functions, $SPAN s, buffer $KB KB per CPU"
echo "TABLE recorder                                 kept        lost     lost          file  CPU time  per event"
CPU_PER_EVENT() { awk -v k="$1" -v u="$3" 'BEGIN { printf "%.3f", 1e6 * u / (k + 1e-9) }'; }
CPU() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a + b }'; }
OWN=(0 0 0) SELF=(0 0 0) PACKS=(0 0 0) PLAIN=(0 0 0) # kept, lost, CPU seconds: sums of both rounds
for round in 1 2; do
    quiet; measure python3 /tmp/pipe.py /tmp/py.data "$KB"; quiet
    row "text through trace_pipe (Python)" "$(grep -c ' <-' /tmp/py.data)" "$(awk -F'[][ ]+' '/LOST/ { for (i = 1; i < NF; i++) if ($i == "LOST") n += $(i + 1) } END { print n + 0 }' /tmp/py.data)" "$(stat -c %s /tmp/py.data)"; rm /tmp/py.data
    quiet; measure trace-cmd record -q -p function -b "$KB" -o /tmp/tc.dat; quiet
    read -r TKEPT TLOST < <(trace-cmd report --stat -i /tmp/tc.dat 2>/dev/null | awk '/^(read events|entries):/ { k += $NF } /^(overrun|commit overrun|dropped events):/ { l += $NF } END { print k, l }')
    PACKS=($((PACKS[0] + TKEPT)) $((PACKS[1] + TLOST)) $(CPU "${PACKS[2]}" "$USED")); row "trace-cmd record" "$TKEPT" "$TLOST" "$(stat -c %s /tmp/tc.dat)"; rm /tmp/tc.dat
    quiet; measure trace-cmd record -q --compression none -p function -b "$KB" -o /tmp/tc.dat; quiet
    read -r NKEPT NLOST < <(trace-cmd report --stat -i /tmp/tc.dat 2>/dev/null | awk '/^(read events|entries):/ { k += $NF } /^(overrun|commit overrun|dropped events):/ { l += $NF } END { print k, l }')
    PLAIN=($((PLAIN[0] + NKEPT)) $((PLAIN[1] + NLOST)) $(CPU "${PLAIN[2]}" "$USED")); row "trace-cmd record --compression none" "$NKEPT" "$NLOST" "$(stat -c %s /tmp/tc.dat)"; rm /tmp/tc.dat
    measure /tmp/km record -o /tmp/km.dat --record-time 0 -b "${KB}KB" --min-free 0 --include-self
    KEPT=$(awk '/^  CPU/ { n += $3 } END { print n }' /tmp/said) LOST=$(awk '/^  CPU/ { n += $5 } END { print n }' /tmp/said)
    SELF=($((SELF[0] + KEPT)) $((SELF[1] + LOST)) $(CPU "${SELF[2]}" "$USED")); row "kernel-magnifier --include-self" "$KEPT" "$LOST" "$(stat -c %s /tmp/km.dat)"; rm /tmp/km.dat
    measure /tmp/km record -o /tmp/km.dat --record-time 0 -b "${KB}KB" --min-free 0
    KEPT=$(awk '/^  CPU/ { n += $3 } END { print n }' /tmp/said) LOST=$(awk '/^  CPU/ { n += $5 } END { print n }' /tmp/said)
    OWN=($((OWN[0] + KEPT)) $((OWN[1] + LOST)) $(CPU "${OWN[2]}" "$USED")); row "kernel-magnifier record" "$KEPT" "$LOST" "$(stat -c %s /tmp/km.dat)"; rm /tmp/km.dat
done
# Sums of both rounds. --include-self compares like with like, because trace-cmd records its own tasks; without it is the default.
no_more() { # NAME KEPT LOST CPU, OTHER KEPT LOST CPU
    check_true "compare: $1 loses no more of what happens than $5" awk -v k="$2" -v l="$3" -v a="$6" -v b="$7" 'BEGIN { exit !(k > 0 && l / (k + l) <= b / (a + b)) }'
    check_true "compare: $1 uses no more CPU than $5" awk -v a="$4" -v b="$8" 'BEGIN { exit !(a <= b) }'
}
no_more "kernel-magnifier" "${OWN[@]}" "trace-cmd" "${PACKS[@]}"
no_more "kernel-magnifier" "${OWN[@]}" "trace-cmd without compression" "${PLAIN[@]}"
no_more "kernel-magnifier --include-self" "${SELF[@]}" "trace-cmd" "${PACKS[@]}"
# The first of these two keeps more events, and moving them takes time: CPU time is compared for each event kept.
no_more "kernel-magnifier --include-self" "${SELF[@]:0:2}" "$(CPU_PER_EVENT "${SELF[@]}")" "trace-cmd without compression" "${PLAIN[@]:0:2}" "$(CPU_PER_EVENT "${PLAIN[@]}")"
exit 0
