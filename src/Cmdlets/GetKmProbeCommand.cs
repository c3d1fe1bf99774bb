using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets;

/// <summary>Get-KmProbe: lists the probes of a library and judges them.</summary>
[Cmdlet(VerbsCommon.Get, "KmProbe")]
[OutputType(typeof(Probe))]
public sealed class GetKmProbeCommand : ProbeCommand
{
    /// <summary>The names; all if not given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProbeNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The states.</summary>
    [Parameter, ValidateSet("Draft", "Submitted", "Denied", "Approved", "Expired", "Changed", "Revoked", "Suspended", "Invalid")]
    public string[] State { get; set; } = [];

    /// <summary>The maturities.</summary>
    [Parameter, ValidateSet("Sandbox", "Incubating", "Stable", "Deprecated")]
    public string[] Maturity { get; set; } = [];

    /// <summary>Only those that need another review within this time.</summary>
    [Parameter, Days]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan? Expiring { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => InLibrary(null, create: false, (library, policy) =>
    {
        var listing = Listing(library, policy);
        foreach (var name in Match(library, Name))
        {
            Cancel.ThrowIfCancellationRequested();
            if (Find(listing, name) is { } probe && IsWanted(listing, probe)) WriteObject(probe);
        }
    });

    private Probe? Find(ProbeListing listing, string name)
    {
        try
        {
            return listing.Of(name, Cancel);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, name));
            return null;
        }
    }

    private bool IsWanted(ProbeListing listing, Probe probe)
        => (State.Length == 0 || State.Contains(probe.State, StringComparer.OrdinalIgnoreCase))
            && (Maturity.Length == 0 || Maturity.Contains(probe.Maturity, StringComparer.OrdinalIgnoreCase))
            && (Expiring is not { } within || listing.IsExpiring(probe, within));
}
