using System.Globalization;
using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Recording;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Records the running kernel.</summary>
internal sealed class RecordCommand : Command
{
    private const string What = "What is recorded", Whose = "Whose calls", Bounds = "Bounds", Output = "Output";

    private static readonly CliOption Time = new("record-time", "How long; 0 until Ctrl-C. With a command, until it ends unless given") { Value = "SECONDS", Default = "10", Section = Bounds };
    private static readonly CliOption CpuMask = new("cpumask", "CPUs as a hexadecimal mask, as the kernel takes it: 1 is CPU 0, 3 is CPUs 0 and 1") { Value = "MASK", Section = Whose };
    private static readonly CliOption Cpu = new("cpu", "CPUs, as in 0-3,8") { Value = "CPUS", IsList = true, Section = Whose };
    private static readonly CliOption ProcessId = new("pid", "Processes, with their threads and all they start") { Value = "PID", IsList = true, Short = 'p', Section = Whose };
    private static readonly CliOption IncludeSelf = new("include-self", "The recorder's own calls too") { Section = Whose };
    private static readonly CliOption File = new("output", "The file to write") { Value = "FILE", Short = 'o', IsFile = true, Default = "kernel-magnifier.data", Section = Output };
    private static readonly CliOption Format = new("format", "dat is trace.dat 7, which loses least; text is what trace_pipe prints") { Value = "FORMAT", Choices = ["dat", "text"], Default = "dat", Section = Output };
    private static readonly CliOption Compress = new("compress", "Pack the trace with zstd at the end") { Section = Output };
    private static readonly CliOption WorldReadable = new("world-readable", "Let everybody read the file, not its owner only") { Section = Output };
    private static readonly CliOption Quiet = new("quiet", "No progress and no summary") { Short = 'q', Section = Output };
    private static readonly CliOption Tracer = new("tracer", "The tracer; none records events only, and is the default when only events are asked for") { Value = "TRACER", Choices = ["function", "function_graph", "none"], Short = 't', Section = What };
    private static readonly CliOption Function = new("function", "Functions, with wildcards") { Value = "NAME", IsList = true, Short = 'f', Section = What };
    private static readonly CliOption ExcludeFunction = new("exclude-function", "Functions to leave out") { Value = "NAME", IsList = true, Section = What };
    private static readonly CliOption Module = new("module", "Functions of these modules; kernel is what is built in") { Value = "NAME", IsList = true, Section = What };
    private static readonly CliOption ExcludeModule = new("exclude-module", "Modules to leave out") { Value = "NAME", IsList = true, Section = What };
    private static readonly CliOption SourcePath = new("source-path", "Functions defined under these paths of the kernel's source") { Value = "PATH", IsList = true, Section = What };
    private static readonly CliOption ExcludeSourcePath = new("exclude-source-path", "Paths to leave out") { Value = "PATH", IsList = true, Section = What };
    private static readonly CliOption SymbolFile = new("symbol-file-path", "The symbol map that knows the paths") { Value = "FILE", IsFile = true, Default = "symbol-filepath.map", Section = What };
    private static readonly CliOption GraphRoot = new("graph-root", "With function_graph: these functions and what they call") { Value = "NAME", IsList = true, Section = What };
    private static readonly CliOption MaxDepth = new("max-depth", "With function_graph: how many calls deep") { Value = "N", Section = What };
    private static readonly CliOption Event = new("event", "Events as system:event with wildcards, with a filter as in 'sched:sched_switch{prev_pid == 7}'; a list") { Value = "EVENT", Short = 'e', Section = What };
    private static readonly CliOption Option = new("option", "Trace options of the kernel, such as func-args") { Value = "NAME", IsList = true, Short = 'O', Section = What };
    private static readonly CliOption Clock = new("clock", "The trace clock [default: local; for text, counter]") { Value = "CLOCK", Section = What };
    private static readonly CliOption MaxSize = new("max-size", "End when this much is written") { Value = "SIZE", Section = Bounds };
    private static readonly CliOption MinFree = new("min-free", "End before less than this is free on the disk") { Value = "SIZE", Default = "256MB", Section = Bounds };
    private static readonly CliOption BufferSize = new("buffer-size", "The kernel's buffer, per CPU [default: up to 16MB, as memory allows]") { Value = "SIZE", Short = 'b', Section = Bounds };
    private static readonly CliOption Overwrite = new("overwrite", "Flight recorder: write only what the buffers hold at the end") { Section = Bounds };
    private static readonly CliOption Force = new("force", "Discard what somebody left unread, where the top level of tracefs has to be used") { Section = Bounds };
    private static readonly CliOption Check = new("check", "Record nothing; tell what this machine can record, and what to do about what it cannot");

