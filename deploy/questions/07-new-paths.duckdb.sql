-- Which function paths are new? Call edges of the last day that no recording of any day before has.
-- How to read it: a new edge on some hosts is a new kernel, module or configuration, or an error path. An edge that is merely rare can look new: `hosts` and
-- `calls` tell. Recordings of both days must have traced the same functions, or everything that was not traced before looks new.
WITH recorded AS
(
    SELECT host, recording, CAST(min(time) AS DATE) AS day FROM intervals GROUP BY host, recording
),
dated AS
(
    SELECT coalesce(caller, '?') AS from_function, callee, host, count, day FROM edges JOIN recorded USING (host, recording)
)
SELECT from_function, callee, count(DISTINCT host) AS hosts, sum(count) AS calls
FROM dated
WHERE day = (SELECT max(day) FROM dated)
  AND (from_function, callee) NOT IN (SELECT (from_function, callee) FROM dated WHERE day < (SELECT max(day) FROM dated))
GROUP BY from_function, callee
ORDER BY calls DESC, from_function, callee
LIMIT 20
