#!/bin/bash
# guest.sh -k KERNEL [-m MEM] [-t SECONDS] [-A "kernel parameters"] SCRIPT [ARG...]
# Boots KERNEL (an unpacked linux-image) with this machine's / read-only and $LIVE/share writable as /run/live. Runs SCRIPT, a path in that share, as
# root, and exits with its status. Programs come from this machine's /, except /tmp, /run, /var/tmp and /root, which the guest has for itself.
set -euo pipefail
LIVE=${LIVE:?the directory of the live suite}
KERNEL= MEM=2G SECONDS_MOST=900 APPEND=
while getopts k:m:t:A: option; do case $option in
    k) KERNEL=$(readlink -f "$OPTARG") ;; m) MEM=$OPTARG ;; t) SECONDS_MOST=$OPTARG ;; A) APPEND=$OPTARG ;; *) exit 2 ;;
esac; done
shift $((OPTIND - 1))
RELEASE=$(basename "$KERNEL"/lib/modules/* 2>/dev/null); [ -d "$KERNEL/lib/modules/$RELEASE" ] || RELEASE=$(basename "$KERNEL"/usr/lib/modules/*)
MODULES=$KERNEL; [ -d "$KERNEL/lib/modules" ] || MODULES=$KERNEL/usr
SCRIPT=$1; shift
mkdir -p "$LIVE/share" "$LIVE/initrd"

INITRD=$LIVE/initrd/$RELEASE.cpio.gz
if [ ! "$INITRD" -nt "$0" ]; then
    [ -f "$MODULES/lib/modules/$RELEASE/modules.dep.bin" ] || depmod -b "$MODULES" "$RELEASE"
    root=$(mktemp -d)
    mkdir -p "$root"/{bin,proc,sys,dev,mnt,modules}
    cp "$(command -v busybox)" "$root/bin/busybox"
    for tool in sh mount insmod mkdir cat echo ln poweroff chroot sync; do ln -s busybox "$root/bin/$tool"; done
    for module in virtio_pci 9pnet_virtio 9p; do
        modprobe -d "$MODULES" -S "$RELEASE" --ignore-install -D "$module" | awk '$1 == "insmod" { print $2 }'
    done | awk '!seen[$0]++' | while read -r file; do
        name=$(basename "$file"); plain=${name%.xz}; plain=${plain%.zst}
        case $name in *.xz) xz -dc "$file" ;; *.zst) zstd -qdc "$file" ;; *) cat "$file" ;; esac > "$root/modules/$plain"
        echo "$plain" >> "$root/modules/order"
    done
    cat > "$root/init" <<'INIT'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
while read module; do insmod /modules/$module; done < /modules/order
mount -t 9p -o ro,cache=loose,trans=virtio,version=9p2000.L,msize=262144 host /mnt || { echo "LIVE: no host"; poweroff -f; }
for word in $(cat /proc/cmdline); do case $word in live.run=*) run=${word#*=};; live.notracefs) bare=1;; esac; done
mount -t proc proc /mnt/proc; mount -t sysfs sys /mnt/sys; mount -t devtmpfs dev /mnt/dev
[ -d /mnt/sys/kernel/security ] && mount -t securityfs securityfs /mnt/sys/kernel/security
ln -s /proc/self/fd /mnt/dev/fd; mkdir -p /mnt/dev/pts /mnt/dev/shm; mount -t devpts pts /mnt/dev/pts; mount -t tmpfs shm /mnt/dev/shm
[ -n "$bare" ] || mount -t tracefs tracefs /mnt/sys/kernel/tracing
for place in tmp run var/tmp root; do mount -t tmpfs -o size=90%,mode=1777 tmpfs /mnt/$place; done
mkdir /mnt/run/live
mount -t 9p -o rw,cache=mmap,trans=virtio,version=9p2000.L,msize=262144 share /mnt/run/live
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
trap 'rm -rf "$LIVE/share/$RUN"' EXIT
{ printf 'SCRIPT=%q\nexport DOTNET_ROOT=%q\nARGS=(' "$SCRIPT" "$(dirname "$(readlink -f "$(command -v dotnet || echo /usr/share/dotnet/dotnet)")")"; [ $# -eq 0 ] || printf '%q ' "$@"; echo ')'; } > "$LIVE/share/$RUN/env"
cat > "$LIVE/share/$RUN/stage2" <<'STAGE'
folder=${0%/*}; . "$folder/env"
export HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/run/live/pwsh:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SHARE=/run/live DOTNET_CLI_TELEMETRY_OPTOUT=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off NO_COLOR=1
ip link set lo up 2>/dev/null
cd /tmp
"/run/live/$SCRIPT" "${ARGS[@]}"; echo $? > "$folder/status"
sync
echo o > /proc/sysrq-trigger; sleep 5; poweroff -f
STAGE
# Only root can change the owner of a file; without root the guest's chown is ignored.
OWNERS=passthrough; [ "$(id -u)" = 0 ] || OWNERS=none
set +e
# no_timer_check: on a busy machine the kernel finds its timer too slow and panics.
# thread=single: patching all functions while another emulated CPU runs hangs now and then, and a thread for each CPU is no faster.
timeout --foreground "$SECONDS_MOST" qemu-system-x86_64 -accel "${KM_LIVE_ACCEL:-tcg,thread=single}" -cpu max -smp 2 -m "$MEM" -nic none -no-reboot -display none -monitor none -serial stdio \
    -kernel "$KERNEL/boot/vmlinuz-$RELEASE" -initrd "$INITRD" -append "console=ttyS0 quiet panic=-1 mitigations=off nowatchdog rcupdate.rcu_cpu_stall_suppress=1 no_timer_check live.run=$RUN $APPEND" \
    -fsdev local,id=host,path=/,security_model=passthrough,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host \
    -fsdev local,id=share,path="$LIVE/share",security_model=$OWNERS -device virtio-9p-pci,fsdev=share,mount_tag=share < /dev/null |& as_text
[ "${PIPESTATUS[0]}" -eq 0 ] || { echo "the guest did not power off within $SECONDS_MOST s" >&2; exit 125; }
exit "$(cat "$LIVE/share/$RUN/status" 2>/dev/null || echo 126)"
