namespace KernelMagnifier.Tables;

/// <summary>The columns of a table. docs/formats/tables.md says the same; a test compares them.</summary>
/// <param name="Kind">The table.</param>
/// <param name="Columns">The columns in their order, with the common ones first.</param>
internal sealed record TableSchema(TableKind Kind, IReadOnlyList<TableColumn> Columns)
{
    /// <summary>The version of the schemas.</summary>
    public const string Version = "1";

    /// <summary>The common columns, which stand in the path if they are partitions.</summary>
    public const int Host = 0, Recording = 1, Common = 2;

    private static readonly TableSchema[] Known = [Calls, Edges, Events, Intervals, Latencies, Logs, Probes];

    /// <summary>All tables.</summary>
    public static IReadOnlyList<TableSchema> All => Known;

    /// <summary>The name of the table in paths, SQL and metadata.</summary>
    public string Name { get; } = Kind.ToString().ToLowerInvariant();

    /// <summary>The columns of a table.</summary>
    public static TableSchema Of(TableKind kind) => Known[(int)kind];

    private static TableSchema Calls => Make(TableKind.Calls,
        new("time", TableType.Time, "when the function was entered"),
        new("clock", TableType.Long, "the same on the trace clock"),
        new("cpu", TableType.Int, "the CPU"),
        new("pid", TableType.Int, "the task (thread)"),
        new("tgid", TableType.Int, "its process"),
        new("comm", TableType.Name, "the name of the task"),
        new("context", TableType.Name, "Task, SoftIrq, HardIrq, Nmi"),
        new("function", TableType.Name, "the called function", true),
        new("caller", TableType.Name, "the calling function"),
        new("module", TableType.Name, "the kernel module of the function"),
        new("caller_module", TableType.Name, "the kernel module of the caller"),
        new("duration_ns", TableType.Long, "entry to return"),
        new("self_ns", TableType.Long, "without the traced functions called"),
        new("depth", TableType.Int, "nesting in function_graph, 0 is the outermost"),
        new("source_file", TableType.Name, "with a symbol map"),
        new("caller_source_file", TableType.Name, "with a symbol map"),
        new("source_line", TableType.Int, "with a symbol map"),
        new("caller_source_line", TableType.Int, "with a symbol map"));

    private static TableSchema Edges => Make(TableKind.Edges,
        new("caller", TableType.Name, "the calling function"),
        new("callee", TableType.Name, "the called function", true),
        new("count", TableType.Long, "calls", true),
        new("total_ns", TableType.Long, "the sum of the durations"),
        new("self_ns", TableType.Long, "without the traced functions called"),
        new("caller_module", TableType.Name, "the kernel module of the caller"),
        new("callee_module", TableType.Name, "the kernel module of the callee"),
        new("caller_source_file", TableType.Name, "with a symbol map"),
        new("callee_source_file", TableType.Name, "with a symbol map"),
        new("caller_source_line", TableType.Int, "with a symbol map"),
        new("callee_source_line", TableType.Int, "with a symbol map"),
        new("nesting", TableType.Name, "Caller or Stack"));

    private static TableSchema Events => Make(TableKind.Events,
        new("time", TableType.Time, "when it happened"),
        new("clock", TableType.Long, "the same on the trace clock"),
        new("cpu", TableType.Int, "the CPU"),
        new("pid", TableType.Int, "the task (thread)"),
        new("tgid", TableType.Int, "its process"),
        new("comm", TableType.Name, "the name of the task"),
        new("context", TableType.Name, "Task, SoftIrq, HardIrq, Nmi"),
        new("system", TableType.Name, "sched"),
        new("name", TableType.Name, "sched_switch", true),
        new("fields", TableType.Json, "the fields in their order, with raw numbers", true),
        new("message", TableType.Text, "the text as trace-cmd report prints it"),
        new("stack", TableType.Texts, "the frames of a kernel stack"));

    private static TableSchema Intervals => Make(TableKind.Intervals,
        new("kind", TableType.Name, "docs/latency.md", true),
        new("key", TableType.Name, "what the kind's table names"),
        new("name", TableType.Name, "its readable name"),
        new("comm", TableType.Name, "the name of the task"),
        new("pid", TableType.Int, "the task (thread)"),
        new("time", TableType.Time, "the start"),
        new("start_clock", TableType.Long, "the start on the trace clock"),
        new("end_clock", TableType.Long, "the end on the trace clock"),
        new("duration_ns", TableType.Long, "end - start; counts where unit is Counts", true),
        new("cpu", TableType.Int, "the CPU of the end"),
        new("start_cpu", TableType.Int, "the CPU of the start"),
        new("previous_cpu", TableType.Int, "the CPU before a wake-up"),
        new("waker", TableType.Int, "pid"),
        new("waker_comm", TableType.Name, "the name of the waker"),
        new("waker_context", TableType.Name, "Task, SoftIrq, HardIrq, Nmi"),
        new("basis", TableType.Name, "the event at which it starts", true),
        new("on_cpu_ns", TableType.Long, "system calls"),
        new("runnable_ns", TableType.Long, "system calls"),
        new("blocked_ns", TableType.Long, "system calls"),
        new("placement_ns", TableType.Long, "wake-ups: waking to wakeup"),
        new("net_ns", TableType.Long, "handlers: without nested interrupts"),
        new("unit", TableType.Name, "Nanoseconds or Counts", true));

