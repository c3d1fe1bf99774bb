using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>The kernel whose debug information is wanted.</summary>
/// <param name="Release">Its release; null when only its build id is specified.</param>
/// <param name="BuildId">Its build id in lower case; null when it is not known.</param>
internal sealed record KernelRequest(string? Release, string? BuildId)
{
    /// <summary>The name of the kernel in messages.</summary>
    public string Name => Release ?? $"build id {BuildId}";

    /// <summary>Refuses a release that is not one.</summary>
    /// <exception cref="KernelMagnifierException">It cannot be what uname -r prints.</exception>
    public static void CheckRelease(SymbolMapOptions options)
    {
        if (options.KernelRelease is { } text && !ImageRelease.IsValid(text))
            throw new KernelMagnifierException(ErrorCode.BadRequest, text.Length > 0 ? text : null,
                text.Length > 0 ? "this is not a kernel release." : "The kernel release is empty.",
                "Specify what uname -r prints, such as 6.1.0-56-amd64.");
    }

    /// <summary>The kernel of some options. What they do not specify is that of the running kernel, if it is meant.</summary>
    /// <exception cref="KernelMagnifierException">The release or the build id is not one.</exception>
    public static KernelRequest Of(SymbolMapOptions options)
    {
        CheckRelease(options);
        var (release, buildId) = (options.KernelRelease, BuildIds.Checked(options.BuildId));
        if (buildId is null)
            return release is null || release == RunningKernel.Release
                ? new(RunningKernel.Release, RunningKernel.BuildId) : new(release, null);
        return new(release ?? (buildId == RunningKernel.BuildId ? RunningKernel.Release : null), buildId);
    }
}
