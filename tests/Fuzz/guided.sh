#!/usr/bin/env bash
# The coverage-guided fuzzer: libFuzzer (clang) with a NativeAOT library of the engine, instrumented to count its basic blocks.
# build/targets.sh fuzz --guided runs it.
#
#   guided.sh build
#   guided.sh run [--minutes N] [--jobs N] [--target T]...    runs the targets for N minutes in total, on N cores (default 60 and 2)
#   guided.sh report                                          prints a table of all runs so far, from the logs
#
# Everything is stored in artifacts/fuzz: corpus/TARGET, crashes/TARGET, logs/.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
work=$root/artifacts/fuzz
fuzzer=$work/native/km-fuzz-guided
say() { printf '==> %s\n' "$*" >&2; }

build() {
    cd "$root"
    say "building the instrumented engine"
    dotnet build tests/Fuzz/Instrumenter -c Release -v:quiet -clp:NoSummary >&2
    dotnet build src/Engine -c Release -v:quiet -clp:NoSummary >&2
    mkdir -p "$work/engine" "$work/logs"
    dotnet tests/Fuzz/Instrumenter/bin/Release/net10.0/km-fuzz-instrumenter.dll src/Engine/bin/Release/net10.0/KernelMagnifier.Engine.dll "$work/engine/KernelMagnifier.Engine.dll" "$work/blocks.csv" >&2
    say "building the native library"
    # dotnet publish does not notice that the content of the referenced assembly has changed.
    rm -rf tests/Fuzz/Guided/obj/Release/net10.0
    # The library is built in another directory and then moved, so that a running fuzzer can continue with the old one.
    rm -rf "$work/native.new"
    dotnet publish tests/Fuzz/Guided -c Release -o "$work/native.new" -v:quiet -clp:NoSummary >&2
    clang -O1 -fsanitize=fuzzer tests/Fuzz/Guided/fuzz.c -L"$work/native.new" -l:km-fuzz.so -Wl,-rpath,"\$ORIGIN" -o "$work/native.new/km-fuzz-guided"
    rm -rf "$work/native"
    mv "$work/native.new" "$work/native"
}

targets() { KM_FUZZ_TARGET='' "$fuzzer" 2>&1 | sed -n 's/^KM_FUZZ_TARGET must be one of: //p'; }

# Runs one target for some seconds. Restarts it after each finding.
one() {
    local target=$1 seconds=$2 log
    mkdir -p "$work/corpus/$target" "$work/crashes/$target"
    KM_FUZZ_TARGET=$target KM_FUZZ_SEEDS=$work/corpus/$target "$fuzzer" 2> /dev/null
    local options=(-timeout=20 -rss_limit_mb=6000 -print_final_stats=1 -max_len="$(longest "$target")" -artifact_prefix="$work/crashes/$target/")
    [ -f "$root/tests/Fuzz/dictionaries/$target.dict" ] && options+=(-dict="$root/tests/Fuzz/dictionaries/$target.dict")
    local start=$SECONDS left=$seconds
    while [ "$left" -gt 2 ]; do
        log=$work/logs/$target.$(date -u +%Y%m%dT%H%M%S%N).log
        local began=$SECONDS
        if KM_FUZZ_TARGET=$target "$fuzzer" "${options[@]}" -max_total_time="$left" "$work/corpus/$target" > "$log" 2>&1; then
            echo "SECONDS $((SECONDS - began))" >> "$log"
            break
        fi
        echo "SECONDS $((SECONDS - began))" >> "$log"
        if ! grep -qE '^VIOLATION|ERROR: libFuzzer' "$log"; then
            say "$target: the fuzzer does not start: $(tail -n 1 "$log")"
            return 255 # Stops xargs.
        fi
        say "FOUND in $target: $(grep -m1 -E '^VIOLATION|ERROR: libFuzzer' "$log" | cut -c1-300)"
        # A defect that occurs early would be found again and again.
        [ "$(find "$work/crashes/$target" -type f | wc -l)" -ge "${KM_FUZZ_MOST:-8}" ] && break
        left=$((seconds - (SECONDS - start)))
    done
    say "$target: done"
}

longest() {
    case $1 in
        trace-dat) echo 100000 ;;
        page) echo 4098 ;;
        elf) echo 20000 ;;
        dwarf) echo 8192 ;;
        lists) echo 512 ;;
        *) echo 8192 ;;
    esac
}

