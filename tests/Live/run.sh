#!/bin/bash
# The live suite: see README.md.  run.sh [-b DIRECTORY] [-s SUITES] [KERNEL...]
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd); ROOT=$(cd "$HERE/../.." && pwd)
LIVE=$ROOT/artifacts/live
SUITES="suite faults options latency measure watch probes probes-run difference workbench workbench-systemd schedule schedule-probes errors locked notracefs compare cmdlets lab known-loads incident"
while getopts b:s: option; do case $option in b) LIVE=$(readlink -m "$OPTARG") ;; s) SUITES=$OPTARG ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
export LIVE KERNEL_LOG=$LIVE/log/kernel.log
# Kernels are large: they are kept for the next clone.
CACHE=${KM_LIVE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kernel-magnifier/live}
mkdir -p "$CACHE" "$LIVE/log" "$LIVE/share" || exit 1
rm -rf "$LIVE/share/"*
give_up() { echo "SKIP the live suite: $1"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
[ "$(uname -m)" = x86_64 ] || give_up "its kernels are for x86-64, and this machine is $(uname -m)"

# Programs that the suite and the guests need.
missing=
for pair in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static modprobe:kmod cpio:cpio trace-cmd:trace-cmd gcc:gcc python3:python3-minimal setpriv:util-linux zstd:zstd ip:iproute2 ps:procps; do
    command -v "${pair%%:*}" > /dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || missing="$missing ${pair##*:}"
done
if [ -n "$missing" ]; then
    command -v apt-get > /dev/null || give_up "these are missing and there is no apt-get:$missing"
    as=; [ "$(id -u)" = 0 ] || as=sudo
    [ -z "$as" ] || command -v sudo > /dev/null || give_up "these are missing, and neither root nor sudo is here to install them:$missing"
    export DEBIAN_FRONTEND=noninteractive
    { $as apt-get install -y --no-install-recommends $missing || { $as apt-get update && $as apt-get install -y --no-install-recommends $missing; }; } > "$LIVE/log/apt.log" 2>&1 < /dev/null \
        || give_up "apt-get could not install$missing: see $LIVE/log/apt.log"
fi
export PATH="$PATH:/usr/sbin:/sbin"
# Peers of the latencies, and what runs the probes; without them, their part is skipped.
peers=
case " $SUITES " in *" latency "*) peers="runqlat:libbpf-tools perf:linux-perf" ;; esac
case " $SUITES " in *" known-loads "* | *" incident "*) peers="$peers rt-app:rt-app fio:fio chrt:util-linux" ;; esac
case " $SUITES " in *" probes"* | *workbench* | *schedule-probes*) peers="$peers bpftrace:bpftrace tc:iproute2 ssh-keygen:openssh-client sudo:sudo" ;; esac
for pair in $peers; do
    command -v "${pair%%:*}" > /dev/null || { command -v apt-get > /dev/null && $([ "$(id -u)" = 0 ] || echo sudo -n) apt-get install -y --no-install-recommends "${pair##*:}"; } >> "$LIVE/log/apt.log" 2>&1 < /dev/null
done
"$(command -v busybox)" sh -c 'exit 0' && [ -z "$(LC_ALL=C ldd "$(command -v busybox)" 2> /dev/null | grep '=>')" ] || give_up "busybox is not static: apt-get install busybox-static"

. "$ROOT/src/Module/lab/kernels.sh"

