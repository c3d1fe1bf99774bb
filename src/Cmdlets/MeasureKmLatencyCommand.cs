using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Cmdlets;

/// <summary>Measure-KmLatency: measures how long things took.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KmLatency", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(Latency.Latency), typeof(Interval))]
public sealed class MeasureKmLatencyCommand : IntervalFilterCommand
{
    private readonly List<LatencyTally> _tallies = [];
    private readonly List<IntervalSelection> _selections = [];
    private MergedLatencies _merged = null!;
    private LatencyCollector _collector = null!, _windows = null!;
    private EventInput _events = null!;
    private GivenIntervals _given = null!;
    private LatencyImport? _import;
    private long _intervals;
    private bool _namesFiles, _hasEvents, _hasCalls, _hasIntervals, _hasOthers;

    /// <summary>The recordings; <c>-</c> is standard input.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Kernel events, intervals, files or paths.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSObject? InputObject { get; set; }

    /// <summary>What to measure by; several give a row for each combination.</summary>
    [Parameter]
    public LatencyGrouping By { get; set; } = LatencyGrouping.None;

    /// <summary>The length of the time ranges.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Every { get; set; }

    /// <summary>How many of the longest intervals each latency has.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(0, 1000)]
    public int Worst { get; set; } = LatencyPlan.DefaultWorst;

