namespace KernelMagnifier.Files;

/// <summary>Searches streams.</summary>
internal static class StreamSearch
{
    private const int BufferSize = 256 * 1024;

    /// <summary>
    /// The position of a text in the first bytes of a stream; -1 if it is not there. A failure ends the bytes.
    /// </summary>
    /// <param name="stream">The stream, which is read.</param>
    /// <param name="text">The text.</param>
    /// <param name="limit">The most bytes to read.</param>
    public static long IndexOf(Stream stream, ReadOnlySpan<byte> text, long limit)
    {
        var buffer = new byte[BufferSize];
        var (start, filled) = (0L, 0);
        while (start + filled < limit)
        {
            int n;
            try
            {
                n = stream.Read(buffer.AsSpan(filled));
            }
            catch (Exception error) when (error is IOException or InvalidDataException)
            {
                return -1;
            }
            if (n == 0) return -1;
            filled += n;
            var found = buffer.AsSpan(0, filled).IndexOf(text);
            if (found >= 0) return start + found;
            // The text can begin at the end of these bytes.
            var kept = Math.Min(filled, text.Length - 1);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
            (start, filled) = (start + filled - kept, kept);
        }
        return -1;
    }

    /// <summary>Leaves out bytes of a stream; fewer if it ends before.</summary>
    public static void Skip(Stream stream, long count)
    {
        var buffer = new byte[Math.Min(count, BufferSize)];
        while (count > 0 && stream.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, count))) is > 0 and var n) count -= n;
    }
}
