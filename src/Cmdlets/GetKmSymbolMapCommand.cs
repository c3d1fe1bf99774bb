using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Get-KmSymbolMap: reads a symbol map, or creates one from the debug information of a kernel.</summary>
[Cmdlet(VerbsCommon.Get, "KmSymbolMap", DefaultParameterSetName = Kernel)]
[OutputType(typeof(SymbolSource))]
public sealed class GetKmSymbolMapCommand : CancellableCommand
{
    private const string Kernel = nameof(Kernel);

    private string? _outFile;
    private SymbolMap? _map;
    private int _maps;

    /// <summary>Symbol maps, or images with debug information (vmlinux, modules).</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The same as <see cref="Path"/>, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The kernel release, as uname -r prints it; null for the running kernel.</summary>
    [Parameter(ParameterSetName = Kernel), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? KernelRelease { get; set; }

    /// <summary>The required build id of the kernel, in hexadecimal.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull]
    public string? BuildId { get; set; }

    /// <summary>Read the debug files of the kernel modules too.</summary>
    [Parameter]
    public SwitchParameter IncludeModule { get; set; }

    /// <summary>The folder with the debug files of the modules.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? ModulePath { get; set; }

    /// <summary>Folders with the layout of /usr/lib/debug, which are searched first.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] DebugRoot { get; set; } = [];

    /// <summary>Do not read or write the cache.</summary>
    [Parameter]
    public SwitchParameter NoCache { get; set; }

    /// <summary>Write the map to this file instead of returning it.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Write lines of the form symbol|path, the format that the Python tool reads.</summary>
    [Parameter]
    public SwitchParameter PathsOnly { get; set; }

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return the rows even with -OutFile.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _outFile = OutFile is null ? null : this.ResolveInFileSystem(OutFile);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == Kernel)
        {
            Emit(null, () => SymbolMap.OfKernel(Options(), Cancel));
            return;
        }
        var files = ParameterSetName == nameof(Path)
            ? this.Resolve(Path, ErrorCode.SymbolMapNotFound)
            : this.ResolveLiterally(LiteralPath, ErrorCode.SymbolMapNotFound);
        foreach (var file in files) Emit(file, () => SymbolMap.Open(file, Options(), Cancel));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_outFile is null || _map is null) return;
        try
        {
            if (_maps > 1)
                throw new KernelMagnifierException(ErrorCode.BadRequest, _outFile,
                    $"one file holds one symbol map, and there are {_maps}.", "Name one map or image.");
            _map.Save(_outFile, Force, PathsOnly, Cancel);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, _outFile));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private SymbolMapOptions Options()
    {
        var roots = Array.ConvertAll(DebugRoot, root => this.ResolveInFileSystem(root));
        var options = new SymbolMapOptions
        {
            KernelRelease = KernelRelease,
            BuildId = BuildId,
            IncludeModules = IncludeModule,
            ModuleFolder = ModulePath is null ? null : this.ResolveInFileSystem(ModulePath),
            NoCache = NoCache,
        };
        return options with { DebugRoots = [.. roots, .. options.DebugRoots] };
    }

    private void Emit(string? file, Func<SymbolMap> make)
    {
        try
        {
            var map = make();
            foreach (var warning in map.Warnings) WriteWarning(TerminalText.Escape(warning));
            (_map, _maps) = (map, _maps + 1);
            if (_outFile is null || PassThru)
                foreach (var row in map.Rows) WriteObject(row);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, file ?? KernelRelease));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
