namespace KernelMagnifier.Traces.TextEvents;

/// <summary>Where the text of a field is in a message.</summary>
/// <param name="Start">The position of its first byte; -1 if the message does not contain the field.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct FieldSlice(int Start, int Length)
{
    /// <summary>A field that the message does not contain.</summary>
    public static readonly FieldSlice None = new(-1, 0);

    /// <summary>Whether the message contains the field.</summary>
    public bool Exists => Start >= 0;

    /// <summary>The text of the field.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message) => message.Slice(Start, Length);
}
