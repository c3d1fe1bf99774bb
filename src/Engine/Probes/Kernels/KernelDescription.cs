using System.IO.Enumeration;

namespace KernelMagnifier.Probes.Kernels;

/// <summary>
/// What a kernel can be traced at: its events with their fields, its functions, and its types. Parts that are not known are null:
/// nothing is said about them.
/// </summary>
internal sealed class KernelDescription
{
    /// <summary>The path, or <c>/sys</c> for the running kernel.</summary>
    public required string Source { get; init; }

    /// <summary>The release, such as <c>6.1.0-57-amd64</c>; null if it is not known.</summary>
    public string? Release { get; init; }

    /// <summary>The release, or the path where that is not known.</summary>
    public string Name => Release ?? Source;

    /// <summary>The events as <c>SYSTEM:EVENT</c> with the names of their fields (null: not known); null if no event is
    /// known.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>?>? Events { get; init; }

    /// <summary>Whether the kernel has no other events. A recording has only some.</summary>
    public bool HasAllEvents { get; init; }

    /// <summary>The functions that can be traced; null if they are not known.</summary>
    public IReadOnlySet<string>? Functions { get; init; }

    /// <summary>The functions that exist, traced or not; null if they are not known.</summary>
    public IReadOnlySet<string>? Symbols { get; init; }

    /// <summary>The functions in BTF; null if there is no BTF.</summary>
    public IReadOnlySet<string>? TypedFunctions { get; init; }

    /// <summary>Whether it tells anything.</summary>
    public bool IsEmpty => Events is null && Functions is null && Symbols is null && TypedFunctions is null;

    /// <summary>Opens a description: a directory, a trace.dat recording, or a file of BTF.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.KernelUnreadable"/>: it is none of them.</exception>
    public static KernelDescription Open(string path) => KernelReader.Open(path);

    /// <summary>Describes the running kernel, as far as this user may read it.</summary>
    public static KernelDescription Running() => KernelReader.Running();

    /// <summary>The names that match a wildcard.</summary>
    public static IEnumerable<string> Match(string pattern, IEnumerable<string> names)
        => names.Where(name => FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "", StringComparison.Ordinal), name, ignoreCase: false));
}
