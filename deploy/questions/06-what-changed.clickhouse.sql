-- What changed since the day before? The 90th and 99th percentile of every kind on every host, the largest ratio first. The ratio is the smaller one of those of
-- both percentiles: a 99th percentile alone often jumps by a few stray intervals.
-- How to read it: one host in many rows is a host that changed; one kind on many hosts is a change that was rolled out, or load. What became faster has a ratio
-- below 1 and is at the other end: order by ratio ascending. Fewer than 368 intervals of either day are left out: too few for a 99th percentile.
SELECT host, kind, before_count, count, before_p90_ns, p90_ns, before_p99_ns, p99_ns,
  round(least(p90_ns / before_p90_ns, p99_ns / before_p99_ns), 3) AS ratio
FROM
(
    SELECT host, kind, countIf(day < last) AS before_count, countIf(day = last) AS count,
      quantileExactIf(0.899999999999)(duration_ns, day < last) AS before_p90_ns, quantileExactIf(0.899999999999)(duration_ns, day = last) AS p90_ns,
      quantileExactIf(0.989999999999)(duration_ns, day < last) AS before_p99_ns, quantileExactIf(0.989999999999)(duration_ns, day = last) AS p99_ns
    FROM
    (
        SELECT host, kind, duration_ns, day, (SELECT max(day) FROM km.intervals) AS last
        FROM km.intervals
        WHERE unit = 'Nanoseconds' AND day >= (SELECT max(day) FROM km.intervals WHERE day < (SELECT max(day) FROM km.intervals))
    )
    GROUP BY host, kind
)
WHERE before_count >= 368 AND count >= 368
ORDER BY ratio DESC, host, kind
LIMIT 20
