#!/usr/bin/env bash
# demo.sh ARTIFACTS: runs the module on a recording of a TCP echo between two processes and writes ARTIFACTS/demo. Uses the pwsh in KM_PWSH;
# without one, the native command line writes the same files.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
artifacts=$1
out=$artifacts/demo
recording=$root/tests/data/tcp-echo.trace.zst
map=$root/tests/data/symbol-filepath.map.zst
rm -rf "$out"
mkdir -p "$out"

if [ -n "${KM_PWSH:-}" ]; then
    exec "$KM_PWSH" -NoProfile -NonInteractive -File "$root/build/demo.ps1" -Module "$artifacts/KernelMagnifier" -Recording "$recording" -Map "$map" -Out "$out"
fi

km=$artifacts/kernel-magnifier
net=(--symbol-map "$map" --source-path net/)
title='TCP echo: the network functions'
echo "With the native command line, because there is no pwsh 7.6 (the reason is above):"
echo
"$km" graph "$recording" "${net[@]}" -o "$out/net.svg" --title "$title" > /dev/null
"$km" graph "$recording" "${net[@]}" -o "$out/net.pdf" --title "$title" > /dev/null
"$km" calls "$recording" "${net[@]}" --strict --csv -o "$out/calls.csv" 2> /dev/null
page=yes
"$km" graph "$recording" "${net[@]}" -o "$out/net.html" --title "$title" > /dev/null || page=no
"$km" info "$recording" "${net[@]}" 2> /dev/null
echo
echo "The ten most called network functions:"
"$km" calls "$recording" "${net[@]}" --strict --top 10 2> /dev/null
echo
for name in calls.csv net.svg net.pdf; do printf 'artifacts/demo/%-10s%10s bytes\n' "$name" "$(stat -c %s "$out/$name")"; done
[ "$page" = no ] || printf 'artifacts/demo/%-10s%10s bytes: open this page in a browser\n' net.html "$(stat -c %s "$out/net.html")"
