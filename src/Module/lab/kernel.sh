#!/bin/bash
# kernel.sh NAME : prints the directory of a stock kernel, see kernels.sh. Exit status 3: there is none, and standard error says what there is.
# kernel.sh --list : prints the kernels in the cache, a release and a directory on each line.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
CACHE=${KM_LIVE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kernel-magnifier/live}
if [ "$1" = --list ]; then
    for image in "$CACHE/kernels"/*/boot/vmlinuz-*; do [ ! -f "$image" ] || printf '%s\t%s\n' "${image##*/vmlinuz-}" "${image%/boot/*}"; done
    exit 0
fi
[ "$(uname -m)" = x86_64 ] || { echo "the kernels are for x86-64, and this machine is $(uname -m)" >&2; exit 3; }
case $1 in */* | .* | -* | '') echo "'$1' is no name of a kernel" >&2; exit 3 ;; esac
KERNEL_LOG=$(mktemp) || exit 1
trap 'rm -f "$KERNEL_LOG"' EXIT
. "$HERE/kernels.sh"
# In a shell of its own: it can use other sources of packages.
(get_kernel "$1") && exit
command -v apt-get > /dev/null || { echo "there is no apt-get, which downloads kernels" >&2; exit 3; }
why=$(grep -E '^(E|Err)' "$KERNEL_LOG" | tail -n 1)
echo "apt-get has no such kernel, or could not get it${why:+ ($why)}" >&2
echo "apt-get has $(packages '^linux-image-[0-9].*[0-9]-amd64$' | sed 's/^linux-image-//; s/-amd64$//' | tail -n 12 | paste -sd ' ')" >&2
exit 3
