using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets;

/// <summary>Compare-KmProbe: shows reviewers what changed since the last approval.</summary>
[Cmdlet(VerbsData.Compare, "KmProbe")]
[OutputType(typeof(ProbeDifference))]
public sealed class CompareKmProbeCommand : ProbeCommand
{
    /// <summary>The probe.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProbeNameCompleter)), ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The hash, or its beginning, of the content to compare with.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ReferenceHash { get; set; }

    /// <summary>The hash, or its beginning, of the content that is compared.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DifferenceHash { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => InLibrary(Name, create: false, (library, policy) =>
    {
        var source = library.Load(Name);
        var comparison = new ProbeComparison(library, source, policy, DateTimeOffset.UtcNow, Cancel);
        var before = ReferenceHash is null ? comparison.Reference() : Find(comparison, ReferenceHash);
        var after = DifferenceHash is null ? source.Hash : Find(comparison, DifferenceHash);
        foreach (var line in comparison.Compare(before, after))
        {
            Cancel.ThrowIfCancellationRequested();
            WriteObject(line);
        }
    });

    private static string Find(ProbeComparison comparison, string hash)
        => comparison.Find(hash) ?? throw new KernelMagnifierException(ErrorCode.ProbeNotFound, hash,
            "no content that was submitted has this hash, or several have.",
                "Use the hash of a statement in the folder reviews.");
}
