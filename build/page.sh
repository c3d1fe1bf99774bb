#!/usr/bin/env bash
# Makes the page that .html graphs are (src/Page) -> artifacts/page/page.html, from npm packages pinned by its lock file. What was made
# before from the same sources is kept. Ends with 1, and says why, when it cannot be made; everything else works without it.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/artifacts/page
say() { printf '==> %s\n' "$*" >&2; }

cd "$root/src/Page"
made_from=$(find . -type f -not -path './node_modules/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
if [ -s "$out/page.html" ] && [ "$(cat "$out/made-from" 2> /dev/null)" = "$made_from" ]; then exit 0; fi

without() {
    rm -f "$out/page.html" "$out/made-from"
    say "the page of .html graphs could not be made: $*. Everything else works; Export-KmGraph to .html says so."
    exit 1
}
command -v node > /dev/null && command -v npm > /dev/null || without "Node.js and npm are not here (apt-get install nodejs npm)"
say "page of .html graphs -> artifacts/page/page.html"
mkdir -p "$out/tree"
# Away from the sources: nothing fetched is ever among them.
find "$out/tree" -mindepth 1 -maxdepth 1 -not -name node_modules -exec rm -rf {} +
cp -a package.json package-lock.json .npmrc build.mjs src "$out/tree/"
cd "$out/tree"
log=$out/npm.log
# No package's own script runs: what is needed of esbuild comes in a package.
timeout 300 npm ci --ignore-scripts --no-audit --no-fund --fetch-retry-mintimeout 1000 --fetch-retry-maxtimeout 5000 > "$log" 2>&1 || { tail -n 5 "$log" >&2; without "the npm packages could not be fetched"; }
node build.mjs "$out/page.html.new" > "$log" 2>&1 || { cat "$log" >&2; without "the bundle failed"; }
mv -f "$out/page.html.new" "$out/page.html"
printf '%s\n' "$made_from" > "$out/made-from"
