using System.Buffers.Text;
using System.Text;

namespace KernelMagnifier.Model;

/// <summary>
/// The functions and tasks of a recording, each under a small number. One instance belongs to one reading;
/// readers add from any thread, everyone may look up at any time.
/// </summary>
public sealed class CallNames
{
    private ISourceResolver? _resolver;
    private readonly Numbered<FunctionSymbol> _functions = new(FunctionSymbol.Unknown);
    private readonly Numbered<KernelTask> _tasks = new(KernelTask.Unknown);
    private readonly Dictionary<(string Name, string? Module, SourceLocation Source), FunctionSymbol> _byIdentity = [];
    private readonly ByteInterner _functionSpellings = new();
    private readonly ByteInterner _taskSpellings = new();
    private readonly Lock _gate = new();

    /// <summary>Creates an empty set of names.</summary>
    /// <param name="resolver">Gives functions their source, such as a symbol map; null for none.</param>
    public CallNames(ISourceResolver? resolver = null) => _resolver = resolver;

    /// <summary>Whether functions are given their source, as far as it is known.</summary>
    internal bool ResolvesSources => _resolver is not null;

    /// <summary>
    /// Says where the recorded kernel was loaded, so that addresses tell functions of one name apart. Called before the first name is added.
    /// </summary>
    internal void Recognize(RecordedKernel kernel) => _resolver = _resolver?.For(kernel);

    /// <summary>A warning if the source files belong to another kernel than the recording; null if they agree or it is not known.</summary>
    internal string? SourceMismatch(TraceInfo info) => _resolver?.Mismatch(info);

    /// <summary>Every function met so far, by id; [0] is <see cref="FunctionSymbol.Unknown"/>.</summary>
    public IReadOnlyList<FunctionSymbol> Functions => _functions;

    /// <summary>Every task met so far, by id; [0] is <see cref="KernelTask.Unknown"/>.</summary>
    public IReadOnlyList<KernelTask> Tasks => _tasks;

    /// <summary>
    /// The id of a function as trace text spells it: <c>name</c>, with <c>+0x5/0x90</c> (sym-offset), <c>&lt;ffffffff81000000&gt;</c>
    /// (sym-addr) and <c>[module]</c> where the kernel was told to print them. All spellings of one function give one id.
    /// </summary>
    public int Function(ReadOnlySpan<byte> spelling)
    {
        var id = _functionSpellings.Find(spelling);
        return id != 0 ? id : _functionSpellings.GetOrAdd(spelling, AddSpelling);
    }

    /// <summary>The id of a function by name, module and, where known, the address it starts at.</summary>
    public int Function(string name, string? module, ulong? address = null)
    {
        lock (_gate)
        {
            var sources = _resolver?.Resolve(name, module, address) ?? [];
            // One name in one module is one function, unless a symbol map tells two addresses of that name apart.
            var told = address is not null && sources.Length == 1 ? sources[0] : default;
            if (!_byIdentity.TryGetValue((name, module, told), out var symbol))
            {
                symbol = _functions.Add(id => new FunctionSymbol(id, name, module, address, sources));
                _byIdentity.Add((name, module, told), symbol);
            }
            else if (address is not null)
            {
                symbol.Meet(address.Value);
            }
            return symbol.Id;
        }
    }

    /// <summary>The id of a task. The same pid may appear under several names over a recording's time: each is a task of its own here.</summary>
    public int Task(ReadOnlySpan<byte> comm, int processId, int? threadGroupId = null)
    {
        Span<byte> key = stackalloc byte[Math.Min(comm.Length, 256) + 8];
        BitConverter.TryWriteBytes(key, processId);
        BitConverter.TryWriteBytes(key[4..], threadGroupId ?? int.MinValue);
        comm[..Math.Min(comm.Length, 256)].CopyTo(key[8..]);
        var id = _taskSpellings.Find(key);
        return id != 0 ? id : _taskSpellings.GetOrAdd(key, bytes =>
            _tasks.Add(number => new KernelTask(number, processId, threadGroupId, Encoding.UTF8.GetString(bytes.AsSpan(8)))).Id);
    }

    private int AddSpelling(byte[] spelling)
    {
        ReadOnlySpan<byte> rest = spelling;
        string? module = null;
        ulong? address = null;
        ulong offset = 0;
        if (rest is [.., (byte)']'] && rest.LastIndexOf(" ["u8) is > 0 and var bracket)
        {
            module = Encoding.UTF8.GetString(rest[(bracket + 2)..^1]);
            rest = rest[..bracket];
        }
        if (rest is [.., (byte)'>'] && rest.LastIndexOf(" <"u8) is > 0 and var angle
            && Utf8Parser.TryParse(rest[(angle + 2)..^1], out ulong at, out var used, 'x') && used == rest.Length - angle - 3)
        {
            address = at;
            rest = rest[..angle];
            // With sym-addr and sym-offset both on, the module may stand before the address.
            if (module is null && rest is [.., (byte)']'] && rest.LastIndexOf(" ["u8) is > 0 and var inner)
            {
                module = Encoding.UTF8.GetString(rest[(inner + 2)..^1]);
                rest = rest[..inner];
            }
        }
        var plus = rest.LastIndexOf("+0x"u8);
        if (plus > 0)
        {
            if (!Utf8Parser.TryParse(rest[(plus + 3)..], out offset, out _, 'x')) address = null;
            rest = rest[..plus];
        }
        // Without an offset the printed address of a caller is somewhere inside it, which is not where it starts.
        return Function(Encoding.UTF8.GetString(rest), module, plus > 0 ? address - offset : null);
    }

    /// <summary>A list that grows under a lock and is read without one.</summary>
    private sealed class Numbered<T>(T zero) : IReadOnlyList<T> where T : class
    {
        private readonly Lock _gate = new();
        private T[] _items = [zero, .. new T[255]];
        private int _count = 1;

        public int Count => Volatile.Read(ref _count);

        public T this[int index] => Volatile.Read(ref _items)[index];

        public T Add(Func<int, T> make)
        {
            lock (_gate)
            {
                if (_count == _items.Length)
                {
                    var bigger = new T[_items.Length * 2];
                    _items.CopyTo(bigger, 0);
                    Volatile.Write(ref _items, bigger);
                }
                var item = make(_count);
                _items[_count] = item;
                Volatile.Write(ref _count, _count + 1);
                return item;
            }
        }

        public IEnumerator<T> GetEnumerator()
        {
            for (var i = 0; i < Count; i++) yield return this[i];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
