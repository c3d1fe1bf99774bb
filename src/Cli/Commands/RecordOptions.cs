using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Recording;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The options of the record command.</summary>
internal static class RecordOptions
{
    private const string What = "What to record", Where = "Which CPUs and processes", Limits = "Limits", Output = "Output";

    private static readonly CliOption Function = new("function",
        "Functions to record; names can contain wildcards")
    { Value = "NAME", IsList = true, Short = 'f', Section = What };

    private static readonly CliOption ExcludeFunction = new("exclude-function",
        "Functions to exclude")
    { Value = "NAME", IsList = true, Section = What };

    private static readonly CliOption Module = new("module",
        "Functions of these modules; kernel for built-in functions")
    { Value = "NAME", IsList = true, Section = What };

    private static readonly CliOption ExcludeModule = new("exclude-module",
        "Modules to exclude")
    { Value = "NAME", IsList = true, Section = What };

    private static readonly CliOption SourcePath = new("source-path",
        "Functions that are defined under these paths of the kernel source: a part (net/), a start from the top (/net/) "
        + "or a pattern")
    { Value = "PATH", IsList = true, Section = What, Suggestions = FilterOptions.TopFolders };

    private static readonly CliOption ExcludeSourcePath = new("exclude-source-path",
        "Paths to exclude")
    { Value = "PATH", IsList = true, Section = What, Suggestions = FilterOptions.TopFolders };

    private static readonly CliOption SymbolFile = new("symbol-file-path",
        "The symbol map with the source file of each function")
    {
        Value = "FILE", IsFile = true, Default = "symbol-filepath.map", Section = What,
    };

    private static readonly CliOption Event = new("event",
        "Events as system:event, with wildcards and an optional filter, such as 'sched:sched_switch{prev_pid == 7}'")
    {
        Value = "EVENT,...", Short = 'e', Section = What,
    };

    private static readonly CliOption Preset = new("preset",
        $"Presets of events, to measure latencies: {string.Join(", ", EventPreset.Names.Select(n => n.ToLowerInvariant()))}")
    {
        Value = "NAME", IsList = true, Section = What, Suggestions = [.. EventPreset.Names.Select(n => n.ToLowerInvariant())],
    };

    private static readonly CliOption EventFilter = new("event-filter",
        "A filter in the kernel's language, for an event as EVENT=FILTER or for all events; can be repeated")
    { Value = "[EVENT=]FILTER", Section = What };

    private static readonly CliOption EventStack = new("event-stack",
        "Events to record with the kernel's stack")
    { Value = "EVENT", IsList = true, Section = What };

    private static readonly CliOption EventTrigger = new("event-trigger",
        "A trigger of an event in the kernel's language, such as 'sched:sched_switch=traceoff if prev_pid == 7'; "
        + "can be repeated")
    { Value = "EVENT=TRIGGER", Section = What };

    private static readonly CliOption Tracer = new("tracer",
        "The tracer, by default function, or none if only events are recorded")
    {
        Value = "TRACER", Choices = ["function", "function_graph", "none"], Short = 't', Section = What,
    };

    private static readonly CliOption GraphRoot = new("graph-root",
        "With function_graph: record these functions and what they call")
    { Value = "NAME", IsList = true, Section = What };

    private static readonly CliOption MaxDepth = new("max-depth",
        "With function_graph: the largest depth of calls")
    { Value = "N", Section = What };

    private static readonly CliOption Option = new("option",
        "Trace options of the kernel, such as func-args")
    { Value = "NAME", IsList = true, Short = 'O', Section = What };

    private static readonly CliOption Clock = new("clock",
        "The trace clock [default: local; counter for text]")
    { Value = "CLOCK", Section = What };

    private static readonly CliOption Cpu = new("cpu",
        "CPUs to record, such as 0-3,8")
    { Value = "CPUS", IsList = true, Section = Where };

    private static readonly CliOption CpuMask = new("cpumask",
        "CPUs to record as a hexadecimal mask, as in the kernel: 1 is CPU 0, 3 is CPUs 0 and 1")
    {
        Value = "MASK", Section = Where,
    };

