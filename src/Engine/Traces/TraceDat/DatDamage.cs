namespace KernelMagnifier.Traces.TraceDat;

/// <summary>A part of the file that is not what the format says; caught where the reader can go on without that part.</summary>
internal sealed class DatDamage(string message, long offset) : Exception(message)
{
    /// <summary>Where in the file, in bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>As a warning says it.</summary>
    public override string ToString() => $"{Message} (at byte {Offset})";
}
