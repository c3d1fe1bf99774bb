using System.Management.Automation;
using KernelMagnifier.Cmdlets.Assertions;
using KernelMagnifier.Cmdlets.Comparisons;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Assert-KmLatency: fails unless latencies keep a limit.</summary>
[Cmdlet(VerbsLifecycle.Assert, "KmLatency", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(TraceAssertion)), Alias("Should-KmLatency")]
public sealed class AssertKmLatencyCommand : IntervalFilterCommand
{
    private readonly List<Latency.Latency> _latencies = [];
    private readonly List<LatencyTally> _tallies = [];
    private LatencyCollector _collector = null!;
    private IntervalFiles _files = null!;
    private AssertionOutput _output = null!;
    private LatencyBound _bound = null!;
    private BaselineAssertion? _baseline;
    private bool _namesFiles;

    /// <summary>The recordings; <c>-</c> is standard input.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Latencies, files or paths.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSObject? InputObject { get; set; }

    /// <summary>Assert the median.</summary>
    [Parameter]
    public SwitchParameter P50 { get; set; }

    /// <summary>Assert the length that 90 % do not exceed.</summary>
    [Parameter]
    public SwitchParameter P90 { get; set; }

    /// <summary>Assert the length that 99 % do not exceed.</summary>
    [Parameter]
    public SwitchParameter P99 { get; set; }

    /// <summary>Assert the length that 99.9 % do not exceed.</summary>
    [Parameter]
    public SwitchParameter P999 { get; set; }

    /// <summary>Assert the longest length.</summary>
    [Parameter]
    public SwitchParameter Max { get; set; }

    /// <summary>Assert the mean length.</summary>
    [Parameter]
    public SwitchParameter Mean { get; set; }

    /// <summary>The number is less.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan LessThan { get; set; }

    /// <summary>The number is not greater.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan AtMost { get; set; }

    /// <summary>The number is greater.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan GreaterThan { get; set; }

    /// <summary>The number is not less.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan AtLeast { get; set; }

    /// <summary>A baseline, or recordings before: nothing has regressed against them.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards]
    public object[] Baseline { get; set; } = [];

    /// <summary>The least change from the baseline that matters: 10%, 0.1 or 1.1x.</summary>
    [Parameter, Threshold, ArgumentCompleter(typeof(NoFileCompleter))]
    public double Threshold { get; set; } = ComparisonPlan.DefaultThreshold;

    /// <summary>The differences from the baseline's recordings that do not matter.</summary>
    [Parameter, ArgumentCompleter(typeof(MetricCompleter)), ValidateNotNullOrEmpty]
    public string[] AllowDrift { get; set; } = [];

    /// <summary>What to measure by; the limit holds for each latency.</summary>
    [Parameter]
    public LatencyGrouping By { get; set; } = LatencyGrouping.None;

    /// <summary>Why it matters, for the message of a failure.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? Because { get; set; }

