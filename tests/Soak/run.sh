#!/usr/bin/env bash
# Soak tests: constant memory for a recording of several GB, time to stop after SIGINT or Ctrl-C, a thousand rounds in one pwsh.
#   ./build.sh soak [--size 3G] [--rounds 1000] [--moments 20] [--only memory,interrupt,stop,rounds] [--recording FILE]
# Prints the measurements to standard output; the last line is "N passed, N failed, N skipped". build/targets.sh builds what is measured.
# Needs about twice the size on disk, in artifacts/soak, and removes it at the end. --recording uses an existing recording.
set -uo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
out=$root/artifacts/soak
km=$root/artifacts/kernel-magnifier
size=3G rounds=1000 moments=20 only=memory,interrupt,stop,rounds big=
while [ $# -gt 0 ]; do
    case $1 in
        --size) size=$2 ;;
        --rounds) rounds=$2 ;;
        --moments) moments=$2 ;;
        --only) only=$2 ;;
        --recording) big=$(realpath -- "$2") ;;
        *) echo "soak: unknown option $1." >&2; exit 2 ;;
    esac
    shift 2
done
mkdir -p "$out"
trap 'rm -rf "$out"' EXIT
passed=0 failed=0 skipped=0

# check WORDS VALUE LIMIT UNIT: a value that must not exceed its limit.
check() {
    if [ "$2" -le "$3" ]; then
        passed=$((passed + 1))
        printf 'ok      %-78s %8d %s (at most %d)\n' "$1" "$2" "$4" "$3"
    else
        failed=$((failed + 1))
        printf 'FAILED  %-78s %8d %s (at most %d)\n' "$1" "$2" "$4" "$3"
    fi
}

skip() {
    skipped=$((skipped + 1))
    printf 'SKIPPED %s\n' "$1"
}

wants() { [[ ,$only, == *,$1,* ]]; }

# The peak resident memory of a command, in MB.
peak() { { /usr/bin/time -f '%M' "$@" > /dev/null; } 2>&1 | tail -n 1 | awk '{ printf "%d", $1 / 1024 }'; }

if [ -n "$big" ]; then
    size=$(du -h --apparent-size "$big" | cut -f 1)
elif wants memory || wants interrupt || wants stop; then
    big=$out/big.txt
    generator=benchmarks/bin/Release/net10.0/kernel-magnifier-benchmarks.dll
    dotnet build benchmarks/KernelMagnifier.Benchmarks.csproj -c Release -v:quiet -clp:NoSummary >&2 || exit 1
    dotnet "$generator" generate counter "$size" "$big"
fi

# --- memory ---------------------------------------------------------------------------------------------------------------------
if wants memory; then
    if [ -x /usr/bin/time ]; then
        whole=$(stat -c %s "$big")
        head -c $((whole / 10)) "$big" > "$out/tenth.txt"
        for command in 'calls --csv' 'edges --csv' 'events --csv' 'info' 'profile -o /OUT/x.folded'; do
            command=${command//\/OUT/$out}
            # shellcheck disable=SC2086
            small=$(peak "$km" $command "$out/tenth.txt") large=$(peak "$km" $command "$big")
            check "memory of '${command//$out\//}' for $size (a tenth of it: $small MB)" "$large" $((small + small / 4 + 16)) MB
        done
        small=$(peak bash -c "'$km' calls - < '$out/tenth.txt'") large=$(peak bash -c "cat '$big' | '$km' calls -")
        check "memory of 'calls -' from a pipe" "$large" $((small + small / 4 + 16)) MB
        rm -f "$out/tenth.txt" "$out"/x.*
    else
        skip "memory: /usr/bin/time is not installed (apt-get install time)"
    fi
fi

# --- SIGINT ---------------------------------------------------------------------------------------------------------------------
# Milliseconds from SIGINT to the end of the process, at many moments; the longest must not exceed the limit.
interrupt() {
    local words=$1 longest=0 sum=0 n=0 i from pid ms
    shift
    for ((i = 0; i < moments; i++)); do
        env --default-signal=INT "$@" > /dev/null 2>&1 &
        pid=$!
        sleep "$(printf '0.%03d' $((30 + i * 900 / moments)))"
        if ! kill -INT "$pid" 2> /dev/null; then continue; fi
        from=${EPOCHREALTIME/./}
        wait "$pid"
        [ $? -eq 130 ] || continue
        ms=$(((${EPOCHREALTIME/./} - from) / 1000))
        ((ms > longest)) && longest=$ms
        sum=$((sum + ms)) n=$((n + 1))
    done
    if [ "$n" -eq 0 ]; then
        skip "interrupt '$words': it always ended before the signal"
        return
    fi
    check "SIGINT to end of '$words', longest of $n moments, $((sum / n)) on average" "$longest" 200 ms
}

if wants interrupt; then
    zstd -q1 -T0 "$big" -o "$out/big.txt.zst"
    zstd -dqc tests/data/km-small.data.zst > "$out/small.txt"
    for command in calls edges events info 'calls --root vfs_read' 'tree vfs_read'; do
        # shellcheck disable=SC2086
        interrupt "$command" "$km" $command "$big"
    done
    interrupt 'calls FILE.zst' "$km" calls "$out/big.txt.zst"
    interrupt 'calls - (a pipe)' bash -c "exec '$km' calls - < <(cat '$big')"
    interrupt 'events -o FILE' "$km" events "$big" --csv -o "$out/x.csv"
    interrupt 'report (page)' "$km" report "$big" -o "$out/x.html"
    for format in folded perfetto-trace pb.gz; do interrupt "profile (.$format)" "$km" profile "$big" -o "$out/x.$format"; done
    interrupt 'graph, laid out by dot' "$km" graph "$out/small.txt" --everything -o "$out/x.svg"
    interrupt 'graph (page)' "$km" graph "$out/small.txt" --everything -o "$out/x.html"
    [ -n "${KM_VMLINUX:-}" ] && interrupt 'generate-symbol-map' "$km" generate-symbol-map --no-cache -k "$KM_VMLINUX" -o "$out/x.map"
    rm -f "$out"/x.*
    left=$(find "$out" -name '.km-*' | wc -l)
    check 'temporary files after interrupted commands' "$left" 0 files
    check 'dot processes after interrupted commands' "$(pgrep -c -f "dot -Tsvg" || true)" 0 processes
    rm -f "$out/big.txt.zst"
fi

# --- pwsh -----------------------------------------------------------------------------------------------------------------------
pwsh=${KM_PWSH:-$(command -v pwsh || true)}
pwsh_suite() {
    local name=$1 line
    shift
    if [ -z "$pwsh" ]; then
        skip "$name: pwsh 7.6 is not installed"
        return
    fi
    while IFS= read -r line; do
        case $line in
            'check '*) IFS=$'\t' read -r words value limit unit <<< "${line#check }"; check "$words" "$value" "$limit" "$unit" ;;
            *) printf '%s\n' "$line" ;;
        esac
    done < <("$pwsh" -NoProfile -NonInteractive -File "tests/Soak/$name.ps1" -Module "$root/artifacts/KernelMagnifier" "$@" || printf 'check %s ended with an error\t1\t0\terrors\n' "$name")
}

wants stop && pwsh_suite stop -Recording "$big" -Out "$out" -Moments $((moments / 2))
wants rounds && pwsh_suite rounds -Out "$out" -Rounds "$rounds"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
