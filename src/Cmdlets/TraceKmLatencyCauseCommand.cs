using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Trace-KmLatencyCause: returns what the time of intervals went to.</summary>
[Cmdlet(VerbsDiagnostic.Trace, "KmLatencyCause", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(LatencyCause))]
public sealed class TraceKmLatencyCauseCommand : IntervalSelectionCommand
{
    private static readonly string[] Filters =
    [
        nameof(Kind), nameof(Above), nameof(Below), nameof(Comm), nameof(ProcessId), nameof(Cpu), nameof(Syscall), nameof(Irq),
        nameof(Vector), nameof(Function), nameof(Device), nameof(Since), nameof(Until), nameof(ExcludeComm),
        nameof(ExcludeProcessId), nameof(ExcludeCpu), nameof(ExcludeSyscall), nameof(ExcludeFunction),
    ];

    private readonly IntervalInput _intervals = new();
    private readonly List<string> _files = [];
    private readonly List<LatencyCause> _causes = [];
    private RecordingRereading _recordings = null!;
    private OutlierReading _outliers = null!;
    private long _count;
    private bool _namesFiles;

    /// <summary>The recordings.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Intervals, latencies, files or paths.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSObject? InputObject { get; set; }

    /// <summary>The intervals are longer: than a duration, or than a percentile of their kind.</summary>
    [Parameter, Floor, ArgumentCompleter(typeof(NoFileCompleter))]
    public string Above { get; set; } = "p99";

    /// <summary>Return one cause of all intervals together.</summary>
    [Parameter]
    public SwitchParameter Total { get; set; }

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    private IntervalFloor Floor => IntervalFloor.Parse(Above) ?? IntervalFloor.P99;

    private protected override long? LongerThan => Floor.Length;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _recordings = new RecordingRereading(this, Instance, Cancel);
        _outliers = new OutlierReading(Plan.Kinds.Count > 0 ? Plan : Plan with { Kinds = [IntervalKind.Wakeup] }, Floor);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(LiteralPath))
        {
            _namesFiles = true;
            _files.AddRange(this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound));
        }
        else if (ParameterSetName == nameof(Path)) AddPaths(Path);
        else Take(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var view = new TaggedView(_files.Distinct().Count() + _intervals.Recordings.Count > 1
            ? $"{typeof(LatencyCause).FullName}#Recording" : null);
        foreach (var file in _files)
            _recordings.Read(file, reader => Write(
                reader, [.. _outliers.Read(reader, Cancel).OrderByDescending(interval => interval.DurationNanoseconds)], view));
        foreach (var (recording, intervals) in _intervals.Recordings)
        {
            if (intervals.Count > CauseReading.Most)
                WriteWarning(TerminalText.Escape(
                    $"{recording}: only the {DisplayText.Number(CauseReading.Most)} longest intervals are explained."));
            _recordings.Read(this.ResolveInFileSystem(recording, ErrorCode.TraceNotFound), reader => Write(reader, intervals, view));
        }
        // Counts of a clock and nanoseconds have no sum.
        foreach (var causes in _causes.GroupBy(cause => cause.Unit))
            WriteObject(new TaggedView($"{typeof(LatencyCause).FullName}#Total").Show(
                CauseTotal.Of([.. causes], _namesFiles ? _outliers.Limit : null)));
        Warn();
    }

    private void Write(TraceReader reader, IReadOnlyList<Interval> intervals, TaggedView view)
    {
        var causes = CauseReading.Read(reader, [.. intervals.Select(CauseTarget.Of)], Cancel);
        _count += causes.Count;
        if (Total) _causes.AddRange(causes);
        else foreach (var cause in causes) WriteObject(view.Show(cause));
    }

    private void Warn()
    {
        if (!_namesFiles) return;
        foreach (var warning in _outliers.Warnings) WriteWarning(TerminalText.Escape(warning));
        foreach (var (property, value) in _outliers.Collector.Lists.Unmatched())
            WriteWarning(TerminalText.Escape($"-{property} {value} matches nothing in the recordings."));
        // An error has said why no recording was read.
        if (_count == 0 && _outliers.Collector.Traces.Count > 0 && _outliers.Collector.NoInterval is { } reason)
            WriteWarning($"N{reason[1..]}.");
    }

    private void Take(PSObject? input)
    {
        switch (input?.BaseObject)
        {
            case string path: AddPaths([path]); return;
            case FileInfo file:
                _namesFiles = true;
                _files.Add(file.FullName);
                return;
        }
        try
        {
            if (input is null || !_intervals.TryAdd(input))
                ThrowTerminatingError(ErrorFactory.NotAnInterval(input, "an interval, a latency or the path of a recording"));
        }
        catch (InputException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, input));
        }
        if (_intervals.Refused is { } refused)
            WriteError(refused.Origin.Source.IsOfTable ? ErrorFactory.RecordingOfTable(refused.Recording, input)
                : ErrorFactory.NoRecordingToReread(refused.Recording, _intervals.RefusedHost, input));
        if (Array.Find(Filters, IsGiven) is { } filter)
            ThrowTerminatingError(ErrorFactory.Contradiction(
                $"-{filter} chooses intervals of recordings, and the input are intervals.", filter,
                $"Choose them before: Measure-KmLatency FILE -AsInterval -{filter} …, or Where-Object."));
    }

    private void AddPaths(IEnumerable<string> paths)
    {
        _namesFiles = true;
        foreach (var path in paths)
        {
            if (path.Length == 0) WriteError(ErrorFactory.EmptyPath());
            else _files.AddRange(this.Resolve([path], ErrorCode.TraceNotFound));
        }
    }
}
