-- What changed since the day before? The 90th and 99th percentile of every kind on every host, the largest ratio first. The ratio is the smaller one of those of
-- both percentiles: a 99th percentile alone often jumps by a few stray intervals.
-- How to read it: one host in many rows is a host that changed; one kind on many hosts is a change that was rolled out, or load. What became faster has a ratio
-- below 1 and is at the other end: order by ratio ascending. Fewer than 368 intervals of either day are left out: too few for a 99th percentile.
WITH days AS
(
    SELECT max(day) AS last, max(day) FILTER (WHERE day < (SELECT max(CAST(time AS DATE)) FROM intervals)) AS previous
    FROM (SELECT DISTINCT CAST(time AS DATE) AS day FROM intervals)
),
both_days AS
(
    SELECT host, kind, duration_ns, CAST(time AS DATE) = last AS is_last
    FROM intervals, days
    WHERE unit = 'Nanoseconds' AND CAST(time AS DATE) >= previous
)
SELECT host, kind, count(*) FILTER (WHERE NOT is_last) AS before_count, count(*) FILTER (WHERE is_last) AS count,
  quantile_disc(duration_ns, 0.9) FILTER (WHERE NOT is_last) AS before_p90_ns, quantile_disc(duration_ns, 0.9) FILTER (WHERE is_last) AS p90_ns,
  quantile_disc(duration_ns, 0.99) FILTER (WHERE NOT is_last) AS before_p99_ns, quantile_disc(duration_ns, 0.99) FILTER (WHERE is_last) AS p99_ns,
  round(least(p90_ns / before_p90_ns, p99_ns / before_p99_ns), 3) AS ratio
FROM both_days
GROUP BY host, kind
HAVING before_count >= 368 AND count(*) FILTER (WHERE is_last) >= 368
ORDER BY ratio DESC, host, kind
LIMIT 20
