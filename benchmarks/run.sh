#!/usr/bin/env bash
# Builds the peers and the benchmarks, then measures: ./build.sh bench [--rows a,b] [--scale small|full] [--out FILE] [--runs N].
# artifacts/ must contain the command line and the module (build/targets.sh builds them). Generated recordings stay in artifacts/bench for later runs.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
out=$root/artifacts/bench
mkdir -p "$out"
for peer in Pipeline Empty; do
    dotnet build "benchmarks/peers/$peer" -c Release -o "$out/peers/$peer" -v:quiet -clp:NoSummary >&2
done
if command -v gcc > /dev/null && [ -e /usr/include/elfutils/libdw.h ]; then
    gcc -O2 -o "$out/peers/libdw-walk" benchmarks/symbols/libdw-walk.c -ldw
fi
dotnet build benchmarks/KernelMagnifier.Benchmarks.csproj -c Release -v:quiet -clp:NoSummary >&2
exec dotnet benchmarks/bin/Release/net10.0/kernel-magnifier-benchmarks.dll run "$@"
