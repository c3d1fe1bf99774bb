# shellcheck shell=bash
# Sourced by the suites in the guest that record: one recorder at a time. Its messages and its file are kept for verify.sh.
. "${0%/*}/checks.sh"
cp "$SHARE/bin/km" "$SHARE/bin/load" /tmp/
KM=/tmp/km OUT=/tmp/out KEEP=$SHARE/out
mkdir -p $OUT "$KEEP"
echo "kernel $(uname -r)"
record() { # NAME ARGUMENT... : records; keeps the file, the messages and the status
    local name=$1; shift
    $KM record -o "$OUT/$name.dat" "$@" > "$OUT/$name.said" 2> "$OUT/$name.errors"; local status=$?
    keep "$name"
    return $status
}
keep() { cp "$OUT/$1.dat" "$OUT/$1.said" "$OUT/$1.errors" "$KEEP/" 2>/dev/null; rm -f "$OUT/$1.said" "$OUT/$1.errors"; }
as_before() { settings > /tmp/after; check "$1: settings as before" "" "$(diff /tmp/before /tmp/after)"; }
start() { # FILE ARGUMENT... : starts a recorder; RECORDER is its pid. A shell makes its background processes ignore Ctrl-C; this one must not.
    local file=$1; shift
    env --default-signal=INT $KM record -o "$file" "$@" > "${file%.*}.said" 2> "${file%.*}.errors" &
    RECORDER=$!
}
# A load while all functions are recorded. It starts when tracing is on: patching all functions while both emulated CPUs are busy takes very long.
# When the load ends, Ctrl-C ends the recording if it still runs.
loaded() { # SECONDS NAME ARGUMENT... : like record
    local seconds=$1 name=$2 status; shift 2
    start "$OUT/$name.dat" "$@"
    await $RECORDER; /tmp/load mix "$seconds" > /dev/null 2>&1; kill -INT $RECORDER 2> /dev/null
    wait $RECORDER; status=$?
    keep "$name"
    return $status
}
