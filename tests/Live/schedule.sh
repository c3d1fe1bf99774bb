#!/bin/bash
# In the guest, with systemd as the first process: schedules by its timers, sandboxed, with records in a file and in the journal.
# schedule.sh all | crash | after | probes | cron : crash ends the guest in the middle of a run, and after is the next boot of the same machine.
# cron needs a guest without systemd.
. "${0%/*}/checks.sh"
PART=${1:-all}
echo "kernel $(uname -r), $(systemctl --version 2>&1 | head -1)"
check "the first process" "$([ "$PART" = cron ] && echo bash || echo systemd)" "$(cat /proc/1/comm)"
insmod "${0%/*}/overlay.ko" 2> /dev/null || modprobe overlay 2> /dev/null
mkdir -p /run/upper /run/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc || { echo "FAIL /etc cannot be changed"; exit 1; }
for place in /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs $place; done
# Not below /run, which everybody may write to in the guest: root runs nothing from there.
mount -t tmpfs -o mode=755,exec tmpfs /srv
cp "$SHARE/bin/km" /srv/kernel-magnifier; cp "$SHARE/bin/load" /tmp/load
export PATH=/srv:$PATH
KM=/srv/kernel-magnifier LOGS=/var/log/kernel-magnifier
[ -s /etc/machine-id ] || systemd-machine-id-setup > /dev/null 2>&1
[ "$PART" = cron ] || systemctl daemon-reload
[ "$PART" = cron ] || systemctl start systemd-journald.socket systemd-journald.service || echo "  note: systemd-journald did not start"

add() { # NAME ARGUMENT... : registers a schedule
    $KM schedule add "$@" --force > /tmp/out 2> /tmp/err; STATUS=$?
    [ $STATUS = 0 ] || { echo "  note: schedule add $*: status $STATUS"; cat /tmp/err; }
}
statuses() { grep -o '"status":"[A-Za-z]*"' "$LOGS/$1.ndjson" 2> /dev/null | cut -d'"' -f4; }
numbers() { grep -o '"sequence":[0-9]*' "$LOGS/$1.ndjson" 2> /dev/null | cut -d: -f2; }
last() { tail -n 1 "$LOGS/$1.ndjson" 2> /dev/null; }
run() { systemctl start "kernel-magnifier-$1.service" > /dev/null 2>&1; STATUS=$?; }
said() { # NAME PATTERN TEXT
    if grep -qE -- "$2" <<< "$3"; then echo "PASS $1"; else printf 'FAIL %s\n  no match of: %s\n  got: %s\n' "$1" "$2" "${3:0:1500}"; fi
}
show() { # NAME RECORDS : what a schedule did, for the log
    $KM schedule show "$1" 2>&1; tail -n "${2:-3}" "$LOGS/$1.ndjson" 2> /dev/null | cut -c1-600
    journalctl -q -u "kernel-magnifier-$1.service" -n 5 --no-pager 2>&1
}
instances() { ls $TRACING/instances; }
property() { systemctl show -p "$2" --value "kernel-magnifier-$1"; }

if [ "$PART" = crash ] || [ "$PART" = after ]; then
    # The machine's state is on a disk.
    mkdir -p "$SHARE/state" /var/lib/kernel-magnifier; chmod 700 "$SHARE/state"
    mount --bind "$SHARE/state" /var/lib/kernel-magnifier
    mkdir -p "$SHARE/logs"; mkdir -p $LOGS; mount --bind "$SHARE/logs" $LOGS
fi
if [ "$PART" = crash ]; then
    add crash --on-calendar '*-*-* 04:00' --preset scheduling --duration 60 --method events --cpu-budget 100%
    check "a schedule is added" 0 $STATUS
    systemctl start --no-block kernel-magnifier-crash.service
    for _ in $(seq 1 200); do [ -n "$(instances)" ] && break; nap 0.5; done
    check_true "the run has begun" test -n "$(instances)"
    nap 2; sync
    echo b > /proc/sysrq-trigger; sleep 60
fi
if [ "$PART" = after ]; then
    check "the number of the run that died with the machine" '"nextSequence": 2,' "$(grep -o '"nextSequence": [0-9]*,' /var/lib/kernel-magnifier/schedules/crash.state)"
    check "it left no record" "" "$(numbers crash)"
    add crash --on-calendar '*-*-* 04:00' --preset scheduling --duration 1 --method events --cpu-budget 100%
    run crash
    check "the next run: status of the unit" 0 $STATUS
    check "the next run: its record" Completed "$(statuses crash)"
    check "the next run: the gap shows in its number" 2 "$(numbers crash)"
    said "the next run: its warning" 'Run 1 of [^"]* left no record' "$(last crash)"
    check "no instance is left" "" "$(instances)"
    check "no journal of a recorder is left" "" "$(find /var/lib/kernel-magnifier -maxdepth 1 -name '*.journal*' 2> /dev/null)"
    show crash
    exit 0
