#!/usr/bin/env bash
# relay.sh COMMAND...: runs a command, copies its output to standard error line by line, and prints its last line.
# Not "tee /dev/stderr": where standard error is a file, that opens the file again, truncates it, and leaves a hole of zero bytes before the next output.
set -uo pipefail

last=
while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line" >&2
    last=$line
done < <("$@")
printf '%s\n' "$last"
