#!/bin/bash
# In the guest: approved probes within their limits, and nothing else. The library is made outside by probe-library.ps1.  workbench.sh [quick]
QUICK=$1
. "${0%/*}/checks.sh"
echo "kernel $(uname -r)"
. "${0%/*}/workbench-place.sh"
BEFORE=$(traced)
/tmp/load light 3000 > /dev/null 2>&1 &
LOAD=$!

$KM probe list > /tmp/list 2>&1; check "list: status" 0 $?
said "list: approved" 'lab-count .*Approved' /tmp/list
[ -n "$QUICK" ] || said "list: revoked" 'lab-revoked .*Revoked' /tmp/list
said "list: a draft" 'lab-draft .*Draft' /tmp/list

run lab-count --duration 3
check "a run: status" 0 $STATUS; check "a run: outcome" Completed "$(outcome)"; figures "a run"
said "a run: its map" '"name": *"@calls"' /tmp/out
said "a run: is audited" '"action":"Run".*"probe":"lab-count"|"probe":"lab-count"' $AUDIT
clean "a run"

for probe in lab-draft ${QUICK:-lab-revoked}; do
    [ $probe != quick ] || continue
    run $probe --duration 1
    check "$probe: status" 7 $STATUS; check "$probe: no output" "" "$(cat /tmp/out)"
    said "$probe: the refusal is audited" "\"Refused\".*$probe|$probe.*\"Refused\"" <(last)
done

if [ -z "$QUICK" ]; then
said "revoked: the reason" overhead /tmp/err
# One byte more than was approved.
echo >> /etc/kernel-magnifier/probes/lab-count/lab-count.bt
run lab-count --duration 1; check "a changed program: status" 7 $STATUS; said "a changed program: said" '[Cc]hanged' /tmp/err
truncate -s -1 /etc/kernel-magnifier/probes/lab-count/lab-count.bt
run lab-count --duration 1; check "the approved program again: status" 0 $STATUS

# Limits.
run lab-flood --duration 30; check "rate of output" RateLimit "$(outcome)"; clean "rate of output"; figures "rate of output"
run lab-bytes --duration 60; check "bytes of output" OutputLimit "$(outcome)"; clean "bytes of output"; figures "bytes of output"
check_true "bytes of output: bounded" [ "$(stat -c %s /tmp/out)" -lt 20000 ]
run lab-memory --duration 30; check "memory" MemoryLimit "$(outcome)"; clean "memory"; figures memory
run lab-keys --duration 3; check "keys of a map: outcome" Completed "$(outcome)"
check "keys of a map" 16 "$(grep -c '"kind": *"Map"' /tmp/out)"
run lab-count --duration 500; check "a longer run than allowed" 7 $STATUS
run lab-cpu --duration 60; check "CPU budget" CpuBudget "$(outcome)"; clean "CPU budget"; figures "CPU budget"
run lab-cpu --duration 5; check "after the CPU budget: suspended" 7 $STATUS; said "after the CPU budget: said" '[Ss]uspend' /tmp/err
check "BPF statistics are as before" 0 "$(cat /proc/sys/kernel/bpf_stats_enabled)"
# That file does not tell who else has the kernel count. The programs of a process that asks for nothing do.
bpftrace -e 'tracepoint:raw_syscalls:sys_enter { @ = count(); }' > /dev/null 2>&1 & bare=$!
attached; nap 2
check "BPF statistics are off again" 0 "$(cat /proc/$bare/fdinfo/* 2> /dev/null | awk '$1 == "run_cnt:" { sum += $2 } END { print sum + 0 }')"
check_true "BPF statistics: programs were there" grep -qs '^run_cnt:' /proc/$bare/fdinfo/*
kill -INT $bare; kill -TERM $bare; wait $bare 2> /dev/null; clean "a bare bpftrace"

# Ctrl-C still prints the maps.
env --default-signal=INT $KM probe run lab-count --json --duration 100 > /tmp/out 2> /tmp/err & runner=$!
attached
nap 2; kill -INT $runner; wait $runner
said "Ctrl-C: the map" '"name": *"@calls"' /tmp/out; check "Ctrl-C: outcome" Cancelled "$(outcome)"; clean "Ctrl-C"

# A second run beside a first.
$KM probe run lab-count --json --duration 100 > /dev/null 2>&1 & runner=$!
attached
run lab-count --duration 1; check "a second run beside it: status" 4 $STATUS
# SIGKILL of the runner.
kill -KILL $runner; wait $runner 2> /dev/null
nap 1
run lab-count --duration 2; check "after SIGKILL of a runner: status" 0 $STATUS; clean "after SIGKILL of a runner"

fi
# An unprivileged user, through sudo, with exactly one rule.
printf 'Defaults !use_pty\nnobody ALL=(root) NOPASSWD: /run/bin/kernel-magnifier probe run *\n' > /etc/sudoers.d/probes; chmod 440 /etc/sudoers.d/probes
as() { timeout 300 setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/tmp "$@"; }
as sudo -n $KM probe run lab-count --json --duration 2 > /tmp/out 2> /tmp/err; check "sudo: an approved probe" 0 $?
said "sudo: the map" '"name": *"@calls"' /tmp/out
said "sudo: who" '"sudoUser": *"nobody"' <(tail -n 1 $AUDIT)
as sudo -n $KM probe run lab-draft --json --duration 2 > /tmp/out 2> /tmp/err; check "sudo: a probe that is not approved" 7 $?
said "sudo: the refusal names the user" '"sudoUser": *"nobody"' <(last)
as sudo -n $KM probe audit > /tmp/out 2> /tmp/err; check "sudo: another command is not allowed" 1 $?
if [ -z "$QUICK" ]; then
cp -r /etc/kernel-magnifier/probes /tmp/mine; chown -R nobody /tmp/mine
as sudo -n $KM probe run lab-count --library /tmp/mine --duration 1 > /tmp/out 2> /tmp/err; check "sudo: a library of one's own" 7 $?
echo '{}' > /tmp/policy.json; chown nobody /tmp/policy.json
as sudo -n $KM probe run lab-count --policy /tmp/policy.json --duration 1 > /tmp/out 2> /tmp/err; check "sudo: a policy of one's own" 7 $?
as sudo -n KM_PROBE_POLICY=/tmp/policy.json $KM probe run lab-count --duration 1 > /tmp/out 2> /tmp/err; check_true "sudo: a policy in the environment" [ $? != 0 ]
as sudo -n $KM probe run ../../tmp/mine/lab-count --duration 1 > /tmp/out 2> /tmp/err; check_true "sudo: a path instead of a name" [ $? != 0 ]
as $KM probe run lab-count --duration 1 > /tmp/out 2> /tmp/err; check "without sudo: status" 4 $?
said "without sudo: what to do" 'root' /tmp/err
check "sudo: the audit log is root's alone" "root 600" "$(stat -c '%U %a' $AUDIT)"

# Where the audit cannot be written, nothing runs.
mount -t tmpfs -o ro tmpfs /var/log
run lab-count --duration 1; check "no audit, no run" 7 $STATUS; clean "no audit, no run"
umount /var/log
fi

$KM probe verify > /tmp/verify 2>&1; check "the audit log is whole" 0 $?
cat /tmp/verify; wc -l $AUDIT
kill $LOAD; pkill -x load; wait 2> /dev/null
clean "the end"
