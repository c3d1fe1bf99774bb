#!/usr/bin/env bash
# Tests the page of .html graphs and comparisons, and profiles in speedscope and Mermaid, in headless Chromium. The last line is "N passed, N failed, N skipped".
set -uo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/Page
work=$root/artifacts/page/test
km=$root/artifacts/kernel-magnifier
skip() {
    echo "SKIPPED: the tests of the page: $*."
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
fail() {
    echo "$*"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}
command -v node > /dev/null && command -v npm > /dev/null || skip "Node.js and npm are not installed: apt-get install nodejs npm"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || skip "Playwright needs Node.js 20, this is $(node --version)"
chromium=$(command -v chromium || command -v chromium-browser) || skip "Chromium is not installed: apt-get install chromium"
[ -s "$root/artifacts/page/page.html" ] || skip "the page was not built, see the build"
[ -x "$km" ] || fail "artifacts/kernel-magnifier is not built"

mkdir -p "$work"
made_from=$(cat "$here/package-lock.json" "$here/package.json" | sha256sum)
if [ ! -d "$work/node_modules/playwright-core" ] || [ "$(cat "$work/made-from" 2> /dev/null)" != "$made_from" ]; then
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$work/"
    (cd "$work" && timeout 300 npm ci --ignore-scripts --no-audit --no-fund) > "$work/npm.log" 2>&1 || { tail -n 5 "$work/npm.log"; skip "the npm packages of the tests could not be fetched"; }
    printf '%s\n' "$made_from" > "$work/made-from"
fi
rm -rf "$work/page" "$work/out"
mkdir -p "$work/out"
cp -r "$root/src/Page/src" "$work/page"
cp "$here/tsconfig.json" "$here"/*.mjs "$work/"
cd "$work" || exit 1
export KM=$km KM_DATA=$root/tests/data CHROMIUM=$chromium
for file in page.test.mjs difference.test.mjs profiles.test.mjs; do
    timeout 600 nice -n 10 node "$file" || echo "0 passed, 1 failed, 0 skipped"
done | tee results
# Sums the last lines of all files, and the extra line of a file that failed.
awk '/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { passed += $1; failed += $3; skipped += $5 } END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }' results
