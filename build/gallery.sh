#!/usr/bin/env bash
# gallery.sh [DIRECTORY]: draws the pictures of docs/gallery.md from the recording in the repository; DIRECTORY is docs/gallery by default.
# Needs the results of ./build.sh build, Graphviz, and for the screenshots of the page the packages that tests/Page/in-test.sh restores.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:-$root/docs/gallery}
km=$root/artifacts/kernel-magnifier
recording=$root/tests/data/tcp-echo.trace.zst
echo=("$recording" --symbol-map "$root/tests/data/symbol-filepath.map.zst")
mkdir -p "$out"
draw() {
    local name=$1
    shift
    "$km" graph "${echo[@]}" "$@" -o "$out/$name"
}

draw way.svg --from __x64_sys_sendto --to dev_hard_start_xmit --hot-path --title 'How a sendto() comes to the network device'
draw directories.svg --source-path net/ --top 45 --cluster-by directory --title 'TCP echo: the network functions, by directory'
draw contexts.svg --from do_softirq.part.0,sysvec_apic_timer_interrupt,run_rebalance_domains --top 40 --cluster-by context --title 'Where softirqs and interrupts are entered' --theme dark
draw highlight.svg --source-path net/ipv4/ --strict --min-count 55 --highlight tcp_rcv_established --layout leftright --title 'Paths through tcp_rcv_established'

chromium=$(command -v chromium || command -v chromium-browser || true)
if [ -n "$chromium" ] && [ -d "$root/artifacts/page/test/node_modules/playwright-core" ]; then
    page=$(mktemp --suffix .html)
    trap 'rm -f "$page"' EXIT
    "$km" graph "${echo[@]}" --title 'TCP echo between two processes' -o "$page"
    cp "$root/build/gallery.mjs" "$root/artifacts/page/test/gallery.mjs"
    CHROMIUM=$chromium timeout 120 nice -n 10 node "$root/artifacts/page/test/gallery.mjs" "$page" "$out"
else
    echo "SKIPPED: the screenshots of the page, because there is no Chromium or Playwright." >&2
fi
