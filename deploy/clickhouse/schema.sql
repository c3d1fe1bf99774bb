-- The tables of docs/formats/tables.md in ClickHouse. Run it on every node: load.sh does. Statements are for current releases (24.8 and later);
-- old-release.sed makes those of 18.16 to 19.x of the same text, and says what is missing there.
--
-- Each table is a MergeTree on each node, NAME_local, and a Distributed one over all nodes, NAME, that questions are put to.
--
-- The sharding key is the host, so that all rows of a host are on one node: an exact quantile of a host, and a join of its tables, is computed where the
-- rows are, and only the answer travels. A host is small beside a node; with a few hosts only, nodes can differ in load by the size of one host.
--
-- The order of rows is that of the questions: nearly all choose a kind, then a host, then a time. PARTITION BY day makes "since yesterday" read two
-- partitions, and lets old days be dropped at once. What is not known is NULL, with two exceptions, because a sort key cannot be Nullable:
-- an unknown host or recording is '', and the day of a row without wall time is 1970-01-01.

CREATE DATABASE IF NOT EXISTS km;

-- Which recordings there are, and when. load.sh derives it from the other tables; it gives edges, which have no time, their day.
CREATE TABLE IF NOT EXISTS km.recordings_local
(
    host LowCardinality(String),
    recording String,
    day Date,
    first_time Nullable(DateTime('UTC')),
    last_time Nullable(DateTime('UTC'))
)
ENGINE = ReplacingMergeTree ORDER BY (host, recording)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS km.intervals_local
(
    host LowCardinality(String),
    recording LowCardinality(String),
    kind LowCardinality(String),
    key LowCardinality(Nullable(String)),
    name LowCardinality(Nullable(String)),
    comm LowCardinality(Nullable(String)),
    pid Nullable(Int32),
    time Nullable(DateTime64(9, 'UTC')) CODEC(Delta(8), ZSTD(1)),
    start_clock Int64 CODEC(Delta(8), ZSTD(1)),
    end_clock Int64 CODEC(Delta(8), ZSTD(1)),
    duration_ns Int64 CODEC(ZSTD(1)),
    cpu Nullable(Int32),
    start_cpu Nullable(Int32),
    previous_cpu Nullable(Int32),
    waker Nullable(Int32),
    waker_comm LowCardinality(Nullable(String)),
    waker_context LowCardinality(Nullable(String)),
    basis LowCardinality(String),
    on_cpu_ns Nullable(Int64) CODEC(ZSTD(1)),
    runnable_ns Nullable(Int64) CODEC(ZSTD(1)),
    blocked_ns Nullable(Int64) CODEC(ZSTD(1)),
    placement_ns Nullable(Int64) CODEC(ZSTD(1)),
    net_ns Nullable(Int64) CODEC(ZSTD(1)),
    unit LowCardinality(String),
    day Date DEFAULT ifNull(toDate(time), toDate(0))
)
ENGINE = MergeTree PARTITION BY day ORDER BY (kind, host, start_clock)
TTL day + INTERVAL 14 DAY DELETE WHERE day > toDate(0)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS km.latencies_local
(
    host LowCardinality(String),
    recording LowCardinality(String),
    kind LowCardinality(String),
    key LowCardinality(Nullable(String)),
    name LowCardinality(Nullable(String)),
    comm LowCardinality(Nullable(String)),
    pid Nullable(Int32),
    cpu Nullable(Int32),
    time Nullable(DateTime64(9, 'UTC')),
    until Nullable(DateTime64(9, 'UTC')),
    from_clock Nullable(Int64),
    until_clock Nullable(Int64),
    count Int64,
    sum_ns Int64,
    min_ns Nullable(Int64),
    p50_ns Nullable(Int64),
    p90_ns Nullable(Int64),
    p99_ns Nullable(Int64),
    p999_ns Nullable(Int64),
    max_ns Nullable(Int64),
    mean_ns Nullable(Float64),
    bucket_low_ns Array(Int64) CODEC(ZSTD(1)),
    bucket_high_ns Array(Nullable(Int64)) CODEC(ZSTD(1)),
    bucket_count Array(Int64) CODEC(ZSTD(1)),
    unit LowCardinality(String),
    method LowCardinality(String),
    account Nullable(String),
    measurement Nullable(String),
    record String CODEC(ZSTD(3))
)
ENGINE = MergeTree ORDER BY (kind, host, recording)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS km.edges_local
(
    host LowCardinality(String),
    recording LowCardinality(String),
    caller LowCardinality(Nullable(String)),
    callee LowCardinality(String),
    count Int64,
    total_ns Nullable(Int64),
    self_ns Nullable(Int64),
    caller_module LowCardinality(Nullable(String)),
    callee_module LowCardinality(Nullable(String)),
    caller_source_file LowCardinality(Nullable(String)),
    callee_source_file LowCardinality(Nullable(String)),
    caller_source_line Nullable(Int32),
    callee_source_line Nullable(Int32),
    nesting LowCardinality(Nullable(String)),
    day Date
)
ENGINE = MergeTree PARTITION BY day ORDER BY (callee, host)
TTL day + INTERVAL 90 DAY DELETE WHERE day > toDate(0)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS km.calls_local
(
    host LowCardinality(String),
    recording LowCardinality(String),
    time Nullable(DateTime64(9, 'UTC')) CODEC(Delta(8), ZSTD(1)),
    clock Nullable(Int64) CODEC(Delta(8), ZSTD(1)),
    cpu Nullable(Int32),
    pid Nullable(Int32),
    tgid Nullable(Int32),
    comm LowCardinality(Nullable(String)),
    context LowCardinality(Nullable(String)),
    function LowCardinality(String),
    caller LowCardinality(Nullable(String)),
    module LowCardinality(Nullable(String)),
    caller_module LowCardinality(Nullable(String)),
    duration_ns Nullable(Int64) CODEC(ZSTD(1)),
    self_ns Nullable(Int64) CODEC(ZSTD(1)),
    depth Nullable(Int32),
    source_file LowCardinality(Nullable(String)),
    caller_source_file LowCardinality(Nullable(String)),
    source_line Nullable(Int32),
    caller_source_line Nullable(Int32),
    day Date DEFAULT ifNull(toDate(time), toDate(0))
)
ENGINE = MergeTree PARTITION BY day ORDER BY (function, host)
TTL day + INTERVAL 14 DAY DELETE WHERE day > toDate(0)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS km.events_local
(
    host LowCardinality(String),
    recording LowCardinality(String),
    time Nullable(DateTime64(9, 'UTC')) CODEC(Delta(8), ZSTD(1)),
    clock Nullable(Int64) CODEC(Delta(8), ZSTD(1)),
    cpu Nullable(Int32),
    pid Nullable(Int32),
    tgid Nullable(Int32),
    comm LowCardinality(Nullable(String)),
    context LowCardinality(Nullable(String)),
    system LowCardinality(Nullable(String)),
    name LowCardinality(String),
    fields String CODEC(ZSTD(1)),
    message Nullable(String) CODEC(ZSTD(1)),
    stack Array(String) CODEC(ZSTD(1)),
    day Date DEFAULT ifNull(toDate(time), toDate(0))
)
ENGINE = MergeTree PARTITION BY day ORDER BY (name, host)
TTL day + INTERVAL 14 DAY DELETE WHERE day > toDate(0)
SETTINGS index_granularity = 8192;

