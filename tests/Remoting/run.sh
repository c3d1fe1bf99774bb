#!/usr/bin/env bash
# Starts an sshd of its own on the loopback, with pwsh as its subsystem, and checks the module over PowerShell remoting: see README.md.
#
#   tests/Remoting/run.sh [SUITE...]    objects recording failure copy; all without arguments. "costs" measures what objects cost on the way.
#   KM_MODULE=DIRECTORY                 the module; by default that of the last build
#   KM_PWSH=PATH                        pwsh; by default that of build/pwsh.sh
set -uo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/Remoting/sshd.sh
. "$root/tests/Remoting/sshd.sh"
export KM_MODULE=${KM_MODULE:-$root/artifacts/KernelMagnifier}
KM_PWSH=${KM_PWSH:-$("$root/build/pwsh.sh")} || exit 1
export KM_PWSH
[ -f "$KM_MODULE/KernelMagnifier.psd1" ] || { echo "build it first: ./build.sh module" >&2; exit 1; }

directory=$(mktemp -d "${TMPDIR:-/tmp}/km-remoting.XXXXXX") || exit 1
client=
# Also on a signal: nothing is left, neither a process nor a file.
end() {
    trap - EXIT INT TERM HUP
    [ -z "$client" ] || kill "$client" 2> /dev/null
    stop_sshd
    rm -rf -- "$directory"
}
trap end EXIT
trap 'end; exit 130' INT
trap 'end; exit 143' TERM HUP

KM_SSHD_PROGRAM=$(sshd_program) || exit 1
start_sshd "$directory" || { echo "sshd did not start" >&2; exit 1; }
export KM_SSH_PORT PATH=$directory/bin:$PATH PSModulePath=$directory/modules
[ $# -gt 0 ] || set -- objects recording failure copy
script=remoting.ps1
[ "$1" != costs ] || { script=costs.ps1; set -- ; }
suites=$(IFS=,; echo "$*")
"$KM_PWSH" -NoProfile -NonInteractive -Command "& '$root/tests/Remoting/$script' '$directory' ${suites}; exit \$LASTEXITCODE" < /dev/null &
client=$!
# A signal ends the waiting, not the client.
wait "$client"
status=$?
client=
exit "$status"
