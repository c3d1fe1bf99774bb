using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Trees;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets;

/// <summary>Format-KmCallTree: formats the callers or callees of a function as a tree.</summary>
[Cmdlet(VerbsCommon.Format, "KmCallTree")]
[OutputType(typeof(string))]
public sealed class FormatKmCallTreeCommand : CancellableCommand, IReadingReceiver
{
    private readonly CallCollector _collector = new(CallGrouping.Edge, byStack: true);
    private CallInput _input = null!;
    private WindowCalls _windows = null!;

    /// <summary>Call events or call edges.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>The functions at the roots of the trees.</summary>
    [Parameter(Mandatory = true, Position = 0), ArgumentCompleter(typeof(TraceNameCompleter))]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Function { get; set; } = [];

    /// <summary>Whether the tree shows callees or callers.</summary>
    [Parameter]
    public TreeDirection Direction { get; set; }

    /// <summary>The largest number of levels below the root.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, 1000)]
    public int Depth { get; set; } = 4;

    /// <summary>Omit edges with fewer calls.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(0L, long.MaxValue)]
    public long MinCount { get; set; }

    /// <summary>The largest number of branches below one function.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, int.MaxValue)]
    public int Top { get; set; } = 20;

    /// <summary>The characters that draw the tree.</summary>
    [Parameter]
    public TreeCharset Charset { get; set; }

    bool IReadingReceiver.TakesBatches => true;

    CallCollector? IReadingReceiver.Collector => _collector;

    CallFilter? IReadingReceiver.Filter => null;

    SymbolMap? IReadingReceiver.Map => null;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _windows = new WindowCalls(this, Cancel);
        _input = new CallInput(this, _collector.Add, _collector.Add)
        {
            OnWindow = _windows.TryTake, Needed = [nameof(CallEvent.Caller)],
        };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _input.Read(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _input.Complete();
        if (!_windows.Read(_collector)) WriteWarning(_windows.Nothing);
        _input.Warn(_collector.Warnings);
        _input.WarnOfLostStacks();
        var tree = new CallTree(_collector.ToGraph(), new CallTreeOptions
        {
            Direction = Direction, Depth = Depth, MinCount = MinCount, Top = Top, Charset = Charset,
        });
        var first = true;
        foreach (var pattern in Function)
        {
            var roots = tree.Find(pattern);
            if (roots.Count == 0) WriteError(ErrorFactory.FunctionNotFound(pattern, tree.NearestTo(pattern)));
            foreach (var root in roots)
            {
                if (!first) WriteObject("");
                first = false;
                foreach (var line in tree.Lines(root)) WriteObject(line);
            }
        }
    }
}
