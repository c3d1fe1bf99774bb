namespace KernelMagnifier.Symbols;

/// <summary>An address of a recorded kernel, by which one of several functions of a name is found.</summary>
/// <param name="Value">The address; null when it is not known.</param>
/// <param name="IsStart">Whether it is the start of the function. Otherwise it is anywhere in it.</param>
internal readonly record struct RecordedAddress(ulong? Value, bool IsStart)
{
    /// <summary>
    /// The alignment of the load address of a kernel (CONFIG_PHYSICAL_ALIGN on x86, MIN_KIMG_ALIGN on arm64) and of a module (a
    /// page). The lower bits of an address distinguish functions even when the load address is unknown.
    /// </summary>
    private const ulong KernelAlignment = 2 << 20, ModuleAlignment = 4096;

    /// <summary>Whether the address is one of a function.</summary>
    /// <param name="row">The function, whose address is known.</param>
    /// <param name="offset">The load offset of the kernel; null when it is not known.</param>
    public bool IsOf(SymbolSource row, ulong? offset)
    {
        if (Value is not { } recorded || row.Address is not { } linked) return false;
        var distance = recorded - linked;
        if (row.Module is not null) distance %= ModuleAlignment;
        else if (offset is { } known) distance -= known;
        else distance %= KernelAlignment;
        // The address that a call returns to is behind the function when the call is its last instruction.
        return distance <= (IsStart ? 0 : row.Size);
    }
}
