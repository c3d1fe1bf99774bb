using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Library;

/// <summary>
/// A probe as it was read from its library: every byte that counts, once, from open descriptors. What is checked, hashed and
/// executed are these bytes, never a path again.
/// </summary>
internal sealed record ProbeSource
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The program, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Program { get; init; }

    /// <summary>The manifest as it is in the file.</summary>
    public required ReadOnlyMemory<byte> ManifestText { get; init; }

    /// <summary>The manifest.</summary>
    public required ProbeManifest Manifest { get; init; }

    /// <summary>The files that the program imports, directly or not.</summary>
    public IReadOnlyList<ProbeImport> Imports { get; init; } = [];

    /// <summary>SHA-256 over the canonical form of program, manifest and imports, in lower-case hexadecimal digits.</summary>
    public required string Hash { get; init; }
}
