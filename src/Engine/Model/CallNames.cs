using System.Collections.Immutable;
using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>
/// The functions, tasks and call stacks of a recording, each with a small number as its id. One instance belongs to one reading.
/// Any thread may add and look up names at any time.
/// </summary>
internal sealed class CallNames
{
    // The kernel's limit is 16 bytes (TASK_COMM_LEN). Longer names in a recording are cut, so that the key fits on the stack.
    private const int LongestComm = 256;

    /// <summary>
    /// What a recording without names has, after its name: the trace options print addresses, or the kernel hid its symbols from
    /// the recorder.
    /// </summary>
    public const string OnlyAddresses = "has the addresses of the functions instead of their names, and not where the kernel was "
        + "loaded, so no symbol map can name them.";

    /// <summary>What to do about <see cref="OnlyAddresses"/>.</summary>
    public const string RecordNames = "Record without the trace options raw and hex, and as root, who sees the kernel's symbols "
        + "(kptr_restrict).";

    private readonly GrowingList<FunctionSymbol> _functions = new(FunctionSymbol.Unknown);
    private readonly GrowingList<KernelTask> _tasks = new(KernelTask.Unknown);
    private readonly Dictionary<(string Name, string? Module, SourceLocation Source), FunctionSymbol> _byIdentity = [];
    private readonly ByteInterner _functionSpellings = new();
    private readonly ByteInterner _taskSpellings = new();
    private readonly Lock _gate = new();
    private ISourceResolver? _resolver;
    private uint _contexts;

    /// <summary>Creates an empty set of names.</summary>
    /// <param name="resolver">Finds the source locations of functions, such as a symbol map; null for none.</param>
    public CallNames(ISourceResolver? resolver = null) => _resolver = resolver;

    /// <summary>All functions by id. Element 0 is <see cref="FunctionSymbol.Unknown"/>.</summary>
    public IReadOnlyList<FunctionSymbol> Functions => _functions;

    /// <summary>All tasks by id. Element 0 is <see cref="KernelTask.Unknown"/>.</summary>
    public IReadOnlyList<KernelTask> Tasks => _tasks;

    /// <summary>The call stacks, which a reading adds on one thread.</summary>
    public StackTree Stacks { get; } = new();

    /// <summary>Whether functions get source locations, or came with them.</summary>
    internal bool ResolvesSources => _resolver is not null || IsDetached;

    /// <summary>Whether the names belong to no reading. Their functions come with source locations or without.</summary>
    internal bool IsDetached { get; init; }

    /// <summary>The contexts of the calls that a filter by context was applied to.</summary>
    internal IEnumerable<ExecutionContext> Contexts
        => Enum.GetValues<ExecutionContext>().Where(context => (Volatile.Read(ref _contexts) >> (int)context & 1) != 0);

    /// <summary>The largest number of calls of an edge that a filter by that number was applied to; 0 for none.</summary>
    internal long LargestCount { get; set; }

    /// <summary>Whether a function came with a source location.</summary>
    internal bool HasSources { get; private set; }

    /// <summary>Adds to <see cref="Contexts"/>.</summary>
    /// <param name="contexts">The contexts, with a bit for each.</param>
    internal void AddContexts(uint contexts)
    {
        if ((contexts & ~Volatile.Read(ref _contexts)) != 0) Interlocked.Or(ref _contexts, contexts);
    }

    /// <summary>
    /// Sets where the recorded kernel was loaded, so that addresses identify functions of equal name. Must be called before the
    /// first name is added.
    /// </summary>
    internal void SetKernel(RecordedKernel kernel) => _resolver = _resolver?.For(kernel);

    /// <summary>
    /// Returns a warning if the source files belong to another kernel than the recording; null if they belong to it or that is
    /// not known.
    /// </summary>
    internal string? SourceMismatch(TraceInfo info)
    {
        if (_resolver is null) return null;
        if (_resolver.Mismatch(info) is { } mismatch) return mismatch;
        if (_functions.Count <= 1 || _functions.Any(f => !f.Sources.IsDefaultOrEmpty)) return null;
        return AreAddresses ? $"the recording {OnlyAddresses} {RecordNames.TrimEnd('.')}"
            : $"{_resolver.Name} contains no function of the recording. It may be the symbol map of another kernel.";
    }