# The programs that the guests run, in the directory shared with them: the recorder as it is shipped, and a load to record.
bin=$LIVE/share/bin
mkdir -p "$bin"
cp "$HERE"/*.sh "$HERE"/*.ps1 "$HERE"/*.py "$bin/"
cp "${KM_RECORDER:-$ROOT/artifacts/kernel-magnifier}" "$bin/km" || { echo "FAIL the recorder is not built. Run ./build.sh build."; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
gcc -O1 -static -o "$bin/load" "$HERE/load.c" || give_up "load.c cannot be compiled: apt-get install libc6-dev"
gcc -O1 -static -pthread -o "$bin/replay-load" "$HERE/replay-load.c" || exit 1
gcc -O1 -static -o "$bin/probes-load" "$HERE/probes-load.c" && cp -r "$ROOT/probes" "$bin/" || exit 1
[ ! -f "$ROOT/artifacts/KernelMagnifier/KernelMagnifier.psd1" ] || cp -r "$ROOT/artifacts/KernelMagnifier" "$bin/"

PASSED=0 FAILED=0 SKIPPED=0
text_only() { # LOG : a check like the others, appended to the log
    local bytes; bytes=$(LC_ALL=C tr -d '\n\t\040-\176\200-\377' < "$1" | wc -c)
    if [ "$bytes" = 0 ]; then echo "PASS the log is text"; else echo "FAIL the log is text: it has $bytes control bytes"; fi >> "$1"
}
count() { # LOG : adds up the results and prints all but the passes
    text_only "$1"
    PASSED=$((PASSED + $(grep -c '^PASS ' "$1"))) FAILED=$((FAILED + $(grep -c '^FAIL ' "$1"))) SKIPPED=$((SKIPPED + $(grep -c '^SKIP ' "$1")))
    grep -A2 -E '^(FAIL|SKIP|  note|TABLE) ' "$1" | grep -vE '^(PASS|--)'
}
boot() { # KERNEL SUITE PARAMETERS SCRIPT ARG...
    local kernel=$1 suite=$2 parameters=$3 log began=$SECONDS status; shift 3
    log=$LIVE/log/$(basename "$kernel")-$suite.log
    "$ROOT/src/Module/lab/guest.sh" -k "$kernel" -t "${KM_LIVE_TIMEOUT:-1800}" -A "$parameters" "$@" > "$log" 2>&1
    status=$?
    echo "== $(basename "$kernel"): $suite ($((SECONDS - began)) s)"
    count "$log"
    # A suite that ends its guest in the middle leaves no status.
    case $suite in *-crash) [ "$status" != 126 ] || status=0 ;; esac
    if [ "$status" != 0 ]; then FAILED=$((FAILED + 1)); echo "FAIL $(basename "$kernel") $suite ended with status $status; the end of $log:"; tail -15 "$log"; fi
}
share_module() { # KERNEL NAME : a module of that kernel, uncompressed, for insmod in the guest
    local file; file=$(find "$1" -name "$2.ko*" | head -1)
    case $file in
        *.xz) xz -dc "$file" > "$bin/$2.ko" ;; *.zst) zstd -qdcf "$file" > "$bin/$2.ko" ;; *.ko) cp "$file" "$bin/$2.ko" ;; *) rm -f "$bin/$2.ko" ;;
    esac
}
hidden() { case $(readlink -f "$1") in /tmp/* | /run/* | /var/tmp/* | /root/*) return 0 ;; esac; return 1; } # the guest has its own directories there
share_pwsh() { # makes this machine's pwsh the guest's, or prints why it cannot
    local shell home
    shell=$(command -v "${KM_PWSH:-pwsh}") || { echo "there is no pwsh"; return 1; }
    home=$("$shell" -NoProfile -NonInteractive -Command '$PSHOME') || { echo "$shell does not run"; return 1; }
    rm -rf "$LIVE/share/pwsh"; mkdir "$LIVE/share/pwsh"
    if ! hidden "$home"; then
        ln -s "$home/pwsh" "$LIVE/share/pwsh/pwsh"
    elif [ -f "$home/pwsh.runtimeconfig.json" ] && hidden "$(command -v dotnet)"; then
        echo "the guest does not see $(command -v dotnet)"; return 1
    else
        cp -r "$home/." "$LIVE/share/pwsh/"
    fi
}
probe_library() { # SOURCE ARGUMENT... : makes the library of the probes' suites with this machine's pwsh, or prints why it cannot
    local shell place=$CACHE/probe-library status
    shell=$(command -v "${KM_PWSH:-pwsh}") || { echo "there is no pwsh"; return 1; }
    [ -d "$bin/KernelMagnifier" ] || { echo "the module is not built (artifacts/KernelMagnifier)"; return 1; }
    command -v bpftrace > /dev/null && command -v ssh-keygen > /dev/null || { echo "apt-get install bpftrace openssh-client"; return 1; }
    rm -rf "$place" "$LIVE/share/etc"; mkdir -p "$place"; chmod 755 "$place"
    NO_COLOR=1 "$shell" -NoProfile -NonInteractive -File "$HERE/probe-library.ps1" -Module "$bin/KernelMagnifier" -Library "$place/probes" -Source "$1" "${@:2}" > "$LIVE/log/probe-library.log" 2>&1
    status=$?
    [ $status = 0 ] || { tail -5 "$LIVE/log/probe-library.log"; return 1; }
    cp -r "$place" "$LIVE/share/etc"
}
cmdlets() { # KERNEL
    local why
    if [ ! -d "$bin/KernelMagnifier" ]; then why="the module is not built (artifacts/KernelMagnifier)"
    elif why=$(share_pwsh); then boot "$1" "$suite" "" bin/cmdlets.ps1 $([ "$suite" = cmdlets ] || echo -Quick); return
    fi
    echo "SKIP cmdlets: $why"
    SKIPPED=$((SKIPPED + 1))
}

[ $# -gt 0 ] || set -- bookworm newer
for name in "$@"; do
    if [ -d "$name" ]; then kernel=$(readlink -f "$name"); else kernel=$(get_kernel "$name") || { echo "SKIP kernel $name: apt-get has none or could not get it: see $LIVE/log/kernel.log"; SKIPPED=$((SKIPPED + 1)); continue; }; fi
    # For --source-path kernel/sched: the kernel's own symbol map, or one that has some of its functions.
    if [ -f "$kernel/symbol-filepath.map" ]; then cp "$kernel/symbol-filepath.map" "$bin/map"; else zstd -dqfc "$ROOT/tests/data/symbol-filepath.map.zst" > "$bin/map"; fi
    for suite in $SUITES; do
        case $suite in
            suite | quick | faults)
                rm -rf "$LIVE/share/out"
                if [ $suite = faults ]; then boot "$kernel" $suite "" bin/faults.sh; else boot "$kernel" $suite "" bin/suite.sh $suite; fi
                log=$LIVE/log/$(basename "$kernel")-$suite-verify.log
                "$HERE/verify.sh" "$LIVE/share/out" "$bin/km" "$bin/map" > "$log" 2>&1
                count "$log" ;;
            latency)
                rm -rf "$LIVE/share/out"
                share_module "$kernel" loop
                boot "$kernel" $suite "" bin/latency.sh
                log=$LIVE/log/$(basename "$kernel")-$suite-verify.log
                { "$HERE/verify.sh" "$LIVE/share/out" "$bin/km" "$bin/map"; "$HERE/latency-verify.py" "$LIVE/share/out" "$bin/km"; } > "$log" 2>&1
                count "$log" ;;
            probes)
                rm -rf "$LIVE/share/out"
                share_module "$kernel" loop
                share_module "$kernel" sch_netem
                boot "$kernel" $suite "" bin/probes.sh ${KM_LIVE_PROBES:-}
                log=$LIVE/log/$(basename "$kernel")-$suite-verify.log
                "$HERE/probes-verify.py" "$LIVE/share/out" "$ROOT/probes" > "$log" 2>&1
                count "$log" ;;
            probes-run)
                rm -rf "$LIVE/share/out"
                share_module "$kernel" loop
                share_module "$kernel" sch_netem
                share_module "$kernel" overlay
                if ! why=$(probe_library "$ROOT/probes" -CpuPercent 100); then echo "SKIP probes-run: $why"; SKIPPED=$((SKIPPED + 1)); continue; fi
                boot "$kernel" $suite "" bin/probes.sh --run ${KM_LIVE_PROBES:-}
                log=$LIVE/log/$(basename "$kernel")-$suite-verify.log
                "$HERE/probes-verify.py" "$LIVE/share/out" "$ROOT/probes" > "$log" 2>&1
                count "$log" ;;
            difference)
                rm -rf "$LIVE/share/out"
                boot "$kernel" $suite "" bin/difference.sh
                log=$LIVE/log/$(basename "$kernel")-$suite-verify.log
                "$HERE/difference-verify.py" "$LIVE/share/out" "$bin/km" > "$log" 2>&1
                count "$log" ;;
            workbench | quickworkbench | workbench-systemd)
                share_module "$kernel" overlay
                parameters=; [ $suite != workbench-systemd ] || parameters=live.systemd
                if why=$(probe_library "$HERE/probes" $([ $suite != quickworkbench ] || echo -Only lab-count,lab-draft)); then boot "$kernel" $suite "$parameters" "bin/workbench${parameters:+-systemd}.sh" $([ $suite != quickworkbench ] || echo quick)
                else echo "SKIP workbench: $why"; SKIPPED=$((SKIPPED + 1)); fi ;;
            measure)
                rm -rf "$LIVE/share/out"
                boot "$kernel" $suite "" bin/measure.sh ;;
            watch)
                rm -rf "$LIVE/share/out"
                boot "$kernel" $suite "" bin/watch.sh ;;
            schedule)
                share_module "$kernel" overlay
                boot "$kernel" $suite live.systemd bin/schedule.sh all
                rm -rf "$LIVE/share/state" "$LIVE/share/logs"
                boot "$kernel" $suite-crash live.systemd bin/schedule.sh crash
                boot "$kernel" $suite-after live.systemd bin/schedule.sh after
                if command -v cron > /dev/null; then boot "$kernel" $suite-cron "" bin/schedule.sh cron
                else echo "SKIP schedule-cron: apt-get install cron"; SKIPPED=$((SKIPPED + 1)); fi ;;
            schedule-probes)
                share_module "$kernel" overlay
                if why=$(probe_library "$HERE/probes" -Only lab-count); then boot "$kernel" $suite live.systemd bin/schedule.sh probes
                else echo "SKIP schedule-probes: $why"; SKIPPED=$((SKIPPED + 1)); fi ;;
            options) boot "$kernel" $suite "" bin/options.sh ;;
            errors) boot "$kernel" $suite "" bin/errors.sh other ;;
            locked) boot "$kernel" $suite "lockdown=confidentiality" bin/errors.sh locked ;;
            notracefs) boot "$kernel" $suite "live.notracefs" bin/errors.sh notracefs ;;
            compare) boot "$kernel" $suite "" bin/compare.sh ;;
            lab | quicklab)
                log=$LIVE/log/$(basename "$kernel")-$suite.log began=$SECONDS
                "$HERE/lab.sh" "$kernel" "$LIVE/lab" "$bin/km" $([ $suite = lab ] || echo quick) > "$log" 2>&1
                echo "== $(basename "$kernel"): $suite ($((SECONDS - began)) s)"
                count "$log" ;;
            known-loads | incident)
                log=$LIVE/log/$(basename "$kernel")-$suite.log began=$SECONDS
                "$HERE/$suite.sh" "$kernel" "$LIVE/$suite" "$bin/km" "$bin/replay-load" > "$log" 2>&1
                echo "== $(basename "$kernel"): $suite ($((SECONDS - began)) s)"
                count "$log" ;;
            cmdlets | quickcmdlets) cmdlets "$kernel" ;;
            *) echo "there is no suite $suite" >&2; exit 2 ;;
        esac
    done
done
echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
[ "$FAILED" = 0 ]
