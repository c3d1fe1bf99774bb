-- Which task waits? On the slowest host of question 1: every task, by the time that it was runnable and had no CPU.
-- How to read it: waited_ns is the whole time, p99_ns the wait of the worst hundredth. Wakeup is the wait after a sleep, Preempted that of a task which lost its
-- CPU, WakeupNew that of a new task. To ask about another host, put its name in place of the inner SELECT.
SELECT host, kind, ifNull(comm, '?') AS task, count() AS waits, sum(duration_ns) AS waited_ns, quantileExact(0.989999999999)(duration_ns) AS p99_ns,
  max(duration_ns) AS max_ns
FROM km.intervals
WHERE kind IN ('Wakeup', 'WakeupNew', 'Preempted') AND unit = 'Nanoseconds' AND day = (SELECT max(day) FROM km.intervals)
  AND host GLOBAL IN (
    SELECT host FROM km.intervals
    WHERE kind = 'Wakeup' AND unit = 'Nanoseconds' AND day = (SELECT max(day) FROM km.intervals)
    GROUP BY host ORDER BY quantileExact(0.989999999999)(duration_ns) DESC, host LIMIT 1
  )
GROUP BY host, kind, task
ORDER BY waited_ns DESC, kind, task
LIMIT 20
