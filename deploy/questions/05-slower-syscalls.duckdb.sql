-- Which system calls are slower than the day before? Their 99th percentiles of the last two days, over all hosts.
-- How to read it: ratio is today's by yesterday's. Calls with fewer than 368 of either day are left out: then a 99th percentile has no 95 % confidence interval.
-- A ratio says how much, not whether it is certain: Compare-KmTrace on the recordings of both days has a verdict that holds statistically.
WITH days AS
(
    SELECT max(day) AS last, max(day) FILTER (WHERE day < (SELECT max(CAST(time AS DATE)) FROM intervals)) AS previous
    FROM (SELECT DISTINCT CAST(time AS DATE) AS day FROM intervals)
),
syscalls AS
(
    SELECT coalesce(name, key, '?') AS syscall, duration_ns, CAST(time AS DATE) = last AS is_last
    FROM intervals, days
    WHERE kind = 'Syscall' AND unit = 'Nanoseconds' AND CAST(time AS DATE) >= previous
)
SELECT syscall, count(*) FILTER (WHERE NOT is_last) AS before_calls, count(*) FILTER (WHERE is_last) AS calls,
  quantile_disc(duration_ns, 0.99) FILTER (WHERE NOT is_last) AS before_p99_ns, quantile_disc(duration_ns, 0.99) FILTER (WHERE is_last) AS p99_ns,
  round(p99_ns / before_p99_ns, 3) AS ratio
FROM syscalls
GROUP BY syscall
HAVING before_calls >= 368 AND calls >= 368
ORDER BY ratio DESC, syscall
LIMIT 20
