#!/bin/bash
# What of the live suite belongs to every test run: on bookworm's kernel the essential recordings, and the errors of kernels that cannot be recorded; then,
# if time remains, the cmdlets. Nothing here depends on how fast emulation is, except that it must end within the time below.
# Where the machine cannot do it (QEMU, apt, a kernel or the architecture is missing) it is skipped, and says so. The last line has the sums.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd) ROOT=$(cd "$(dirname "$0")/../.." && pwd)
KERNEL=${KM_LIVE_KERNEL:-bookworm}
MOST=${KM_LIVE_SECONDS:-360}
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
passed=0 failed=0 skipped=0

live() { # SECONDS SUITES : runs them and adds up; what takes longer has failed
    local status last
    timeout --kill-after=10 "$1" "$HERE/run.sh" -s "$2" "$KERNEL" > "$out" 2>&1 < /dev/null
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

# Getting what is needed may take as long as the network does, the first time: that is no failure of the recorder.
if ! timeout --kill-after=10 300 "$HERE/run.sh" -s "" "$KERNEL" > "$out" 2>&1 < /dev/null || ! grep -qx '0 passed, 0 failed, 0 skipped' "$out"; then
    cat "$out"
    [[ $(tail -n 1 "$out") =~ ^0\ passed,\ ([1-9][0-9]*)\ failed ]] && exit 1
    echo "SKIPPED: the live suite, because what it needs could not be had (above)."
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
SECONDS=0
live "$MOST" quick
took=$SECONDS
# What the others take of the time of the first, in tenths, with much to spare: a machine that is busy or slow leaves them out rather than fails by them.
for next in locked:4 notracefs:4 quickcmdlets:25; do
    left=$((MOST - SECONDS)) suite=${next%:*} needs=$((took * ${next#*:} / 10))
    if [ "$failed" -gt 0 ]; then echo "SKIP $suite: the recordings come first"; skipped=$((skipped + 1))
    elif [ "$left" -lt "$needs" ]; then echo "SKIP $suite: of $MOST s $left are left, and on a machine as busy or slow as this it may need $needs; ./build.sh live runs it"; skipped=$((skipped + 1))
    else live "$left" "$suite"; fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
