using System.Management.Automation;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmProfile: writes calls as a profile for other tools.</summary>
[Cmdlet(VerbsData.Export, "KmProfile", SupportsShouldProcess = true)]
[OutputType(typeof(ProfileExport))]
public sealed class ExportKmProfileCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly CallCollector _collector = new(CallGrouping.Edge);
    private ProfileWriter? _writer;
    private string _path = "";
    private bool _isGraph, _goes, _hasCalls;

    /// <summary>Call events; for the formats of graphs also call edges.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    /// <summary>The file to write; its extension chooses the format.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>What the profile is called.</summary>
    [Parameter]
    public string? Title { get; set; }

    /// <summary>What stacks weigh.</summary>
    [Parameter]
    public ProfileWeight Weight { get; set; }

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Says what was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _path = this.ResolveInFileSystem(Path);
        if (ProfileFormats.Of(_path) is null) ThrowTerminatingError(ErrorFactory.FormatUnknown(_path, ProfileFormats.All));
        if (File.Exists(_path) && !Force) ThrowTerminatingError(ErrorFactory.OutputExists(_path));
        _isGraph = ProfileFormats.IsGraph(_path);
        _goes = ShouldProcess(_path, $"Write a profile ({ProfileFormats.Of(_path)})");
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var input = InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject;
        if (input is not CallEvent && !(input is CallEdge && _isGraph))
            ThrowTerminatingError(input is CallEdge ? ErrorFactory.EdgesHaveNoStacks(_path) : ErrorFactory.NotACall(InputObject));
        if (!_goes) return;
        _hasCalls = true;
        try
        {
            if (input is CallEdge edge) _collector.Add(edge);
            else if (_isGraph) _collector.Add((CallEvent)input!);
            else Write((CallEvent)input!);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, _path));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!_goes) return;
        if (!_hasCalls)
        {
            WriteError(ErrorFactory.NothingToReport(_path));
            return;
        }
        try
        {
            var export = _isGraph ? ProfileFormats.Write(_collector.ToGraph(), _path, Title, Force, _cancel.Token) : _writer!.Commit();
            if (export.Note is { } note) WriteWarning(TerminalText.Escape(note));
            if (PassThru) WriteObject(export);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, _path));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _cancel.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        _cancel.Dispose();
    }

    private void Write(CallEvent call)
    {
        _writer ??= ProfileWriter.Create(_path, Title, Weight, Force);
        _writer.Add(call);
    }
}