    private static TableSchema Latencies => Make(TableKind.Latencies,
        new("kind", TableType.Name, "docs/latency.md", true),
        new("key", TableType.Name, "what rows are by"),
        new("name", TableType.Name, "its readable name"),
        new("comm", TableType.Name, "the name of the task"),
        new("pid", TableType.Int, "the task (thread)"),
        new("cpu", TableType.Int, "the CPU"),
        new("time", TableType.Time, "the start of the range, for ranges of wall time"),
        new("until", TableType.Time, "the end of that range"),
        new("from_clock", TableType.Long, "the start of the range on the trace clock"),
        new("until_clock", TableType.Long, "the end of the range on the trace clock"),
        new("count", TableType.Long, "intervals", true),
        new("sum_ns", TableType.Long, "the sum of their lengths", true),
        new("min_ns", TableType.Long, "the least length"),
        new("p50_ns", TableType.Long, "the median"),
        new("p90_ns", TableType.Long, "the 90th percentile"),
        new("p99_ns", TableType.Long, "the 99th percentile"),
        new("p999_ns", TableType.Long, "the 99.9th percentile"),
        new("max_ns", TableType.Long, "the greatest length"),
        new("mean_ns", TableType.Real, "the mean"),
        new("bucket_low_ns", TableType.Longs, "the histogram: the least lengths of the ranges"),
        new("bucket_high_ns", TableType.Longs, "the histogram: the lengths at which the next ranges begin"),
        new("bucket_count", TableType.Longs, "the histogram: intervals"),
        new("unit", TableType.Name, "Nanoseconds or Counts", true),
        new("method", TableType.Name, "Exact, Histogram or Ranges", true),
        new("account", TableType.Json, "starts and ends, counted: paired, censored, lost"),
        new("measurement", TableType.Text, "the id of the log record that it belongs to"),
        new("record", TableType.Json, "the whole latency", true));

    private static TableSchema Logs => Make(TableKind.Logs,
        new("id", TableType.Text, "identifies the record", true),
        new("time", TableType.Time, "the start of the run", true),
        new("duration_ns", TableType.Long, "how long it measured"),
        new("status", TableType.Name, "Completed, Skipped, Suspended, Failed, Dropped", true),
        new("reason", TableType.Text, "why it is not complete"),
        new("schedule", TableType.Name, "the schedule"),
        new("epoch", TableType.Text, "the numbering that the sequence belongs to"),
        new("sequence", TableType.Long, "the number of the run"),
        new("machine_id", TableType.Name, "machine-id(5)"),
        new("boot_id", TableType.Name, "the boot"),
        new("kernel_release", TableType.Name, "uname -r"),
        new("machine", TableType.Name, "uname -m"),
        new("cpus", TableType.Int, "CPUs that are online"),
        new("method", TableType.Name, "how it was measured"),
        new("events", TableType.Long, "events that were read or counted"),
        new("lost_events", TableType.Long, "events that the kernel lost"),
        new("cost_cpu_ns", TableType.Long, "what the measurement itself cost"),
        new("cost_wall_ns", TableType.Long, "what the measurement itself took"),
        new("record", TableType.Json, "the whole record", true));

    private static TableSchema Probes => Make(TableKind.Probes,
        new("probe", TableType.Name, "the probe"),
        new("kind", TableType.Name, "Map, Histogram, Stats, Line, ...", true),
        new("name", TableType.Name, "the map or the declared name of the line"),
        new("key", TableType.Text, "the key in the map"),
        new("value", TableType.Text, "a number or text as JSON"),
        new("unit", TableType.Name, "the unit of the numbers"),
        new("count", TableType.Long, "values"),
        new("bucket_low", TableType.Longs, "the histogram: the least values of the ranges"),
        new("bucket_high", TableType.Longs, "the histogram: the values at which the next ranges begin"),
        new("bucket_count", TableType.Longs, "the histogram: values"),
        new("measurement", TableType.Text, "the id of the log record that it belongs to"),
        new("record", TableType.Json, "the whole result", true));

    private static TableSchema Make(TableKind kind, params ReadOnlySpan<TableColumn> columns) => new(kind,
        [new("host", TableType.Name, "the machine"), new("recording", TableType.Name, "the recording"), .. columns]);
}
