#!/usr/bin/env bash
# The part of run.sh that every test run includes: all of it, within KM_FLEET_SECONDS. Without its programs it is skipped, with their names.
# The last line is "N passed, N failed, N skipped".
set -uo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
lacking=
command -v python3 > /dev/null || lacking="python3"
for program in clickhouse-server clickhouse-client; do
    command -v "$program" > /dev/null || [ -x "/usr/sbin/$program" ] || lacking="$lacking $program"
done
if [ -n "$lacking" ]; then
    echo "SKIPPED: the ClickHouse nodes of docs/fleet.md: not installed:$lacking"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
timeout --kill-after=20 "${KM_FLEET_SECONDS:-300}" "$here/run.sh" > "$out" 2>&1 < /dev/null
status=$?
cat "$out"
if ! [[ $(tail -n 1 "$out") =~ ^[0-9]+\ passed,\ [0-9]+\ failed,\ [0-9]+\ skipped$ ]]; then
    echo "FAILED: it did not end in time, or ended with status $status"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
exit "$status"
