#!/usr/bin/env bash
# Builds the peers and the benchmarks, then measures: ./build.sh bench [--rows a,b] [--scale small|full] [--out FILE] [--runs N].
# ./build.sh bench --counts [--keep] compares the instructions of hot paths with benchmarks/counts.tsv, or renews that file.
# artifacts/ must contain the command line and the module (build/targets.sh builds them). Generated recordings stay in artifacts/bench for later runs.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
out=$root/artifacts/bench
mkdir -p "$out"
program=benchmarks/bin/Release/net10.0/kernel-magnifier-benchmarks.dll
build_program() { dotnet build benchmarks/KernelMagnifier.Benchmarks.csproj -c Release -v:quiet -clp:NoSummary >&2; }

if [ "${1:-}" = --counts ]; then
    case "${2:-} $#" in
        ' 1') keep=() ;;
        '--keep 2') keep=(keep) ;;
        *) echo "--counts has one option: --keep" >&2; exit 2 ;;
    esac
    build_program
    exec dotnet "$program" counts "${keep[@]}"
fi
for peer in Pipeline Empty; do
    dotnet build "benchmarks/peers/$peer" -c Release -o "$out/peers/$peer" -v:quiet -clp:NoSummary >&2
done
if command -v gcc > /dev/null && [ -e /usr/include/elfutils/libdw.h ]; then
    gcc -O2 -o "$out/peers/libdw-walk" benchmarks/symbols/libdw-walk.c -ldw
fi
build_program
exec dotnet "$program" run "$@"
