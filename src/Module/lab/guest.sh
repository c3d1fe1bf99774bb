#!/bin/bash
# guest.sh -k KERNEL [-i IMAGE -M MODULES] [-c CPUS] [-m MEM] [-a kvm|tcg] [-t SECONDS] [-A "kernel parameters"] [-d SIZE] [-o CONTROL] [-l] SCRIPT [ARG...]
# Boots KERNEL (an unpacked linux-image), or IMAGE (a vmlinuz) with MODULES (the directory above lib/modules, or lib/modules/RELEASE), with this
# machine's / read-only and $LIVE/share writable as /run/live. Runs SCRIPT, a path in that share, as root, and exits with its status: 125 if the guest
# did not power off, 126 if it left no status. Programs come from this machine's /, except /tmp, /run, /var/tmp and /root, which the guest has for itself.
# -d adds an ext4 of that size as /run/scratch.
# -o: the file CONTROL takes what the guest says on its second serial port, a line each: boot RELEASE, start, beat (every five seconds), full PLACE,
#     lost, end STATUS. The console has the output of programs, which could look like this.
# -l: standard input is a lifeline: at its end, the guest and this script end. The script must be the leader of its process group.
set -euo pipefail
LIVE=${LIVE:?the directory of the live suite}
KERNEL= IMAGE= MODULES= CPUS=2 MEM=2G ACCEL= SECONDS_MOST=900 APPEND= DISK= CONTROL= LIFELINE=
while getopts k:i:M:c:m:a:t:A:d:o:l option; do case $option in
    k) KERNEL=$(readlink -f "$OPTARG") ;; i) IMAGE=$(readlink -f "$OPTARG") ;; M) MODULES=$(readlink -f "$OPTARG") ;; c) CPUS=$OPTARG ;; m) MEM=$OPTARG ;;
    a) ACCEL=$OPTARG ;; t) SECONDS_MOST=$OPTARG ;; A) APPEND=$OPTARG ;; d) DISK=$OPTARG ;; o) CONTROL=$OPTARG ;; l) LIFELINE=1 ;; *) exit 2 ;;
esac; done
shift $((OPTIND - 1))
if [ -n "$LIFELINE" ]; then
    exec 3<&0 < /dev/null
    (trap '' TERM; while read -r _ <&3; do :; done; kill -TERM -- -$$; sleep 2; kill -KILL -- -$$) 2> /dev/null &
    LIFELINE=$!
    exec 3<&-
