#!/bin/bash
# lab.sh KERNEL FOLDER KM [quick] : on this machine, not in a guest. Boots guests with "KM lab run" that complete, fail, panic, hang, run out of disk and
# lose their share, and guests whose caller is interrupted or killed: each has its outcome, its last lines and its files, and nothing is left running.
set -uo pipefail
KERNEL=$1 FOLDER=$2 KM=$3 QUICK=${4:-}
export COLUMNS=200
# The program that records is the one that is tested; where that is a script, KM_RECORDER.
RECORDER=${KM_RECORDER:-$KM}
rm -rf "$FOLDER"; mkdir -p "$FOLDER"
check() { # NAME EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then echo "PASS $1"; else printf 'FAIL %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"; fi
}
matches() { # NAME PATTERN TEXT
    if printf '%s' "$3" | grep -qE -- "$2"; then echo "PASS $1"; else printf 'FAIL %s\n  does not match: %s\n  text: %s\n' "$1" "$2" "$3"; fi
}
field() { printf '%s' "$RUN" | python3 -c 'import json, sys; v = json.load(sys.stdin)[sys.argv[1]]; print("-" if v is None else "\n".join(v) if isinstance(v, list) else v)' "$1"; }
guests() { # those of this suite
    local one n=0
    for one in $(pgrep -x qemu-system-x86); do ! tr '\0' ' ' < "/proc/$one/cmdline" 2> /dev/null | grep -qF "path=$FOLDER/" || n=$((n + 1)); done
    echo $n
}
gone() { # NAME
    local i
    for ((i = 0; i < 50; i++)); do [ "$(guests)" = 0 ] && break; sleep 0.2; done
    check "$1: nothing is left running" 0 "$(guests)"
    check "$1: nothing of its job is left" "" "$(find "$FOLDER/$1" \( -path '*/share/job' -o -name 'run.*' -o -name control -o -name 'scratch.*' \) 2> /dev/null | head -3)"
}
lab() { # NAME EXPECTED-OUTCOME ARGUMENT... : one guest; RUN has its JSON, and ERR standard error
    local name=$1 expected=$2 status; shift 2
    $KM lab run --recorder "$RECORDER" --kernel "$KERNEL" --accelerator emulated -o "$FOLDER/$name" --json "$@" > "$FOLDER/$name.json" 2> "$FOLDER/$name.err" < /dev/null
    status=$?
    RUN=$(head -n 1 "$FOLDER/$name.json") ERR=$(cat "$FOLDER/$name.err")
    check "$name: the outcome" "$expected" "$(field outcome 2> /dev/null)"
    check "$name: the exit code" "$([ "$expected" = Completed ] && echo 0 || echo 3)" "$status"
    printf '  note: %s: %s s; %s\n' "$name" "$(field duration 2> /dev/null)" "$(field reason 2> /dev/null)"
    gone "$name"
}
script() { # NAME : an executable of standard input
    { echo '#!/bin/bash'; cat; } > "$FOLDER/$1"; chmod +x "$FOLDER/$1"
}

lab completes Completed --record scheduling --cpus 1 -- sh -c 'echo the load ran; sleep 1'
check "completes: the CPU count, the status and the kernel" "1 0 $(basename "$KERNEL"/lib/modules/*)" "$(field cpus) $(field exitCode) $(field kernelRelease)"
matches "completes: the recording has wake-ups" '^ *[0-9,]+' "$($KM events "$(field recording)" -e 'sched:sched_wak*' 2> /dev/null | wc -l)"
check "completes: what the load printed" "the load ran" "$(head -n 1 "$FOLDER"/completes/*/share/output.txt)"

script fails.sh <<< 'printf "the reason \033[31mof it\n" >&2; exit 7'
lab fails Failed --script "$FOLDER/fails.sh"
check "fails: the status" 7 "$(field exitCode)"
matches "fails: the last lines have the reason" 'the reason' "$(field lastLines)"
check "fails: no control bytes" "" "$(printf '%s%s' "$RUN" "$ERR" | LC_ALL=C tr -d '\n\t\040-\176\200-\377')"

script panics.sh <<< 'sleep 1; echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger; sleep 60'
lab panics Panicked --script "$FOLDER/panics.sh"
matches "panics: the reason names the panic" 'sysrq triggered crash' "$(field reason)"
matches "panics: the last lines have it" 'Kernel panic - not syncing' "$(field lastLines)"
check "panics: no status" - "$(field exitCode)"

lab hangs-at-boot HungAtBoot --boot-timeout 20s --parameter rdinit=/bin/cat -- true
matches "hangs-at-boot: the reason" 'did not start its first program within 20 s' "$(field reason)"
check "hangs-at-boot: no release" - "$(field kernelRelease)"

