using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Tables;
using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Tables;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Import-KmTable: reads the rows of a dataset of tables as objects.</summary>
[Cmdlet(VerbsData.Import, "KmTable", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(CallEvent), typeof(CallEdge), typeof(KernelEvent), typeof(Interval), typeof(Latency.Latency),
    typeof(Measurement),
    typeof(ProbeResult))]
public sealed class ImportKmTableCommand : CancellableCommand
{
    private WildcardPattern[] _hosts = [], _recordings = [];
    private IReadOnlyList<TableKind> _tables = [];

    /// <summary>The datasets: folders, or single files.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The datasets, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The tables.</summary>
    [Parameter(Position = 1), ValidateSet("Calls", "Edges", "Events", "Intervals", "Latencies", "Logs", "Probes"),
     ValidateNotNullOrEmpty]
    public string[] Table { get; set; } = [];

    /// <summary>The machines.</summary>
    [Parameter, SupportsWildcards, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>The recordings.</summary>
    [Parameter, SupportsWildcards, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] Recording { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _tables = TableChoice.Of(Table);
        _hosts = Array.ConvertAll(HostName, pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase));
        _recordings = Array.ConvertAll(Recording, pattern => WildcardPattern.Get(pattern, WildcardOptions.None));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var paths = ParameterSetName == nameof(LiteralPath) ? this.ResolveLiterally(LiteralPath, ErrorCode.TableNotFound)
            : this.Resolve(Path, ErrorCode.TableNotFound);
        foreach (var path in paths)
        {
            try
            {
                Read(path);
            }
            catch (KernelMagnifierException error)
            {
                WriteError(ErrorFactory.Of(error, path));
            }
            catch (OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    private void Read(string path)
    {
        var dataset = TableDataset.Open(TableFormats.Parquet, path, Cancel);
        foreach (var (file, cause) in dataset.Foreign)
            WriteWarning(TerminalText.Escape($"{file}: the file is left out, because {cause}"));
        var tables = Chosen(dataset, path);
        var parts = dataset.Parts.Where(part => tables.Contains(part.Table) && MayHave(_hosts, part.Host)
            && MayHave(_recordings, part.Recording)).OrderBy(part => part.Table).ToList();
        var progress = new WorkProgress(this, $"Reading {path}");
        var (total, read) = (Math.Max(parts.Sum(part => part.Rows), 1), 0L);
        foreach (var part in parts)
        {
            Write(part, () =>
            {
                if ((++read & 0xFFF) == 0) progress.Report((int)Math.Min(read * 100 / total, 100), $"{read} of {total} rows");
            });
        }
        progress.Done();
        if (parts.Count == 0) WriteWarning(TerminalText.Escape($"{path}: no file matches the parameters."));
    }

    /// <summary>The tables to read: those of -Table, or the only one of the dataset. Rows of several tables make no
    /// stream.</summary>
    private IReadOnlyList<TableKind> Chosen(TableDataset dataset, string path)
    {
        if (_tables.Count > 0) return _tables;
        TableKind[] present = [.. dataset.Parts.Select(part => part.Table).Distinct().Order()];
        if (present.Length <= 1) return present;
        throw new KernelMagnifierException(ErrorCode.TableAmbiguous, path,
            $"the dataset has several tables: {string.Join(", ", present.Select(table => TableSchema.Of(table).Name))}.",
            $"Choose with -Table: Import-KmTable … -Table {present[0]}");
    }

    private void Write(TablePart part, Action count)
    {
        switch (part.Table)
        {
            case TableKind.Calls: WriteCalls(part, count); break;
            case TableKind.Edges: WriteEdges(part, count); break;
            case TableKind.Events: Write(part.ReadEvents(Cancel), count); break;
            case TableKind.Intervals: Write(part.ReadIntervals(Cancel), count); break;
            case TableKind.Latencies: Write(part.ReadLatencies(Cancel), count); break;
            case TableKind.Logs: Write(part.ReadLogs(Cancel), count); break;
            case TableKind.Probes: Write(part.ReadProbes(Cancel), count); break;
            default: throw new NotSupportedException($"{part.Table}");
        }
    }

    private void WriteCalls(TablePart part, Action count) => Write(part.ReadCalls(Cancel), count);

    private void WriteEdges(TablePart part, Action count)
    {
        // As Import-KmTrace -AsEdge: the view of all edges of a recording has the columns that any of them knows.
        var edges = part.ReadEdges(Cancel).ToList();
        var view = EdgeView.Of([.. edges.Select(edge => edge.Value)]);
        foreach (var edge in edges) Write(view.Show(edge.Value), edge.Host, edge.Recording, count);
    }

    private void Write<T>(IEnumerable<TableItem<T>> items, Action count)
    {
        foreach (var item in items) Write(item.Value!, item.Host, item.Recording, count);
    }

    private void Write(object value, string? host, string? recording, Action count)
    {
        count();
        if (!Matches(_hosts, host) || !Matches(_recordings, recording)) return;
        if (host is null)
        {
            WriteObject(value);
            return;
        }
        var named = PSObject.AsPSObject(value);
        if (named.Properties[TableObjects.HostOfRow] is null)
            named.Properties.Add(new PSNoteProperty(TableObjects.HostOfRow, host), preValidated: true);
        WriteObject(named);
    }

    /// <summary>Whether rows of a file can match: what the path does not name, only the rows know.</summary>
    private static bool MayHave(WildcardPattern[] patterns, string? name) => name is null || Matches(patterns, name);

    private static bool Matches(WildcardPattern[] patterns, string? name)
        => patterns.Length == 0 || name is not null && Array.Exists(patterns, pattern => pattern.IsMatch(name));
}
