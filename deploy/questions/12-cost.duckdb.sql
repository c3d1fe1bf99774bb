-- What does measuring cost? CPU time of the measurements themselves, as a share of all CPUs of the host for as long as they measured.
-- How to read it: cpu_share 0.01 is one per cent of the machine while it measures; measured_s by a day is how long that is.
SELECT host, count(*) AS runs, round(sum(duration_ns) / 1e9, 3) AS measured_s, round(sum(cost_cpu_ns) / 1e9, 3) AS cost_cpu_s,
  round(sum(cost_cpu_ns) / sum(duration_ns * cpus), 5) AS cpu_share
FROM logs
WHERE status = 'Completed' AND duration_ns > 0 AND cpus > 0
GROUP BY host
ORDER BY cpu_share DESC, host
LIMIT 20