CREATE TABLE IF NOT EXISTS km.logs_local
(
    host LowCardinality(String),
    recording LowCardinality(String),
    id String,
    time Nullable(DateTime64(9, 'UTC')),
    duration_ns Nullable(Int64),
    status LowCardinality(String),
    reason Nullable(String),
    schedule LowCardinality(Nullable(String)),
    epoch Nullable(String),
    sequence Nullable(Int64),
    machine_id LowCardinality(Nullable(String)),
    boot_id LowCardinality(Nullable(String)),
    kernel_release LowCardinality(Nullable(String)),
    machine LowCardinality(Nullable(String)),
    cpus Nullable(Int32),
    method LowCardinality(Nullable(String)),
    events Nullable(Int64),
    lost_events Nullable(Int64),
    cost_cpu_ns Nullable(Int64),
    cost_wall_ns Nullable(Int64),
    record String CODEC(ZSTD(3)),
    day Date DEFAULT ifNull(toDate(time), toDate(0))
)
ENGINE = MergeTree ORDER BY (host, day, id)
SETTINGS index_granularity = 8192;

-- The columns of the local tables; rows go to the node that the host belongs to.
CREATE TABLE IF NOT EXISTS km.recordings AS km.recordings_local ENGINE = Distributed(km, km, recordings_local, cityHash64(host));
CREATE TABLE IF NOT EXISTS km.intervals AS km.intervals_local ENGINE = Distributed(km, km, intervals_local, cityHash64(host));
CREATE TABLE IF NOT EXISTS km.latencies AS km.latencies_local ENGINE = Distributed(km, km, latencies_local, cityHash64(host));
CREATE TABLE IF NOT EXISTS km.edges AS km.edges_local ENGINE = Distributed(km, km, edges_local, cityHash64(host));
CREATE TABLE IF NOT EXISTS km.calls AS km.calls_local ENGINE = Distributed(km, km, calls_local, cityHash64(host));
CREATE TABLE IF NOT EXISTS km.events AS km.events_local ENGINE = Distributed(km, km, events_local, cityHash64(host));
CREATE TABLE IF NOT EXISTS km.logs AS km.logs_local ENGINE = Distributed(km, km, logs_local, cityHash64(host));
