namespace KernelMagnifier.Compression;

/// <summary>The kind of file that an <see cref="InputFile"/> opens, for its errors.</summary>
/// <param name="Name">The kind of file, such as <c>recording</c>.</param>
/// <param name="NotFound">The error code for a file that does not exist.</param>
/// <param name="NotPermitted">The error code for a file that the user has no permission to read.</param>
/// <param name="Unreadable">The error code for any other failure to read the file.</param>
internal sealed record InputKind(string Name, ErrorCode NotFound, ErrorCode NotPermitted, ErrorCode Unreadable)
{
    /// <summary>A recording.</summary>
    public static readonly InputKind Recording = new(
        "recording", ErrorCode.TraceNotFound, ErrorCode.TraceNotPermitted, ErrorCode.TraceUnreadable);

    /// <summary>A symbol map.</summary>
    public static readonly InputKind SymbolMap = new(
        "symbol map", ErrorCode.SymbolMapNotFound, ErrorCode.SymbolMapNotPermitted, ErrorCode.SymbolMapUnreadable);
}
