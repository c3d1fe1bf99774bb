namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The layout of a ring buffer page from <c>events/header_page</c>: a time stamp, the commit word (the number of data bytes, with
/// flags for missed events in its upper bits), and the data.
/// </summary>
/// <param name="Timestamp">The offset of the 8-byte time stamp.</param>
/// <param name="Commit">The offset of the commit word.</param>
/// <param name="LongSize">The size of the commit word in bytes, which is the size of the recorded kernel's long.</param>
/// <param name="Data">The offset of the data.</param>
/// <remarks>
/// <c>struct buffer_data_page</c> and <c>ring_buffer_print_page_header</c> in <c>kernel/trace/ring_buffer.c</c>.
/// </remarks>
internal readonly record struct RingBufferPageLayout(int Timestamp, int Commit, int LongSize, int Data)
{
    /// <summary>Flag in <c>commit</c>: events were lost before this page.</summary>
    public const uint MissedEvents = 1u << 31;

    /// <summary>Flag in <c>commit</c>: the number of lost events follows the data.</summary>
    public const uint MissedStored = 1u << 30;

    /// <summary>
    /// The bits of <c>commit</c> that are a length. The kernel clears the two flags only (<c>RB_MISSED_MASK</c>); 27 bits are what
    /// libtraceevent takes (<c>COMMIT_MASK</c>). A sub-buffer has at most 1 MB, so a larger length is damage. The 20 bits of
    /// <c>RB_WRITE_MASK</c> belong to <c>buffer_page.write</c>, which is never exported.
    /// </summary>
    public const uint LengthMask = (1u << 27) - 1;

    /// <summary>The layout of kernels without a header_page.</summary>
    public static RingBufferPageLayout Default(int longSize) => new(0, 8, longSize, 8 + longSize);

    /// <summary>Parses the text of header_page.</summary>
    public static RingBufferPageLayout Parse(ReadOnlySpan<byte> text, int longSize)
    {
        var (timestamp, commit, data) = (FieldFormat.None, FieldFormat.None, FieldFormat.None);
        foreach (var range in text.Split((byte)'\n'))
        {
            if (!FieldFormat.TryParse(text[range], out var name, out var field)) continue;
            if (name == "timestamp") timestamp = field;
            else if (name == "commit") commit = field;
            else if (name == "data") data = field;
        }
        if (!timestamp.Exists || !commit.Exists || !data.Exists) return Default(longSize);
        if (timestamp.Size != 8 || commit.Size is not (4 or 8)
            || data.Offset < Math.Max(timestamp.End, commit.End) || data.Offset > 256)
            throw new DatDamage("header_page describes an impossible layout", 0);
        return new RingBufferPageLayout(timestamp.Offset, commit.Offset, commit.Size, data.Offset);
    }
}
