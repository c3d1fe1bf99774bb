-- Which task waits? On the slowest host of question 1: every task, by the time that it was runnable and had no CPU.
-- How to read it: waited_ns is the whole time, p99_ns the wait of the worst hundredth. Wakeup is the wait after a sleep, Preempted that of a task which lost its
-- CPU, WakeupNew that of a new task. To ask about another host, put its name in place of the inner SELECT.
SELECT host, kind, coalesce(comm, '?') AS task, count(*) AS waits, sum(duration_ns) AS waited_ns, quantile_disc(duration_ns, 0.99) AS p99_ns,
  max(duration_ns) AS max_ns
FROM intervals
WHERE kind IN ('Wakeup', 'WakeupNew', 'Preempted') AND unit = 'Nanoseconds' AND CAST(time AS DATE) = (SELECT max(CAST(time AS DATE)) FROM intervals)
  AND host IN (
    SELECT host FROM intervals
    WHERE kind = 'Wakeup' AND unit = 'Nanoseconds' AND CAST(time AS DATE) = (SELECT max(CAST(time AS DATE)) FROM intervals)
    GROUP BY host ORDER BY quantile_disc(duration_ns, 0.99) DESC, host LIMIT 1
  )
GROUP BY host, kind, task
ORDER BY waited_ns DESC, kind, task
LIMIT 20
