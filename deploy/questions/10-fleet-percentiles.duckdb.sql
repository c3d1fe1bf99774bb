-- How is the whole fleet, without its intervals? Histograms of scheduled measurements, merged over all hosts and days.
-- How to read it: equal ranges add exactly, so the merged histogram is that of all intervals together. A percentile is the end of its range: at most 6.25 % too
-- high, as with Method Histogram of Measure-KmLatency. The greatest length is exact; it stands where the last range has no end.
WITH ranges AS
(
    SELECT kind, coalesce(high, max_ns) AS high, sum(n) AS n, max(max_ns) AS longest
    FROM (SELECT kind, max_ns, unnest(bucket_high_ns) AS high, unnest(bucket_count) AS n FROM latencies
          WHERE unit = 'Nanoseconds' AND key IS NULL AND measurement IS NOT NULL)
    GROUP BY ALL
),
cumulated AS
(
    SELECT kind, high, longest, sum(n) OVER (PARTITION BY kind ORDER BY high) AS passed, sum(n) OVER (PARTITION BY kind) AS total FROM ranges
)
SELECT kind, any_value(total) AS intervals, min(high) FILTER (WHERE passed >= (total * 50 + 99) // 100) AS p50_below_ns,
  min(high) FILTER (WHERE passed >= (total * 99 + 99) // 100) AS p99_below_ns, max(longest) AS max_ns
FROM cumulated
GROUP BY kind
ORDER BY kind
