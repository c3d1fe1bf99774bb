#!/usr/bin/env bash
# Everything this repository knows how to do, once. build.sh and build.ps1 are doors to it.
#
#   build   the importable module in artifacts/KernelMagnifier, the native executable in artifacts/kernel-magnifier
#   demo    build, then a real recording -> artifacts/demo/net.svg, net.pdf, calls.csv, and a summary
#   test    build, then every test; the last line is "N passed, N failed, N skipped"
#   bench   build, then the measurements of docs/benchmarks.md
#   gallery build, then the pictures of docs/gallery.md
#   fuzz    every reader on damaged recordings: --seconds N each (default 60), or --guided [--minutes N] [--jobs N] [--target T] with libFuzzer
#   live    build, then the recorder in real kernels under QEMU
#   soak    build, then long work: memory over several GB, how soon everything ends, a thousand rounds in one pwsh
#   lint    formatting and analyzers, as strictly as they go
#
# What is missing on the machine is installed, by apt, NuGet and npm and nothing else, and said. When nothing is missing, no network is used.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
artifacts=$root/artifacts
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
export PATH="$PATH:$HOME/.dotnet:/usr/share/dotnet:/usr/lib/dotnet"

say() { printf '==> %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# --- what the machine needs -------------------------------------------------------------------------------------------------

# A thing is there when this succeeds; the words are "package:how to see that it is there".
has() {
    case $1 in
        /*) compgen -G "$1" > /dev/null ;;
        *) command -v "$1" > /dev/null ;;
    esac
}

# install hard|soft package:probe...   Installs what is missing. Soft: goes on without, and says what that means.
install() {
    local manner=$1 missing=() entry
    shift
    for entry in "$@"; do
        has "${entry#*:}" || missing+=("${entry%%:*}")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    say "installing with apt: ${missing[*]}"
    local as=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo > /dev/null && as=(sudo)
        [ ${#as[@]} -gt 0 ] || { unmet "$manner" "neither root nor sudo is here" "${missing[@]}"; return; }
    fi
    command -v apt-get > /dev/null || { unmet "$manner" "apt-get is not here" "${missing[@]}"; return; }
    local log
    log=$(mktemp)
    if { "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" \
        || { "${as[@]}" apt-get update && "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; }; } > "$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    unmet "$manner" "apt-get failed" "${missing[@]}"
}

unmet() {
    local manner=$1 why=$2
    shift 2
    [ "$manner" = soft ] || die "$why, and these packages are needed: $*. Install them and come back."
    say "$why; going on without: $*. What needs them is skipped or fails by name."
}

need_sdk() {
    command -v dotnet > /dev/null || die "the .NET SDK $(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json) is needed: https://dotnet.microsoft.com/download"
}

# --- targets ----------------------------------------------------------------------------------------------------------------

build() {
    need_sdk
    # The native compiler links with clang, against zlib.
    install hard clang:clang zlib1g-dev:/usr/include/zlib.h
    install soft nodejs:node npm:npm
    # It says itself what it lacks; nothing else rests on it.
    "$root/build/page.sh" || true
    say "module -> artifacts/KernelMagnifier"
    dotnet build src/Cmdlets -c Release -t:Module -v:quiet -clp:NoSummary >&2 || die 'the module could not be built'
    say "native executable -> artifacts/kernel-magnifier"
    # Without -r: the compiler's host decides, and the lock files of the projects it references stay as they are.
    dotnet publish src/Cli -c Release -o "$artifacts/native" -v:quiet -clp:NoSummary >&2 || die 'the native executable could not be built'
    cp -f "$artifacts/native/kernel-magnifier" "$artifacts/kernel-magnifier.new"
    mv -f "$artifacts/kernel-magnifier.new" "$artifacts/kernel-magnifier"
}

# The pwsh that can load the module, if there is one.
shell() {
    command -v pwsh > /dev/null || return 1
    pwsh -NoProfile -NonInteractive -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.6")' > /dev/null 2>&1
}

demo() {
    build
    install hard graphviz:dot
    install soft fonts-dejavu-core:'/usr/share/fonts/*/*'
    exec "$root/build/demo.sh" "$artifacts"
}

passed=0 failed=0 skipped=0

count() {
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    say "$4: $1 passed, $2 failed, $3 skipped"
}

# The number an XML attribute holds in the first line that has the element.
attribute() { grep -m1 -o "<$1 [^>]*" "$2" | grep -o " $3=\"[0-9]*\"" | head -n1 | tr -dc '0-9'; }

# PROJECT [NAME ARGUMENT...]
suite_xunit() {
    local project=$1 name=${2:-$1} total ran good bad
    local results=$artifacts/test-results/$name.trx
    shift $(($# < 2 ? $# : 2))
    say "xunit: $name"
    dotnet test "tests/$project" -c Release --results-directory "$artifacts/test-results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" -v:quiet "$@" >&2 || true
    if [ ! -s "$results" ]; then
        count 0 1 0 "$name (it did not run)"
        return
    fi
    total=$(attribute Counters "$results" total) ran=$(attribute Counters "$results" executed) good=$(attribute Counters "$results" passed)
    # Whatever ran and did not pass has failed: errors, timeouts and aborts too.
    bad=$((ran - good))
    # A test host that died may have left a file without the test it died of.
    [ "$bad" -eq 0 ] && grep -q '<ResultSummary outcome="Failed"' "$results" && bad=1
    count "$good" "$bad" $((total - ran)) "$name"
}

# The readers again with narrower vectors than this processor has, and with none: the code takes other ways then.
suite_widths() {
    # Without the large recordings: the small ones hold every layout.
    local readers=(--no-build --filter "(FullyQualifiedName~Tests.FtraceText|FullyQualifiedName~Tests.PerfScript|FullyQualifiedName~Tests.TraceDat.Ring|FullyQualifiedName~VectorWidth)&FullyQualifiedName!~ecordings&FullyQualifiedName!~OfARecording&FullyQualifiedName!~LargeRecording&FullyQualifiedName!~PythonTool")
    DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0 KM_TEST_VECTOR_BITS=256 suite_xunit Engine "Engine, 256 bits" "${readers[@]}"
    DOTNET_EnableAVX2=0 KM_TEST_VECTOR_BITS=128 suite_xunit Engine "Engine, 128 bits" "${readers[@]}"
    DOTNET_EnableHWIntrinsic=0 KM_TEST_VECTOR_BITS=0 suite_xunit Engine "Engine, scalar" "${readers[@]}"
}

suite_pester() {
    local files
    [ -d tests/Pester ] || return 0
    files=$(find tests/Pester -name '*.Tests.ps1' | wc -l)
    if ! shell || ! pwsh -NoProfile -NonInteractive -Command 'exit [int](-not (Get-Module -ListAvailable Pester | Where-Object { $_.Version.Major -ge 5 }))' > /dev/null 2>&1; then
        say "SKIPPED: the cmdlets' $files test files, because pwsh 7.6 or Pester 5 is not on this machine."
        say "         pwsh: https://aka.ms/powershell   Pester: Install-Module Pester -Scope CurrentUser"
        count 0 0 "$files" "Pester (files)"
        return
    fi
    say "Pester"
    local results=$artifacts/test-results/Pester.xml total bad none
    rm -f "$results"
    pwsh -NoProfile -NonInteractive -File build/pester.ps1 -Results "$results" >&2 || true
    if [ ! -s "$results" ]; then
        count 0 1 0 "Pester (it did not run)"
        return
    fi
    total=$(attribute test-results "$results" total)
    bad=$(($(attribute test-results "$results" failures) + $(attribute test-results "$results" errors)))
    none=$(($(attribute test-results "$results" skipped) + $(attribute test-results "$results" ignored) + $(attribute test-results "$results" inconclusive)))
    count $((total - bad - none)) "$bad" "$none" "Pester"
}

# A suite that is a script says its sums in its last line.
suite_script() {
    local name=$1 script=$2 last
    [ -x "$script" ] || return 0
    say "$name"
    last=$("$script" | tee /dev/stderr | tail -n 1) || true
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" "$name"
    else
        count 0 1 0 "$name (it did not finish)"
    fi
}

test_all() {
    # A build that fails is a test that fails; the last line comes in any case.
    if ! (build); then
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
    install soft graphviz:dot gnuplot-nox:gnuplot zstd:zstd trace-cmd:trace-cmd gcc:gcc libc6-dev:/usr/include/stdio.h binutils:objcopy fonts-dejavu-core:'/usr/share/fonts/*/*'
    command -v chromium-browser > /dev/null || install soft chromium:chromium
    # From here on nothing ends the run early: what goes wrong is counted, and the last line comes.
    set +e
    rm -rf "$artifacts/test-results"
    mkdir -p "$artifacts/test-results"
    suite_xunit Engine
    suite_widths
    suite_xunit Cli
    suite_xunit Cmdlets
    suite_pester
    suite_script Page tests/Page/in-test.sh
    suite_script Live tests/Live/in-test.sh
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

# A wing with its own script.
run() {
    local what=$1 script=$2
    shift 2
    [ -x "$script" ] || die "there is no $script: this version has no $what."
    build
    exec "$script" "$@"
}

bench() {
    install soft time:/usr/bin/time python3:python3 zstd:zstd trace-cmd:trace-cmd graphviz:dot gcc:gcc libdw-dev:/usr/include/elfutils/libdw.h
    run benchmark benchmarks/run.sh "$@"
}

# Without coverage: the suite's own fuzz tests, as long as is asked for.
fuzz() {
    need_sdk
    local seconds=60 guided=no
    local rest=()
    while [ $# -gt 0 ]; do
        case $1 in
            --guided) guided=yes ;;
            --seconds) seconds=${2:?--seconds needs a number}; shift ;;
            --minutes | --jobs | --target) guided=yes; rest+=("$1" "${2:?$1 needs a value}"); shift ;;
            *) die "fuzz does not know $1" ;;
        esac
        shift
    done
    if [ "$guided" = yes ]; then
        install soft clang:clang zlib1g-dev:/usr/include/zlib.h libclang-rt-14-dev:'/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a'
        if has clang && has '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a'; then
            tests/Fuzz/guided.sh build || die 'the guided fuzzer could not be built'
            exec tests/Fuzz/guided.sh run "${rest[@]}"
        fi
        say "clang or its libFuzzer is not on this machine: WITHOUT coverage, $seconds seconds for each reader"
    fi
    mkdir -p "$artifacts/fuzz"
    local log=$artifacts/fuzz/unguided.txt
    : > "$log"
    KM_FUZZ_SECONDS=$seconds KM_FUZZ_LOG=$log dotnet test tests/Engine -c Release --filter FullyQualifiedName~FuzzTests -v:quiet --logger "console;verbosity=minimal" >&2
    cat "$log"
}

lint() {
    need_sdk
    install soft shellcheck:shellcheck
    dotnet restore KernelMagnifier.slnx -v:quiet >&2
    dotnet build KernelMagnifier.slnx -c Release --no-restore --no-incremental -v:quiet -clp:NoSummary >&2
    dotnet format KernelMagnifier.slnx --no-restore --verify-no-changes --severity warn >&2
    if command -v shellcheck > /dev/null; then shellcheck -S warning build.sh build/*.sh .ci/run; fi
    if shell && pwsh -NoProfile -Command 'exit [int](-not (Get-Module -ListAvailable PSScriptAnalyzer))'; then
        pwsh -NoProfile -NonInteractive -Command '$found = Invoke-ScriptAnalyzer -Path . -Recurse -Settings build/script-analyzer.psd1 -ErrorAction Ignore | Where-Object ScriptPath -NotMatch "/(artifacts|bin|obj)/"; $found | Out-String -Width 200; exit [int][bool]$found' >&2
    else
        say "SKIPPED: PSScriptAnalyzer is not on this machine."
    fi
    say "nothing to complain about"
}

target=${1:-build}
shift || true
case $target in
    build) build ;;
    demo) demo ;;
    test) test_all ;;
    bench) bench "$@" ;;
    fuzz) fuzz "$@" ;;
    live) run 'live suite' tests/Live/run.sh "$@" ;;
    soak)
        install soft time:/usr/bin/time zstd:zstd graphviz:dot
        run 'soak' tests/Soak/run.sh "$@"
        ;;
    lint) lint ;;
    gallery)
        build
        install hard graphviz:dot
        "$root/tests/Page/in-test.sh" >&2
        exec "$root/build/gallery.sh"
        ;;
    -h | --help | help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" ;;
    *) die "there is no target '$target'. There are: build demo test bench gallery fuzz live soak lint" ;;
esac
