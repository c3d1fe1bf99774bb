namespace KernelMagnifier.Parquet;

/// <summary>The messages of the native library.</summary>
internal static class LibraryMessage
{
    private const string Start = " (message: '", End = "')";

    /// <summary>
    /// What the library says, without the mangled name of its class: <c>N7parquet16ParquetExceptionE (message: 'text')</c> is
    /// <c>text</c>. Other texts stay as they are.
    /// </summary>
    public static string Of(string text)
    {
        var at = text.IndexOf(Start, StringComparison.Ordinal);
        if (at <= 0 || text.AsSpan(0, at).Contains(' ')) return text;
        var message = text.AsSpan(at + Start.Length).TrimEnd();
        return (message.EndsWith(End, StringComparison.Ordinal) ? message[..^End.Length] : message).ToString();
    }
}
