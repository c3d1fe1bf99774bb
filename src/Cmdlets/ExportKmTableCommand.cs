using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Cmdlets.Tables;
using KernelMagnifier.Selection;
using KernelMagnifier.Tables;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmTable: writes recordings, counts, latencies and logs as a dataset of tables.</summary>
[Cmdlet(VerbsData.Export, "KmTable", SupportsShouldProcess = true)]
[OutputType(typeof(ExportedTable))]
public sealed class ExportKmTableCommand : CancellableCommand, IRecordingReceiver
{
    private const string None = "None";

    private IReadOnlyList<TableKind> _tables = [];
    private TableObjects _objects = null!;
    private TableExport? _export;
    private string _folder = "";
    private bool _shouldWrite, _hasRecording;

    /// <summary>The objects to export.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>The folder of the dataset.</summary>
    [Parameter(Mandatory = true, Position = 0), Alias("Path"), ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>What the files are divided into folders by.</summary>
    [Parameter, ValidateSet("Host", "Recording", None), ValidateNotNullOrEmpty]
    public string[] PartitionBy { get; set; } = ["Host", "Recording"];

    /// <summary>The tables to write.</summary>
    [Parameter, ValidateSet("Calls", "Edges", "Events", "Intervals", "Latencies", "Logs", "Probes"), ValidateNotNullOrEmpty]
    public string[] Table { get; set; } = [];

    /// <summary>The name of the machine.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>The name of the recording.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? RecordingName { get; set; }

    /// <summary>Replace existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _folder = this.ResolveInFileSystem(Destination);
        _tables = TableChoice.Of(Table);
        _objects = new TableObjects(this, Export, _tables);
        if (PartitionBy.Length > 1 && PartitionBy.Contains(None, StringComparer.OrdinalIgnoreCase))
            ThrowTerminatingError(ErrorFactory.Contradiction("-PartitionBy None excludes the others.", PartitionBy));
        _shouldWrite = ShouldProcess(TerminalText.Escape(_folder), "Write tables");
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!_shouldWrite) return;
        try
        {
            _objects.Add(InputObject);
        }
        catch (InputException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, InputObject));
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, _folder));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!_shouldWrite) return;
        _objects.Complete();
        if (_objects.LeftOut > 0)
            WriteWarning($"{_objects.LeftOut} objects are left out, because -Table does not name their table.");
        if (_export is null)
        {
            if (!_hasRecording) WriteError(ErrorFactory.NothingToExport(_folder));
            return;
        }
        try
        {
            foreach (var file in _export.Commit()) WriteObject(new ExportedTable(file));
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, _folder));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    bool IRecordingReceiver.Receive(
        TraceReader reader, CallFilter? filter, IReadOnlyList<string> events, bool withCalls, CancellationToken cancel)
    {
        _hasRecording = true;
        if (!_shouldWrite) return false;
        Export().Read(reader, new TableReading
        {
            Tables = _tables.Count > 0 ? _tables : Chosen(filter, events, withCalls),
            Calls = filter ?? new CallFilter(), Events = events,
        });
        return true;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _export?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The tables of a recording: all, unless the parameters of Import-KmTrace choose calls or events.</summary>
    private static TableKind[] Chosen(CallFilter? filter, IReadOnlyList<string> events, bool withCalls)
        => events.Count > 0 ? withCalls ? [TableKind.Calls, TableKind.Events] : [TableKind.Events]
            : EventFilter.NotForEvents(filter) is not null ? [TableKind.Calls]
            : [TableKind.Calls, TableKind.Events, TableKind.Intervals];

    private TableExport Export() => _export ??= new TableExport(TableFormats.Parquet, new TableExportOptions
    {
        Folder = _folder, HostName = HostName, RecordingName = RecordingName, Force = Force,
        PartitionBy = [.. PartitionBy.Where(part => !part.Equals(None, StringComparison.OrdinalIgnoreCase))
            .Select(part => Enum.Parse<TablePartition>(part, ignoreCase: true)).Distinct()],
    }, Cancel);
}
