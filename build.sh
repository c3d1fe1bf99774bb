#!/usr/bin/env bash
# ./build.sh [TARGET [ARGUMENT...]]. "./build.sh help" lists the targets.
exec "$(dirname -- "${BASH_SOURCE[0]}")/build/targets.sh" "$@"
