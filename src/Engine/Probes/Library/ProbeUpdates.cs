using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Library;

/// <summary>Proposes versions and checks the criteria of maturity.</summary>
/// <param name="library">The library.</param>
/// <param name="policy">The policy.</param>
/// <param name="now">The time.</param>
internal sealed class ProbeUpdates(ProbeLibrary library, ProbePolicy policy, DateTimeOffset now)
{
    /// <summary>Proposes the next version of a probe.</summary>
    public ProbeUpdate Of(ProbeSource source, CancellationToken cancel)
    {
        var comparison = new ProbeComparison(library, source, policy, now, cancel);
        var manifest = source.Manifest;
        var before = comparison.Reference() is { } hash ? comparison.Manifest(hash) : null;
        var changes = before is null ? [] : VersionRules.Changes(before, manifest);
        var level = changes.Count > 0 ? changes[0].Level : 0;
        var proposed = before is null || VersionRules.IsAtLeast(manifest.Version, VersionRules.Next(before.Version, level))
            ? manifest.Version : VersionRules.Next(before.Version, level);
        using var folder = library.Folder(source.Name);
        var (hasExample, today) = (folder.Find("example.jsonl") is { IsFile: true }, DateOnly.FromDateTime(now.UtcDateTime));
        ProbeMaturity? next = manifest.Maturity < ProbeMaturity.Stable ? manifest.Maturity + 1 : null;
        return new ProbeUpdate(source.Name, manifest.Version, proposed)
        {
            Since = before?.Version, Change = before is null ? "None" : level switch { 2 => "Major", 1 => "Minor", _ => "Patch" },
            Reasons = before is null ? ["Nothing was submitted that it could be compared with."]
                : changes.Count == 0 ? ["Nothing changed that its users see."] : [.. changes.Select(change => change.Reason)],
            Maturity = manifest.Maturity.ToString(),
                Unmet = MaturityCriteria.Missing(manifest, hasExample, manifest.Maturity, today),
            NextMaturity = next?.ToString(), Needed = next is { } target
                ? MaturityCriteria.Missing(manifest, hasExample, target, today) : [],
        };
    }

    /// <summary>Writes the proposed version into the manifest.</summary>
    public void Apply(ProbeSource source, ProbeUpdate update)
    {
        using var folder = library.Folder(source.Name);
        _ = ProbeLibrary.Guarded(folder.Path, () =>
        {
            folder.Write($"{source.Name}.json",
                ProbeManifestFile.Write(source.Manifest with { Version = update.ProposedVersion }), replace: true);
            return true;
        });
        update.IsApplied = true;
    }
}