fi

if [ "$PART" = cron ]; then
    # Cron's own tables on this machine are of no concern.
    rm -f /etc/cron.d/*
    BEFORE=$(find /etc/cron.d /etc/logrotate.d | sort)
    add minutely --on-calendar '*:0/1' --preset pressure --duration 1
    check "a schedule is added" 0 $STATUS
    said "its line" '^\* \* \* \* \* root nice .*/srv/kernel-magnifier schedule run minutely; /srv/kernel-magnifier schedule finish minutely' "$(cat /etc/cron.d/kernel-magnifier-minutely)"
    cron -f -L 15 > /tmp/cron.log 2>&1 & CRON=$!
    for _ in $(seq 1 300); do [ "$(statuses minutely | wc -l)" -ge 2 ] && break; nap 1; done
    check "cron fires: two records" "Completed Completed" "$(statuses minutely | head -2 | tr '\n' ' ' | sed 's/ $//')"
    check "the numbers of the records" "1 2" "$(numbers minutely | head -2 | tr '\n' ' ' | sed 's/ $//')"
    $KM schedule remove minutely --force > /tmp/out 2>&1; check "remove minutely" 0 "$?$(cat /tmp/out)"
    add killed --on-calendar '*:0/1' --preset pressure --duration 600
    for _ in $(seq 1 150); do grep -qs '"running"' /var/lib/kernel-magnifier/schedules/killed.state && break; nap 1; done
    kill $CRON
    # The shell of cron's line goes on with schedule finish.
    pkill -KILL -xf '/srv/kernel-magnifier schedule run killed'
    for _ in $(seq 1 60); do statuses killed | grep -q Failed && break; nap 1; done
    said "SIGKILL: the record by schedule finish" '"status":"Failed","reason":"[^"]*killed by a signal' "$(grep Failed $LOGS/killed.ndjson)"
    cat /tmp/cron.log
    show killed 2; $KM schedule remove killed --force > /tmp/out 2>&1; check "remove killed" 0 "$?$(cat /tmp/out)"
    check "no file is left" "$BEFORE" "$(find /etc/cron.d /etc/logrotate.d | sort)"
    exit 0
fi

if [ "$PART" = probes ]; then
    mkdir -p /etc/kernel-magnifier
    cp -r "$SHARE/etc/probes" "$SHARE/etc/allowed_signers" /etc/kernel-magnifier/
    chown -R root:root /etc/kernel-magnifier; chmod -R go-w /etc/kernel-magnifier
    add count --on-calendar '*-*-* 04:00' --probe lab-count --duration 2 --log-to "file:$LOGS/count.ndjson,journal"
    check "a schedule of a probe is added" 0 $STATUS
    BEFORE=$(settings)
    run count
    check "a probe: status of the unit" 0 $STATUS
    check "a probe: its record" Completed "$(statuses count)"
    said "a probe: its map" '"name":"@calls"' "$(last count)"
    said "a probe: the outcome of its run" '"Outcome":"Completed"' "$(last count)"
    said "a probe: its audit log" '"action":"Run".*"outcome":"Completed"' "$(tail -n 1 $LOGS/probes.jsonl)"
    check "a probe: nothing is left" "" "$(ps -C bpftrace -o pid=; systemctl list-units --all --plain --no-legend 'run-*.scope')"
    check "a probe: tracefs is as before" "$BEFORE" "$(settings)"
    for pair in ProtectSystem=strict NoNewPrivileges=yes PrivateNetwork=yes; do
        check "a probe: the unit's ${pair%%=*}" "${pair#*=}" "$(property count.service "${pair%%=*}")"
    done
    systemd-analyze security --no-pager kernel-magnifier-count.service 2>&1 | tail -1 | sed 's/^/  note: /'
    said "a probe: the exposure is low" 'level for kernel-magnifier-count.service: [0-2][.]' "$(systemd-analyze security --no-pager kernel-magnifier-count.service 2>&1 | tail -1)"
    show count
    $KM schedule remove count > /tmp/out 2>&1; check "remove count" 0 "$?$(cat /tmp/out)"
    exit 0
fi

