using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using KernelMagnifier.DuckDb;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Tables;

/// <summary>
/// Runs queries on a thread of its own, so that the thread of the pipeline can show progress and stop them, and writes their rows
/// as
/// objects. Only <see cref="InvokeKmQueryCommand"/> uses it, after <see cref="LibraryAssemblies.Load"/>.
/// </summary>
internal sealed class QueryRunner : IDisposable
{
    /// <summary>The type name of a row.</summary>
    public const string RowType = "KernelMagnifier.QueryRow";

    private const int MostInBatch = 256, MostWaiting = 32, PollMilliseconds = 200, LongestWait = 100;

    // Names that PowerShell keeps for itself on every object.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "PSObject", "PSBase", "PSAdapted", "PSExtended", "PSTypeNames", "PSStandardMembers",
    };

    private readonly QuerySession _session;

    private QueryRunner(QuerySession session) => _session = session;

    /// <summary>The files that are no tables, with the cause as a sentence.</summary>
    public IReadOnlyList<(string Path, string Cause)> Foreign => _session.Dataset.Foreign;

    /// <summary>Opens datasets.</summary>
    public static QueryRunner Open(IReadOnlyList<string> paths, long? memory, int? threads, CancellationToken cancel)
        => new(QuerySession.Open(paths, new QueryOptions { MemoryLimit = memory, Threads = threads }, cancel));

    /// <summary>Runs a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="parameters">The values of its parameters.</param>
    /// <param name="raw">Whether texts are written as they are; otherwise control characters are escaped.</param>
    /// <param name="write">Writes a row, on this thread.</param>
    /// <param name="progress">Shows the progress.</param>
    /// <param name="cancel">Ends it.</param>
    public void Run(string query, IReadOnlyDictionary<string, object?> parameters, bool raw, Action<PSObject> write,
        WorkProgress progress, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var rows = new BlockingCollection<List<object?[]>>(MostWaiting);
        var shape = new Shape([], false);
        var reading = Task.Factory.StartNew(
            () => Read(query, parameters, (names, isPlan) => shape = new Shape(names, isPlan), rows, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            long written = 0;
            while (!rows.IsCompleted)
            {
                if (rows.TryTake(out var batch, PollMilliseconds, CancellationToken.None))
                {
                    foreach (var row in batch) write(Object(shape, row, raw));
                    written += batch.Count;
                }
                progress.Report(Percent(), written == 0 ? "running" : $"{written} rows");
            }
        }
        finally
        {
            // Also if what follows in the pipeline has enough rows.
            stop.Cancel();
            reading.ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }
        if (reading.Exception?.InnerException is { } error) ExceptionDispatchInfo.Throw(error);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Read(string query, IReadOnlyDictionary<string, object?> parameters, Action<IReadOnlyList<string>, bool> begin,
        BlockingCollection<List<object?[]>> rows, CancellationToken stop)
    {
        var batch = new List<object?[]>(MostInBatch);
        var began = Environment.TickCount64;
        try
        {
            _session.Run(query, parameters, begin, row =>
            {
                batch.Add(row);
                // A query that finds rows slowly shows them as they come.
                if (batch.Count < MostInBatch && Environment.TickCount64 - began < LongestWait) return;
                rows.Add(batch, stop);
                batch = new List<object?[]>(MostInBatch);
                began = Environment.TickCount64;
            }, stop);
            if (batch.Count > 0) rows.Add(batch, stop);
        }
        finally
        {
            rows.CompleteAdding();
        }
    }

    private int Percent() => _session.Progress is { } percent ? (int)Math.Clamp(percent, 0, 100) : -1;

    private static PSObject Object(Shape shape, object?[] row, bool raw)
    {
        var result = new PSObject();
        for (var column = 0; column < row.Length; column++)
        {
            var value = raw ? Shown(row[column], text => text)
                : Shown(row[column], shape.IsPlan ? Lines : TerminalText.Escape);
            // The names are unique and none is reserved, so PowerShell need not search for them.
            result.Properties.Add(new PSNoteProperty(shape.Properties[column], value), preValidated: true);
        }
        result.TypeNames.Insert(0, RowType);
        return result;
    }

    /// <summary>A value as objects of PowerShell.</summary>
    private static object? Shown(object? value, Func<string, string> escape) => value switch
    {
        string text => escape(text),
        QueryStruct one => Struct(one, escape),
        OrderedDictionary map => Map(map, escape),
        byte[] => value,
        object?[] list => Array.ConvertAll(list, element => Shown(element, escape)),
        _ => value,
    };

    private static PSObject Struct(QueryStruct one, Func<string, string> escape)
    {
        var result = new PSObject();
        foreach (var (name, value) in one.Fields)
        {
            var property = PropertyName(name);
            if (result.Properties[property] is null) result.Properties.Add(new PSNoteProperty(property, Shown(value, escape)));
        }
        return result;
    }

    private static OrderedDictionary Map(OrderedDictionary map, Func<string, string> escape)
    {
        var copy = new OrderedDictionary();
        foreach (System.Collections.DictionaryEntry entry in map) copy[Shown(entry.Key, escape)!] = Shown(entry.Value, escape);
        return copy;
    }

    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(TerminalText.Escape));

    private static string PropertyName(string column)
        => column.Length == 0 ? "_" : Reserved.Contains(column) ? column + "_" : TerminalText.Escape(column);

    private sealed class Shape(IReadOnlyList<string> names, bool isPlan)
    {
        public IReadOnlyList<string> Properties { get; } = [.. names.Select(PropertyName)];

        public bool IsPlan { get; } = isPlan;
    }
}
