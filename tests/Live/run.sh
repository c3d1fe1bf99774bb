#!/bin/bash
# The live suite: see README.md.  run.sh [-b FOLDER] [-s SUITES] [KERNEL...]
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd); ROOT=$(cd "$HERE/../.." && pwd)
export LIVE=${KM_LIVE:-$ROOT/artifacts/live}
SUITES="suite errors locked notracefs compare cmdlets"
while getopts b:s: option; do case $option in b) LIVE=$(readlink -m "$OPTARG") ;; s) SUITES=$OPTARG ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
mkdir -p "$LIVE/kernels" "$LIVE/share" "$LIVE/log"
give_up() { echo "SKIP the live suite: $1"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
case $LIVE in /tmp/* | /run/* | /root/* | /var/tmp/*) echo "The folder must not be under /tmp, /run, /var/tmp or /root: those are the guest's own." >&2; exit 2 ;; esac
[ "$(uname -m)" = x86_64 ] || give_up "the kernels are for x86-64"
SUDO=; [ "$(id -u)" = 0 ] || SUDO=sudo

# What the guests need, from apt.
missing=
for pair in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static modprobe:kmod cpio:cpio trace-cmd:trace-cmd gcc:gcc python3:python3-minimal setpriv:util-linux; do
    command -v "${pair%%:*}" > /dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || missing="$missing ${pair##*:}"
done
if [ -n "$missing" ]; then
    command -v apt-get > /dev/null || give_up "these are missing and there is no apt-get:$missing"
    { $SUDO apt-get update && $SUDO apt-get install -y --no-install-recommends $missing; } > "$LIVE/log/apt.log" 2>&1 || give_up "apt-get could not install$missing (see $LIVE/log/apt.log)"
fi
file -L "$(command -v busybox)" 2>/dev/null | grep -q dynamically && give_up "busybox is not static: apt-get install busybox-static"

# A stock kernel, unpacked beside; nothing is installed.
get_kernel() { # NAME : prints its folder
    local name=$1 folder=$LIVE/kernels/$1 package
    [ -d "$folder/boot" ] && { echo "$folder"; return; }
    case $name in
        bookworm) package=$(apt-cache search --names-only '^linux-image-6\.1\.0-[0-9]+-amd64$' | awk '{ print $1 }' | sort -V | tail -1) ;;
        newer) package=$(apt-cache search --names-only '^linux-image-[0-9.]+\+(bpo|deb)[0-9]+-amd64$' | awk '{ print $1 }' | sort -V | tail -1) ;;
        *) package=$name ;;
    esac
    if [ -z "$package" ] && [ "$name" = newer ]; then
        # Debian keeps newer kernels in its backports; a list of our own reads them without touching this machine's.
        local apt=$LIVE/apt; mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
        local mirror; mirror=$(grep -rhoE 'https?://[^ ]+' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | grep -vE security | head -1)
        printf 'deb [trusted=yes] %s trixie-backports main\ndeb [trusted=yes] %s bookworm-backports main\n' "${mirror:-http://deb.debian.org/debian}" "${mirror:-http://deb.debian.org/debian}" > "$apt/sources.list"
        local options=(-o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root)
        apt-get "${options[@]}" update > "$LIVE/log/newer.log" 2>&1
        package=$(apt-cache "${options[@]}" search --names-only '^linux-image-[0-9.]+(\+|~)(bpo|deb)[0-9]+-amd64$' | awk '{ print $1 }' | sort -V | tail -1)
        [ -n "$package" ] && (cd "$LIVE/kernels" && apt-get "${options[@]}" download "$package" >> "$LIVE/log/newer.log" 2>&1)
    elif [ -n "$package" ]; then
        (cd "$LIVE/kernels" && apt-get download "$package" > "$LIVE/log/$name.log" 2>&1)
    fi
    local file; file=$(ls -t "$LIVE"/kernels/${package:-nothing}_*.deb 2>/dev/null | head -1)
    [ -n "$file" ] || return 1
    mkdir -p "$folder.part" && dpkg -x "$file" "$folder.part" && rm "$file" && mv "$folder.part" "$folder" && echo "$folder"
}

# The recorder as it is shipped, and something for it to record.
if [ -z "${KM_RECORDER:-}" ]; then
    KM_RECORDER=$LIVE/recorder/kernel-magnifier
    dotnet publish "$ROOT/src/Cli" -c Release -r linux-x64 -o "$LIVE/recorder" > "$LIVE/log/publish.log" 2>&1 || { tail -5 "$LIVE/log/publish.log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
fi
gcc -O1 -static -o "$LIVE/load" "$HERE/load.c" || give_up "load.c cannot be compiled: apt-get install libc6-dev"

PASSED=0 FAILED=0 SKIPPED=0
count() { # LOG : adds up and shows what did not pass
    PASSED=$((PASSED + $(grep -c '^PASS ' "$1"))) FAILED=$((FAILED + $(grep -c '^FAIL ' "$1"))) SKIPPED=$((SKIPPED + $(grep -c '^SKIP ' "$1")))
    grep -A2 -E '^(FAIL|SKIP|  note|TABLE) ' "$1" | grep -vE '^(PASS|--)' | tr -d '\r'
}
boot() { # KERNEL SUITE PARAMETERS SCRIPT ARG...
    local kernel=$1 suite=$2 parameters=$3 log; shift 3
    log=$LIVE/log/$(basename "$kernel")-$suite.log
    echo "== $(basename "$kernel"): $suite"
    "$HERE/guest.sh" -k "$kernel" -t "${KM_LIVE_TIMEOUT:-1800}" -A "$parameters" "$@" 2>&1 | sed -u 's/\r$//' > "$log"
    local status=${PIPESTATUS[0]}
    count "$log"
    if [ "$status" != 0 ]; then FAILED=$((FAILED + 1)); echo "FAIL $(basename "$kernel") $suite ended with $status; the end of $log:"; tail -5 "$log"; fi
}

[ $# -gt 0 ] || set -- bookworm newer
for name in "$@"; do
    if [ -d "$name" ]; then kernel=$(readlink -f "$name"); else kernel=$(get_kernel "$name") || { echo "SKIP kernel $name: apt offers none"; SKIPPED=$((SKIPPED + 1)); continue; }; fi
    # A symbol map for this very kernel: its own folder has one, or the shared recordings do.
    map=$kernel/symbol-filepath.map
    for up in "$ROOT/.." "$ROOT/../.."; do
        shared=$up/shared/data/meta
        [ -f "$map" ] || { [ -f "$shared/symbol-filepath.map.zst" ] && grep -q " $(basename "$kernel"/lib/modules/*) " "$shared/version" 2>/dev/null && map=$LIVE/map && zstd -dqf "$shared/symbol-filepath.map.zst" -o "$map"; }
    done
    for suite in $SUITES; do
        case $suite in
            suite)
                boot "$kernel" $suite "" "$HERE/suite.sh" "$KM_RECORDER" "$LIVE/load" "$map"
                "$HERE/verify.sh" "$LIVE/share/$(basename "$kernel"/lib/modules/*)" "$KM_RECORDER" > "$LIVE/log/$(basename "$kernel")-verify.log" 2>&1
                count "$LIVE/log/$(basename "$kernel")-verify.log" ;;
            errors) boot "$kernel" $suite "" "$HERE/errors.sh" "$KM_RECORDER" other ;;
            locked) boot "$kernel" $suite "lockdown=confidentiality" "$HERE/errors.sh" "$KM_RECORDER" locked ;;
            notracefs) boot "$kernel" $suite "live.notracefs" "$HERE/errors.sh" "$KM_RECORDER" notracefs ;;
            compare) boot "$kernel" $suite "" "$HERE/compare.sh" "$KM_RECORDER" "$LIVE/load" ;;
            cmdlets)
                module=$ROOT/artifacts/KernelMagnifier
                if ! command -v pwsh > /dev/null; then echo "SKIP cmdlets: pwsh is not here"; SKIPPED=$((SKIPPED + 1))
                elif [ ! -f "$module/KernelMagnifier.psd1" ]; then echo "SKIP cmdlets: the module is not built (artifacts/KernelMagnifier)"; SKIPPED=$((SKIPPED + 1))
                else boot "$kernel" $suite "" "$HERE/cmdlets.ps1" "$module" "$LIVE/load"; fi ;;
        esac
    done
done
echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
[ "$FAILED" = 0 ]
