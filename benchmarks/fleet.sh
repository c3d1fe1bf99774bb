#!/usr/bin/env bash
# Generates a fleet and measures what docs/fleet.md states: rows written and scanned in a second, bytes of a row, and a 99th percentile per host in DuckDB and in
# two ClickHouse nodes. Deletes what it made.
#
#   benchmarks/fleet.sh [--intervals N] [--hosts N] [--recordings N] [--folder DIR] [--out FILE.json] [--dataset DIR] [RECORDING...]
#
# --folder is where the data goes (100 million intervals: 10 GB at most); --dataset measures one that is there. A RECORDING is exported as tables, and
# its bytes of a row compared with those of the recording. Needs clickhouse-server and clickhouse-client for that part.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."
for place in artifacts/kernel-magnifier src/Cli/bin/Release/net10.0/kernel-magnifier; do
    if [[ -z ${KM:-} && -x $place ]]; then export KM=$PWD/$place; fi
done
dotnet build benchmarks/KernelMagnifier.Benchmarks.csproj -c Release -v:quiet -clp:NoSummary >&2
exec python3 -B benchmarks/fleet.py "$@"
