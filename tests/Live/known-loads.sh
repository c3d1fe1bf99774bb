#!/bin/bash
# known-loads.sh KERNEL FOLDER KM LOAD [NAME...] : on this machine, not in a guest. Loads whose numbers are known (LOAD is replay-load) are recorded in a
# guest; the workload of the recording must say what was written, its run in the lab must be judged Faithful, and a load that was changed
# NotReproduced, naming what differs. All is emulated, so only ratios of times within the guest mean anything. Emulated CPUs take turns on one CPU of
# this machine, and what one of them waits for the other counts as run time, so guests have one CPU.
set -uo pipefail
KERNEL=$1 FOLDER=$2 KM=$3 LOAD=$4; shift 4
HERE=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- periodic pingpong stages forkstorm fsyncwriter
export COLUMNS=200
rm -rf "$FOLDER"; mkdir -p "$FOLDER"
check() { if [ "$2" = "$3" ]; then echo "PASS $1"; else printf 'FAIL %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"; fi; }
matches() { if [[ $3 =~ $2 ]]; then echo "PASS $1"; else printf 'FAIL %s\n  does not match: %s\n  text: %s\n' "$1" "$2" "$3"; fi; }
guest() { # NAME ARGUMENT... : a guest that is recorded; RECORDING is its recording
    local name=$1; shift
    "$KM" lab run --recorder "${KM_RECORDER:-$KM}" --accelerator emulated --kernel "$KERNEL" --cpus 1 --record scheduling,interrupts,block \
        -o "$FOLDER/$name" --json "$@" > "$FOLDER/$name.json" 2> "$FOLDER/$name.err" < /dev/null
    RECORDING=$(python3 -c 'import json, sys; r = json.loads(sys.stdin.readline()); print(r["recording"] or "")' < "$FOLDER/$name.json" 2> /dev/null)
    check "$name: the guest completes" Completed "$(python3 -c 'import json, sys; print(json.loads(sys.stdin.readline())["outcome"])' < "$FOLDER/$name.json" 2>&1)"
}
fidelity() { # NAME RECORDING COMM : VERDICT, TEXT
    TEXT=$("$KM" fidelity "$FOLDER/$one.dat" "$2" --comm "$3" ${4:+--workload "$4"} --structure-only 2>&1); echo "$TEXT" > "$FOLDER/$1.txt"
    [[ $TEXT =~ Faithful|Partial|NotReproduced ]] && VERDICT=${BASH_REMATCH[0]}
    printf '%s\n' "$TEXT" | sed 's/^/  note: /'
}
for one in "$@"; do
    scratch=()
    case $one in
        periodic) tasks=periodic; arguments=(20000 2000 5); changed=(50000 2000 5); differs='periodic has another period' ;;
        pingpong) tasks=ping,pong; arguments=(1000 4); changed=(20000 4); differs='p[io]ng has another rate' ;;
        stages) tasks=producer,stage2,stage3; arguments=(30000 2000 5); changed=(30000 2000 5 2); differs='stage3 did not run' ;;
        forkstorm) tasks=storm,stormling; arguments=(20 5000 5); changed=(5 5000 5); differs='storm has another period' ;;
        fsyncwriter) tasks=fsyncwriter; arguments=(16384 50000 5 /run/scratch/file); changed=(16384 200000 5 /run/scratch/file); differs='fsyncwriter writes [0-9,]+ (bytes|times) a second instead of'; scratch=(--scratch 128MB) ;;
    esac
    guest "$one" "${scratch[@]}" --script "$LOAD" -- "$one" "${arguments[@]}"
    [ -n "$RECORDING" ] || { printf 'FAIL %s: no recording\n  %s\n' "$one" "$(tail -n 3 "$FOLDER/$one.err")"; continue; }
    cp "$RECORDING" "$FOLDER/$one.dat"
    workload=$FOLDER/$one.workload.json
    "$KM" workload "$FOLDER/$one.dat" --comm "$tasks" -o "$workload" 2>&1 | sed 's/^/  note: /'
    "$KM" workload "$workload" 2>&1 | sed 's/^/  note: /'
    python3 "$HERE/known-loads-verify.py" "$one" "$workload" "${arguments[@]}"
    guest "$one-again" "${scratch[@]}" --workload "$workload"
    VERDICT='' TEXT=''
    [ -n "$RECORDING" ] && fidelity "$one-again" "$RECORDING" "$tasks" "$workload"
    check "$one: its run is judged Faithful" Faithful "$VERDICT"
    guest "$one-changed" "${scratch[@]}" --script "$LOAD" -- "$one" "${changed[@]}"
    VERDICT='' TEXT=''
    [ -n "$RECORDING" ] && fidelity "$one-changed" "$RECORDING" "$tasks" "$workload"
    check "$one: the changed load is judged NotReproduced" NotReproduced "$VERDICT"
    matches "$one: the reasons name what differs" "$differs" "$TEXT"
done
