#!/bin/bash
# In the guest: one load recorded five times alone and five times with a competing task of higher priority, in turn, so that nothing else differs.
# difference-verify.py compares the recordings outside.
. "${0%/*}/recorder.sh"
echo 1408 > $TRACING/buffer_size_kb
cp /tmp/load /tmp/hog
for run in 1 2 3 4 5; do
    for side in before after; do
        /tmp/load light 30 > /dev/null 2>&1 & load=$! hogs=
        if [ $side = after ]; then
            for _ in 1 2; do nice -n -4 /tmp/hog spin 30 & hogs="$hogs $!"; done
        fi
        nap 0.5
        record $side-$run --preset scheduling --record-time 5 -b 8MB; check "$side $run: status" 0 $?
        kill $load $hogs; pkill -x load; pkill '^load-'; wait 2> /dev/null
    done
done