    /// <summary>Its name on the command line.</summary>
    public const string Word = "record";

    /// <inheritdoc/>
    public override string Name => Word;

    /// <inheritdoc/>
    public override string Summary => "Record which functions the running kernel executes";

    /// <inheritdoc/>
    public override string Operands => "[-- COMMAND [ARGUMENT...]]";

    /// <inheritdoc/>
    public override string Description => """
        Needs root. Recording is done in a tracefs instance of its own, so that other users of tracing are not disturbed, or, where
        the kernel's tracer knows no instances, at the top level with every setting put back. Ctrl-C and SIGTERM end the recording and
        keep the data. After a kill -9 the next recording puts the machine back and recovers the data.
        A COMMAND is run as it is, without a shell; it and everything it starts is recorded.
        """;

    /// <inheritdoc/>
    public override bool EndsAtOnce => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options =>
    [
        Function, ExcludeFunction, Module, ExcludeModule, SourcePath, ExcludeSourcePath, SymbolFile, Event, Tracer, GraphRoot, MaxDepth, Option, Clock,
        Cpu, CpuMask, ProcessId, IncludeSelf,
        Time, MaxSize, MinFree, BufferSize, Overwrite, Force,
        File, Format, Compress, WorldReadable, Quiet, Check,
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("Ten seconds of CPU 0, into kernel-magnifier.data", "kernel-magnifier record --record-time 10 --cpumask 1"),
        ("What the kernel's network code does for one command", "kernel-magnifier record -o net.dat -f 'tcp_*,udp_*' -- curl http://127.0.0.1/"),
        ("Calls with durations, six deep", "kernel-magnifier record -o g.dat -t function_graph --graph-root tcp_sendmsg --max-depth 6"),
        ("Events instead of calls", "kernel-magnifier record -o incident.dat -e 'sched:*,irq:*' --buffer-size 64MB"),
        ("What can this machine record?", "kernel-magnifier record --check"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        NoOperands(arguments);
        if (arguments.Has(Check)) return Report(host);
        try
        {
            return Record(ToRequest(arguments), host, arguments.Has(Quiet));
        }
        catch (KernelMagnifierException error)
        {
            throw new CliException(ToExitCode(error.Code), error.Message, error);
        }
    }

    /// <summary>What the arguments ask for.</summary>
    internal static RecordingRequest ToRequest(Arguments arguments)
    {
        var command = arguments.AfterDashes ?? [];
        var seconds = arguments.Has(Time) || command.Count == 0 ? arguments.Number(Time, 0)!.Value : 0;
        var cpus = arguments.Integers(Cpu);
        if (arguments.Text(CpuMask) is { } mask)
        {
            if (cpus.Count > 0) throw CliException.Usage($"{Cpu} and {CpuMask} say the same in two ways; use one.");
            if (!CpuList.TryParseMask(mask, out var masked)) throw CliException.Usage($"{CpuMask} takes a hexadecimal mask with at least one CPU, not '{mask}'.");
            cpus = masked;
        }
        var bySource = arguments.List(SourcePath).Count + arguments.List(ExcludeSourcePath).Count > 0;
        return new RecordingRequest
        {
            Path = arguments.Text(File)!,
            Format = arguments.Text(Format) == "text" ? RecordingFormat.Text : RecordingFormat.TraceDat,
            Tracer = arguments.Text(Tracer) switch { "function" => RecordingTracer.Function, "function_graph" => RecordingTracer.FunctionGraph, "none" => RecordingTracer.None, _ => null },
            Function = arguments.List(Function),
            ExcludeFunction = arguments.List(ExcludeFunction),
            Module = arguments.List(Module),
            ExcludeModule = arguments.List(ExcludeModule),
            SourcePath = arguments.List(SourcePath),
            ExcludeSourcePath = arguments.List(ExcludeSourcePath),
            SourceResolver = bySource ? Map(arguments.Text(SymbolFile)!) : null,
            GraphRoot = arguments.List(GraphRoot),
            MaxDepth = (int)(arguments.Integer(MaxDepth, 1, int.MaxValue) ?? 0),
            Event = [.. arguments.List(Event).SelectMany(SplitEvents)],
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

    /// <summary>Takes a list of events apart; a comma in the braces of a filter is the filter's.</summary>
    internal static IEnumerable<string> SplitEvents(string list)
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

    private static SymbolMap Map(string path)
        => System.IO.File.Exists(path) ? SymbolMap.Load(path) : throw new CliException(ExitCode.BadInput, $"the symbol map {path} is not there. Make it with kernel-magnifier generate-symbol-map, or name it with {SymbolFile}.");

    private static int Record(RecordingRequest asked, CliHost host, bool quiet)
    {
        using var session = Recorder.Start(asked);
        foreach (var left in session.Recovered) host.Warn($"recovered {left.Path}: {left.Events} events. {string.Join(' ', left.Warnings)}");
        using var stop = host.Cancel.Register(session.Stop);
        var shown = false;
        while (!session.Ended.WaitOne(500))
        {
            if (quiet || !host.ErrorIsTerminal) continue;
            host.Error.Write($"\r\e[K{Line(session.Progress, asked)}");
            shown = true;
        }
        if (shown) host.Error.Write("\r\e[K");
        var recording = session.Wait();
        foreach (var warning in recording.Warnings) host.Warn(warning);
        if (!quiet) host.Write(Told(recording));
        // The session hears of a signal before the host does.
        var signal = Math.Max(host.Signal, session.Signal);
        return signal is 0 or 2 ? recording.EndedBy == RecordingEnd.Failed ? ExitCode.BadOutput : ExitCode.Ok : ExitCode.Signal + signal;
    }

    private static string Line(RecordingProgress now, RecordingRequest asked)
        => string.Create(CultureInfo.InvariantCulture, $"{now.Elapsed.TotalSeconds:0.0}{(asked.Duration is { } d ? $" of {d.TotalSeconds:0.#}" : "")} s{(now.PercentOf(asked) is { } percent ? $", {percent} %" : "")}   {now.Events:N0} events   {now.EventsPerSecond:N0}/s   {Sizes.Show(now.Bytes)}   {now.LostEvents:N0} lost");

    private static string Told(RecordingResult recording)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TerminalText.Escape(recording.Path)}: {recording.Events:N0} events, {recording.LostEvents:N0} lost, {Sizes.Show(recording.Bytes)}, {recording.Duration.TotalSeconds:0.##} s\n");
        foreach (var cpu in recording.PerCpu)
            text.Append(CultureInfo.InvariantCulture, $"  CPU {cpu.Cpu}: {cpu.Events} events, {cpu.LostEvents} lost\n");
        return text.ToString();
    }

    private static int Report(CliHost host)
    {
        var report = HostReport.Inspect();
        var text = new StringBuilder();
        void Row(string name, string? value) => text.Append(CultureInfo.InvariantCulture, $"{name,-16}{value ?? "-"}\n");
        Row("kernel", report.KernelRelease);
        Row("build id", report.BuildId);
        Row("tracefs", report.TraceFs);
        Row("lock-down", report.LockDown);
        Row("tracers", report.Tracers.Count > 0 ? string.Join(' ', report.Tracers) : null);
        Row("functions", report.Functions.ToString(CultureInfo.InvariantCulture));
        Row("events", report.Events.ToString(CultureInfo.InvariantCulture));
        Row("instances", report.Instances ? "yes" : "no");
        Row("cpus online", CpuList.ToList(report.OnlineCpus));
        Row("buffer", $"{Sizes.Show(report.DefaultBufferSize)} per CPU");
        foreach (var left in report.LeftBehind) Row("left behind", TerminalText.Escape(left));
        foreach (var problem in report.Problems) Row(problem.IsFatal ? "cannot record" : "note", problem.Message);
        host.Write(text.ToString());
        return report.CanRecord ? ExitCode.Ok : ExitCode.BadHost;
    }

    private static int ToExitCode(ErrorCode error) => error switch
    {
        ErrorCode.NotRoot or ErrorCode.NoTraceFs or ErrorCode.KernelLockedDown or ErrorCode.TracerNotBuiltIn or ErrorCode.TracerInUse
            or ErrorCode.CpuOffline or ErrorCode.BufferTooLarge => ExitCode.BadHost,
        ErrorCode.OutputNotWritable or ErrorCode.OutputNotSafe or ErrorCode.DiskFull or ErrorCode.RecordingFailed => ExitCode.BadOutput,
        _ => ExitCode.Usage,
    };
}
