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
    says 4 "This kernel is locked down (confidentiality): it hands out no traces, not even to root. Record on a machine whose kernel allows it; where you own the machine, boot without lockdown=confidentiality (kernel command line) or with Secure Boot's lock-down set to integrity."
    check "locked down: told by --check" 4 "$(/tmp/km record --check > /dev/null; echo $?)"
    exit 0 ;;
notracefs)
    says 4 "tracefs is not mounted. Mount it: mount -t tracefs nodev /sys/kernel/tracing."
    exit 0 ;;
esac
echo 1408 > $TRACING/buffer_size_kb
settings > /tmp/before
check "error: not root (status)" 4 "$(setpriv --reuid 65534 --regid 65534 --clear-groups /tmp/km record -o /tmp/y.dat 2> /tmp/errors; echo $?)"
check "error: not root" "kernel-magnifier: Recording needs root: tracefs can be read by nobody else. Run it with sudo, or mount tracefs for a group: mount -o remount,gid=GROUP /sys/kernel/tracing." "$(head -1 /tmp/errors)"
says 2 "No function that can be traced is called 'vfs_raed'. Did you mean vfs_read? A function the compiler has inlined, or of a module that is not loaded, is not there." -f vfs_raed
says 2 "This kernel has no event 'sched:sched_swich'. Did you mean sched:sched_switch? Events are named system:event, with wildcards; available_events in tracefs lists them." -e sched:sched_swich
says 2 "The kernel refused the filter 'no_such > 1' for sched:sched_waking: Field not found. Its fields are: comm, pid, prio, target_cpu. Everything was put back." -e 'sched:sched_waking{no_such > 1}'
says 2 "The command 'no-such-command' was found in no directory of PATH. Give its full path; what only a shell knows (an alias, a built-in) cannot be recorded." -- no-such-command
says 2 "No process has the pid 999999: it has ended, or lives in another pid namespace. pgrep finds pids by name." --pid 999999
says 2 "This machine has no CPU 77; online are 0-1." --cpu 77
says 2 "This kernel has no trace clock 'sundial'. It has: $(tr -d '[]' < $TRACING/trace_clock)." --clock sundial
says 3 "/nowhere/x.dat cannot be created: the directory /nowhere does not exist. Make it first (mkdir -p), or choose another." -o /nowhere/x.dat
says 3 "/usr/x.dat cannot be created: Read-only file system in /usr. Choose a directory that can be written." -o /usr/x.dat
ln -s /etc/passwd /tmp/planted
says 3 "/tmp/planted is a symbolic link in a directory where everybody may write: what it points at will not be written to. Remove the link or choose another place." -o /tmp/planted
check "buffer too large (status)" 4 "$(/tmp/km record -o /tmp/x.dat -b 900GB --record-time 1 2> /tmp/errors > /dev/null; echo $?)"
check "buffer too large" 1 "$(grep -c '^kernel-magnifier: The kernel has no memory for a buffer of 900 GB per CPU (2 CPUs, .* available). Ask for a smaller one (BufferSize).$' /tmp/errors)"
echo 0 > /sys/devices/system/cpu/cpu1/online
says 4 "CPU 1 is offline. Switch it on (echo 1 > /sys/devices/system/cpu/cpu1/online), or leave it out; online are 0." --cpu 1
/tmp/km record -o /tmp/one.dat --record-time 0.3 -f 'vfs_*' > /tmp/said 2>&1; check "with a CPU offline, the others are recorded" 0 $?
check "with a CPU offline: trace-cmd reads it" "$(sed -n 's/^  CPU 0: \([0-9]*\) .*/\1/p' /tmp/said)" "$(trace-cmd report -i /tmp/one.dat 2>/dev/null | grep -c 'function:')"
echo 1 > /sys/devices/system/cpu/cpu1/online
settings > /tmp/after; check "errors: settings as before" "" "$(diff /tmp/before /tmp/after)"
check "errors: no file is left" "" "$(ls -A /tmp | grep -E '^\.x|^x\.dat')"
# Another user's tracer at the top level is in the way only if the tracer does not support instances.
mkdir $TRACING/instances/probe; grep -qw function_graph $TRACING/instances/probe/available_tracers; SHARED=$?; rmdir $TRACING/instances/probe
echo function_graph > $TRACING/current_tracer
if [ $SHARED = 0 ]; then
    /tmp/km record -o /tmp/g.dat -t function_graph -f 'vfs_*' --record-time 0.5 > /tmp/said 2>&1; check "somebody's tracer at the top level does not matter" 0 $?
else
    says 4 "Somebody uses the tracer 'function_graph'. On this kernel the tracer 'function_graph' runs only at the top level of tracefs, which cannot be shared. Wait until they are done; if it was left behind, end it: echo nop > $TRACING/current_tracer." -t function_graph
fi
check "somebody's tracer still runs" function_graph "$(cat $TRACING/current_tracer)"
exit 0
