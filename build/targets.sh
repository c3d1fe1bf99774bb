#!/usr/bin/env bash
# All build targets. build.sh and build.ps1 pass their arguments to this script.
#
#   build   the module in artifacts/KernelMagnifier, the native executable in artifacts/kernel-magnifier
#   module  the module only: needs nothing but the .NET SDK
#   demo    build the module and run it on a recording: artifacts/demo/net.html, net.svg, net.pdf, calls.csv
#   shell   build the module and open an interactive pwsh with it and the demo's recording
#   test    build, then all tests: Engine, Cli, Cmdlets, Pester, Page, Build, Package, Central (real receivers of logs), Remoting (a real sshd),
#           Fleet (ClickHouse), the short part of Live;
#           the last line is "N passed, N failed, N skipped"
#   lint    formatting and analyzers; all warnings are errors
#   pack    build, then the packages to release: see build/pack.sh
#   bench   build, then the measurements of docs/benchmarks.md; --counts [--keep] compares the instructions of hot paths with the kept ones
#   gallery build, then the pictures of docs/gallery.md
#   fuzz    all readers on damaged recordings: --seconds N each (60), or --guided [--minutes N] [--jobs N] [--target T] with libFuzzer
#   live    build, then the recorder in real kernels under QEMU
#   soak    build, then long runs: memory over several GB, time to stop, a thousand rounds in one pwsh
#
# Missing programs are installed with apt, missing packages restored with NuGet and npm; each is reported. If nothing is missing, the network is
# not used. pwsh is a pwsh 7.6 or newer on PATH, else a .NET tool restored with NuGet: see build/pwsh.sh. CI=true makes a skipped Pester suite a failure.
set -euo pipefail

here=$PWD
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
artifacts=$root/artifacts
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
export POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
export PATH="$PATH:$HOME/.dotnet:/usr/share/dotnet:/usr/lib/dotnet"

