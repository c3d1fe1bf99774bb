namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The head of a ring-buffer page as <c>events/header_page</c> describes it: a time stamp, then <c>commit</c> (the bytes of
/// data, with flags for missed events above), then the data.
/// </summary>
/// <param name="Timestamp">Offset of the 8-byte time stamp.</param>
/// <param name="Commit">Offset of <c>commit</c>.</param>
/// <param name="LongSize">Bytes of <c>commit</c>: the recorded kernel's own long.</param>
/// <param name="Data">Where the data start.</param>
/// <remarks><c>struct buffer_data_page</c> and <c>ring_buffer_print_page_header</c> in <c>kernel/trace/ring_buffer.c</c>.</remarks>
internal readonly record struct RingBufferPageLayout(int Timestamp, int Commit, int LongSize, int Data)
{
    /// <summary>Flag in <c>commit</c>: events were lost before this page.</summary>
    public const uint MissedEvents = 1u << 31;

    /// <summary>Flag in <c>commit</c>: how many were lost stands behind the data.</summary>
    public const uint MissedStored = 1u << 30;

    /// <summary>
    /// The bits of <c>commit</c> that are a length. The kernel clears the two flags only (<c>RB_MISSED_MASK</c>); 27 bits are what
    /// libtraceevent takes (<c>COMMIT_MASK</c>). A sub-buffer has at most 1 MB, so a larger length is damage. The 20 bits of
    /// <c>RB_WRITE_MASK</c> belong to <c>buffer_page.write</c>, which is never exported.
    /// </summary>
    public const uint LengthMask = (1u << 27) - 1;

    /// <summary>The layout of kernels that describe none.</summary>
    public static RingBufferPageLayout Default(int longSize) => new(0, 8, longSize, 8 + longSize);

    /// <summary>Reads the description.</summary>
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
        if (timestamp.Size != 8 || commit.Size is not (4 or 8) || data.Offset < Math.Max(timestamp.End, commit.End) || data.Offset > 256)
            throw new DatDamage("the description of ring-buffer pages (header_page) makes no sense", 0);
        return new RingBufferPageLayout(timestamp.Offset, commit.Offset, commit.Size, data.Offset);
    }
}
