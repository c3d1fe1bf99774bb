using System.Management.Automation;
using KernelMagnifier.Cmdlets.Assertions;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Cmdlets;

/// <summary>Assert-KmCall: fails unless functions were called as expected.</summary>
[Cmdlet(VerbsLifecycle.Assert, "KmCall", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(TraceAssertion)), Alias("Should-KmCall")]
public sealed class AssertKmCallCommand : CallFilterCommand, IReadingReceiver
{
    private CallCollector _collector = null!;
    private CallInput _input = null!;
    private AssertionOutput _output = null!;
    private CallBound _bound = null!;
    private CallFilter? _filter;

    /// <summary>The recordings.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Calls, edges, counts, files or paths.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InputObject), ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>There is a call at least.</summary>
    [Parameter]
    public SwitchParameter Called { get; set; }

    /// <summary>There is no call.</summary>
    [Parameter]
    public SwitchParameter NotCalled { get; set; }

    /// <summary>The most calls.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(0L, long.MaxValue)]
    public long AtMost { get; set; }

    /// <summary>The least number of calls.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1L, long.MaxValue)]
    public long AtLeast { get; set; }

    /// <summary>The execution contexts in which there is no call.</summary>
    [Parameter, ValidateNotNullOrEmpty, ValidateSet("Task", "SoftIrq", "HardIrq", "Nmi")]
    public string[] NeverIn { get; set; } = [];

    /// <summary>Why it matters, for the message of a failure.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? Because { get; set; }

    /// <summary>Return what was asserted and found, also if it passed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    CallCollector? IReadingReceiver.Collector => _collector;

    CallFilter? IReadingReceiver.Filter => _filter;

    SymbolMap? IReadingReceiver.Map => Map;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _bound = Bound();
        // The functions are chosen at the end: whether other calls pass says whether their absence means something.
        var others = Filter! with { Function = [] };
        _filter = others == new CallFilter() ? null : others;
        var by = CallGrouping.Function | CallGrouping.Caller | (NeverIn.Length > 0 ? CallGrouping.Context : 0);
        _collector = new CallCollector(by);
        _output = new AssertionOutput(this, PassThru, Because);
        var selector = _filter is null && Map is null ? null : new CallSelector(_filter ?? new CallFilter(), Map);
        _input = new CallInput(
            this, call => Add(selector is null ? call : selector.Select(call)),
            edge => Add(selector is null ? edge : selector.Select(edge)))
        {
            Needed = [.. NeededProperties.Of(_filter, Map is not null), .. NeededProperties.Of(by)],
        };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            if (ParameterSetName == nameof(LiteralPath))
                foreach (var file in this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound)) Read(file);
            else if (ParameterSetName == nameof(Path)) Read(Path);
            else Take(InputObject);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, InputObject));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _input.Complete();
        _input.Warn(_collector.Warnings);
        var traces = _collector.Traces.ToList();
        var first = traces is [var only] ? AssertionOutput.Quoted(only.Path) : "FILE";
        var function = string.Join(',', Function.Select(AssertionOutput.Quoted));
        var next = $"Import-KmTrace {first} -Function {function} | Measure-KmCall -By Function, Caller, Context, Task";
        _output.Add(new CallAsserter(_bound, next).Check(Function, _collector.Counts(), traces));
        _output.Finish();
    }

    private CallBound Bound()
    {
        if (Function.Length == 0)
            ThrowTerminatingError(ErrorFactory.Contradiction(
                "There is no function to assert.", null, "Name one with -Function."));
        var counts = new[] { nameof(Called), nameof(NotCalled), nameof(AtMost), nameof(AtLeast) }.Where(IsGiven).ToList();
        if (counts.Count == 0 && NeverIn.Length == 0)
            ThrowTerminatingError(ErrorFactory.Contradiction("There is nothing to assert.", null,
                "Give one of -Called, -NotCalled, -AtMost, -AtLeast and -NeverIn."));
        if ((NotCalled && counts.Count > 1) || (IsGiven(nameof(AtMost)) && IsGiven(nameof(AtLeast)) && AtMost < AtLeast)
            || (Called && IsGiven(nameof(AtMost)) && AtMost == 0))
            ThrowTerminatingError(ErrorFactory.Contradiction($"-{string.Join(" and -", counts)} contradict each other.", null));
        long? least = IsGiven(nameof(AtLeast)) ? AtLeast : Called ? 1 : null;
        long? most = NotCalled ? 0 : IsGiven(nameof(AtMost)) ? AtMost : null;
        return new CallBound(least, most, [.. NeverIn.Select(Enum.Parse<ExecutionContext>)]);
    }

    private void Add(CallEvent? call)
    {
        if (call is not null) _collector.Add(call);
    }

    private void Add(CallEdge? edge)
    {
        if (edge is not null) _collector.Add(edge);
    }

    private void Take(object? input)
    {
        switch (input is PSObject wrapped ? wrapped.BaseObject : input)
        {
            case string path: Read([path]); break;
            case FileInfo file: Read(file.FullName); break;
            default: _input.Read(input); break;
        }
    }

    private void Read(string[] paths)
    {
        foreach (var file in this.Resolve(paths, ErrorCode.TraceNotFound)) Read(file);
    }

    private void Read(string file)
    {
        var progress = new WorkProgress(this, $"Reading {file}");
        try
        {
            using var reader = TraceFile.Open(file, new Traces.Reading.TraceReadOptions
            {
                SourceResolver = Map, Instance = Instance, Cancel = Cancel, Progress = progress.Report,
            });
            var tally = _collector.NewTally();
            reader.Read(tally, _filter, Cancel);
            _collector.Add(tally);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            progress.Done();
        }
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
