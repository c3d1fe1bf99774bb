namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One thread's cache of <see cref="CallAddresses"/>: a repeated address costs one lookup without a lock.</summary>
internal sealed class FunctionIds(CallAddresses addresses)
{
    // Calls come from about 100,000 addresses in a kernel; a hostile file can contain any number.
    private const int MostAddresses = 1 << 19;

    private readonly Dictionary<ulong, int> _ids = new(4096);

    /// <summary>The id of the function that contains an address.</summary>
    public int this[ulong address] => _ids.TryGetValue(address, out var id) ? id : Add(address);

    private int Add(ulong address)
    {
        var id = addresses.Function(address);
        // Start over: the addresses that matter come back soon.
        if (_ids.Count >= MostAddresses) _ids.Clear();
        _ids.Add(address, id);
        return id;
    }
}
