namespace KernelMagnifier.Cli;

/// <summary>The reader of standard output closed the pipe, as <c>head</c> does. Not an error.</summary>
internal sealed class OutputClosedException() : IOException("standard output was closed");