    private static readonly CliOption ProcessId = new("pid",
        "Processes to record, with their threads and child processes")
    {
        Value = "PID", IsList = true, Short = 'p', Section = Where,
    };

    private static readonly CliOption IncludeSelf = new("include-self",
        "Record the calls of the recorder itself too")
    { Section = Where };

    private static readonly CliOption Time = new("record-time",
        "The duration; 0 for no limit. With a COMMAND, the default is until it exits")
    {
        Value = "SECONDS", Default = "10", Section = Limits,
    };

    private static readonly CliOption MaxSize = new("max-size",
        "Stop when this much is written")
    { Value = "SIZE", Section = Limits };

    private static readonly CliOption MinFree = new("min-free",
        "Stop when less than this is free on the disk. To start, about 32 MB more are needed")
    { Value = "SIZE", Default = "256MB", Section = Limits };

    private static readonly CliOption BufferSize = new("buffer-size",
        "The size of the kernel's buffer per CPU [default: up to 16MB, depending on memory]")
    {
        Value = "SIZE", Short = 'b', Section = Limits,
    };

    private static readonly CliOption Overwrite = new("overwrite",
        "Flight recorder: keep only what the buffers contain at the end")
    { Section = Limits };

    private static readonly CliOption Force = new("force",
        "Discard unread events of others if the top level of tracefs must be used")
    { Section = Limits };

    private static readonly CliOption File = new("output",
        "The file to write")
    { Value = "FILE", Short = 'o', IsFile = true, Default = "kernel-magnifier.data", Section = Output };

    private static readonly CliOption Format = new("format",
        "trace.dat version 7 (dat), which loses the fewest events, or the output of trace_pipe (text)")
    {
        Value = "FORMAT", Choices = ["dat", "text"], Default = "dat", Section = Output,
    };

    private static readonly CliOption Compress = new("compress",
        "Compress the recording with zstd at the end")
    { Section = Output };

    private static readonly CliOption WorldReadable = new("world-readable",
        "Let all users read the file, not only its owner")
    { Section = Output };

    /// <summary>Prints the summary as JSON.</summary>
    public static readonly CliOption Json = new("json", "Print the summary as JSON") { Section = Output };

    /// <summary>Suppresses progress and summary.</summary>
    public static readonly CliOption Quiet = new("quiet", "Print no progress and no summary") { Short = 'q', Section = Output };

    /// <summary>Reports what this machine can record instead of recording.</summary>
    public static readonly CliOption Check = new("check",
        "Record nothing; report what this machine can record, and what to do about the rest");

    /// <summary>All options, in the order of the help.</summary>
    public static readonly IReadOnlyList<CliOption> All =
    [
        Function, ExcludeFunction, Module, ExcludeModule, SourcePath, ExcludeSourcePath, SymbolFile,
        Preset, Event, EventFilter, EventStack, EventTrigger, Tracer, GraphRoot, MaxDepth, Option, Clock,
        Cpu, CpuMask, ProcessId, IncludeSelf,
        Time, MaxSize, MinFree, BufferSize, Overwrite, Force,
        File, Format, Compress, WorldReadable, Json, Quiet, Check,
    ];

