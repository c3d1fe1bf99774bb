namespace KernelMagnifier.Tables;

/// <summary>
/// UTF-8 text in memory that does not move: what a native library takes without a copy. Valid as long as its
/// <see cref="TextArena"/> is not cleared, or until its reader reads on.
/// </summary>
/// <param name="Address">The address of the first byte; 0 for no text.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct TextRef(nint Address, int Length)
{
    /// <summary>Whether there is no text, which is not the empty one.</summary>
    public bool IsNull => Address == 0;

    /// <summary>The bytes.</summary>
    public unsafe ReadOnlySpan<byte> Bytes => new((void*)Address, Length);
}
