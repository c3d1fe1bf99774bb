-- Which block device is slow? Requests from issue to completion, of each device of each host, of the last day.
-- How to read it: p50_ns high means a slow or loaded device; only p99_ns and max_ns high means now and then a queue or an error that is retried.
SELECT host, key AS device, count(*) AS requests, quantile_disc(duration_ns, 0.5) AS p50_ns,
  quantile_disc(duration_ns, 0.99) AS p99_ns, max(duration_ns) AS max_ns
FROM intervals
WHERE kind = 'Block' AND unit = 'Nanoseconds' AND CAST(time AS DATE) = (SELECT max(CAST(time AS DATE)) FROM intervals)
GROUP BY host, device
ORDER BY p99_ns DESC, host, device
LIMIT 20
