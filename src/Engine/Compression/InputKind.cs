namespace KernelMagnifier.Compression;

/// <summary>What an <see cref="InputFile"/> is for, in its error messages.</summary>
/// <param name="Name">The kind of file, such as <c>recording</c>.</param>
/// <param name="NotFound">The code of a file that does not exist.</param>
/// <param name="NotPermitted">The code of a file that the user has no permission to read.</param>
/// <param name="Unreadable">The code of any other failure to read the file.</param>
internal sealed record InputKind(string Name, ErrorCode NotFound, ErrorCode NotPermitted, ErrorCode Unreadable)
{
    /// <summary>A recording.</summary>
    public static readonly InputKind Recording = new("recording", ErrorCode.TraceNotFound, ErrorCode.TraceNotPermitted, ErrorCode.TraceUnreadable);

    /// <summary>A symbol map.</summary>
    public static readonly InputKind SymbolMap = new("symbol map", ErrorCode.SymbolMapNotFound, ErrorCode.SymbolMapNotPermitted, ErrorCode.SymbolMapUnreadable);
}
