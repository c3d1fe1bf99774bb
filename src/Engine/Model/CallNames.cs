using System.Collections.Immutable;
using System.Globalization;
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

    // The kernel's limit is 512 bytes (KSYM_NAME_LEN); C++ names of user space in perf script can have thousands. A longer one is
    // cut. The spelling is longer than the name: it can have a module, an offset and an address, and three bytes a character.
    private const int LongestName = 4096, LongestSpelling = 4 * LongestName;

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
    private FunctionSymbol? _otherFunctions;
    private KernelTask? _otherTasks;
    private long _nameBytes, _spellingBytes, _callsOfOtherFunctions, _callsOfOtherTasks;
    private uint _contexts;

    /// <summary>Creates an empty set of names.</summary>
    /// <param name="resolver">Finds the source locations of functions, such as a symbol map; null for none.</param>
    public CallNames(ISourceResolver? resolver = null) => _resolver = resolver;

    /// <summary>All functions by id. Element 0 is <see cref="FunctionSymbol.Unknown"/>.</summary>
    public IReadOnlyList<FunctionSymbol> Functions => _functions;

    /// <summary>All tasks by id. Element 0 is <see cref="KernelTask.Unknown"/>.</summary>
    public IReadOnlyList<KernelTask> Tasks => _tasks;

    /// <summary>How many names are kept apart.</summary>
    public StateBudget Budget { get; init; } = StateBudget.Default;

    /// <summary>The function that stands for those beyond the budget.</summary>
    internal FunctionSymbol OtherFunctions
    {
        get
        {
            lock (_gate)
                return _otherFunctions ??= _functions.Add(
                    id => new FunctionSymbol(id, FunctionSymbol.OthersName, null, null, []) { IsOthers = true });
        }
    }

    /// <summary>The task that stands for those beyond the budget.</summary>
    internal KernelTask OtherTasks
    {
        get
        {
            lock (_gate)
                return _otherTasks ??= _tasks.Add(id => new KernelTask(id, -1, null, KernelTask.OthersName) { IsOthers = true });
        }
    }

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
        return id != 0 ? id : AddSpelling(spelling);
    }

    /// <summary>Returns the id of a function.</summary>
    /// <param name="name">The symbol's name in the kernel.</param>
    /// <param name="module">The module; null if the function is built into the kernel.</param>
    /// <param name="address">The start address of the function; null if not known.</param>
    public int Function(string name, string? module, ulong? address = null)
    {
        name = Bounded(name);
        lock (_gate)
        {
            var symbol = Add(name, module, address, _resolver?.Resolve(name, module, address) ?? [], address is not null);
            return symbol.Id;
        }
    }

    /// <summary>Returns the id of a function by any address in it.</summary>
    public int FunctionAt(string name, string? module, ulong address)
    {
        name = Bounded(name);
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
            return _byIdentity.TryGetValue((name, module, source), out var symbol)
                ? symbol.Id : AddNew(name, module, null, sources, source).Id;
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
        if (id != 0) return id;
        if (_taskSpellings.Count >= Budget.Tasks) return OtherTasks.Id;
        return _taskSpellings.GetOrAdd(key, bytes =>
        {
            var name = NameText.Decode(bytes.AsSpan(8));
            if (!IsDetached && name.StartsWith(KernelTask.OthersName, StringComparison.Ordinal)) name += "'";
            return _tasks.Add(number => new KernelTask(number, processId, threadGroupId, name)).Id;
        });
    }

    /// <summary>Counts the calls of the functions and tasks beyond the budget.</summary>
    internal void CountOthers(ReadOnlySpan<CallRecord> calls)
    {
        if (_otherFunctions is null && _otherTasks is null) return;
        var (function, task) = (_otherFunctions?.Id ?? -1, _otherTasks?.Id ?? -1);
        long functions = 0, tasks = 0;
        foreach (ref readonly var call in calls)
        {
            if (call.Function == function || call.Caller == function) functions++;
            if (call.Task == task) tasks++;
        }
        if (functions > 0) Interlocked.Add(ref _callsOfOtherFunctions, functions);
        if (tasks > 0) Interlocked.Add(ref _callsOfOtherTasks, tasks);
    }

    /// <summary>Forgets what <see cref="CountOthers"/> has counted in an earlier reading.</summary>
    internal void RestartOthers() => (_callsOfOtherFunctions, _callsOfOtherTasks) = (0, 0);

    /// <summary>The warnings about functions and tasks beyond the budget.</summary>
    internal IEnumerable<string> OthersWarnings()
    {
        if (_callsOfOtherFunctions > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"the recording has more than {_byIdentity.Count:N0} functions, "
                + $"more than any kernel: {_callsOfOtherFunctions:N0} calls of or from further ones are counted together, as "
                + $"{FunctionSymbol.OthersName}");
        if (_callsOfOtherTasks > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"the recording has more than {_taskSpellings.Count:N0} tasks: "
                + $"{_callsOfOtherTasks:N0} calls of further ones are counted together, as {KernelTask.OthersName}");
    }

    private int AddSpelling(ReadOnlySpan<byte> spelling)
    {
        if (spelling.Length > LongestSpelling) spelling = spelling[..LongestSpelling];
        // Spellings beyond the budget are parsed each time.
        var hasRoom = _functionSpellings.Count < 2 * Budget.Functions
            && Interlocked.Add(ref _spellingBytes, spelling.Length) <= Budget.NameBytes;
        return hasRoom ? _functionSpellings.GetOrAdd(spelling, bytes => Parse(bytes)) : Parse(spelling);
    }

    private int Parse(ReadOnlySpan<byte> bytes)
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
        if (!_byIdentity.TryGetValue((name, module, source), out var symbol)) return AddNew(name, module, start, sources, source);
        if (start is not null) symbol.AddAddress(start.Value);
        return symbol;
    }

    /// <summary>The name, cut if it is too long, and unlike that of the remainder.</summary>
    private static string Bounded(string name)
    {
        if (name.Length > LongestName) name = string.Concat(name.AsSpan(0, LongestName), "…");
        return name.StartsWith(FunctionSymbol.OthersName, StringComparison.Ordinal) ? name + "'" : name;
    }

    /// <summary>Adds a function, unless the budget is used up. Called with the lock held.</summary>
    private FunctionSymbol AddNew(
        string name, string? module, ulong? start, ImmutableArray<SourceLocation> sources, SourceLocation source)
    {
        var characters = FunctionSymbol.CharactersOf(name, module, sources);
        if (_byIdentity.Count >= Budget.Functions || _nameBytes + characters > Budget.NameBytes) return OtherFunctions;
        _nameBytes += characters;
        var symbol = _functions.Add(id => new FunctionSymbol(id, name, module, start, sources));
        _byIdentity.Add((name, module, source), symbol);
        return symbol;
    }
}