say() { printf '==> %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# --- prerequisites ----------------------------------------------------------------------------------------------------------

# Whether a program (a name) or a file (an absolute path, which may have wildcards) exists.
has() {
    case $1 in
        /*) compgen -G "$1" > /dev/null ;;
        *) command -v "$1" > /dev/null ;;
    esac
}

# install hard|soft package:program-or-file...
# Installs the packages whose program or file is missing. If that fails, "hard" ends the script and "soft" reports it and continues.
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
        [ ${#as[@]} -gt 0 ] || { unmet "$manner" "this needs root or sudo" "${missing[@]}"; return; }
    fi
    command -v apt-get > /dev/null || { unmet "$manner" "there is no apt-get" "${missing[@]}"; return; }
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
    [ "$manner" = soft ] || die "$why, and these packages are required: $*. Install them and try again."
    say "$why; continuing without: $*. Steps that need them are skipped or fail with the name of the program."
}

need_sdk() {
    command -v dotnet > /dev/null || die "the .NET SDK $(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json) is required: https://dotnet.microsoft.com/download"
}

# Chooses the pwsh of all targets: exported as KM_PWSH, and first on PATH for the programs that are started.
need_pwsh() {
    KM_PWSH=$("$root/build/pwsh.sh") || { unset KM_PWSH; return 1; }
    export KM_PWSH
    [ "$(command -v pwsh || true)" = "$KM_PWSH" ] || export PATH="${KM_PWSH%/*}:$PATH"
}

# shellcheck source=build/built.sh
. "$root/build/built.sh"

# --- targets ----------------------------------------------------------------------------------------------------------------

module() {
    need_sdk
    # Reports what it lacks. Only .html graphs depend on it.
    "$root/build/page.sh" || true
    # The last two are for build/pack.sh.
    local from outputs=(artifacts/KernelMagnifier src/Cmdlets/bin/Release/net10.0/KernelMagnifier.Cmdlets.deps.json src/Cmdlets/obj/project.assets.json)
    from=$(stamp)
    if is_built module "$from" "${outputs[@]}"; then say "module: artifacts/KernelMagnifier is up to date"; return; fi
    say "module -> artifacts/KernelMagnifier"
    # Not "dotnet build", which prints a summary even when it is quiet.
    dotnet msbuild src/Cmdlets -restore -t:Module -p:Configuration=Release -v:quiet >&2 || die 'the module could not be built'
    keep_built module "$from" "${outputs[@]}"
}

native() {
    need_sdk
    # The native compiler links with clang, against zlib.
    install hard clang:clang zlib1g-dev:/usr/include/zlib.h
    # The last one is for build/pack.sh.
    local from outputs=(artifacts/kernel-magnifier artifacts/ParquetSharpNative.so artifacts/native 'src/Cli/obj/Release/net10.0/*/native/kernel-magnifier.ilc.rsp')
    from=$(stamp clang ld objcopy)
    if is_built native "$from" "${outputs[@]}"; then say "native executable: artifacts/kernel-magnifier is up to date"; return; fi
    say "native executable -> artifacts/kernel-magnifier"
    # Without -r, which would change the lock files of the referenced projects.
    dotnet publish src/Cli -c Release -o "$artifacts/native" -v:quiet -clp:NoSummary >&2 || die 'the native executable could not be built'
    cp -f "$artifacts/native/kernel-magnifier" "$artifacts/kernel-magnifier.new"
    mv -f "$artifacts/kernel-magnifier.new" "$artifacts/kernel-magnifier"
    # Writes Parquet files. It is opened when the first one is written.
    cp -f "$artifacts/native/ParquetSharpNative.so" "$artifacts/ParquetSharpNative.so.new"
    mv -f "$artifacts/ParquetSharpNative.so.new" "$artifacts/ParquetSharpNative.so"
    keep_built native "$from" "${outputs[@]}"
}

build() {
    install soft nodejs:node npm:npm
    module
    native
}

demo() {
    need_sdk
    install hard graphviz:dot
    install soft nodejs:node npm:npm fonts-dejavu-core:'/usr/share/fonts/*/*'
    module
    # The demo shows the cmdlets. The native command line replaces them only where there is no pwsh.
    need_pwsh || native
    exec "$root/build/demo.sh" "$artifacts"
}

interactive() {
    module
    need_pwsh || exit 1
    cd "$here"
    exec "$KM_PWSH" -NoLogo -NoExit -File "$root/build/shell.ps1"
}

passed=0 failed=0 skipped=0

count() {
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    say "$4: $1 passed, $2 failed, $3 skipped"
}

# attribute ELEMENT FILE NAME: the number in an XML attribute, from the first line that has the element.
attribute() { grep -m1 -o "<$1 [^>]*" "$2" | grep -o " $3=\"[0-9]*\"" | head -n1 | tr -dc '0-9'; }

# suite_xunit PROJECT [NAME ARGUMENT...]
suite_xunit() {
    local project=$1 name=${2:-$1} total ran good bad
    local results=$artifacts/test-results/$name.trx
    [ -d "tests/$project" ] || return 0
    shift $(($# < 2 ? $# : 2))
    say "xunit: $name"
    dotnet test "tests/$project" -c Release --results-directory "$artifacts/test-results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" -v:quiet "$@" >&2 || true
    if [ ! -s "$results" ]; then
        count 0 1 0 "$name (it did not run)"
        return
    fi
    total=$(attribute Counters "$results" total) ran=$(attribute Counters "$results" executed) good=$(attribute Counters "$results" passed)
    # Errors, timeouts and aborts are failures too.
    bad=$((ran - good))
    # If the test host died, its file may lack the test that killed it.
    [ "$bad" -eq 0 ] && grep -q '<ResultSummary outcome="Failed"' "$results" && bad=1
    count "$good" "$bad" $((total - ran)) "$name"
}

# The readers again with narrower vectors than this processor has, and without any: other code runs then.
suite_widths() {
    # Without the large recordings: the small ones cover all layouts.
    local readers=(--no-build --filter "(FullyQualifiedName~Tests.FtraceText|FullyQualifiedName~Tests.PerfScript|FullyQualifiedName~Tests.TraceDat.Ring|FullyQualifiedName~VectorWidth)&FullyQualifiedName!~ecordings&FullyQualifiedName!~OfARecording&FullyQualifiedName!~LargeRecording&FullyQualifiedName!~PythonTool")
    DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0 KM_TEST_VECTOR_BITS=256 suite_xunit Engine "Engine, 256 bits" "${readers[@]}"
    DOTNET_EnableAVX2=0 KM_TEST_VECTOR_BITS=128 suite_xunit Engine "Engine, 128 bits" "${readers[@]}"
    DOTNET_EnableHWIntrinsic=0 KM_TEST_VECTOR_BITS=0 suite_xunit Engine "Engine, scalar" "${readers[@]}"
}

# suite_command NAME COMMAND...: a suite that prints its sums in its last line.
suite_command() {
    local name=$1 last
    shift
    say "$name"
    last=$("$root/build/relay.sh" "$@")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" "$name"
    else
        count 0 1 0 "$name (it did not finish)"
    fi
}

suite_script() {
    [ -x "$2" ] || return 0
    suite_command "$@"
}

suite_pester() {
    local pester
    if [ -n "${KM_PWSH:-}" ] && dotnet restore build/modules -v:quiet >&2 && pester=$(dotnet msbuild build/modules -getProperty:PkgPester) && [ -f "$pester/tools/Pester.psd1" ]; then
        suite_command Pester "$KM_PWSH" -NoProfile -NonInteractive -File build/pester.ps1 -Pester "$pester/tools" -Results "$artifacts/test-results/Pester.xml"
        return
    fi
    local files
    files=$(find tests/Pester -name '*.Tests.ps1' | wc -l)
    if [ "${CI:-}" = true ]; then
        count 0 1 0 "Pester (it did not run, and CI=true requires it)"
    else
        say "SKIPPED: $files Pester files, because pwsh 7.6 or Pester could not be restored (see above)."
        count 0 0 "$files" "Pester (files)"
    fi
}

test_all() {
    # A failed build is one failed test. The last line is printed in any case.
    if ! (build); then
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
    install soft graphviz:dot gnuplot-nox:gnuplot zstd:zstd trace-cmd:trace-cmd gcc:gcc libc6-dev:/usr/include/stdio.h binutils:objcopy fonts-dejavu-core:'/usr/share/fonts/*/*'
    install soft dpkg-dev:dpkg-shlibdeps zip:zip man-db:man
    command -v chromium-browser > /dev/null || install soft chromium:chromium
    install soft python3:python3
    # The receivers of the suite Central. Where systemd runs, these packages would start them as services of this machine.
    if [ ! -d /run/systemd/system ]; then
        install soft rsyslog:/usr/sbin/rsyslogd
        install soft prometheus:prometheus prometheus-node-exporter:prometheus-node-exporter
        install soft systemd:/lib/systemd/systemd-journald systemd-journal-remote:/lib/systemd/systemd-journal-remote
        # The suite Remoting.
        install soft openssh-server:/usr/sbin/sshd openssh-client:ssh procps:pgrep
        # Those of the suite Fleet, which starts the server itself.
        install soft clickhouse-server:/usr/sbin/clickhouse-server clickhouse-client:/usr/bin/clickhouse-client
    fi
    # From here on no failure ends the run: each is counted.
    set +e
    need_pwsh
    rm -rf "$artifacts/test-results"
    mkdir -p "$artifacts/test-results"
    suite_xunit Engine
    suite_widths
    suite_xunit Cli
    suite_xunit Cmdlets
    suite_pester
    suite_script Page tests/Page/in-test.sh
    suite_script Build tests/Build/in-test.sh
    suite_script Package tests/Package/in-test.sh
    suite_script Central tests/Central/in-test.sh
    suite_script Remoting tests/Remoting/in-test.sh
    suite_script Fleet tests/Fleet/in-test.sh
    suite_script Live tests/Live/in-test.sh
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

# run NAME SCRIPT ARGUMENT...: builds, then runs a script that has the target's work.
run() {
    local what=$1 script=$2
    shift 2
    [ -x "$script" ] || die "there is no $script: this version has no $what."
    build
    need_pwsh || true
    exec "$script" "$@"
}

bench() {
    if [ "${1:-}" = --counts ]; then
        # Reads nothing of the module.
        install soft valgrind:valgrind util-linux:taskset zstd:zstd
        native
        exec benchmarks/run.sh "$@"
    fi
    install soft time:/usr/bin/time python3:python3 zstd:zstd trace-cmd:trace-cmd graphviz:dot gcc:gcc libdw-dev:/usr/include/elfutils/libdw.h
    run benchmark benchmarks/run.sh "$@"
}

# Without --guided: the fuzz tests of the engine's own suite, for a given time.
fuzz() {
    local seconds=60 guided=no
    local rest=()
    while [ $# -gt 0 ]; do
        case $1 in
            --guided) guided=yes ;;
            --seconds) [ $# -gt 1 ] || die "--seconds needs a number"; seconds=$2; shift ;;
            --minutes | --jobs | --target) guided=yes; [ $# -gt 1 ] || die "$1 needs a value"; rest+=("$1" "$2"); shift ;;
            *) die "fuzz has no option '$1'. It has: --seconds N, --guided, --minutes N, --jobs N, --target T" ;;
        esac
        shift
    done
    need_sdk
    if [ "$guided" = yes ]; then
        install soft clang:clang zlib1g-dev:/usr/include/zlib.h
        # clang links the libFuzzer of its own version.
        local library=
        if has clang; then
            library="$(clang -print-resource-dir)/lib/linux/libclang_rt.fuzzer-*.a"
            install soft "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev:$library"
        fi
        if [ -n "$library" ] && has "$library"; then
            tests/Fuzz/guided.sh build || die 'the guided fuzzer could not be built'
            exec tests/Fuzz/guided.sh run "${rest[@]}"
        fi
        say "there is no clang with libFuzzer: WITHOUT coverage, $seconds seconds for each reader"
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
    dotnet msbuild KernelMagnifier.slnx -restore -t:Rebuild -p:Configuration=Release -v:quiet >&2
    dotnet format KernelMagnifier.slnx --no-restore --verify-no-changes --severity warn >&2
    if command -v shellcheck > /dev/null; then
        shellcheck -S warning build.sh build/*.sh .ci/run
        shellcheck -S error benchmarks/*.sh tests/*/*.sh
    fi
    if need_pwsh; then
        "$KM_PWSH" -NoProfile -NonInteractive -File build/lint.ps1 >&2
    fi
    say "no findings"
}

target=${1:-build}
shift || true
case $target in
    build) build ;;
    module) module ;;
    demo) demo ;;
    shell) interactive ;;
    test) test_all ;;
    lint) lint ;;
    pack)
        install hard dpkg-dev:dpkg-shlibdeps zip:zip
        run 'packaging' build/pack.sh "$@"
        ;;
    bench) bench "$@" ;;
    gallery)
        build
        install hard graphviz:dot
        "$root/tests/Page/in-test.sh" >&2
        exec "$root/build/gallery.sh" "$@"
        ;;
    fuzz) fuzz "$@" ;;
    live) run 'live suite' tests/Live/run.sh "$@" ;;
    soak)
        install soft time:/usr/bin/time zstd:zstd graphviz:dot
        run 'soak' tests/Soak/run.sh "$@"
        ;;
    -h | --help | help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" ;;
    *) die "there is no target '$target'. There are: build module demo shell test lint pack bench gallery fuzz live soak help" ;;
esac
