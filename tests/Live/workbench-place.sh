# shellcheck shell=bash
# Sourced by the suites of probes in the guest, after checks.sh: the signed library and the tool where a machine has them, and checks of runs.
HERE=$SHARE/bin
# Places that are usual, and as on a machine that somebody installed: owned by root, writable by nobody else.
insmod "$HERE/overlay.ko" 2> /dev/null || modprobe overlay 2> /dev/null
mkdir -p /run/upper /run/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc || { echo "FAIL /etc cannot be changed"; exit 1; }
for place in /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs $place; done
mkdir -p /etc/kernel-magnifier /opt 2> /dev/null
cp -r "$SHARE/etc/probes" "$SHARE/etc/allowed_signers" /etc/kernel-magnifier/
chown -R root:root /etc/kernel-magnifier; chmod -R go-w /etc/kernel-magnifier
mkdir -p /run/bin; chmod 755 /run/bin; mount -t tmpfs -o mode=755 tmpfs /run/bin
cp "$SHARE/bin/km" /run/bin/kernel-magnifier; cp "$SHARE/bin/load" /tmp/load
KM=/run/bin/kernel-magnifier AUDIT=/var/log/kernel-magnifier/probes.jsonl
export PATH=/run/bin:$PATH
programs() { # BPF programs that processes hold; systemd as the first process has some for its units
    grep -hs '^prog_id:' /proc/[2-9]*/fdinfo/* /proc/1[0-9]*/fdinfo/* | sort -u
}
traced() { cat $TRACING/kprobe_events $TRACING/uprobe_events 2> /dev/null; ps -C bpftrace -o pid= ; programs; }
clean() { nap 0.5; check "$1: nothing is left" "$BEFORE" "$(traced)"; }
run() { # NAME ARGUMENT... : runs a probe as root; STATUS, /tmp/out and /tmp/err
    local name=$1; shift
    timeout 300 $KM probe run "$name" --json "$@" > /tmp/out 2> /tmp/err; STATUS=$?
}
outcome() { sed -n 's/.*"Outcome": *"\([A-Za-z]*\)".*/\1/p' /tmp/out | tail -1; }
last() { tail -n 1 $AUDIT; }
said() { # NAME PATTERN FILE
    if grep -qE -- "$2" "$3"; then echo "PASS $1"; else printf 'FAIL %s\n  no line matches: %s\n' "$1" "$2"; head -c 1500 "$3"; echo; fi
}
figures() { # NAME : what the last run measured, for the log
    printf '  note: %s: %s; %s bytes of output\n' "$1" "$(sed -n 's/.*"fields":{\("Outcome":.*\)},.*/\1/p' /tmp/out | tail -1 | tr -d '"' | head -c 600)" "$(stat -c %s /tmp/out)"
}
attached() { # waits until a bpftrace holds programs
    local i tool
    for ((i = 0; i < 200; i++)); do
        for tool in $(pgrep -x bpftrace); do grep -qs '^prog_id:' /proc/$tool/fdinfo/* && return; done
        nap 0.5
    done
}
