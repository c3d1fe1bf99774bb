#!/usr/bin/env bash
# The part of run.sh that every test run includes: all suites, within KM_REMOTING_SECONDS. Skipped, with the reason, if a program is missing.
# The last line is "N passed, N failed, N skipped".
set -uo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
most=${KM_REMOTING_SECONDS:-180}
# shellcheck source=tests/Remoting/sshd.sh
. "$here/sshd.sh"

skip() {
    echo "SKIPPED: PowerShell remoting over ssh: $*"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
sshd_program > /dev/null || skip "sshd is not installed (apt-get install openssh-server)"
for program in ssh ssh-keygen pgrep python3 zstd; do
    command -v "$program" > /dev/null || skip "$program is not installed"
done
[ -n "${KM_PWSH:-}" ] || KM_PWSH=$("$here/../../build/pwsh.sh") || skip "there is no pwsh 7.6"
export KM_PWSH
# The kernel routes all of 127.0.0.0/8 to the loopback, but a sandbox may not.
python3 -c 'import socket; [socket.socket().bind((f"127.0.0.{n}", 0)) for n in (2, 3, 4)]' 2> /dev/null || skip "127.0.0.2 is not an address of the loopback here"

out=$(mktemp) || exit 1
suite=
trap 'rm -f "$out"' EXIT
# run.sh removes its sshd and its files when it is ended.
trap '[ -z "$suite" ] || kill "$suite"; wait; exit 143' INT TERM HUP
timeout --kill-after=20 "$most" "$here/run.sh" > "$out" 2>&1 < /dev/null &
suite=$!
wait "$suite"
status=$?
suite=
cat "$out"
if [[ ! $(tail -n 1 "$out") =~ ^[0-9]+\ passed,\ [0-9]+\ failed,\ [0-9]+\ skipped$ ]]; then
    echo "FAILED: it did not end within $most s, or ended with status $status"
    echo "0 passed, 1 failed, 0 skipped"
fi
exit "$status"
