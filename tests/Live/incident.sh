#!/bin/bash
# incident.sh KERNEL FOLDER KM LOAD : on this machine, not in a guest. The incident of docs/lab.md as a whole: a real-time task that runs too long delays a
# periodic one; recorded, explained, made a workload, reproduced in five of five guests, fixed by another priority. The assertion is red, then green.
set -uo pipefail
KERNEL=$1 FOLDER=$2 KM=$3 LOAD=$4
export COLUMNS=120
rm -rf "$FOLDER"; mkdir -p "$FOLDER"; cd "$FOLDER" || exit
check() { if [ "$2" = "$3" ]; then echo "PASS $1"; else printf 'FAIL %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"; fi; }
matches() { if printf '%s' "$3" | grep -qE -- "$2"; then echo "PASS $1"; else printf 'FAIL %s\n  does not match: %s\n  text: %s\n' "$1" "$2" "$3"; fi; }
run() { # COMMAND... : prints it as a note with its output; TEXT and STATUS
    printf '  note: $ %s\n' "$*"
    TEXT=$("$@" 2>&1 < /dev/null); STATUS=$?
    printf '%s\n' "$TEXT" | sed 's/^/  note: /'
}
cp "$KM" kernel-magnifier
# A task that has work every 20 ms, and one of real-time priority that computes for 15 ms in every 40.
cat > load.sh <<END
#!/bin/bash
$LOAD periodic 20000 1000 6 &
chrt -f 50 $LOAD periodic 40000 15000 6 hog &
wait
END
chmod +x load.sh
LAB=(--kernel "$KERNEL" --cpus 1)
run ./kernel-magnifier lab run "${LAB[@]}" --record scheduling,interrupts -o first --script ./load.sh
check "recorded: status" 0 $STATUS
mv first/*/recording.dat incident.dat
run ./kernel-magnifier assert incident.dat --kind wakeup --comm periodic --p90 --less-than 5ms
check "the assertion is red" 5 $STATUS
run ./kernel-magnifier why incident.dat --kind wakeup --comm periodic --above 5ms --total
matches "the cause is named" 'hog' "$(printf '%s\n' "$TEXT" | head -n 8)"
run ./kernel-magnifier workload incident.dat --comm periodic,hog -o incident.workload.json
check "the workload: status" 0 $STATUS
run ./kernel-magnifier workload incident.workload.json
run ./kernel-magnifier incident export incident.dat -o incident.kmi --workload incident.workload.json --assert 'Wakeup@periodic P90 < 5ms' --title 'A real-time hog delays periodic'
check "the incident file: status" 0 $STATUS
run ./kernel-magnifier incident run incident.kmi "${LAB[@]}" --count 5 --emulated -o again
check "the symptom comes back: status" 5 $STATUS
matches "the symptom comes back in 5 of 5 runs" 'failed in 5 and undecided in 0 of 5 runs' "$TEXT"
run ./kernel-magnifier fidelity incident.dat again/*/recording.dat --workload incident.workload.json --assert 'Wakeup@periodic P90 < 5ms' --structure-only
matches "the runs are like the incident" 'Faithful' "$TEXT"
run ./kernel-magnifier incident run incident.kmi "${LAB[@]}" --count 5 --emulated --priority hog=nice:19 -o fixed
check "with another priority the assertion is green" 0 $STATUS
