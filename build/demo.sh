#!/usr/bin/env bash
# The demo: a real recording of a TCP echo between two processes, narrowed to its network functions.
# Uses pwsh and the module where they are, else the native command line, and says which.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
artifacts=$1
out=$artifacts/demo
recording=$root/tests/data/tcp-echo.trace.zst
map=$root/tests/data/symbol-filepath.map.zst
rm -rf "$out"
mkdir -p "$out"

if command -v pwsh > /dev/null && pwsh -NoProfile -NonInteractive -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.6")' > /dev/null 2>&1; then
    exec pwsh -NoProfile -NonInteractive -File "$root/build/demo.ps1" -Module "$artifacts/KernelMagnifier" -Recording "$recording" -Map "$map" -Out "$out"
fi

km=$artifacts/kernel-magnifier
net=(--symbol-map "$map" --source-path net/)
echo "With the native command line (pwsh 7.6 is not here):"
"$km" graph "$recording" "${net[@]}" -o "$out/net.svg" --title 'TCP echo: the network functions'
"$km" graph "$recording" "${net[@]}" -o "$out/net.pdf" --title 'TCP echo: the network functions'
"$km" calls "$recording" "${net[@]}" --strict --csv -o "$out/calls.csv" 2> /dev/null
echo
"$km" info "$recording" "${net[@]}" 2> /dev/null
echo
echo "The ten hottest network functions:"
"$km" calls "$recording" "${net[@]}" --strict --top 10 2> /dev/null
echo
(cd "$out" && stat -c '%n %s' -- *) | awk '{ printf "artifacts/demo/%-10s %9d bytes\n", $1, $2 }'