    /// <summary>Whether the functions are named by their addresses: their names are not in the recording.</summary>
    internal bool AreAddresses => _functions.Count > 1 && _functions.Skip(1).All(f => f.IsAddress);

    /// <summary>
    /// Returns the id of a function as trace text spells it: <c>name</c>, optionally with <c>+0x5/0x90</c> (option sym-offset),
    /// <c>&lt;ffffffff81000000&gt;</c> (option sym-addr) and <c>[module]</c>. All spellings of one function have the same id.
    /// </summary>
    public int Function(ReadOnlySpan<byte> spelling)
    {
        var id = _functionSpellings.Find(spelling);
        return id != 0 ? id : _functionSpellings.GetOrAdd(spelling, AddSpelling);
    }

    /// <summary>Returns the id of a function.</summary>
    /// <param name="name">The symbol's name in the kernel.</param>
    /// <param name="module">The module; null if the function is built into the kernel.</param>
    /// <param name="address">The start address of the function; null if not known.</param>
    public int Function(string name, string? module, ulong? address = null)
    {
        lock (_gate)
        {
            var symbol = Add(name, module, address, _resolver?.Resolve(name, module, address) ?? [], address is not null);
            return symbol.Id;
        }
    }

    /// <summary>Returns the id of a function by any address in it.</summary>
    public int FunctionAt(string name, string? module, ulong address)
    {
        lock (_gate) return Add(name, module, null, _resolver?.ResolveInside(name, module, address) ?? [], true).Id;
    }

    /// <summary>Whether the symbol map has several functions of a name, which only an address distinguishes.</summary>
    public bool IsAmbiguous(string name, string? module)
    {
        lock (_gate) return _resolver?.Resolve(name, module, null).Length > 1;
    }

    /// <summary>Returns the id of a function that came with its source locations.</summary>
    public int Function(string name, string? module, ImmutableArray<SourceLocation> sources)
    {
        lock (_gate)
        {
            HasSources |= !sources.IsEmpty;
            var source = sources is [var one] ? one : new SourceLocation(string.Join('|', sources.Select(s => s.File)), 0);
            if (!_byIdentity.TryGetValue((name, module, source), out var symbol))
            {
                symbol = _functions.Add(id => new FunctionSymbol(id, name, module, null, sources));
                _byIdentity.Add((name, module, source), symbol);
            }
            return symbol.Id;
        }
    }

    /// <summary>Returns the id of a task. A pid that has several names during a recording has an id for each name.</summary>
    /// <param name="comm">The name of the task.</param>
    /// <param name="processId">The pid; -1 if not known.</param>
    /// <param name="threadGroupId">The thread group id; null if not known.</param>
    public int Task(ReadOnlySpan<byte> comm, int processId, int? threadGroupId = null)
    {
        if (comm.Length > LongestComm) comm = comm[..LongestComm];
        Span<byte> key = stackalloc byte[comm.Length + 8];
        BitConverter.TryWriteBytes(key, processId);
        BitConverter.TryWriteBytes(key[4..], threadGroupId ?? int.MinValue);
        comm.CopyTo(key[8..]);
        var id = _taskSpellings.Find(key);
        return id != 0 ? id : _taskSpellings.GetOrAdd(key, bytes =>
            _tasks.Add(number => new KernelTask(number, processId, threadGroupId, NameText.Decode(bytes.AsSpan(8)))).Id);
    }

    private int AddSpelling(byte[] bytes)
    {
        var spelling = FunctionSpelling.Parse(bytes);
        var name = NameText.Decode(spelling.Name);
        return spelling is { IsStart: false, Address: { } inside } ? FunctionAt(name, spelling.Module, inside)
            : Function(name, spelling.Module, spelling.Address);
    }

    private FunctionSymbol Add(string name, string? module, ulong? start, ImmutableArray<SourceLocation> sources, bool hasAddress)
    {
        // A name in a module is one function, unless a symbol map assigns different sources to two addresses of that name.
        var source = hasAddress && sources.Length == 1 ? sources[0] : default;
        if (!_byIdentity.TryGetValue((name, module, source), out var symbol))
        {
            symbol = _functions.Add(id => new FunctionSymbol(id, name, module, start, sources));
            _byIdentity.Add((name, module, source), symbol);
        }
        else if (start is not null)
        {
            symbol.AddAddress(start.Value);
        }
        return symbol;
    }
}
