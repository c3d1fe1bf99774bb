-- Which system calls are slower than the day before? Their 99th percentiles of the last two days, over all hosts.
-- How to read it: ratio is today's by yesterday's. Calls with fewer than 368 of either day are left out: then a 99th percentile has no 95 % confidence interval.
-- A ratio says how much, not whether it is certain: Compare-KmTrace on the recordings of both days has a verdict that holds statistically.
SELECT syscall, before_calls, calls, before_p99_ns, p99_ns, round(p99_ns / before_p99_ns, 3) AS ratio
FROM
(
    SELECT ifNull(name, ifNull(key, '?')) AS syscall, countIf(day < last) AS before_calls, countIf(day = last) AS calls,
      quantileExactIf(0.989999999999)(duration_ns, day < last) AS before_p99_ns, quantileExactIf(0.989999999999)(duration_ns, day = last) AS p99_ns
    FROM
    (
        SELECT name, key, duration_ns, day, (SELECT max(day) FROM km.intervals) AS last
        FROM km.intervals
        WHERE kind = 'Syscall' AND unit = 'Nanoseconds'
          AND day >= (SELECT max(day) FROM km.intervals WHERE day < (SELECT max(day) FROM km.intervals))
    )
    GROUP BY syscall
)
WHERE before_calls >= 368 AND calls >= 368
ORDER BY ratio DESC, syscall
LIMIT 20
