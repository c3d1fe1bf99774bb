namespace KernelMagnifier.Traces.TraceDat;

/// <summary>A part of the file violates the format. Caught where reading can continue without that part.</summary>
internal sealed class DatDamage(string message, long offset) : Exception(message)
{
    /// <summary>Offset in the file in bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>The text for a warning or an error: the message with the offset.</summary>
    public override string ToString() => $"{Message} (at byte {Offset})";
}
