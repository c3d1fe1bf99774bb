#!/bin/bash
# In the guest, with systemd as the first process: runs of probes in a transient scope with its limits, and their records in the journal.
. "${0%/*}/checks.sh"
echo "kernel $(uname -r), $(systemctl --version 2>&1 | head -1)"
check "the first process" systemd "$(cat /proc/1/comm)"
. "${0%/*}/workbench-place.sh"
group() { echo "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")"; }
scopes() { systemctl list-units --all --plain --no-legend 'run-*.scope' 2>&1; }
systemctl start systemd-journald.socket systemd-journald.service || echo "  note: systemd-journald did not start"
nap 1
BEFORE=$(traced)
/tmp/load light 3000 > /dev/null 2>&1 & LOAD=$!

# The scope while a run is in it.
$KM probe run lab-count --json --duration 15 > /tmp/out 2> /tmp/err & runner=$!
attached; nap 1
tool=$(pgrep -x bpftrace | head -1); at=$(group "${tool:-self}")
case $at in */run-*.scope) echo "PASS bpftrace is in a scope of its own" ;; *) echo "FAIL bpftrace is in a scope of its own"; echo "  got: $at" ;; esac
check "the scope's memory limit" 1073741824 "$(cat "$at/memory.max" 2>&1)"
check "the scope's swap limit" 0 "$(cat "$at/memory.swap.max" 2> /dev/null || echo 0)"
check "the scope's CPU limit" "200000 100000" "$(cat "$at/cpu.max" 2>&1)"
check "the scope's limit of tasks" 64 "$(cat "$at/pids.max" 2>&1)"
check "the scope has one process" "$tool" "$(cat "$at/cgroup.procs" 2>&1)"
check "the process is a child of the runner" "$runner" "$(ps -o ppid= -p "${tool:-1}" | tr -d ' ')"
wait $runner; check "a run in a scope: status" 0 $?
check "a run in a scope: outcome" Completed "$(outcome)"; said "a run in a scope: its map" '"name": *"@calls"' /tmp/out
figures "a run in a scope"
clean "a run in a scope"
check "the scope is gone" "" "$(scopes)"

# The journal.
if [ -S /run/systemd/journal/socket ] && journalctl --sync 2> /dev/null; then
    journalctl -o json KM_PROBE=lab-count > /tmp/journal 2>&1
    said "journal: the run" '"KM_ACTION" *: *"Run"' /tmp/journal
    said "journal: its outcome" '"KM_OUTCOME" *: *"Completed"' /tmp/journal
    said "journal: the approvers" '"KM_APPROVERS" *: *"[^"]*bob@example.com' /tmp/journal
    check "journal: the hash is that of the audit log" "$(sed -n 's/.*"hash":"\([^"]*\)".*/\1/p' $AUDIT | head -1)" "$(sed -n 's/.*"KM_HASH" *: *"\([^"]*\)".*/\1/p' /tmp/journal | head -1)"
else
    skip "journal" "systemd-journald does not run in this guest"
fi

# Limits hold within a scope too.
run lab-memory --duration 30; check "memory" MemoryLimit "$(outcome)"; clean "memory"; figures memory
run lab-flood --duration 30; check "rate of output" RateLimit "$(outcome)"; clean "rate of output"; figures "rate of output"
run lab-draft --duration 1; check "a draft: status" 7 $STATUS
journalctl --sync 2> /dev/null && said "journal: the refusal" '"KM_ACTION" *: *"Refused"' <(journalctl -o json KM_PROBE=lab-draft 2>&1)

# SIGKILL of the runner: its scope ends too.
$KM probe run lab-count --json --duration 100 > /dev/null 2>&1 & runner=$!
attached
kill -KILL $runner; wait $runner 2> /dev/null
nap 2
clean "SIGKILL of a runner"
check "SIGKILL of a runner: the scope is gone" "" "$(scopes)"
run lab-count --duration 2; check "after SIGKILL of a runner: status" 0 $STATUS

$KM probe verify > /tmp/verify 2>&1; check "the audit log is whole" 0 $?
cat /tmp/verify
kill $LOAD; pkill -x load; wait $LOAD 2> /dev/null
clean "the end"
