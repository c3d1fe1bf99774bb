-- How is the whole fleet, without its intervals? Histograms of scheduled measurements, merged over all hosts and days.
-- How to read it: equal ranges add exactly, so the merged histogram is that of all intervals together. A percentile is the end of its range: at most 6.25 % too
-- high, as with Method Histogram of Measure-KmLatency. The greatest length is exact; it stands where the last range has no end.
SELECT kind, total AS intervals, highs[arrayFirstIndex(x -> x >= intDiv(total * 50 + 99, 100), cumulated)] AS p50_below_ns,
  highs[arrayFirstIndex(x -> x >= intDiv(total * 99 + 99, 100), cumulated)] AS p99_below_ns, longest AS max_ns
FROM
(
    SELECT kind, sum(n) AS total, max(longest_ns) AS longest, arraySort(groupArray((high, n))) AS ranges,
      arrayMap(x -> x.1, ranges) AS highs, arrayCumSum(arrayMap(x -> x.2, ranges)) AS cumulated
    FROM
    (
        SELECT kind, ifNull(high, max_ns) AS high, sum(n) AS n, max(max_ns) AS longest_ns
        FROM
        (
            SELECT kind, assumeNotNull(max_ns) AS max_ns, high, n
            FROM km.latencies
            ARRAY JOIN bucket_high_ns AS high, bucket_count AS n
            WHERE unit = 'Nanoseconds' AND key IS NULL AND measurement IS NOT NULL
        )
        GROUP BY kind, high
    )
    GROUP BY kind
)
ORDER BY kind
