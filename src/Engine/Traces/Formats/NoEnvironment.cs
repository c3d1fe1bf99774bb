namespace KernelMagnifier.Traces.Formats;

/// <summary>The environment of constants: they refer to nothing.</summary>
internal sealed class NoEnvironment : IEventEnvironment
{
    /// <summary>The only instance.</summary>
    public static readonly NoEnvironment Instance = new();

    private NoEnvironment() { }

    /// <inheritdoc/>
    public int LongSize => 8;

    /// <inheritdoc/>
    public bool IsBigEndian => false;

    /// <inheritdoc/>
    public bool TryFindSymbol(ulong address, out string name, out string? module, out ulong offset)
    {
        (name, module, offset) = ("", null, 0);
        return false;
    }

    /// <inheritdoc/>
    public ulong? AddressOf(string name) => null;

    /// <inheritdoc/>
    public string? TextAt(ulong address) => null;
}
