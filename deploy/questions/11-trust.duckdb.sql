-- Whose answers are not to be trusted? Hosts whose measurements lost events, failed or are missing.
-- How to read it: an interval that spans a loss is left out of every answer above, and long intervals span losses more often than short ones: a host that loses
-- events looks better than it is. `missing` are sequence numbers that left no record. Hosts without any problem have no row.
SELECT host, count(*) AS records, count(*) FILTER (WHERE status = 'Completed') AS completed,
  count(*) FILTER (WHERE status NOT IN ('Completed', 'Skipped', 'Suspended')) AS failed,
  max(sequence) - min(sequence) + 1 - count(DISTINCT sequence) AS missing, sum(coalesce(events, 0)) AS total_events,
  sum(coalesce(lost_events, 0)) AS lost, CASE WHEN total_events + lost = 0 THEN 0 ELSE round(lost / (total_events + lost), 4) END AS lost_share
FROM logs
GROUP BY host
HAVING failed > 0 OR missing > 0 OR lost > 0
ORDER BY lost_share DESC, failed DESC, host
LIMIT 20
