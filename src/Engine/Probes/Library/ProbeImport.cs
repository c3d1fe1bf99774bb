namespace KernelMagnifier.Probes.Library;

/// <summary>A file of the library that a program imports.</summary>
/// <param name="Path">The path as the program names it, relative to the probe's folder and inside the library.</param>
/// <param name="Content">The bytes.</param>
internal sealed record ProbeImport(string Path, ReadOnlyMemory<byte> Content);
