-- Which function paths are new? Call edges of the last day that no recording of any day before has.
-- How to read it: a new edge on some hosts is a new kernel, module or configuration, or an error path. An edge that is merely rare can look new: `hosts` and
-- `calls` tell. Recordings of both days must have traced the same functions, or everything that was not traced before looks new.
SELECT ifNull(caller, '?') AS from_function, callee, uniqExact(host) AS hosts, sum(count) AS calls
FROM km.edges
WHERE day = (SELECT max(day) FROM km.edges)
  AND (ifNull(caller, '?'), callee) GLOBAL NOT IN (SELECT ifNull(caller, '?'), callee FROM km.edges WHERE day < (SELECT max(day) FROM km.edges))
GROUP BY from_function, callee
ORDER BY calls DESC, from_function, callee
LIMIT 20
