-- Since when? The wake-ups of the slowest host of question 1, minute by minute, over all days.
-- How to read it: look for the first minute at which p99_ns steps up, and for what was deployed then. Minutes without a recording have no row.
SELECT host, strftime(date_trunc('minute', time), '%Y-%m-%d %H:%M:%S') AS minute, count(*) AS wakeups, quantile_disc(duration_ns, 0.99) AS p99_ns,
  max(duration_ns) AS max_ns
FROM intervals
WHERE kind = 'Wakeup' AND unit = 'Nanoseconds'
  AND host IN (
    SELECT host FROM intervals
    WHERE kind = 'Wakeup' AND unit = 'Nanoseconds' AND CAST(time AS DATE) = (SELECT max(CAST(time AS DATE)) FROM intervals)
    GROUP BY host ORDER BY quantile_disc(duration_ns, 0.99) DESC, host LIMIT 1
  )
GROUP BY host, minute
ORDER BY minute
