#!/usr/bin/env bash
# Starts the receivers of docs/central-log.md on the loopback, in temporary directories and on free ports, with the configuration of that page, sends
# records and checks that what arrives equals what was sent. Needs root for journald only. A receiver that is not installed is skipped, and said.
#
#   tests/Central/run.sh [SUITE...]     rsyslog otlp rules kill journal prometheus costs; all without arguments
#   KM=PATH                             the executable; by default that of the last build
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."
for place in artifacts/kernel-magnifier src/Cli/bin/Release/net10.0/kernel-magnifier; do
    if [[ -z ${KM:-} && -x $place ]]; then KM=$PWD/$place; fi
done
: "${KM:?build it first: ./build.sh build}"
exec python3 tests/Central/central.py "$KM" "$@"
