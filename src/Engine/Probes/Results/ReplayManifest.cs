using KernelMagnifier.Files;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// Finds what a probe of a library declares, to read its stored output. Nothing runs, so neither an approval nor a safe library is
/// needed.
/// </summary>
internal static class ReplayManifest
{
    private const int LargestManifest = 256 * 1024;

    /// <summary>The manifest of a probe.</summary>
    /// <param name="name">The probe.</param>
    /// <param name="library">The library; null for the one of the environment or the policy.</param>
    /// <param name="policy">The policy; null for the one of the environment or the machine.</param>
    /// <exception cref="KernelMagnifierException">The library or the probe cannot be read.</exception>
    public static ProbeManifest Of(string name, string? library, string? policy)
    {
        var place = ProbeLibrary.Find(library, ProbePolicyFile.Find(policy));
        try
        {
            using var open = ProbeLibrary.Open(library, ProbePolicyFile.Find(policy));
            return open.Load(name).Manifest;
        }
        // The manifest only names parts of an output, and is read as strictly as one of a stranger.
        catch (KernelMagnifierException error) when (error.Code == ErrorCode.ProbeLibraryNotSafe && ProbeText.IsProbeName(name)
            && Unguarded(Path.Combine(place, name, $"{name}.json")) is not null)
        {
            return Unguarded(Path.Combine(place, name, $"{name}.json"))!;
        }
    }

    /// <summary>A manifest of a library that others can write to, such as a clone in /tmp; null if it cannot be read.</summary>
    private static ProbeManifest? Unguarded(string path)
    {
        try
        {
            using var file = InputHandle.OpenRegular(path);
            var bytes = new byte[LargestManifest];
            return ProbeManifestFile.Read(bytes.AsMemory(0, RandomAccess.Read(file, bytes, 0)), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotRegularException
            or KernelMagnifierException)
        {
            return null;
        }
    }
}
