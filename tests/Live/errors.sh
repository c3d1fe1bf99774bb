#!/bin/bash
# In the guest: the text of errors, and that a failed recording changes nothing.  errors.sh KIND
. "${0%/*}/checks.sh"
cp "$SHARE/bin/km" /tmp/; chmod 755 /tmp/km
# says STATUS TEXT ARGUMENT... : the recorder fails with this status and this message
says() {
    local status=$1 text=$2; shift 2
    /tmp/km record -o /tmp/x.dat --record-time 1 "$@" > /tmp/said 2> /tmp/errors; local got=$?
    check "error: $* (status)" "$status" "$got"
    check "error: $*" "kernel-magnifier: $text" "$(head -1 /tmp/errors)"
}
case $1 in
locked)
    says 4 "This kernel is locked down (confidentiality) and provides no traces, not even to root. Record on a machine whose kernel is not locked down. On your own machine, boot without lockdown=confidentiality on the kernel command line, or set the lockdown of Secure Boot to integrity."
    check "locked down: reported by --check" 4 "$(/tmp/km record --check > /dev/null; echo $?)"
    exit 0 ;;
notracefs)
    says 4 "tracefs is not mounted. Mount it: mount -t tracefs nodev /sys/kernel/tracing"
    exit 0 ;;
esac
echo 1408 > $TRACING/buffer_size_kb
settings > /tmp/before
check "error: not root (status)" 4 "$(setpriv --reuid 65534 --regid 65534 --clear-groups /tmp/km record -o /tmp/y.dat 2> /tmp/errors; echo $?)"
check "error: not root" "kernel-magnifier: Recording needs root: only root can read tracefs. Run it with sudo, or give a group access to tracefs: mount -o remount,gid=GROUP /sys/kernel/tracing" "$(head -1 /tmp/errors)"
says 2 "vfs_raed: no traceable function has this name. Did you mean vfs_read? available_filter_functions in tracefs lists the functions; inlined functions and functions of modules that are not loaded cannot be traced." -f vfs_raed
says 2 "sched:sched_swich: this kernel has no such event. Did you mean sched:sched_switch? Name events as system:event, with wildcards; available_events in tracefs lists them." -e sched:sched_swich
says 2 "sched:sched_waking: the kernel refused the filter 'no_such > 1': Field not found. All settings were restored. Filter by the event's fields: comm, pid, prio, target_cpu." -e 'sched:sched_waking{no_such > 1}'
says 2 "no-such-command: the command is in no directory of PATH. Give its full path; aliases and built-ins of a shell cannot be recorded." -- no-such-command
says 2 "pid 999999: no such process; it has ended, or it is in another pid namespace. Find pids by name with pgrep." --pid 999999
says 2 "CPU 77: this machine has no such CPU; online are 0-1. Choose one of these." --cpu 77
says 2 "sundial: this kernel has no such trace clock. Choose one of: $(tr -d '[]' < $TRACING/trace_clock)." --clock sundial
says 3 "/nowhere/x.dat: the directory /nowhere does not exist. Create it first: mkdir -p '/nowhere'" -o /nowhere/x.dat
says 3 "/usr/x.dat: files cannot be created in /usr: Read-only file system. Choose a writable directory." -o /usr/x.dat
ln -s /etc/passwd /tmp/planted
says 3 "/tmp/planted: it is a symbolic link in a world-writable directory and is not followed. Remove the link, or choose another path." -o /tmp/planted
check "buffer too large (status)" 4 "$(/tmp/km record -o /tmp/x.dat -b 900GB --record-time 1 2> /tmp/errors > /dev/null; echo $?)"
check "buffer too large" 1 "$(grep -c '^kernel-magnifier: --buffer-size: The kernel has no memory for a buffer of 900 GB per CPU (2 CPUs, .* available). Choose a smaller buffer.$' /tmp/errors)"
# Refused before a tracer is on or an instance is made. A short-lived instance would be seen: making and removing one takes long under emulation.
( while :; do for at in $TRACING/instances/*; do [ ! -e "$at" ] || echo "$at"; done; done > /tmp/seen ) & WATCH=$!
says 2 "nofunc_stak_trace: this kernel has no such trace option. Did you mean nofunc_stack_trace? The files in $TRACING/options are the trace options; a name with 'no' in front clears the option." -O nofunc_stak_trace
says 2 "--record-time takes a number of at least 0 and at most 31536000, not '99999999999'." --record-time 99999999999
says 2 "--buffer-size: The buffer is smaller than one page of 4096 bytes per CPU. Choose a larger one." -b 100
says 2 "--max-depth: A depth needs the tracer function_graph. Choose the tracer function_graph, or leave it out." --max-depth 3
kill $WATCH; check "errors of the request: no instance was made" "" "$(head -1 /tmp/seen)"
echo 0 > /sys/devices/system/cpu/cpu1/online
says 4 "CPU 1: this CPU is offline; online are 0. Bring it online (echo 1 > /sys/devices/system/cpu/cpu1/online), or leave it out." --cpu 1
/tmp/km record -o /tmp/one.dat --record-time 0.3 -f 'vfs_*' > /tmp/said 2>&1; check "with a CPU offline, the others are recorded" 0 $?
check "with a CPU offline: trace-cmd reads it" "$(sed -n 's/^  CPU 0: \([0-9]*\) .*/\1/p' /tmp/said)" "$(trace-cmd report -i /tmp/one.dat 2>/dev/null | grep -c 'function:')"
echo 1 > /sys/devices/system/cpu/cpu1/online
settings > /tmp/after; check "errors: settings as before" "" "$(diff /tmp/before /tmp/after)"
check "errors: no file is left" "" "$(ls -A /tmp | grep -E '^\.x|^x\.dat')"
# Another user's tracer at the top level is in the way only if the tracer does not support instances.
mkdir $TRACING/instances/probe; grep -qw function_graph $TRACING/instances/probe/available_tracers; SHARED=$?; rmdir $TRACING/instances/probe
echo function_graph > $TRACING/current_tracer
if [ $SHARED = 0 ]; then
    /tmp/km record -o /tmp/g.dat -t function_graph -f 'vfs_*' --record-time 0.5 > /tmp/said 2>&1; check "the tracer of another user at the top level does not matter" 0 $?
else
    says 4 "$TRACING/current_tracer: the tracer 'function_graph' is in use. On this kernel the tracer 'function_graph' needs the top level of tracefs, which cannot be shared. Wait until its user has finished. If it was left behind, end it: echo nop > $TRACING/current_tracer" -t function_graph
fi
check "the tracer of another user still runs" function_graph "$(cat $TRACING/current_tracer)"
exit 0
