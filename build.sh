#!/usr/bin/env bash
# The door for shells: ./build.sh [build|demo|test|bench|gallery|fuzz|live|lint]. What each does stands in build/targets.sh.
exec "$(dirname -- "${BASH_SOURCE[0]}")/build/targets.sh" "$@"
