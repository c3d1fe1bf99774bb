using System.Management.Automation;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Get-KmSymbolMap: reads a symbol map, or makes one of a kernel's debug information.</summary>
[Cmdlet(VerbsCommon.Get, "KmSymbolMap", DefaultParameterSetName = Kernel)]
[OutputType(typeof(SymbolSource))]
public sealed class GetKmSymbolMapCommand : PSCmdlet, IDisposable
{
    private const string Kernel = nameof(Kernel);

    private readonly CancellationTokenSource _stopping = new();
    private string? _outFile;

    /// <summary>Map files, or images with debug information (vmlinux, modules); wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The same, by paths in which nothing is a wildcard.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The kernel release, as uname -r prints it; without it the running kernel's.</summary>
    [Parameter(ParameterSetName = Kernel), ValidateNotNullOrEmpty]
    public string? KernelRelease { get; set; }

    /// <summary>The build id of the kernel that is wanted.</summary>
    [Parameter, ValidatePattern("^[0-9a-fA-F]{8,128}$")]
    public string? BuildId { get; set; }

    /// <summary>Reads the debug files of the kernel's modules too.</summary>
    [Parameter]
    public SwitchParameter IncludeModule { get; set; }

    /// <summary>The folder with the modules' debug files.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? ModulePath { get; set; }

    /// <summary>Further folders laid out as /usr/lib/debug, which are looked in first.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] DebugRoot { get; set; } = [];

    /// <summary>Neither reads nor writes the cache.</summary>
    [Parameter]
    public SwitchParameter NoCache { get; set; }

    /// <summary>Writes the map to this file instead of returning it.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Writes symbol|path only, which is all the Python tool reads.</summary>
    [Parameter]
    public SwitchParameter PathsOnly { get; set; }

    /// <summary>Replaces a file that is there already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the rows although they are written to a file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _outFile = OutFile is null ? null : this.ResolveInFileSystem(OutFile);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == Kernel)
        {
            Emit(() => SymbolMap.OfKernel(Options(), _stopping.Token));
            return;
        }
        foreach (var file in ParameterSetName == nameof(Path) ? this.Resolve(Path) : this.ResolveLiterally(LiteralPath))
            Emit(() => SymbolMap.Open(file, Options(), _stopping.Token));
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private SymbolMapOptions Options()
    {
        var roots = Array.ConvertAll(DebugRoot, this.ResolveInFileSystem);
        var options = new SymbolMapOptions
        {
            KernelRelease = KernelRelease,
            BuildId = BuildId?.ToLowerInvariant(),
            IncludeModules = IncludeModule,
            ModuleFolder = ModulePath is null ? null : this.ResolveInFileSystem(ModulePath),
            NoCache = NoCache,
        };
        return options with { DebugRoots = [.. roots, .. options.DebugRoots] };
    }

    private void Emit(Func<SymbolMap> make)
    {
        try
        {
            var map = make();
            foreach (var warning in map.Warnings) WriteWarning(TerminalText.Escape(warning));
            if (_outFile is not null) map.Save(_outFile!, Force, PathsOnly);
            if (_outFile is null || PassThru)
                foreach (var row in map.Rows) WriteObject(row);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, null));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
