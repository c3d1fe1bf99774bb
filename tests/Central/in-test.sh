#!/usr/bin/env bash
# The part of run.sh that every test run includes: all suites but that of costs, within KM_CENTRAL_SECONDS. A suite for which less than a minute
# is left, or whose daemon is missing, is skipped, with the reason; one that does not end in time has failed. The last line is "N passed, N failed, N skipped".
set -uo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
most=${KM_CENTRAL_SECONDS:-300}
passed=0 failed=0 skipped=0

if ! command -v python3 > /dev/null; then
    echo "SKIPPED: the receivers of docs/central-log.md: python3 is not installed"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
SECONDS=0
for suite in rsyslog otlp rules kill journal prometheus; do
    left=$((most - SECONDS))
    if [ "$left" -lt 60 ]; then
        echo "SKIPPED: $suite: $left of $most s are left; tests/Central/run.sh $suite runs it"
        skipped=$((skipped + 1))
        continue
    fi
    timeout --kill-after=20 "$left" "$here/run.sh" "$suite" > "$out" 2>&1 < /dev/null
    status=$?
    cat "$out"
    if [[ $(tail -n 1 "$out") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
    else
        echo "FAILED: $suite did not end within $left s, or ended with status $status"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
