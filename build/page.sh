#!/usr/bin/env bash
# Builds the page of .html graphs from src/Page -> artifacts/page/page.html, with npm packages pinned by a lock file. Does nothing if the page is
# up to date. Ends with status 1, and the reason, if it cannot be built; only .html graphs depend on it.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/artifacts/page
say() { printf '==> %s\n' "$*" >&2; }

cd "$root/src/Page"
made_from=$(find . -type f -not -path './node_modules/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
made() { printf '%s\n' "$made_from"; sha256sum < "$out/page.html"; }
if [ -s "$out/page.html" ] && [ "$(cat "$out/made-from" 2> /dev/null)" = "$(made)" ]; then exit 0; fi

without() {
    rm -f "$out/page.html" "$out/made-from"
    say "the page of .html graphs could not be built: $*. Everything else works without it."
    exit 1
}
command -v node > /dev/null && command -v npm > /dev/null || without "Node.js or npm is missing (apt-get install nodejs npm)"
say "page of .html graphs -> artifacts/page/page.html"
mkdir -p "$out/tree"
# Outside src, so that no package is ever among the sources.
find "$out/tree" -mindepth 1 -maxdepth 1 -not -name node_modules -exec rm -rf {} +
cp -a package.json package-lock.json .npmrc build.mjs src "$out/tree/"
cd "$out/tree"
log=$out/npm.log
# No script of a package runs. esbuild's binary is a package too.
timeout 300 npm ci --ignore-scripts --no-audit --no-fund --fetch-retry-mintimeout 1000 --fetch-retry-maxtimeout 5000 > "$log" 2>&1 || { tail -n 5 "$log" >&2; without "npm could not restore its packages"; }
node build.mjs "$out/page.html.new" > "$log" 2>&1 || { cat "$log" >&2; without "esbuild failed"; }
mv -f "$out/page.html.new" "$out/page.html"
made > "$out/made-from"
