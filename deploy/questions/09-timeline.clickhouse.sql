-- Since when? The wake-ups of the slowest host of question 1, minute by minute, over all days.
-- How to read it: look for the first minute at which p99_ns steps up, and for what was deployed then. Minutes without a recording have no row.
SELECT host, toString(toStartOfMinute(time)) AS minute, count() AS wakeups, quantileExact(0.989999999999)(duration_ns) AS p99_ns, max(duration_ns) AS max_ns
FROM km.intervals
WHERE kind = 'Wakeup' AND unit = 'Nanoseconds'
  AND host GLOBAL IN (
    SELECT host FROM km.intervals
    WHERE kind = 'Wakeup' AND unit = 'Nanoseconds' AND day = (SELECT max(day) FROM km.intervals)
    GROUP BY host ORDER BY quantileExact(0.989999999999)(duration_ns) DESC, host LIMIT 1
  )
GROUP BY host, minute
ORDER BY minute