# The timer fires, and the records arrive.
# The kernel enlarges its buffers at the first use, for good.
echo nop > $TRACING/current_tracer
BEFORE=$(settings)
FILES=$(find /etc/systemd /etc/cron.d /etc/logrotate.d /etc/kernel-magnifier 2> /dev/null | sort)
add often --on-calendar '*:*:0/20' --preset scheduling,pressure --duration 1 --method events --cpu-budget 100% --log-to "file:$LOGS/often.ndjson,journal"
check "a schedule is added" 0 $STATUS
check "its timer is active" active "$(systemctl is-active kernel-magnifier-often.timer)"
check "its timer is enabled" enabled "$(systemctl is-enabled kernel-magnifier-often.timer)"
for _ in $(seq 1 240); do [ "$(statuses often | wc -l)" -ge 2 ] && break; nap 1; done
check "the timer fires: two records" "Completed Completed" "$(statuses often | head -2 | tr '\n' ' ' | sed 's/ $//')"
check "the numbers of the records" "1 2" "$(numbers often | head -2 | tr '\n' ' ' | sed 's/ $//')"
systemctl stop kernel-magnifier-often.timer
for _ in $(seq 1 120); do [ "$(systemctl is-active kernel-magnifier-often.service)" != activating ] && break; nap 1; done
said "a record has latencies" '"latencies":\[\{' "$(last often)"
said "a record has counters" '"counters":\[\{' "$(last often)"
said "a record has the host" '"host.id":"[0-9a-f]{32}"' "$(last often)"
check "no instance is left" "" "$(instances)"
check "tracefs is as before" "$BEFORE" "$(settings)"
show often 1
if journalctl --sync 2> /dev/null; then
    check "records in the journal" "$(statuses often | wc -l)" "$(journalctl -q -o cat --no-pager KM_SCHEDULE=often 2> /dev/null | wc -l)"
else
    skip "records in the journal" "systemd-journald does not run in this guest"
fi

# The sandbox is as stated.
for pair in ProtectSystem=strict NoNewPrivileges=yes CapabilityBoundingSet= PrivateNetwork=yes PrivateDevices=yes MemoryDenyWriteExecute=yes ProtectKernelModules=yes RestrictNamespaces=yes MemorySwapMax=0 TasksMax=64 CPUQuotaPerSecUSec=2s; do
    check "the unit's ${pair%%=*}" "${pair#*=}" "$(property often.service "${pair%%=*}" | sed 's/^RestrictNamespaces=//')"
done
systemd-analyze security --no-pager kernel-magnifier-often.service 2>&1 | tail -1 | sed 's/^/  note: /'
said "the exposure is low" 'level for kernel-magnifier-often.service: [01]\.' "$(systemd-analyze security --no-pager kernel-magnifier-often.service 2>&1 | tail -1)"
verify=$(systemd-analyze verify --man=no /etc/systemd/system/kernel-magnifier-often.service /etc/systemd/system/kernel-magnifier-often.timer 2>&1 | grep kernel-magnifier-often)
check "systemd-analyze verify is silent" "" "$verify"
# A program in the same unit cannot write elsewhere, load a module or open a socket of the network.
mkdir -p /run/systemd/system/kernel-magnifier-often.service.d
cat > /srv/outside <<'OUT'
#!/bin/bash
for path in /etc/x /usr/x /run/x /var/log/x /sys/kernel/mm/transparent_hugepage/enabled /proc/sys/kernel/core_pattern /sys/kernel/debug/sched/verbose; do { echo x > $path; } 2> /dev/null && echo "wrote $path"; done
{ echo > /dev/tcp/127.0.0.1/9; } 2>&1 | grep -q 'not supported' || echo "has a socket"
for path in /var/log/kernel-magnifier/x /var/lib/kernel-magnifier/x; do { echo x > $path; } 2> /dev/null || echo "cannot write $path"; rm -f $path; done
grep -q '^CapEff:.*0000000000000000$' /proc/self/status || echo "has capabilities"
while read -r line; do case $line in *' /run '*) echo "  note: $line" ;; esac; done < /proc/self/mountinfo
echo done
OUT
chmod 755 /srv/outside
printf '[Service]\nExecStart=\nExecStart=/bin/bash /srv/outside\nExecStopPost=\nStandardOutput=file:/var/log/kernel-magnifier/outside.txt\n' > /run/systemd/system/kernel-magnifier-often.service.d/test.conf
systemctl daemon-reload; run often
check "a program in the unit can do no more than stated" "done" "$(grep -v '^  note' $LOGS/outside.txt 2>&1)"
grep '^  note' $LOGS/outside.txt
rm -r /run/systemd/system/kernel-magnifier-often.service.d $LOGS/outside.txt; systemctl daemon-reload; systemctl reset-failed 2> /dev/null

# Suspend and resume.
$KM schedule suspend often --reason 'a test of load'; check "suspend: status" 0 $?
run often
check "suspended: the unit does not fail" 0 $STATUS
said "suspended: the record" '"status":"Suspended","reason":"a test of load"' "$(last often)"
$KM schedule resume often; run often
check "resumed: the record" Completed "$(statuses often | tail -1)"

