using System.Management.Automation;
using KernelMagnifier.Files;
using KernelMagnifier.Probes.Catalogs;
using KernelMagnifier.Rendering;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmProbeCatalog: writes a library of probes as a page for administrators.</summary>
[Cmdlet(VerbsData.Export, "KmProbeCatalog", SupportsShouldProcess = true)]
[OutputType(typeof(ProbeCatalogExport))]
public sealed class ExportKmProbeCatalogCommand : CancellableCommand
{
    private static readonly string[] Extensions = [".html", ".htm"];

    /// <summary>The file to write: .html.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The library.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Library { get; set; }

    /// <summary>The policy.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Policy { get; set; }

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return an object that describes the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var file = this.ResolveInFileSystem(Path);
        try
        {
            if (!Extensions.Any(extension => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
                throw FileFormat.Unknown(file, System.IO.Path.GetExtension(file), Extensions);
            OutputFile.Check(file, Force);
            if (!ShouldProcess(TerminalText.Escape(file), "Write a catalog of probes")) return;
            var export = ProbeCatalog.Write(Place(Library), Place(Policy), file, Force, DateTimeOffset.UtcNow, Cancel);
            foreach (var reason in export.Unreadable) WriteWarning(TerminalText.Escape($"Not in the catalog: {reason}"));
            if (PassThru) WriteObject(export);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, file));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private string? Place(string? path) => path is null ? null : this.ResolveInFileSystem(path);
}
