-- Which interrupt takes the time, and on which host? Handlers of hardware interrupts and softirqs, by their time net of what interrupted them.
-- How to read it: one host with much more of one handler than the others has a device or driver that misbehaves. net_ns of several kinds cannot be added to the
-- time of tasks: a task's time contains the interrupts that it was interrupted by.
SELECT host, kind, key, count() AS handlers, sum(ifNull(net_ns, duration_ns)) AS total_net_ns, quantileExact(0.989999999999)(duration_ns) AS p99_ns,
  max(duration_ns) AS max_ns
FROM km.intervals
WHERE kind IN ('Irq', 'IrqVector', 'SoftIrq') AND unit = 'Nanoseconds' AND day = (SELECT max(day) FROM km.intervals)
GROUP BY host, kind, key
ORDER BY total_net_ns DESC, host, kind, key
LIMIT 20
