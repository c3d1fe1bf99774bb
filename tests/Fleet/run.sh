#!/usr/bin/env bash
# Starts two ClickHouse nodes on the loopback, in temporary directories and on free ports, with the configuration of deploy/clickhouse, loads a generated fleet
# and compares the answers to every question of deploy/questions with those of DuckDB and of the module. Needs no root. See README.md.
#
#   tests/Fleet/run.sh
#   KM=PATH        the executable; by default that of the last build
#   KM_PWSH=PATH   pwsh 7.6, for the module; without one, its answers are skipped
#   KM_MODULE=DIR  the module; by default that of the last build
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."
for place in artifacts/kernel-magnifier src/Cli/bin/Release/net10.0/kernel-magnifier; do
    if [[ -z ${KM:-} && -x $place ]]; then export KM=$PWD/$place; fi
done
dotnet build benchmarks/KernelMagnifier.Benchmarks.csproj -c Release -v:quiet -clp:NoSummary >&2
exec python3 -B tests/Fleet/fleet.py
