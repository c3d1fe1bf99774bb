namespace KernelMagnifier.Latency;

/// <summary>The lists of names of a <see cref="LatencyFilter"/> in use, for all recordings of a measurement.</summary>
internal sealed class FilterNames(LatencyFilter filter)
{
    private readonly NamePatterns _syscall = new(filter.Syscall), _irq = new(filter.Irq), _vector = new(filter.Vector);
    private readonly NamePatterns _function = new(filter.Function), _device = new(filter.Device);
    private readonly NamePatterns _noSyscall = new(filter.ExcludeSyscall), _noFunction = new(filter.ExcludeFunction);
    private readonly NamePatterns _comm = new(filter.Comm), _noComm = new(filter.ExcludeComm);

    /// <summary>Whether only some keys pass.</summary>
    public bool HasKeys { get; } = filter.Syscall.Count + filter.Irq.Count + filter.Vector.Count + filter.Function.Count
        + filter.Device.Count + filter.ExcludeSyscall.Count + filter.ExcludeFunction.Count > 0;

    private bool Chooses { get; } = filter.Syscall.Count + filter.Irq.Count + filter.Vector.Count + filter.Function.Count
        + filter.Device.Count > 0;

    /// <summary>Whether tasks with a name pass.</summary>
    /// <param name="comm">The name; null if it is not known.</param>
    public bool AllowsTask(string? comm) => (_comm.IsEmpty || _comm.Contains(comm)) & !_noComm.Contains(comm);

    /// <summary>Whether intervals with a key pass.</summary>
    /// <param name="kind">What the key is.</param>
    /// <param name="key">The key.</param>
    /// <param name="syscalls">The names of system calls.</param>
    public bool AllowsKey(KeyKind kind, string key, SyscallNames syscalls)
    {
        var name = kind == KeyKind.Syscall ? syscalls.Name(key) : null;
        var included = kind switch
        {
            KeyKind.Syscall => _syscall.Contains(key, name),
            KeyKind.Irq => _irq.Contains(key, Part(key, 0), Part(key, 1)),
            KeyKind.Vector => _vector.Contains(key),
            KeyKind.Function => _function.Contains(key),
            KeyKind.Device => _device.Contains(key),
            _ => false,
        };
        var excluded = (kind == KeyKind.Syscall && _noSyscall.Contains(key, name))
            || (kind == KeyKind.Function && _noFunction.Contains(key));
        return (included || !Chooses) && !excluded;
    }

    /// <summary>The values that nothing in any recording has matched: the property of the filter, and the value.</summary>
    public IEnumerable<(string Property, string Value)> Unmatched()
        => new (string Property, NamePatterns Patterns)[]
        {
            (nameof(LatencyFilter.Comm), _comm), (nameof(LatencyFilter.Syscall), _syscall), (nameof(LatencyFilter.Irq), _irq),
            (nameof(LatencyFilter.Vector), _vector), (nameof(LatencyFilter.Function), _function),
            (nameof(LatencyFilter.Device), _device), (nameof(LatencyFilter.ExcludeComm), _noComm),
            (nameof(LatencyFilter.ExcludeSyscall), _noSyscall), (nameof(LatencyFilter.ExcludeFunction), _noFunction),
        }.SelectMany(list => list.Patterns.Unmatched.Select(value => (list.Property, value)));

    private static string? Part(string key, int part)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? null : part == 0 ? key[..slash] : key[(slash + 1)..];
    }
}
