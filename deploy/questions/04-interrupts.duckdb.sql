-- Which interrupt takes the time, and on which host? Handlers of hardware interrupts and softirqs, by their time net of what interrupted them.
-- How to read it: one host with much more of one handler than the others has a device or driver that misbehaves. net_ns of several kinds cannot be added to the
-- time of tasks: a task's time contains the interrupts that it was interrupted by.
SELECT host, kind, key, count(*) AS handlers, sum(coalesce(net_ns, duration_ns)) AS total_net_ns, quantile_disc(duration_ns, 0.99) AS p99_ns,
  max(duration_ns) AS max_ns
FROM intervals
WHERE kind IN ('Irq', 'IrqVector', 'SoftIrq') AND unit = 'Nanoseconds' AND CAST(time AS DATE) = (SELECT max(CAST(time AS DATE)) FROM intervals)
GROUP BY host, kind, key
ORDER BY total_net_ns DESC, host, kind, key
LIMIT 20
