namespace KernelMagnifier.Probes.Manifests;

/// <summary>The file of a manifest: <c>NAME.json</c> beside the program. docs/formats/probe.md describes it.</summary>
internal static class ProbeManifestFile
{
    /// <summary>The name of the format, which is the first property.</summary>
    public const string Schema = "kernel-magnifier-probe";

    /// <summary>The version of the format.</summary>
    public const int SchemaVersion = 1;

    private const string Action = "Correct the manifest. docs/formats/probe.md describes it.";

    /// <summary>Reads a manifest.</summary>
    /// <param name="json">The bytes of the file.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.ProbeUnreadable"/>: it is not JSON, or a value is missing, unknown or not allowed. The cause names it.
    /// </exception>
    public static ProbeManifest Read(ReadOnlyMemory<byte> json, string path)
        => StrictJson.Read(json, path, ErrorCode.ProbeUnreadable, Action, ManifestReader.Read);

    /// <summary>The bytes of a manifest, in a fixed order.</summary>
    public static byte[] Write(ProbeManifest manifest) => StrictJson.Write(json => ManifestWriter.Write(manifest, json));
}
