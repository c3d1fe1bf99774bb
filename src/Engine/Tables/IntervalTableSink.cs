using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Tables;

/// <summary>Writes the intervals of a recording as rows.</summary>
/// <param name="export">The files.</param>
/// <param name="plan">The kinds and the filter.</param>
/// <param name="lists">The names of the filter.</param>
internal sealed class IntervalTableSink(TableExport export, LatencyPlan plan, FilterNames lists) : IntervalSink
{
    private readonly bool[] _kinds = [.. IntervalKinds.All.Select(plan.Has)];
    private readonly bool _isFiltered = !plan.Filter.IsEmpty;
    private readonly Dictionary<int, (byte[] Name, int Id)> _tasks = [];
    private int[] _keys = [], _syscalls = [];
    private TraceContext _context = null!;
    private LatencyNames _names = null!;
    private IntervalPredicate _predicate = null!;
    private SyscallNames? _syscallNames;
    private TableOutput? _output;
    private TableNames _texts = null!;

    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names)
    {
        (_context, _names) = (context, names);
        _predicate = new IntervalPredicate(plan.Filter, lists, context.Source, names);
    }

    /// <inheritdoc/>
    public override void Accept(in IntervalRecord interval)
    {
        if (!_kinds[(int)interval.Kind]) return;
        if (_isFiltered && !(_predicate.Matches(in interval) && _predicate.MatchesTask(interval.ProcessId))) return;
        if (_output is null)
        {
            _output = export.OutputOfReading(TableKind.Intervals, _context.Source);
            _texts = export.NamesOf(_output);
        }
        var rows = (IntervalTableRows)_output.Current;
        rows.Source ??= _context.Source;
        var isSyscall = interval.Kind == IntervalKind.Syscall && interval.Key != 0;
        rows.Add(in interval, Key(interval.Key), isSyscall ? Syscall(interval.Key) : 0, Comm(interval.ProcessId),
            Comm(interval.Waker));
        if (rows.IsFull) _output.Flush();
    }

    /// <summary>The id of a key in the file. The first is 0.</summary>
    private int Key(int key)
    {
        if (key == 0) return 0;
        ref var id = ref At(ref _keys, key);
        if (id == 0) id = _texts.Of(_names.Key(key));
        return id;
    }

    /// <summary>The id of the name of a system call; 0 if it is not known.</summary>
    private int Syscall(int key)
    {
        ref var id = ref At(ref _syscalls, key);
        // -1 is known to have no name.
        if (id == 0) id = (_syscallNames ??= SyscallNames.Of(_context.Source.KernelRelease)).Name(_names.Key(key)) is { } name
            ? _texts.Of(name) : -1;
        return Math.Max(id, 0);
    }

    private int Comm(int processId)
    {
        if (_names.CommBytes(processId) is not { } bytes) return 0;
        if (_tasks.TryGetValue(processId, out var known) && ReferenceEquals(known.Name, bytes)) return known.Id;
        var id = _texts.Of(NameText.Decode(bytes));
        _tasks[processId] = (bytes, id);
        return id;
    }

    private static ref int At(ref int[] ids, int key)
    {
        if (key >= ids.Length) Array.Resize(ref ids, Math.Max(key + 1, ids.Length * 2));
        return ref ids[key];
    }
}
