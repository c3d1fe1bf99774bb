#!/bin/bash
# In the guest: every trace option that the kernel lists, with each tracer. All of tracefs is as before after each recording, in another user's instance too.
. "${0%/*}/recorder.sh"
echo 1408 > $TRACING/buffer_size_kb
mkdir $TRACING/instances/other
whole_tree() {
    settings
    (cd $TRACING && grep -rH '' --include=trigger events; cd instances/other && grep -sH '' options/* trace_options current_tracer tracing_on trace_clock tracing_cpumask buffer_size_kb set_* events/enable) 2> /dev/null
}
whole_tree > /tmp/before
with_option() { # TRACER OPTION : records with the option that the kernel does not have set
    local tracer=$1 option=$2 typed status
    if [ "$(cat $TRACING/options/"$option")" = 1 ]; then typed=no$option; else typed=$option; fi
    $KM record -q -o $OUT/option.dat -t "$tracer" -f vfs_read -O "$typed" --record-time 0.05 > /tmp/said 2> /tmp/errors; status=$?
    if [ $status = 0 ]; then echo "PASS $tracer -O $typed: recorded"
    else check "$tracer -O $typed: refused by the kernel, not by us" 1 "$(grep -c 'the kernel refused the value .*: Invalid argument' /tmp/errors)"; fi
    whole_tree > /tmp/after
    check "$tracer -O $typed: all of tracefs is as before" "" "$(diff /tmp/before /tmp/after)"
    # One that stayed must not hide the next.
    for changed in $(diff /tmp/before /tmp/after | sed -n 's/^< \.\/\(options\/[^:]*\):\([01]\)$/\1=\2/p'); do echo "${changed#*=}" > "$TRACING/${changed%=*}"; done
}
for option in "$TRACING"/options/*; do with_option function "${option##*/}"; done
# The tracer's own, and those of the other tracer.
for option in $(ls $TRACING/options | grep -E '^(func|sleep-time|graph-time)'); do with_option function_graph "$option"; done

# Killed: the next recorder restores the options at the top level and in the other instance.
start $OUT/killed-option.dat --record-time 900 -b 256KB -f vfs_read -O func_stack_trace
await $RECORDER; nap 1; kill -KILL $RECORDER; wait $RECORDER 2> /dev/null
echo "  note: while it recorded, the top level's func_stack_trace was $(cat $TRACING/options/func_stack_trace)"
record option-next --record-time 0.1 -f vfs_read; check "SIGKILL with -O func_stack_trace: the next one starts" 0 $?
whole_tree > /tmp/after
check "SIGKILL with -O func_stack_trace, and the next start: all of tracefs is as before" "" "$(diff /tmp/before /tmp/after)"
rmdir $TRACING/instances/other
exit 0
