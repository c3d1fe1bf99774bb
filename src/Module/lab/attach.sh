#!/bin/bash
# attach.sh KERNEL FOLDER : boots KERNEL (bookworm, newer, or a directory with an unpacked linux-image) and attaches each program of FOLDER/share/trial
# (NAME.bt, with an argument on each line of NAME.args) for a second. FOLDER/share/trial.tsv takes a line for each: name, status, seconds, attached
# probes, message. Exit status 3: something is missing, and standard error says what.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
export LIVE=$2 KERNEL_LOG=$2/kernel.log
CACHE=${KM_LIVE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kernel-magnifier/live}
[ "$(uname -m)" = x86_64 ] || { echo "its kernels are for x86-64, and this machine is $(uname -m)" >&2; exit 3; }
missing=
for pair in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static modprobe:kmod cpio:cpio bpftrace:bpftrace; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%:*}" > /dev/null || missing="$missing ${pair##*:}"
done
[ -z "$missing" ] || { echo "programs are missing: apt-get install$missing" >&2; exit 3; }
export PATH="$PATH:/usr/sbin:/sbin"
. "$HERE/kernels.sh"
if [ -d "$1" ]; then kernel=$(readlink -f "$1"); else kernel=$(get_kernel "$1") || { echo "apt-get has no kernel '$1', or could not get it" >&2; exit 3; }; fi
mkdir -p "$LIVE/share"
cp "$HERE/attach-guest.sh" "$LIVE/share/" || exit 3
"$HERE/guest.sh" -k "$kernel" -t "${KM_LAB_TIMEOUT:-900}" attach-guest.sh > "$LIVE/guest.log" 2>&1
status=$?
[ "$status" = 0 ] || { echo "the guest ended with status $status: $(tail -n 1 "$LIVE/guest.log")" >&2; exit 1; }
