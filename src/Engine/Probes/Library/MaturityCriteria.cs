using System.Globalization;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Library;

/// <summary>What a probe must have for a maturity, as far as it can be checked.</summary>
internal static class MaturityCriteria
{
    private const int StableKernels = 2;

    /// <summary>What is missing for a maturity, as sentences; empty if nothing is.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="hasExample">Whether the folder has stored output, <c>example.jsonl</c>.</param>
    /// <param name="maturity">The maturity.</param>
    /// <param name="today">The day, in UTC.</param>
    public static IReadOnlyList<string> Missing(ProbeManifest manifest, bool hasExample, ProbeMaturity maturity, DateOnly today)
    {
        var missing = new List<string>();
        if (maturity is ProbeMaturity.Incubating or ProbeMaturity.Stable) Incubating(manifest, hasExample, missing);
        if (maturity == ProbeMaturity.Stable) Stable(manifest, today, missing);
        return missing;
    }

    private static void Incubating(ProbeManifest manifest, bool hasExample, List<string> missing)
    {
        if (manifest.Tested.Count == 0) missing.Add("No kernel is named that it was tested on.");
        if (manifest.Maps.Count + manifest.Lines.Count == 0) missing.Add("The manifest describes no output.");
        if (!hasExample) missing.Add("There is no stored output: example.jsonl.");
    }

    private static void Stable(ProbeManifest manifest, DateOnly today, List<string> missing)
    {
        var kernels = manifest.Tested.Select(tested => string.Join('.', tested.Kernel.Split('.').Take(2))).Distinct().Count();
        if (kernels < StableKernels)
            missing.Add(string.Create(CultureInfo.InvariantCulture,
                $"It was tested on {kernels} of {StableKernels} kernel versions."));
        if (manifest.ReviewBy is not { } day) missing.Add("No day is set by which it is reviewed again.");
        else if (day < today) missing.Add("The day by which it is reviewed again is past.");
        foreach (var name in manifest.Maps.Select(map => map.Name).Concat(manifest.Lines.Select(line => line.Name)))
            if (!manifest.Reading.Contains(name, StringComparison.Ordinal)) missing.Add($"The reading does not explain {name}.");
    }
}
