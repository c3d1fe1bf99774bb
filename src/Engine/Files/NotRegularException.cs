namespace KernelMagnifier.Files;

/// <summary>A file that is to be read at any offset is a FIFO, a device or a directory.</summary>
internal sealed class NotRegularException() : IOException("it is not a regular file");
