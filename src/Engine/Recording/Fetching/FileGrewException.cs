namespace KernelMagnifier.Recording.Fetching;

/// <summary>A file of another host has more bytes than when it was found.</summary>
internal sealed class FileGrewException() : Exception("the file has grown");
