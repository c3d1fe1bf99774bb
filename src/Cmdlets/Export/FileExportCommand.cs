using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Export;

/// <summary>
/// Base class of the cmdlets that export to a file. Checks the path before the input is read, and reports the progress, the
/// result and the errors of the export.
/// </summary>
public abstract class FileExportCommand : CancellableCommand
{
    /// <summary>The objects to export.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>The file to write. Its extension selects the format.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The title.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Title { get; set; }

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return an object that describes the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The absolute path of the file.</summary>
    protected string FilePath { get; private set; } = "";

    /// <summary>The extensions that select a format, with their dots and in lower case.</summary>
    private protected abstract IReadOnlyList<string> Extensions { get; }

    /// <summary><see cref="InputObject"/> without the wrapper of PowerShell.</summary>
    private protected object? Input => InputObject is PSObject wrapped ? wrapped.BaseObject : InputObject;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        FilePath = this.ResolveInFileSystem(Path);
        // Errors that no input can change are reported before a long recording is read.
        try
        {
            if (!Extensions.Any(extension => FilePath.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
                throw FileFormat.Unknown(FilePath, System.IO.Path.GetExtension(FilePath), Extensions);
            OutputFile.Check(FilePath, Force);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, FilePath));
        }
    }

    /// <summary>Whether to write the file: false with -WhatIf, and if the user declines.</summary>
    /// <param name="action">The description of the action.</param>
    private protected bool ShouldWrite(string action) => ShouldProcess(TerminalText.Escape(FilePath), action);

    /// <summary>Writes the file, and returns its description with -PassThru.</summary>
    /// <param name="activity">The activity of the progress records, such as "Drawing".</param>
    /// <param name="write">Writes the file. Its argument takes the current step and the percentage.</param>
    /// <param name="report">Reports the limits of the result.</param>
    private protected void Write<T>(string activity, Func<Action<string, int>, T> write, Action<T> report)
    {
        var progress = new WorkProgress(this, $"{activity} {FilePath}");
        try
        {
            var result = write((step, percent) => progress.Report(percent, step));
            report(result);
            if (PassThru) WriteObject(result);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, FilePath));
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

    /// <summary>Writes a note of the engine as a warning.</summary>
    private protected void Warn(string? note)
    {
        if (note is not null) WriteWarning(TerminalText.Escape(note));
    }
}
