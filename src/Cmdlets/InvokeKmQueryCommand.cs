using System.Collections;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Tables;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Invoke-KmQuery: runs SQL over datasets of tables.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KmQuery", DefaultParameterSetName = nameof(Path))]
[OutputType(QueryRunner.RowType)]
public sealed class InvokeKmQueryCommand : CancellableCommand
{
    private const int LongestTarget = 200;

    private readonly List<string> _datasets = [];
    private readonly List<string> _queries = [];
    private readonly Dictionary<string, object?> _parameters = new(StringComparer.OrdinalIgnoreCase);
    private QueryRunner? _runner;
    private bool _hasQuery, _hasDatasets;

    /// <summary>The query: one statement that reads.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    [ValidateNotNullOrEmpty]
    public string Query { get; set; } = "";

    /// <summary>The datasets: folders, or single files.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = nameof(Path))]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The datasets, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The values of the parameters of the query, by name.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull]
    public IDictionary? Parameter { get; set; }

    /// <summary>The most memory in bytes that queries may use.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(16L << 20, long.MaxValue)]
    public long MemoryLimit { get; set; }

    /// <summary>The number of threads.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, 1024)]
    public int Threads { get; set; }

    /// <summary>The longest time that a query may take.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), Seconds]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Return texts with the control characters that they have.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _hasQuery = MyInvocation.BoundParameters.ContainsKey(nameof(Query));
        _hasDatasets = MyInvocation.BoundParameters.ContainsKey(nameof(Path))
            || MyInvocation.BoundParameters.ContainsKey(nameof(LiteralPath));
        foreach (DictionaryEntry one in Parameter ?? new Hashtable())
            _parameters[$"{one.Key}".TrimStart('$')] = Unwrapped(one.Value);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Datasets from the pipeline are queried together, so the query waits for all of them.
        if (!_hasDatasets || _datasets.Count == 0)
        {
            _datasets.AddRange(ParameterSetName == nameof(LiteralPath)
                ? this.ResolveLiterally(LiteralPath, ErrorCode.TableNotFound) : this.Resolve(Path, ErrorCode.TableNotFound));
        }
        if (!_hasDatasets && !_hasQuery) _queries.Add(Query);
        else if (_hasDatasets) Run(Query);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_hasDatasets) return;
        if (_hasQuery) Run(Query);
        else
            foreach (var query in _queries.Distinct())
                Run(query);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _runner is not null) Close();
        base.Dispose(disposing);
    }

    private void Run(string query)
    {
        if (_datasets.Count == 0) return;
        LibraryAssemblies.DuckDb.Load();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        if (Timeout is { } limit) stop.CancelAfter(limit);
        var progress = new WorkProgress(this, "Query");
        try
        {
            Run(query, progress, stop.Token);
        }
        catch (KernelMagnifierException error)
        {
            var record = ErrorFactory.Of(error, DisplayText.Shorten(query, LongestTarget));
            // Without the dataset, no other query can run.
            if (_runner is null) ThrowTerminatingError(record);
            WriteError(record);
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            WriteError(ErrorFactory.Of(new KernelMagnifierException(ErrorCode.QueryTimedOut, null,
                $"The query did not end within {Timeout}.", "Select fewer rows or recordings, or give a longer -Timeout."),
                DisplayText.Shorten(query, LongestTarget)));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            if (!Cancel.IsCancellationRequested) progress.Done();
        }
    }

    // Not inlined, here and below: see LibraryAssemblies.Load.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Run(string query, WorkProgress progress, CancellationToken cancel)
    {
        if (_runner is null)
        {
            _runner = QueryRunner.Open(_datasets, MemoryLimit == 0 ? null : MemoryLimit, Threads == 0 ? null : Threads, cancel);
            foreach (var (path, cause) in _runner.Foreign)
                WriteWarning(TerminalText.Escape($"{path}: the file is left out, because {cause}"));
        }
        _runner.Run(query, _parameters, Raw, WriteObject, progress, cancel);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Close() => _runner!.Dispose();

    private static object? Unwrapped(object? value)
        => value is PSObject { BaseObject: not PSCustomObject and var item } ? item
            : value is object?[] list ? Array.ConvertAll(list, Unwrapped) : value;
}
