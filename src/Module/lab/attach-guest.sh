#!/bin/bash
# In the guest: attaches each program of trial for a second. See attach.sh.
cd "$SHARE/trial" || exit 1
uname -r > "$SHARE/release"
for program in *.bt; do
    name=${program%.bt} arguments=()
    [ ! -f "$name.args" ] || mapfile -t arguments < "$name.args"
    began=$SECONDS
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 BPFTRACE_MAX_PROBES=1024 \
        bpftrace -f json "$program" "${arguments[@]}" > /tmp/out 2> /tmp/err &
    tool=$!
    # Attached, or ended.
    for _ in $(seq 1200); do grep -q '"attached_probes"' /tmp/out && break; kill -0 $tool 2> /dev/null || break; sleep 0.1; done
    sleep 1
    kill -INT $tool 2> /dev/null
    for _ in $(seq 300); do kill -0 $tool 2> /dev/null || break; sleep 0.1; done
    kill -KILL $tool 2> /dev/null
    wait $tool; status=$?
    attached=$(sed -n 's/.*"probes": *\([0-9]*\).*/\1/p' /tmp/out | head -1)
    message=$(grep -m1 -E 'ERROR|FATAL|not found' /tmp/err || grep -m1 . /tmp/err)
    printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$status" $((SECONDS - began)) "$attached" "$(printf '%s' "$message" | tr '\t\r' '  ' | head -c 500)" >> "$SHARE/trial.tsv"
done