script fills.sh <<< 'head -c 1500M /dev/zero > /tmp/big && head -c 1500M /dev/zero > /tmp/big2'
lab fills-memory DiskFull --memory 1GB --script "$FOLDER/fills.sh"
matches "fills-memory: the reason names the place" '/tmp|file system of the guest' "$(field reason)"
# The shared directory, on a small file system of this machine where that is possible.
if [ "$(id -u)" = 0 ] && mkdir -p "$FOLDER/fills-share" && mount -t tmpfs -o size=48m tmpfs "$FOLDER/fills-share" 2> /dev/null; then
    script fills2.sh <<< 'head -c 100M /dev/zero > /run/live/big; status=$?; sleep 2; exit $status'
    lab fills-share DiskFull --script "$FOLDER/fills2.sh"
    umount "$FOLDER/fills-share"
else
    echo "SKIP fills-share: this user cannot mount a small file system"
fi

if [ -z "$QUICK" ]; then
    lab panics-at-boot Panicked --parameter rdinit=/nonexistent -- true
    matches "panics-at-boot: the reason" 'at boot' "$(field reason)"

    # A real-time task that never ends on the only CPU: the heartbeat cannot run.
    script spins.sh <<'LOAD'
echo -1 > /proc/sys/kernel/sched_rt_runtime_us
exec chrt -f 99 sh -c 'while :; do :; done'
LOAD
    lab spins Hung --cpus 1 --hang-timeout 20s --timeout 2m --script "$FOLDER/spins.sh"
    matches "spins: the reason" 'no sign of life for 20 s' "$(field reason)"

    lab takes-long Hung --timeout 30s -- sleep 600
    matches "takes-long: the reason" 'did not end within 30 s' "$(field reason)"

    lab switched-off Failed -- sh -c 'echo 1 > /proc/sys/kernel/sysrq; echo o > /proc/sysrq-trigger; sleep 60'
    matches "switched-off: the reason" 'switched off or restarted' "$(field reason)"

    (for i in $(seq 120); do sleep 0.5; compgen -G "$FOLDER/loses-share/*/share/here" > /dev/null && { rm -rf "$FOLDER"/loses-share/*/share; break; }; done) 2> /dev/null &
    lab loses-share ShareLost -- sh -c 'touch /run/live/here; sleep 60'
    matches "loses-share: the reason" 'shared with the guest was removed' "$(field reason)"
    wait

    mkdir -p "$FOLDER/image/modules"
    head -c 100000 /dev/zero > "$FOLDER/image/vmlinuz"
    RELEASE=$(basename "$KERNEL"/lib/modules/*)
    $KM lab run --recorder "$RECORDER" --kernel-image "$FOLDER/image/vmlinuz" --module-path "$KERNEL" --accelerator emulated -o "$FOLDER/no-kernel" --json -- true > "$FOLDER/no-kernel.json" 2> /dev/null
    RUN=$(head -n 1 "$FOLDER/no-kernel.json")
    check "no-kernel: the outcome" NotStarted "$(field outcome)"
    matches "no-kernel: the reason" '[a-z]' "$(field reason)"
    gone no-kernel
    $KM lab run --recorder "$RECORDER" --kernel-image "$KERNEL/boot/vmlinuz-$RELEASE" --module-path "$KERNEL/lib/modules/$RELEASE" --accelerator emulated -o "$FOLDER/image-given" --json -- uname -r > "$FOLDER/image-given.json" 2> /dev/null
    RUN=$(head -n 1 "$FOLDER/image-given.json")
    check "image-given: the outcome" "Completed $RELEASE" "$(field outcome) $(field kernelRelease)"

    # The caller is interrupted, and then killed, while its guest runs.
    for signal in INT TERM KILL; do
        # A shell lets commands in the background ignore SIGINT.
        env --default-signal=INT setsid $KM lab run --recorder "$RECORDER" --kernel "$KERNEL" --accelerator emulated -o "$FOLDER/signal-$signal" -- sleep 300 > /dev/null 2>&1 < /dev/null &
        caller=$!
        for i in $(seq 100); do [ "$(guests)" = 0 ] || break; sleep 0.2; done
        check "signal-$signal: the guest runs" 1 "$(guests)"
        kill -$signal $caller
        wait $caller 2> /dev/null
        [ $signal = KILL ] || gone "signal-$signal"
        for ((i = 0; i < 50; i++)); do [ "$(guests)" = 0 ] && break; sleep 0.2; done
        check "signal-$signal: nothing is left running" 0 "$(guests)"
    done

    $KM lab run --recorder "$RECORDER" --kernel "$KERNEL" --accelerator emulated -o "$FOLDER/matrix" --cpus 1,2 --parameter "" --parameter threadirqs --json -- sh -c 'nproc; cat /proc/cmdline' > "$FOLDER/matrix.json" 2> /dev/null
    check "matrix: the guests" "1 - 1 threadirqs 2 - 2 threadirqs" "$(while read -r RUN; do printf '%s %s ' "$(field cpus)" "$(field parameter)"; done < "$FOLDER/matrix.json" | sed 's/ $//')"
    check "matrix: their CPUs" "1 1 2 2" "$(cat "$FOLDER"/matrix/*/share/output.txt | grep -xE '[0-9]+' | paste -sd ' ')"
fi
