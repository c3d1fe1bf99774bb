-- Which block device is slow? Requests from issue to completion, of each device of each host, of the last day.
-- How to read it: p50_ns high means a slow or loaded device; only p99_ns and max_ns high means now and then a queue or an error that is retried.
SELECT host, key AS device, count() AS requests, quantileExact(0.499999999999)(duration_ns) AS p50_ns,
  quantileExact(0.989999999999)(duration_ns) AS p99_ns, max(duration_ns) AS max_ns
FROM km.intervals
WHERE kind = 'Block' AND unit = 'Nanoseconds' AND day = (SELECT max(day) FROM km.intervals)
GROUP BY host, device
ORDER BY p99_ns DESC, host, device
LIMIT 20
