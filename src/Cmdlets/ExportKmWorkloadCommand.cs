using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Workloads;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Engines;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmWorkload: writes a workload for rt-app or fio, or as JSON.</summary>
[Cmdlet(VerbsData.Export, "KmWorkload", SupportsShouldProcess = true)]
[OutputType(typeof(WorkloadExport))]
public sealed class ExportKmWorkloadCommand : CancellableCommand
{
    private const int MostSeconds = 1_000_000;

    private readonly List<Workload> _workloads = [];
    private string _file = "";

    /// <summary>The workload.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    public PSObject? InputObject { get; set; }

    /// <summary>The file to write. Its extension selects the format.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>How long a run lasts, in seconds; as long as the recording if not given.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, MostSeconds)]
    public double Duration { get; set; }

    /// <summary>The nanoseconds of a loop of rt-app on the machine of the run; rt-app measures them if not given.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, int.MaxValue)]
    public int Calibration { get; set; }

    /// <summary>Leave out of rt-app the tasks whose block requests fio makes.</summary>
    [Parameter]
    public SwitchParameter WithoutIo { get; set; }

    /// <summary>The directory of the files that fio reads and writes.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string Directory { get; set; } = "/var/tmp";

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return an object that describes the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _file = this.ResolveInFileSystem(Path);
        try
        {
            if (!WorkloadExporter.Formats.Any(extension => _file.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
                throw FileFormat.Unknown(_file, System.IO.Path.GetExtension(_file), WorkloadExporter.Formats);
            OutputFile.Check(_file, Force);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, _file));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            _workloads.Add(WorkloadCopy.Of(InputObject));
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, InputObject));
        }
        if (_workloads.Count > 1)
            ThrowTerminatingError(ErrorFactory.Contradiction("A file holds one workload, and there are several.", InputObject,
                "Export each to a file of its own."));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_workloads is not [var workload]) return;
        if (!ShouldProcess(TerminalText.Escape(_file),
            $"Write a workload of {DisplayText.Count(workload.Tasks.Count, "group")} of tasks")) return;
        try
        {
            var export = WorkloadExporter.Export(workload, _file, new WorkloadExportOptions
            {
                Duration = IsGiven(nameof(Duration)) ? TimeSpan.FromSeconds(Duration) : null,
                NanosecondsPerLoop = IsGiven(nameof(Calibration)) ? Calibration
                    : null, WithoutIo = WithoutIo, Directory = Directory, Force = Force,
            }, [], Cancel);
            foreach (var note in export.Notes) WriteWarning(TerminalText.Escape(note));
            if (PassThru) WriteObject(export);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, _file));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