    /// <summary>Return what was asserted and found, also if it passed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _output = new AssertionOutput(this, PassThru, Because);
        if (Baseline.Length > 0)
        {
            BeginBaseline();
            return;
        }
        foreach (var parameter in new[] { nameof(Threshold), nameof(AllowDrift) })
            if (IsGiven(parameter))
                ThrowTerminatingError(ErrorFactory.Contradiction($"-{parameter} is about -Baseline, which is missing.", null));
        _bound = new LatencyBound(Number(), BoundOf(out var limit), DurationText.Nanoseconds(limit));
        var plan = Plan with { By = By };
        if (plan.Contradiction("-Kind", "-By") is var (cause, action))
            ThrowTerminatingError(ErrorFactory.Contradiction(cause, By, action));
        _collector = new LatencyCollector(plan);
        _files = new IntervalFiles(this, Instance, NewSink, Cancel);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_baseline is not null) AddAfter();
        else if (ParameterSetName == nameof(LiteralPath)) Take(() => _files.ReadLiterally(LiteralPath));
        else if (ParameterSetName == nameof(Path)) Take(() => _files.Read(Path));
        else Take(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_baseline is not null)
        {
            foreach (var assertion in _baseline.Assertions()) _output.Add(assertion);
            _output.Finish();
            return;
        }
        foreach (var tally in _tallies) _collector.Add(tally);
        if (_namesFiles) _latencies.AddRange(Measured());
        var asserter = new LatencyAsserter(_bound, Next, $"Test-KmTrace {AssertionOutput.Quoted(Recording() ?? "FILE")}");
        foreach (var latency in _latencies) _output.Add(asserter.Check(latency));
        if (_latencies.Count == 0) _output.Add(asserter.Nothing(WhyNothing(), Recording()));
        foreach (var (property, value) in _collector.Lists.Unmatched())
            WriteWarning(TerminalText.Escape($"-{property} {value} matches nothing in the recordings."));
        _output.Finish();
    }

    private void BeginBaseline()
    {
        if (Enum.GetValues<BoundKind>().Any(kind => IsGiven(kind.ToString())))
            ThrowTerminatingError(ErrorFactory.Contradiction("-Baseline is the limit, so there cannot be another one.", null,
                "Omit -Baseline, or -LessThan, -AtMost, -GreaterThan and -AtLeast."));
        foreach (var number in new[] { nameof(P999), nameof(Mean) })
            if (IsGiven(number))
                ThrowTerminatingError(ErrorFactory.Contradiction($"-{number} cannot be compared with a baseline.", null,
                    "Give one or more of -P50, -P90, -P99 and -Max."));
        var metrics = new[] { DifferenceMetric.P50, DifferenceMetric.P90, DifferenceMetric.P99, DifferenceMetric.Max }
            .Where(metric => IsGiven(metric.ToString())).ToList();
        _baseline = new BaselineAssertion(this, Instance, Cancel)
        {
            Plan = new ComparisonPlan
            {
                ComparesCalls = false, Threshold = Threshold, AllowedDrift = ComparisonNames.Drift(this, AllowDrift),
                Metrics = metrics.Count > 0 ? metrics : [DifferenceMetric.P50, DifferenceMetric.P90, DifferenceMetric.P99],
                Sample = SamplePlan.Of(Plan.Kinds) with { HasIntervals = true, HasCalls = false, By = By, Filter = Plan.Filter },
            },
            HasBy = IsGiven(nameof(By)),
        };
        _baseline.AddBefore(Baseline);
    }

    private void AddAfter()
    {
        if (ParameterSetName == nameof(LiteralPath))
            _baseline!.AddAfter([.. this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound).Select(file => new FileInfo(file))]);
        else _baseline!.AddAfter(ParameterSetName == nameof(Path) ? Path : [InputObject]);
    }

    private IEnumerable<Latency.Latency> Measured()
    {
        var measured = _collector.Latencies();
        // A kind that was asked for and has no interval is a row that cannot be decided; others are not of interest.
        return Plan.Kinds.Count > 0 ? measured : measured.Where(latency => latency.Count > 0);
    }

    private string WhyNothing()
        => _collector.Warnings().FirstOrDefault() ?? _collector.NoInterval ?? "no interval was given";

    private string? Recording() => _collector.Traces is [var only] ? only.Path : null;

    private AssertedNumber Number()
    {
        AssertedNumber[] given = [.. Enum.GetValues<AssertedNumber>().Where(number => IsGiven(number.ToString()))];
        if (given.Length != 1)
            ThrowTerminatingError(ErrorFactory.Contradiction(given.Length == 0
                    ? "There is no number to assert." : $"-{given[0]} and -{given[1]} are two numbers.",
                null, "Give one of -P50, -P90, -P99, -P999, -Max and -Mean."));
        return given[0];
    }

    private BoundKind BoundOf(out TimeSpan limit)
    {
        BoundKind[] given = [.. Enum.GetValues<BoundKind>().Where(kind => IsGiven(kind.ToString()))];
        if (given.Length != 1)
            ThrowTerminatingError(ErrorFactory.Contradiction(given.Length == 0
                    ? "There is no limit to assert." : $"-{given[0]} and -{given[1]} are two limits.",
                null, "Give one of -LessThan, -AtMost, -GreaterThan and -AtLeast."));
        limit = given[0] switch
        {
            BoundKind.LessThan => LessThan,
            BoundKind.AtMost => AtMost,
            BoundKind.GreaterThan => GreaterThan,
            _ => AtLeast,
        };
        return given[0];
    }

    private LatencyTally NewSink()
    {
        var tally = new LatencyTally(_collector);
        _tallies.Add(tally);
        return tally;
    }

    private void Take(Action read)
    {
        _namesFiles = true;
        read();
    }

    private void Take(PSObject? input)
    {
        switch (input?.BaseObject)
        {
            case Latency.Latency latency: _latencies.Add(latency); break;
            case string path: Take(() => _files.Read([path])); break;
            case FileInfo file: Take(() => _files.ReadLiterally([file.FullName])); break;
            default: Convert(input); break;
        }
    }

    private void Convert(PSObject? input)
    {
        try
        {
            if (input is null || new InputProperties(input) is var properties && !LatencyCopy.Is(properties))
                ThrowTerminatingError(ErrorFactory.NotALatency(input));
            else _latencies.Add(LatencyCopy.Of(properties));
        }
        catch (InputException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, input));
        }
    }

    private string Next(Latency.Latency latency)
        => $"Trace-KmLatencyCause {AssertionOutput.Quoted(latency.Recording ?? Recording() ?? "FILE")} -Kind {latency.Kind} "
            + $"-Above {DurationText.Compact(_bound.Limit)} -Total";
}
