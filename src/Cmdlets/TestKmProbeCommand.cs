using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Test-KmProbe: says what probes do and what is wrong with them, without running them.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KmProbe", DefaultParameterSetName = nameof(Name))]
[OutputType(typeof(ProbeCheck))]
public sealed class TestKmProbeCommand : CancellableCommand
{
    private static readonly string[] Kernels = ["bookworm", "newer"];

    private readonly List<(string Pattern, string? Library)> _inLab = [];
    private ProbeChecking? _checking;

    /// <summary>The probes of the library.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Name), ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProbeNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Programs outside of any library.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Path))]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Programs outside of any library, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The library.</summary>
    [Parameter(ParameterSetName = nameof(Name), ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty]
    public string? Library { get; set; }

    /// <summary>The policy.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Policy { get; set; }

    /// <summary>Kernels to check the attach points against.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Kernel { get; set; } = [];

    /// <summary>Whether not to ask bpftrace.</summary>
    [Parameter]
    public SwitchParameter NoDryRun { get; set; }

    /// <summary>Whether to attach the probes in guests.</summary>
    [Parameter(ParameterSetName = nameof(Name))]
    public SwitchParameter InLab { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var policy = Policy is null ? null : this.ResolveInFileSystem(Policy);
        _checking = new ProbeChecking(library: null, policy, !NoDryRun, Cancel);
        if (!InLab) UseKernels();
    }

    private void UseKernels()
    {
        List<string> kernels = [.. Kernel.Where(path => path == ProbeChecking.RunningKernel)];
        kernels.AddRange(this.Resolve(Kernel.Where(path => path != ProbeChecking.RunningKernel), ErrorCode.KernelUnreadable));
        try
        {
            _checking!.Use(kernels);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error));
        }
        // A mistyped kernel must not turn into a check against none.
        if (Kernel.Length > 0 && kernels.Count == 0)
            ThrowTerminatingError(ErrorFactory.Of(new KernelMagnifierException(ErrorCode.KernelUnreadable,
                string.Join(", ", Kernel), "no such kernel description is there.",
                    "Name a directory, a recording or a file of BTF.")));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var library = Library is null ? null : this.ResolveInFileSystem(Library);
        if (InLab) _inLab.AddRange(Name.Select(name => (name, library)));
        else if (ParameterSetName == nameof(Name))
        {
            _checking!.Library = library;
            foreach (var name in Name) Write(name, checking => checking.OfName(name));
        }
        else
            foreach (var file in ParameterSetName == nameof(LiteralPath)
                ? this.ResolveLiterally(LiteralPath, ErrorCode.ProbeNotFound)
                : this.Resolve(Path, ErrorCode.ProbeNotFound))
                Write(file, checking => checking.OfFile(file));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_inLab.Count == 0) return;
        // One boot of each kernel for all probes of the pipeline.
        string[] kernels = Kernel.Length == 0 ? Kernels : [.. Kernel.SelectMany(KernelsOf)];
        var progress = new WorkProgress(this, "Attaching probes in guests");
        Write("", checking => checking.InLab(_inLab, LabScripts.Folder, kernels, (kernel, at) => progress.Report(
            at * 100 / kernels.Length, string.Create(CultureInfo.InvariantCulture,
                $"{kernel}, kernel {at + 1} of {kernels.Length}"), isSlow: true)));
        progress.Done();
    }

    /// <summary>A name of a kernel, or the directories that a pattern matches.</summary>
    private IEnumerable<string> KernelsOf(string kernel)
        => Kernels.Contains(kernel, StringComparer.Ordinal) ? [kernel] : this.Resolve([kernel], ErrorCode.KernelUnreadable);

    private void Write(string target, Func<ProbeChecking, IEnumerable<ProbeCheck>> check)
    {
        try
        {
            var isEmpty = true;
            foreach (var result in check(_checking!))
            {
                isEmpty = false;
                WriteObject(result);
            }
            if (isEmpty && WildcardPattern.ContainsWildcardCharacters(target))
                WriteWarning(TerminalText.Escape($"No probe of the library matches {target}."));
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, target));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
