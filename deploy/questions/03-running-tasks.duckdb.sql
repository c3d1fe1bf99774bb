-- Which task had the CPUs meanwhile? On the slowest host of question 1: the time on a CPU of each task, and its longest time without a switch.
-- How to read it: who waits in question 2 waits for these. A task with few long slices keeps others waiting; one with many short ones is merely busy.
SELECT host, coalesce(comm, '?') AS task, count(*) AS slices, sum(duration_ns) AS cpu_ns, max(duration_ns) AS longest_ns
FROM intervals
WHERE kind = 'OnCpu' AND unit = 'Nanoseconds' AND CAST(time AS DATE) = (SELECT max(CAST(time AS DATE)) FROM intervals)
  AND host IN (
    SELECT host FROM intervals
    WHERE kind = 'Wakeup' AND unit = 'Nanoseconds' AND CAST(time AS DATE) = (SELECT max(CAST(time AS DATE)) FROM intervals)
    GROUP BY host ORDER BY quantile_disc(duration_ns, 0.99) DESC, host LIMIT 1
  )
GROUP BY host, task
ORDER BY cpu_ns DESC, task
LIMIT 20
