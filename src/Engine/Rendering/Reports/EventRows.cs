using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes kernel events and calls as rows of a format.</summary>
internal abstract class EventRows(Utf8Output output)
{
    private TraceContext _context = null!;
    private byte[]?[] _tasks = [];
    private readonly Dictionary<EventSchema, byte[]> _kinds = new(ReferenceEqualityComparer.Instance);
    private EventSchema? _lastKind;
    private byte[] _lastText = [];

    /// <summary>The output.</summary>
    protected Utf8Output Output => output;

    /// <summary>The recording and its names.</summary>
    protected TraceContext Context => _context;

    /// <summary>Begins a recording.</summary>
    public virtual void Begin(TraceContext context)
    {
        (_context, _tasks, _lastKind) = (context, new byte[64][], null);
        _kinds.Clear();
    }

    /// <summary>Writes an event.</summary>
    public abstract void Event(in EventRecord record);

    /// <summary>Writes a call.</summary>
    public abstract void Call(CallEvent item, in CallRecord record);

    /// <summary>Writes the end.</summary>
    public virtual void Finish() => output.Flush();

    /// <summary>The text of a kind of event.</summary>
    protected abstract byte[] Text(EventSchema schema);

    /// <summary>The text of a task.</summary>
    protected abstract byte[] Text(KernelTask task);

    /// <summary>The text of a kind of event, made once.</summary>
    protected byte[] Kind(EventSchema schema)
    {
        if (ReferenceEquals(schema, _lastKind)) return _lastText;
        if (!_kinds.TryGetValue(schema, out var text)) _kinds.Add(schema, text = Text(schema));
        (_lastKind, _lastText) = (schema, text);
        return text;
    }

    /// <summary>The text of a task, made once.</summary>
    protected byte[] Task(int id, int processId)
    {
        if (id == 0) return Text(KernelTask.Unknown with { ProcessId = processId });
        if (id >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(id + 1, _tasks.Length * 2));
        return _tasks[id] ??= Text(_context.Names.Tasks[id]);
    }

    /// <summary>Writes a time as seconds with all known digits, or as counts.</summary>
    protected void PutTime(long time)
    {
        var source = _context.Source;
        if (source.ClockUnit == ClockUnit.Counts)
        {
            output.Put(time);
            return;
        }
        if (time < 0)
        {
            output.Put(ReportValue.Time(time, source.ClockUnit, source.Format).ToString());
            return;
        }
        var (seconds, rest) = Math.DivRem(time, 1_000_000_000);
        output.Put(seconds);
        output.Put("."u8);
        if (source.Format == "trace.dat" || rest % 1000 != 0) output.PutDigits(rest, 9);
        else output.PutDigits(rest / 1000, 6);
    }

    /// <summary>The time of day as the other listings write it; null if not known.</summary>
    protected string? WallTime(long time)
        => _context.Source.ToWallTime(time)?.ToString(TraceInfoFields.TimeFormat, CultureInfo.InvariantCulture);
}
