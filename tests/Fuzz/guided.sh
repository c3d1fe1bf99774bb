#!/usr/bin/env bash
# The coverage-guided fuzzer: libFuzzer (clang) over a NativeAOT library of the engine that counts its basic blocks. build/targets.sh fuzz --guided calls this.
#
#   guided.sh build
#   guided.sh run [--minutes N] [--jobs N] [--target T]...    N minutes for all targets together, on N cores (default 60 and 2)
#   guided.sh report                                          a table of all runs so far, from the logs
#
# Results are kept in artifacts/fuzz: corpus/TARGET, crashes/TARGET, logs/.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
work=$root/artifacts/fuzz
fuzzer=$work/native/km-fuzz-guided
say() { printf '==> %s\n' "$*" >&2; }

build() {
    cd "$root"
    say "the engine, its blocks counted"
    dotnet build tests/Fuzz/Instrumenter -c Release -v:quiet -clp:NoSummary >&2
    dotnet build src/Engine -c Release -v:quiet -clp:NoSummary >&2
    mkdir -p "$work/engine" "$work/logs"
    dotnet tests/Fuzz/Instrumenter/bin/Release/net10.0/km-fuzz-instrumenter.dll src/Engine/bin/Release/net10.0/KernelMagnifier.Engine.dll "$work/engine/KernelMagnifier.Engine.dll" "$work/blocks.csv" >&2
    say "the native library"
    # Publish does not detect that a referenced assembly has changed.
    rm -rf tests/Fuzz/Guided/obj/Release/net10.0
    # Built beside and then moved: a fuzzer that runs keeps the old one.
    rm -rf "$work/native.new"
    dotnet publish tests/Fuzz/Guided -c Release -o "$work/native.new" -v:quiet -clp:NoSummary >&2
    clang -O1 -fsanitize=fuzzer tests/Fuzz/Guided/fuzz.c -L"$work/native.new" -l:km-fuzz.so -Wl,-rpath,"\$ORIGIN" -o "$work/native.new/km-fuzz-guided"
    rm -rf "$work/native"
    mv "$work/native.new" "$work/native"
}

targets() { KM_FUZZ_TARGET='' "$fuzzer" 2>&1 | sed -n 's/^KM_FUZZ_TARGET must be one of: //p'; }

# Runs one target for some seconds. After a finding it starts again.
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
        if ! grep -qE '^BROKEN|ERROR: libFuzzer' "$log"; then
            say "$target: the fuzzer does not run: $(tail -n 1 "$log")"
            return 255 # xargs stops
        fi
        say "FOUND in $target: $(grep -m1 -E '^BROKEN|ERROR: libFuzzer' "$log" | cut -c1-300)"
        # The same finding may come again and again.
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
            *) say "guided.sh run has no option '$1'"; exit 2 ;;
        esac
        shift 2
    done
    [ ${#list[@]} -gt 0 ] || read -ra list <<< "$(targets)"
    local each=$((minutes * 60 * jobs / ${#list[@]}))
    say "${#list[@]} targets, $each seconds each, $jobs at a time"
    # The readers need files: in memory, removed at the end.
    TMPDIR=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)" km-fuzz.XXXXXX)
    trap 'rm -rf "$TMPDIR"' EXIT
    export TMPDIR
    export -f one longest say
    export root work fuzzer
    printf '%s\n' "${list[@]}" | xargs -P "$jobs" -I{} bash -euo pipefail -c "one {} $each"
    report
    if [ -n "$(find "$work/crashes" -type f 2> /dev/null)" ]; then
        say "failing inputs are in $work/crashes"
        return 1
    fi
}

# Executions and time come from the logs, coverage from one more run of each corpus, over the types of its target.
report() {
    local target log executions seconds
    printf '| target | executions | guided minutes | blocks hit |\n| --- | ---: | ---: | ---: |\n'
    for target in $(targets); do
        executions=0 seconds=0
        for log in "$work/logs/$target".*.log; do
            [ -f "$log" ] || continue
            executions=$((executions + $(grep -oE '^(stat::number_of_executed_units: |#)[0-9]+' "$log" | grep -oE '[0-9]+' | sort -n | tail -n 1 || echo 0)))
            # An incomplete log has none.
            seconds=$((seconds + $(sed -n 's/^SECONDS //p' "$log" | tail -n 1 | grep . || echo 0)))
        done
        [ "$executions" -gt 0 ] || continue
        printf '| %s | %s | %s | %s |\n' "$target" "$executions" "$((seconds / 60))" "$(covered "$target")"
    done
}

# How many blocks of the target's own types its corpus reaches.
covered() {
    KM_FUZZ_TARGET=$1 KM_FUZZ_HITS=$work/hits.$1 "$fuzzer" -runs=0 -max_len="$(longest "$1")" "$work/corpus/$1" > /dev/null 2>&1 || true
    [ -f "$work/hits.$1" ] || { echo '?'; return; }
    od -An -v -tu1 -w1 "$work/hits.$1" | paste -d, "$work/blocks.csv" - | awk -F, -v about="$(about "$1")" '$2 ~ about { all++; if ($5 > 0) hit++ } END { printf "%d of %d (%d %%)", hit, all, all ? 100 * hit / all : 0 }'
}

about() {
    case $1 in
        function-text) echo 'FtraceText\.(FunctionText|EdgeSpellings)' ;;
        graph-text) echo 'FtraceText\.Graph' ;;
        perf-script) echo 'PerfScript' ;;
        trace-dat) echo 'Traces\.TraceDat' ;;
        page) echo 'TraceDat\.(PageDecoder|CallDecoder|ToFeed|ToGraphBlock|EventTally|BigEndian|LittleEndian)' ;;
        event-format) echo 'TraceDat\.(EventFormats|FieldFormat|PageLayout)' ;;
        kallsyms) echo 'TraceDat\.Kallsyms|KernelMagnifier\.RecordedKernel' ;;
        command-lines) echo 'TraceDat\.(SavedCommandLines|KernelStatistics)' ;;
        symbol-map) echo 'KernelMagnifier\.(SymbolMapFile|SymbolMap|SymbolSource)$' ;;
        symbol-cache) echo 'Symbols\.SymbolTable$' ;;
        elf) echo 'Symbols\.(Elf|DebugImage)' ;;
        dwarf) echo 'Symbols\.Dwarf' ;;
        packed) echo 'Traces\.(TraceInput|Zstd|RandomAccessStream|PrefixedStream)' ;;
        lists) echo 'Capture\.(CpuList|Sizes|CpuCounts)|Selection\.Glob' ;;
        any) echo 'KernelMagnifier\.(TraceReader|Traces\.(TextPipeline|OrderedBlocks|StreamLineBlocks|FileLineBlocks|Crew))' ;;
    esac
}

action=${1:-run}
shift || true
case $action in
    build | report) "$action" ;;
    run) run "$@" ;;
    *) say "guided.sh has the actions build, run and report"; exit 2 ;;
esac