# A budget that is too small: three runs are ended, and the schedule is suspended.
add tight --on-calendar '*-*-* 04:00' --preset scheduling --duration 5 --method events --cpu-budget 1%
# Without systemd's limit of the CPU, within which an emulated run takes minutes: the run itself finds that it is over its budget.
mkdir -p /run/systemd/system/kernel-magnifier-tight.service.d
printf '[Service]\nCPUQuota=\n' > /run/systemd/system/kernel-magnifier-tight.service.d/test.conf
systemctl daemon-reload
/tmp/load light 3000 > /dev/null 2>&1 & LOAD=$!
for _ in 1 2 3; do run tight; done
kill $LOAD; wait $LOAD 2> /dev/null
check "a small budget: the records" "Failed Failed Failed Suspended" "$(statuses tight | tr '\n' ' ' | sed 's/ $//')"
said "a small budget: the reason" 'runs in a row were over their budget' "$(last tight)"
said "a small budget: the schedule is suspended" '^state +Suspended' "$($KM schedule show tight)"
check "a small budget: no instance is left" "" "$(instances)"
show tight 4
rm -r /run/systemd/system/kernel-magnifier-tight.service.d; systemctl daemon-reload

# A run that the kernel or systemd kills.
add slow --on-calendar '*-*-* 04:00' --preset scheduling --duration 300 --method events --cpu-budget 100%
DROPIN=/etc/systemd/system/kernel-magnifier-slow.service.d
mkdir -p $DROPIN
printf '[Service]\nTimeoutStartSec=20s\n' > $DROPIN/test.conf
systemctl daemon-reload
run slow
said "the time limit: the record" '"status":"Failed"' "$(last slow)"
said "the time limit: it is counted" '^runs over budget +1' "$($KM schedule show slow)"
said "a drop-in is named" "$DROPIN changes the units" "$($KM schedule show slow)"
systemctl start --no-block kernel-magnifier-slow.service
for _ in $(seq 1 100); do [ -n "$(instances)" ] && break; nap 0.2; done
check_true "a run has begun" test -n "$(instances)"
systemctl kill -s KILL kernel-magnifier-slow.service
for _ in $(seq 1 100); do [ "$(statuses slow | wc -l)" -ge 2 ] && break; nap 0.5; done
said "SIGKILL: the record by ExecStopPost" '"status":"Failed","reason":"[^"]*killed by a signal' "$(last slow)"
check "SIGKILL: its number" 2 "$(numbers slow | tail -1)"
show slow 2
run often
check "after SIGKILL: the next run" Completed "$(statuses often | tail -1)"
check "after SIGKILL: no instance is left" "" "$(instances)"
check "after SIGKILL: tracefs is as before" "$BEFORE" "$(settings)"
rm -r $DROPIN; systemctl daemon-reload

# Out of memory within the unit: the kernel kills the run with it.
add large --on-calendar '*-*-* 04:00' --preset scheduling --duration 300 --method events --cpu-budget 100%
mkdir -p /run/systemd/system/kernel-magnifier-large.service.d
cat > /srv/eater <<'EAT'
#!/bin/bash
/srv/kernel-magnifier schedule run large &
until [ -n "$(ls /sys/kernel/tracing/instances)" ]; do sleep 0.5; done
head -c 400M /dev/zero | tail
EAT
chmod 755 /srv/eater
printf '[Service]\nExecStart=\nExecStart=/bin/bash /srv/eater\nOOMPolicy=kill\n' > /run/systemd/system/kernel-magnifier-large.service.d/test.conf
systemctl daemon-reload; run large
check "out of memory: the result of the unit" oom-kill "$(property large.service Result)"
check "out of memory: one record" "Failed 1" "$(statuses large) $(numbers large)"
said "out of memory: its reason" '"reason":"[^"]*memory' "$(last large)"
said "out of memory: it is counted" '^runs over budget +1' "$($KM schedule show large)"
show large
rm -r /run/systemd/system/kernel-magnifier-large.service.d; systemctl daemon-reload

# Without a schedule, nothing is left.
for name in often tight slow large; do $KM schedule remove $name > /tmp/out 2>&1; check "remove $name" "0" "$?$(cat /tmp/out)"; done
check "no file is left" "$(echo "$FILES" | grep -v '/etc/kernel-magnifier')" "$(find /etc/systemd /etc/cron.d /etc/logrotate.d 2> /dev/null | sort)"
check "no state is left" "" "$(find /var/lib/kernel-magnifier/schedules /etc/kernel-magnifier/schedules -type f 2> /dev/null)"
check "no unit is left" "" "$(systemctl list-units --all --plain --no-legend 'kernel-magnifier-*')"
check "logs stay" 4 "$(ls $LOGS/*.ndjson | wc -l)"