    /// <summary>Return each interval instead of latencies.</summary>
    [Parameter]
    public SwitchParameter AsInterval { get; set; }

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        foreach (var parameter in new[] { nameof(By), nameof(Every), nameof(Worst) })
            if (AsInterval && IsGiven(parameter))
                ThrowTerminatingError(ErrorFactory.Contradiction(
                    $"-AsInterval returns each interval, so -{parameter} would have no effect.", null));
        if (IsGiven(nameof(Every)) && Every == TimeSpan.Zero)
            ThrowTerminatingError(ErrorFactory.Contradiction("-Every 0 has no ranges.", Every, "Give a duration such as 1s."));
        var plan = Plan with
        {
            CountsOverTime = true, By = By, Every = IsGiven(nameof(Every)) ? DurationText.Nanoseconds(Every) : null,
                Worst = Worst,
        };
        if (plan.Contradiction("-Kind", "-By") is var (cause, action))
            ThrowTerminatingError(ErrorFactory.Contradiction(cause, By, action));
        _collector = new LatencyCollector(plan);
        _merged = new MergedLatencies(IsGiven(nameof(Every)) ? Every : null);
        _windows = new LatencyCollector(plan with { CountsOverTime = false, ByEnd = true }, lists: _collector.Lists);
        _events = new EventInput(() => NewSink(interval => WriteObject(interval)),
            IsGiven(nameof(Every)) ? () => new LatencyWindows(_windows, Write) : null);
        _given = new GivenIntervals(() => NewSink(interval => WriteObject(interval)));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(LiteralPath))
            foreach (var file in this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound)) ReadFile(file);
        else if (ParameterSetName == nameof(Path)) ReadPaths(Path);
        else Take(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _events.Complete();
        _given.Complete();
        WarnOfLosses();
        foreach (var tally in _tallies) _collector.Add(tally);
        foreach (var selection in _selections) _collector.Add(selection);
        if (!AsInterval)
        {
            // What was watched has been written range by range.
            if (_windows.Count > 0) _collector.AddKnown(_windows);
            var latencies = _merged.With(_hasEvents || _namesFiles ? _collector.Latencies() : [], Plan.Kinds);
            if (_merged.IsEmpty) latencies = _collector.Latencies();
            Write(latencies);
            _intervals = _collector.Count;
        }
        Warn();
    }

    private void Write(IReadOnlyList<Latency.Latency> latencies)
    {
        var view = LatencyView.Of(latencies);
        foreach (var latency in latencies) WriteObject(view.Show(latency));
    }

    private void WarnOfLosses()
    {
        foreach (var (info, isOfTable) in _events.Lossy)
            WriteWarning(TerminalText.Escape($"{info.Path}: events were lost, and events from the pipeline do not tell where, so "
                + "intervals across the gaps are wrong. Measure the recording itself: Measure-KmLatency FILE"
                + (isOfTable ? ", or its intervals: Import-KmTable DATASET -Table Intervals | Measure-KmLatency" : "")));
    }

    private void Warn()
    {
        foreach (var warning in _merged.Warnings) WriteWarning(TerminalText.Escape(warning));
        if (!_merged.IsEmpty && !_hasEvents && !_namesFiles) return;
        foreach (var warning in _collector.Warnings()) WriteWarning(TerminalText.Escape(warning));
        var withoutCalls = _hasCalls ? Plan.Has(IntervalKind.Call) : _hasEvents && Plan.Kinds.Contains(IntervalKind.Call);
        if (withoutCalls)
            WriteWarning("Calls from the pipeline are not measured. Give the recording itself: Measure-KmLatency FILE -Kind Call");
        foreach (var (property, value) in _collector.Lists.Unmatched())
            WriteWarning(TerminalText.Escape($"-{property} {value} matches nothing in the recordings."));
        // An error or a warning has said why no recording was read.
        if (_intervals > 0 || (_namesFiles && _collector.Traces.Count == 0)) return;
        if (withoutCalls && Plan.Kinds is [IntervalKind.Call]) return;
        if (_collector.NoInterval is not { } reason) return;
        if (_hasIntervals && Plan.Filter.IsEmpty) WriteWarning("No interval of the input has a kind that is measured.");
        else
            WriteWarning($"N{reason[1..]}.{(Plan.Filter.IsEmpty ? " Import-KmTrace -Info describes them." : "")}");
    }

    private void Take(PSObject? input)
    {
        if (TakeInterval(input)) _hasIntervals = true;
        else
        {
            TakeOther(input);
            _hasOthers = true;
        }
        // An interval would count twice with the events that it is made of.
        if (_hasIntervals && _hasOthers) ThrowTerminatingError(ErrorFactory.MixedIntervals(input));
    }

    private bool TakeInterval(PSObject? input)
    {
        if (input is null) return false;
        if (input.BaseObject is Interval interval)
        {
            _given.Add(interval);
            return true;
        }
        // Only an object without a type of its own can be a copy.
        if (input.BaseObject is not PSCustomObject) return false;
        try
        {
            return _given.TryAdd(input);
        }
        catch (InputException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, input));
            return false;
        }
    }

    private void TakeOther(PSObject? input)
    {
        switch (input?.BaseObject)
        {
            case KernelEvent item:
                _hasEvents = true;
                _events.Add(item);
                break;
            // Calls between the events, from Import-KmTrace -WithCall, are no events.
            case CallEvent: _hasCalls = true; break;
            case string path: ReadPaths([path]); break;
            case FileInfo file: ReadFile(file.FullName); break;
            default:
                try
                {
                    if (input is not null && (_events.TryAdd(input) || (!AsInterval && _merged.TryAdd(input))))
                    {
                        if (_merged.HasMeasurements) RefuseForMeasurements();
                        break;
                    }
                }
                catch (InputException error)
                {
                    ThrowTerminatingError(ErrorFactory.Of(error, input));
                }
                ThrowTerminatingError(ErrorFactory.NotAnEvent(input));
                break;
        }
    }

    /// <summary>Refuses what needs single intervals, which measurements do not have.</summary>
    private void RefuseForMeasurements()
    {
        const string Action = "Omit the parameter. Measurements keep what they were measured by: Invoke-KmMeasurement -By.";
        foreach (var parameter in new[] { nameof(By), nameof(Worst) })
            if (IsGiven(parameter))
                ThrowTerminatingError(ErrorFactory.Contradiction(
                    $"-{parameter} needs single intervals, and measurements have histograms.", null, Action));
        if (!Plan.Filter.IsEmpty)
            ThrowTerminatingError(ErrorFactory.Contradiction(
                "Filters need single intervals, and measurements have histograms.", null,
                "Omit the filter. -Kind chooses latencies, and the parameters of Import-KmLog choose measurements."));
        if (IsGiven(nameof(Every)) && DurationText.Nanoseconds(Every) < LogLatencies.ShortestRange)
            ThrowTerminatingError(ErrorFactory.Contradiction(
                "-Every is shorter than a second, and measurements have no times within a run.", Every, "Give a duration such as 1h."));
    }

    private void ReadPaths(IEnumerable<string> paths)
    {
        _namesFiles = true;
        foreach (var path in paths)
        {
            if (path.Length == 0) WriteError(ErrorFactory.EmptyPath());
            else if (path == "-") ReadStandardInput();
            else foreach (var file in this.Resolve([path], ErrorCode.TraceNotFound)) ReadFile(file);
        }
    }

    private void ReadFile(string file)
    {
        _namesFiles = true;
        _import = new LatencyImport(this, file, Instance);
        var sink = NewSink(interval => WriteObject(interval));
        Guarded(() => _import.Run(options => TraceFile.Open(file, options), sink, null, Cancel));
    }

    /// <summary>Reads standard input of this process, on a thread of its own: only that thread waits for it.</summary>
    private void ReadStandardInput()
    {
        if (Host.Name != "ConsoleHost" || !Console.IsInputRedirected) ThrowTerminatingError(ErrorFactory.NoStandardInput());
        var import = _import = new LatencyImport(this, "-", Instance);
        var sink = NewSink(interval => import.OnPipeline(() => WriteObject(interval)));
        using var thread = new ReadingThread(
            (own, cancel) => import.Run(options => TraceFile.Open("-", options), sink, own, cancel), Cancel);
        Guarded(thread.Finish);
    }

    private IntervalSink NewSink(Action<Interval> write)
    {
        if (AsInterval)
        {
            var selection = new IntervalSelection(_collector.Plan, _collector.Lists, interval =>
            {
                _intervals++;
                write(interval);
            });
            _selections.Add(selection);
            return selection;
        }
        var tally = new LatencyTally(_collector);
        _tallies.Add(tally);
        return tally;
    }

    /// <summary>Runs a reading. A pipeline that ends early throws through it.</summary>
    private void Guarded(Action reading)
    {
        try
        {
            reading();
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception) when (!Cancel.IsCancellationRequested)
        {
            _import?.ReportStopped();
            throw;
        }
    }
}
