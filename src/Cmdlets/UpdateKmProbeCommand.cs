using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets;

/// <summary>Update-KmProbe: proposes the next version of probes, and says what their maturity needs.</summary>
[Cmdlet(VerbsData.Update, "KmProbe", SupportsShouldProcess = true)]
[OutputType(typeof(ProbeUpdate))]
public sealed class UpdateKmProbeCommand : ProbeCommand
{
    /// <summary>The probes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProbeNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Write the proposed version into the manifest.</summary>
    [Parameter]
    public SwitchParameter Apply { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => InLibrary(null, create: false, (library, policy) =>
    {
        var updates = new ProbeUpdates(library, policy, DateTimeOffset.UtcNow);
        foreach (var name in Match(library, Name))
        {
            var source = library.Load(name);
            var update = updates.Of(source, Cancel);
            if (Apply && update.ProposedVersion != update.Version
                && ShouldProcess(name, $"Change the version {update.Version} to {update.ProposedVersion}"))
                updates.Apply(source, update);
            WriteObject(update);
        }
    });
}
