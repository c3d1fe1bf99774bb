#!/bin/bash
# The part of the live suite that every test run includes, on bookworm's kernel: the essential recordings, the errors of kernels that cannot be
# recorded, and the cmdlets and an approved probe if there is time. Nothing here depends on the speed of emulation, except that it must end within KM_LIVE_SECONDS.
# Skipped, with the reason, where QEMU, apt, a kernel or the architecture is missing. The last line is "N passed, N failed, N skipped".
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd) ROOT=$(cd "$(dirname "$0")/../.." && pwd)
KERNEL=${KM_LIVE_KERNEL:-bookworm}
MOST=${KM_LIVE_SECONDS:-360}
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
passed=0 failed=0 skipped=0

live() { # SECONDS SUITES : runs them and adds up the results; a suite that takes longer has failed
    local status last
    timeout --kill-after=10 "$1" "$HERE/run.sh" -s "$2" "$KERNEL" > "$out" 2>&1 < /dev/null
    status=$?
    cat "$out"
    last=$(tail -n 1 "$out")
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
        passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
    else
        failed=$((failed + 1))
        echo "FAIL the live suites '$2' did not end within $1 s, or ended with status $status; the end of the last log:"
        tail -n 25 "$(ls -t "$ROOT"/artifacts/live/log/*.log | head -n 1)"
    fi
    # What is printed here becomes part of a test log.
    if [ -n "$(LC_ALL=C tr -d '\n\t\040-\176\200-\377' < "$out" | head -c 1)" ]; then
        failed=$((failed + 1))
        echo "FAIL the output of the live suites '$2' has control bytes"
    fi
}

# Packages and the kernel may take as long as the network does: that is not a failure of the recorder.
if ! timeout --kill-after=10 300 "$HERE/run.sh" -s "" "$KERNEL" > "$out" 2>&1 < /dev/null || ! grep -qx '0 passed, 0 failed, 0 skipped' "$out"; then
    cat "$out"
    [[ $(tail -n 1 "$out") =~ ^0\ passed,\ ([1-9][0-9]*)\ failed ]] && exit 1
    echo "SKIPPED: the live suite, because something it needs is missing (see above)."
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
SECONDS=0
live "$MOST" quick
took=$SECONDS
# The time the other suites may need, in tenths of the first one's, generously: a busy or slow machine leaves them out instead of failing in them.
for next in locked:4 notracefs:4 quickcmdlets:25 quickworkbench:30; do
    left=$((MOST - SECONDS)) suite=${next%:*} needs=$((took * ${next#*:} / 10))
    if [ "$failed" -gt 0 ]; then echo "SKIP $suite: the recordings failed"; skipped=$((skipped + 1))
    elif [ "$left" -lt "$needs" ]; then echo "SKIP $suite: $left of $MOST s are left, and at this machine's speed it may need $needs; ./build.sh live runs it"; skipped=$((skipped + 1))
    else live "$left" "$suite"; fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