run() {
    local minutes=60 jobs=2 list=()
    while [ $# -gt 0 ]; do
        case $1 in
            --minutes) minutes=$2 ;;
            --jobs) jobs=$2 ;;
            --target) list+=("$2") ;;
            *) say "guided.sh run has no option $1. It has: --minutes N, --jobs N, --target T"; exit 2 ;;
        esac
        shift 2
    done
    [ ${#list[@]} -gt 0 ] || read -ra list <<< "$(targets)"
    local each=$((minutes * 60 * jobs / ${#list[@]}))
    say "${#list[@]} targets, $each seconds each, $jobs at a time"
    # The readers need files. These are in memory, and deleted when the script ends.
    TMPDIR=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)" km-fuzz.XXXXXX)
    trap 'rm -rf "$TMPDIR"' EXIT
    export TMPDIR
    export -f one longest say
    export root work fuzzer
    printf '%s\n' "${list[@]}" | xargs -P "$jobs" -I{} bash -euo pipefail -c "one {} $each"
    report
    if [ -n "$(find "$work/crashes" -type f 2> /dev/null)" ]; then
        say "inputs that violate a property are in $work/crashes"
        return 1
    fi
}

# Takes executions and time from the logs, and coverage from another run of each corpus, for the types of its target.
report() {
    local target log executions seconds
    printf '| target | executions | guided minutes | blocks hit |\n| --- | ---: | ---: | ---: |\n'
    for target in $(targets); do
        executions=0 seconds=0
        for log in "$work/logs/$target".*.log; do
            [ -f "$log" ] || continue
            executions=$((executions + $(grep -oE '^(stat::number_of_executed_units: |#)[0-9]+' "$log" | grep -oE '[0-9]+' | sort -n | tail -n 1 || echo 0)))
            # The log of an interrupted run has no time.
            seconds=$((seconds + $(sed -n 's/^SECONDS //p' "$log" | tail -n 1 | grep . || echo 0)))
        done
        [ "$executions" -gt 0 ] || continue
        printf '| %s | %s | %s | %s |\n' "$target" "$executions" "$((seconds / 60))" "$(covered "$target")"
    done
}

# The blocks in the types of a target that its corpus reaches.
covered() {
    KM_FUZZ_TARGET=$1 KM_FUZZ_HITS=$work/hits.$1 "$fuzzer" -runs=0 -max_len="$(longest "$1")" "$work/corpus/$1" > /dev/null 2>&1 || true
    [ -f "$work/hits.$1" ] || { echo '?'; return; }
    od -An -v -tu1 -w1 "$work/hits.$1" | paste -d, "$work/blocks.csv" - | awk -F, -v about="$(about "$1")" '$2 ~ about { all++; if ($5 > 0) hit++ } END { printf "%d of %d (%d %%)", hit, all, all ? 100 * hit / all : 0 }'
}

# The types of a target, as a regular expression.
about() {
    case $1 in
        function-text) echo 'FtraceText\.(FunctionText|EdgeSpellings|Fixed|Line|ContextPrefix|LatencyPrefix|VerbosePrefix)' ;;
        graph-text) echo 'FtraceText\.(FunctionGraph|Nesting|OpenCall|AbsoluteTime|CenteredTask)' ;;
        report-text) echo 'Traces\.TraceCmdReport' ;;
        perf-script) echo 'Traces\.PerfScript' ;;
        trace-dat) echo 'Traces\.TraceDat' ;;
        page) echo 'TraceDat\.(RingBufferPageDecoder|CallDecoder|FeedHandler|FunctionGraphBlockHandler|EventTally|BigEndian|LittleEndian)' ;;
        event-format) echo 'TraceDat\.(EventFormats|FieldFormat|RingBufferPageLayout)' ;;
        kallsyms) echo 'TraceDat\.Kallsyms|KernelMagnifier\..*RecordedKernel$' ;;
        command-lines) echo 'TraceDat\.(SavedCommandLines|KernelStatistics)' ;;
        symbol-map) echo 'Symbols\.(SymbolMapFile|SymbolMap|SymbolSource)$' ;;
        symbol-cache) echo 'Symbols\.SymbolTable$' ;;
        elf) echo 'Symbols\.(Elf|DebugImage)' ;;
        dwarf) echo 'Symbols\.Dwarf' ;;
        compressed) echo 'KernelMagnifier\.Compression|Files\.(RandomAccessStream|RewindableStream)' ;;
        layers) echo 'KernelMagnifier\.Compression|Files\.(RewindableStream|StreamAfter|StreamSearch|TransformedStream)' ;;
        workload) echo 'Workloads\.(Formats|Engines)|Reports\.WorkloadText' ;;
        incident) echo 'KernelMagnifier\.Incidents\.Incident(File|Json|Reader|Reports|Text)' ;;
        lists) echo '\.(CpuList|Sizes|CpuCounts|Glob)$' ;;
        any) echo 'Traces\.Reading|Files\.(StreamLineBlocks|FileLineBlocks)|Processes\.WorkerGroup' ;;
    esac
}

action=${1:-run}
shift || true
case $action in
    build | report) "$action" ;;
    run) run "$@" ;;
    *) say "guided.sh has the actions build, run and report"; exit 2 ;;
esac
