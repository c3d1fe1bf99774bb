namespace KernelMagnifier.Fuzzing;

/// <summary>All targets, by name.</summary>
internal static class FuzzTargets
{
    private static readonly (string Name, Func<FuzzTarget> New)[] Known =
    [
        ("function-text", () => new FunctionTextTarget()),
        ("graph-text", () => new GraphTextTarget()),
        ("report-text", () => new ReportTextTarget()),
        ("perf-script", () => new PerfScriptTarget()),
        ("text-events", () => new TextEventTarget()),
        ("trace-dat", () => new TraceDatTarget()),
        ("page", () => new PageTarget()),
        ("event-format", () => new EventFormatTarget()),
        ("print-format", () => new PrintFormatTarget()),
        ("event-body", () => new EventBodyTarget()),
        ("intervals", () => new IntervalsTarget()),
        ("causes", () => new CausesTarget()),
        ("paths", () => new PathsTarget()),
        ("baseline", () => new BaselineTarget()),
        ("probe-output", () => new ProbeOutputTarget()),
        ("measurement-log", () => new MeasurementLogTarget()),
        ("workload", () => new WorkloadTarget()),
        ("incident", () => new IncidentTarget()),
        ("kallsyms", () => new KallsymsTarget()),
        ("command-lines", () => new CommandLinesTarget()),
        ("symbol-map", () => new SymbolMapTarget()),
        ("symbol-cache", () => new SymbolCacheTarget()),
        ("elf", () => new ElfTarget()),
        ("dwarf", () => new DwarfTarget()),
        ("compressed", () => new CompressedTarget()),
        ("layers", () => new LayerTarget()),
        ("lists", () => new ListTarget()),
        ("probe-program", () => new ProbeProgramTarget()),
        ("btf", () => new BtfTarget()),
        ("any", () => new AnyTarget()),
    ];

    /// <summary>The names of the targets.</summary>
    public static IEnumerable<string> Names => Known.Select(k => k.Name);

    /// <summary>Creates a target; null if there is none of that name.</summary>
    public static FuzzTarget? New(string name) => Array.Find(Known, k => k.Name == name).New?.Invoke();
}
