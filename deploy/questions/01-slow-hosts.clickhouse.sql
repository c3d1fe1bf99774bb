-- Which hosts wait longest for a CPU? The 99th percentile of wake-ups of each host, of the last day that there is.
-- How to read it: a host far above the others is slow itself (too little CPU, an interrupt storm, a noisy neighbour). If all are high, the load or the kernel
-- changed: see question 6.
SELECT host, count() AS wakeups, quantileExact(0.989999999999)(duration_ns) AS p99_ns, max(duration_ns) AS max_ns
FROM km.intervals
WHERE kind = 'Wakeup' AND unit = 'Nanoseconds' AND day = (SELECT max(day) FROM km.intervals)
GROUP BY host
ORDER BY p99_ns DESC, host
LIMIT 20
