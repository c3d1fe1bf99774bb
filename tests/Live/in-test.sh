#!/bin/bash
# What of the live suite belongs to every test run: on bookworm's kernel the essential recordings, and the errors of kernels that cannot be recorded; then,
# if time remains, the cmdlets. Nothing here depends on how fast emulation is, except that it must end within the time below.
# Where the machine cannot do it (QEMU, apt, a kernel or the architecture is missing) it is skipped, and says so. The last line has the sums.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd) ROOT=$(cd "$(dirname "$0")/../.." && pwd)
MOST=${KM_LIVE_SECONDS:-360} CMDLETS=${KM_LIVE_CMDLETS:-150}
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
passed=0 failed=0 skipped=0

live() { # SECONDS SUITES : runs them and adds up; what takes longer has failed
    local status last
    timeout --kill-after=10 "$1" "$HERE/run.sh" -s "$2" "${KM_LIVE_KERNEL:-bookworm}" > "$out" 2>&1 < /dev/null
    status=$?
    cat "$out"
    last=$(tail -n 1 "$out")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
    else
        failed=$((failed + 1))
        echo "FAIL the live suites '$2' did not end within $1 s, or ended with $status; the end of the last log:"
        tail -n 25 "$(ls -t "$ROOT"/artifacts/live/log/*.log | head -n 1)"
    fi
}

live "$MOST" "quick locked notracefs"
left=$((MOST - SECONDS))
if [ "$failed" -gt 0 ] || [ "$passed" = 0 ]; then echo "The cmdlets are left out: the recorder comes first."
elif [ "$left" -lt "$CMDLETS" ]; then echo "SKIP the cmdlets in a guest: $left s are left, and they take $CMDLETS; ./build.sh live runs them"; skipped=$((skipped + 1))
else live "$left" quickcmdlets; fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