    /// <summary>Returns the recording that a command line requests.</summary>
    public static RecordingRequest ToRequest(Arguments arguments)
    {
        var command = arguments.AfterDashes ?? [];
        var seconds = arguments.Has(Time) || command.Count == 0
            ? arguments.Number(Time, 0, RecordingRequest.LongestDuration.TotalSeconds)!.Value
            : 0;
        var cpus = arguments.Integers(Cpu);
        if (arguments.Text(CpuMask) is { } mask)
        {
            if (cpus.Count > 0) throw CliException.Usage($"{Cpu} and {CpuMask} exclude each other. Choose one.");
            if (!CpuList.TryParseMask(mask, out var masked))
                throw CliException.Usage($"{CpuMask} takes a hexadecimal mask with at least one CPU, not '{mask}'.");
            cpus = masked;
        }
        var bySource = arguments.List(SourcePath).Count + arguments.List(ExcludeSourcePath).Count > 0;
        return new RecordingRequest
        {
            Path = arguments.Text(File)!,
            Format = arguments.Text(Format) == "text" ? RecordingFormat.Text : RecordingFormat.TraceDat,
            Tracer = TracerOf(arguments.Text(Tracer)),
            Function = arguments.List(Function),
            ExcludeFunction = arguments.List(ExcludeFunction),
            Module = arguments.List(Module),
            ExcludeModule = arguments.List(ExcludeModule),
            SourcePath = arguments.List(SourcePath),
            ExcludeSourcePath = arguments.List(ExcludeSourcePath),
            SourceResolver = bySource || arguments.Has(SymbolFile) ? SymbolMap.Load(arguments.Text(SymbolFile)!) : null,
            GraphRoot = arguments.List(GraphRoot),
            MaxDepth = (int)(arguments.Integer(MaxDepth, 1, int.MaxValue) ?? 0),
            Event = [.. arguments.List(Event).SelectMany(SplitEvents)],
            Preset = arguments.List(Preset),
            EventFilter = [.. arguments.List(EventFilter).Select(EventText.Parse)],
            EventStack = arguments.List(EventStack),
            EventTrigger = [.. arguments.List(EventTrigger).Select(EventText.Parse)],
            ProcessId = arguments.Integers(ProcessId, 1),
            Command = command.Count > 0 ? command[0] : null,
            ArgumentList = [.. command.Skip(1)],
            Cpu = cpus,
            Duration = seconds > 0 ? TimeSpan.FromSeconds(seconds) : null,
            MaxSize = arguments.Bytes(MaxSize),
            MinFree = arguments.Bytes(MinFree)!.Value,
            BufferSize = arguments.Bytes(BufferSize),
            Overwrite = arguments.Has(Overwrite),
            Clock = arguments.Text(Clock),
            TraceOption = arguments.List(Option),
            Compress = arguments.Has(Compress),
            WorldReadable = arguments.Has(WorldReadable),
            IncludeSelf = arguments.Has(IncludeSelf),
            DedicatedProcess = true,
            Force = arguments.Has(Force),
        };
    }

    /// <summary>Returns the option of a property of <see cref="RecordingRequest"/>; null when no option sets it.</summary>
    public static CliOption? OptionOf(string property) => property switch
    {
        nameof(RecordingRequest.Duration) => Time,
        nameof(RecordingRequest.MaxSize) => MaxSize,
        nameof(RecordingRequest.MinFree) => MinFree,
        nameof(RecordingRequest.BufferSize) => BufferSize,
        nameof(RecordingRequest.MaxDepth) => MaxDepth,
        nameof(RecordingRequest.GraphRoot) => GraphRoot,
        nameof(RecordingRequest.Tracer) => Tracer,
        nameof(RecordingRequest.Compress) => Compress,
        nameof(RecordingRequest.EventFilter) => EventFilter,
        nameof(RecordingRequest.EventTrigger) => EventTrigger,
        _ => null,
    };

    /// <summary>Splits a list of events at the commas outside the braces of filters.</summary>
    private static IEnumerable<string> SplitEvents(string list)
    {
        var (from, depth) = (0, 0);
        for (var i = 0; i <= list.Length; i++)
        {
            if (i < list.Length && (list[i] != ',' || depth > 0))
            {
                if (list[i] == '{') depth++;
                if (list[i] == '}') depth--;
                continue;
            }
            if (list[from..i].Trim() is { Length: > 0 } one) yield return one;
            from = i + 1;
        }
    }

    private static RecordingTracer? TracerOf(string? name) => name switch
    {
        "function" => RecordingTracer.Function,
        "function_graph" => RecordingTracer.FunctionGraph,
        "none" => RecordingTracer.None,
        _ => null,
    };
}