fi
if [ -n "$IMAGE" ]; then
    # MODULES is lib/modules/RELEASE, or has one.
    if [ -f "$MODULES/modules.dep" ] || [ -d "$MODULES/kernel" ]; then RELEASE=$(basename "$MODULES"); MODULES=$(dirname "$(dirname "$(dirname "$MODULES")")")
    else [ -d "$MODULES/lib/modules" ] || MODULES=$MODULES/usr; RELEASE=$(basename "$MODULES"/lib/modules/*); fi
else
    RELEASE=$(basename "$KERNEL"/lib/modules/* 2>/dev/null); [ -d "$KERNEL/lib/modules/$RELEASE" ] || RELEASE=$(basename "$KERNEL"/usr/lib/modules/*)
    MODULES=$KERNEL; [ -d "$KERNEL/lib/modules" ] || MODULES=$KERNEL/usr
    IMAGE=$KERNEL/boot/vmlinuz-$RELEASE
fi
[ -f "$IMAGE" ] || { echo "there is no kernel image $IMAGE" >&2; exit 124; }
[ -d "$MODULES/lib/modules/$RELEASE" ] || { echo "there are no modules in $MODULES/lib/modules/$RELEASE" >&2; exit 124; }
SCRIPT=$1; shift
INITRDS=${KM_LAB_INITRD:-$LIVE/initrd}
mkdir -p "$LIVE/share" "$INITRDS"

# It is made again for another version of this script, and for other modules of the same release.
INITRD=$INITRDS/$RELEASE-$({ cat "$0"; echo "$MODULES"; ls -ld --time-style=full-iso "$MODULES/lib/modules/$RELEASE"; } | md5sum | cut -c1-16).cpio.gz
if [ ! -f "$INITRD" ]; then
    [ -f "$MODULES/lib/modules/$RELEASE/modules.dep.bin" ] || depmod -b "$MODULES" "$RELEASE"
    root=$(mktemp -d)
    mkdir -p "$root"/{bin,proc,sys,dev,mnt,modules}
    cp "$(command -v busybox)" "$root/bin/busybox"
    for tool in sh mount insmod mkdir cat echo ln poweroff chroot sync; do ln -s busybox "$root/bin/$tool"; done
    : > "$root/modules/order"; : > "$root/modules/order.disk"
    add_modules() { # LIST MODULE... : with those that they need
        local list=$1 module; shift
        for module in "$@"; do
            modprobe -d "$MODULES" -S "$RELEASE" --ignore-install -D "$module" | awk '$1 == "insmod" { print $2 }'
        done | awk '!seen[$0]++' | while read -r file; do
            name=$(basename "$file"); plain=${name%.xz}; plain=${plain%.zst}; plain=${plain%.gz}
            grep -qx "$plain" "$root"/modules/order* && continue
            case $name in *.xz) xz -dc "$file" ;; *.zst) zstd -qdc "$file" ;; *.gz) gzip -dc "$file" ;; *) cat "$file" ;; esac > "$root/modules/$plain"
            echo "$plain" >> "$list"
        done
    }
    add_modules "$root/modules/order" virtio_pci 9pnet_virtio 9p
    add_modules "$root/modules/order.disk" virtio_blk crc32c_generic ext4
    cat > "$root/init" <<'INIT'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
echo boot $(cat /proc/sys/kernel/osrelease) > /dev/ttyS1
while read module; do insmod /modules/$module; done < /modules/order
mount -t 9p -o ro,cache=loose,trans=virtio,version=9p2000.L,msize=262144 host /mnt || { echo "LIVE: no host"; poweroff -f; }
for word in $(cat /proc/cmdline); do case $word in live.run=*) run=${word#*=};; live.notracefs) bare=1;; live.disk) disk=1;; esac; done
mount -t proc proc /mnt/proc; mount -t sysfs sys /mnt/sys; mount -t devtmpfs dev /mnt/dev
[ -d /mnt/sys/kernel/security ] && mount -t securityfs securityfs /mnt/sys/kernel/security
ln -s /proc/self/fd /mnt/dev/fd; mkdir -p /mnt/dev/pts /mnt/dev/shm; mount -t devpts pts /mnt/dev/pts; mount -t tmpfs shm /mnt/dev/shm
[ -n "$bare" ] || mount -t tracefs tracefs /mnt/sys/kernel/tracing
for place in tmp run var/tmp root; do mount -t tmpfs -o size=90%,mode=1777 tmpfs /mnt/$place; done
mkdir /mnt/run/live
mount -t 9p -o rw,cache=mmap,trans=virtio,version=9p2000.L,msize=262144 share /mnt/run/live
if [ -n "$disk" ]; then
    while read module; do insmod /modules/$module; done < /modules/order.disk
    mkdir /mnt/run/scratch; mount -t ext4 /dev/vda /mnt/run/scratch || echo "LIVE: no scratch disk"
fi
exec chroot /mnt /bin/bash /run/live/$run/stage2
INIT
    chmod +x "$root/init"
    (cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet | gzip -1 > "$INITRD.$$")
    mv "$INITRD.$$" "$INITRD"
    rm -rf "$root"
fi

# The serial console carries carriage returns, and escape sequences of firmware and programs. The log is text: they are
# removed, and so are all other control bytes except newline and tab.
as_text() {
    LC_ALL=C sed -u -E -e 's/\x1b\[[0-?]*[ -/]*[@-~]//g; s/\x1b\][^\x07\x1b]*(\x07|\x1b\\)//g; s/\x1b[ -/]*[0-~]//g' \
        -e 's/[\x00-\x08\x0b-\x1f\x7f]//g; s/[ \t]+$//'
}

RUN=run.$$
mkdir -p "$LIVE/share/$RUN"
trap 'rm -rf "$LIVE/share/$RUN" "$LIVE/scratch.$$"; [ -z "$LIFELINE" ] || kill -KILL $LIFELINE' EXIT
{ printf 'SCRIPT=%q\nCONTROL=%q\nexport DOTNET_ROOT=%q\nARGS=(' "$SCRIPT" "$CONTROL" "$(dirname "$(readlink -f "$(command -v dotnet || echo /usr/share/dotnet/dotnet)")")"; [ $# -eq 0 ] || printf '%q ' "$@"; echo ')'; } > "$LIVE/share/$RUN/env"
cat > "$LIVE/share/$RUN/stage2" <<'STAGE'
# Read as a whole: the shared directory can vanish while it runs.
{
folder=${0%/*}; . "$folder/env"
# With live.systemd, systemd is the first process, and the rest is a service of it.
if [ $$ = 1 ] && grep -qw live.systemd /proc/cmdline; then
    mkdir -p /run/systemd/system
    printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/bash %s\nStandardOutput=file:/dev/ttyS0\nStandardError=file:/dev/ttyS0\nTimeoutStartSec=infinity\n' "$folder/stage2" > /run/systemd/system/live.service
    exec /lib/systemd/systemd --system --unit=live.service --log-target=kmsg --log-level=warning --show-status=false
fi
export HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/run/live/pwsh:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SHARE=/run/live DOTNET_CLI_TELEMETRY_OPTOUT=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off NO_COLOR=1
ip link set lo up 2>/dev/null
cd /tmp
say() { [ -z "$CONTROL" ] || echo "$*" > /dev/ttyS1; }
if [ -n "$CONTROL" ]; then
    # Nothing of the load may outrank the heartbeat, which shows that the guest still schedules. It makes no other processes.
    (
        printf km-beat > /proc/self/comm; chrt -f -p 99 $BASHPID 2> /dev/null
        exec 8<> <(:) > /dev/ttyS1
        while :; do echo beat; read -rt 5 -u 8 _; done
    ) &
fi
say start
"/run/live/$SCRIPT" "${ARGS[@]}"; status=$?
{ echo $status > "$folder/status"; } 2> /dev/null
if [ -n "$CONTROL" ]; then
    for place in /run/live /tmp; do
        { head -c 65536 /dev/zero > $place/.km-room; } 2> /tmp/.km-why && rm -f $place/.km-room && continue
        if [ "$(stat -f -c %a $place 2> /dev/null || echo 0)" -lt 64 ] && [ -d "$folder" ]; then say "full $place"; fi
        rm -f $place/.km-room
    done
    [ -d "$folder" ] || say lost
fi
say "end $status"
sync
echo o > /proc/sysrq-trigger; sleep 5; poweroff -f
}
STAGE
# Only root can change the owner of a file; without root the guest's chown is ignored.
OWNERS=passthrough; [ "$(id -u)" = 0 ] || OWNERS=none
set +e
# no_timer_check: on a busy machine the kernel finds its timer too slow and panics.
# thread=single: patching all functions while another emulated CPU runs hangs now and then, and a thread for each CPU is no faster.
case $ACCEL in kvm) accelerator="-accel kvm -cpu host" ;; tcg) accelerator="-accel tcg,thread=single -cpu max" ;; *) accelerator="-accel ${KM_LIVE_ACCEL:-tcg,thread=single} -cpu max" ;; esac
extra=()
if [ -n "$CONTROL" ]; then extra+=(-chardev "file,id=control,path=${CONTROL//,/,,}" -serial chardev:control); else extra+=(-serial null); fi
if [ -n "$DISK" ]; then
    truncate -s "$DISK" "$LIVE/scratch.$$" && PATH="$PATH:/usr/sbin:/sbin" mkfs.ext4 -qF "$LIVE/scratch.$$" || { echo "no scratch disk could be made: mkfs.ext4 (e2fsprogs) is needed" >&2; exit 124; }
    extra+=(-drive "file=${LIVE//,/,,}/scratch.$$,format=raw,if=virtio,cache=none,aio=threads"); APPEND="live.disk $APPEND"
fi
# Whatever ends this script, also SIGKILL, ends QEMU.
setpriv --pdeathsig TERM timeout --foreground "$SECONDS_MOST" setpriv --pdeathsig KILL qemu-system-x86_64 $accelerator -smp "$CPUS" -m "$MEM" -nic none -no-reboot -display none -monitor none -serial stdio "${extra[@]}" \
    -kernel "$IMAGE" -initrd "$INITRD" -append "console=ttyS0 quiet panic=-1 mitigations=off nowatchdog rcupdate.rcu_cpu_stall_suppress=1 no_timer_check live.run=$RUN $APPEND" \
    -fsdev local,id=host,path=/,security_model=passthrough,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host \
    -fsdev "local,id=share,path=${LIVE//,/,,}/share,security_model=$OWNERS" -device virtio-9p-pci,fsdev=share,mount_tag=share < /dev/null |& as_text
status=${PIPESTATUS[0]}
if [ "$status" = 124 ]; then echo "the guest did not power off within $SECONDS_MOST s" >&2; exit 125; fi
[ "$status" = 0 ] || { echo "QEMU ended with status $status" >&2; exit 125; }
status=$(cat "$LIVE/share/$RUN/status" 2>/dev/null)
exit "${status:-126}"
