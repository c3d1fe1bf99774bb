namespace KernelMagnifier.Cli;

/// <summary>Whoever read our standard output has closed it.</summary>
internal sealed class OutputClosedException() : IOException("standard output was closed");
