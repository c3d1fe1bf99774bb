namespace KernelMagnifier.Traces.Formats;

/// <summary>
/// What binary records refer to outside themselves: the recorded kernel's symbols and the texts at its addresses.
/// </summary>
internal interface IEventEnvironment
{
    /// <summary>The size of the recorded kernel's <c>long</c>, in bytes: 4 or 8.</summary>
    int LongSize { get; }

    /// <summary>Whether the recorded machine is big-endian.</summary>
    bool IsBigEndian { get; }

    /// <summary>Finds the symbol that contains an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="name">The name of the symbol.</param>
    /// <param name="module">Its module; null if it is built into the kernel.</param>
    /// <param name="offset">The offset of the address in the symbol.</param>
    bool TryFindSymbol(ulong address, out string name, out string? module, out ulong offset);

    /// <summary>Finds the address of a symbol by its name; null if there is none. Slow.</summary>
    ulong? AddressOf(string name);

    /// <summary>
    /// Returns the text at an address of the recorded kernel (<c>printk_formats</c>); null if the recording has none.
    /// </summary>
    string? TextAt(ulong address);
}
