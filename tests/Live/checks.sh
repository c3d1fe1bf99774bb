# shellcheck shell=bash
# Sourced by the suites in the guest: prints one line for each check.
TRACING=/sys/kernel/tracing
check() { # NAME EXPECTED GOT
    if [ "$2" = "$3" ]; then echo "PASS $1"; else printf 'FAIL %s\n  expected: %s\n  got:      %s\n' "$1" "$2" "$3"; fi
}
check_true() { # NAME COMMAND...
    local name=$1; shift
    if "$@"; then echo "PASS $name"; else echo "FAIL $name ($*)"; fi
}
skip() { echo "SKIP $1: $2"; }

# All settings of tracefs: without data, statistics and history, and without what the first use changes for good.
settings() {
    (cd $TRACING && find . -type f ! -path './per_cpu/*/stats' ! -path './per_cpu/*/trace*' ! -path './per_cpu/*/snapshot*' ! -path './events/*/format' ! -path './events/*/id' ! -path './events/*/hist*' \
        ! -path './trace_stat/*' ! -path './instances/*' ! -name trace ! -name trace_pipe ! -name trace_marker ! -name trace_marker_raw ! -name free_buffer ! -name snapshot ! -name 'saved_*' \
        ! -name touched_functions ! -name 'available_*' ! -name printk_formats ! -name README ! -name dyn_ftrace_total_info ! -name eval_map ! -name enum_map ! -name '*_profile' ! -name error_log ! -name stack_trace ! -name stack_max_size ! -name header_page ! -name header_event ! -name inject ! -name trigger -print0 2>/dev/null |
        LC_ALL=C sort -z | xargs -0 grep -H '' 2>/dev/null)
    echo "instances: $(ls $TRACING/instances)"
}

# Waits without a process: while the kernel patches all functions, each function that runs is a trap, which is slow under emulation.
mkfifo "/tmp/nap.$$"; exec 9<> "/tmp/nap.$$"; rm "/tmp/nap.$$"
nap() { read -rt "$1" -u 9; }
recording() { # whether the recorder's instance or the top level records: a new instance is on too, but has no tracer yet
    local at on tracer
    for at in $TRACING/instances/kernel-magnifier-* $TRACING; do
        { read -r on < "$at/tracing_on" && read -r tracer < "$at/current_tracer"; } 2> /dev/null && [ "$on" = 1 ] && [ "$tracer" != nop ] && return
    done
    return 1
}
begun() { # PID : waits until that recorder has made its instance, long before it records
    while kill -0 "$1" 2> /dev/null && [ -z "$(ls $TRACING/instances)" ]; do nap 0.1; done
}
await() { # PID : waits until that recorder has switched tracing on or has ended
    while kill -0 "$1" 2> /dev/null; do recording && return; nap 0.2; done
}
