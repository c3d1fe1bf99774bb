using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>The calls of a recording with returns as intervals. The reader has paired entries and returns.</summary>
internal sealed class CallIntervals(IntervalOutput output) : CallSink
{
    private readonly IntervalAccount _account = output.Account(IntervalKind.Call);
    private readonly List<int> _keys = [];
    private CallNames? _names;
    private long _withoutEnd;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override CallFields Fields => CallFields.Time | CallFields.Task | CallFields.Cpu | CallFields.Duration;

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => _names = context.Names;

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        foreach (ref readonly var call in calls)
        {
            if (call.Duration < 0)
            {
                _withoutEnd++;
                continue;
            }
            _account.Starts++;
            _account.Ends++;
            _account.Count++;
            // Without a time, as in text without the option funcgraph-abstime, the length is known all the same.
            var start = new OpenInterval { Start = call.Time, Cpu = call.Cpu };
            var interval = IntervalRecord.Of(IntervalKind.Call, start, call.Time + call.Duration, call.Cpu);
            (interval.Key, interval.ProcessId) = (KeyOf(call.Function), NameTask(call.Task));
            output.Emit(interval);
        }
    }

    /// <summary>The recording has ended. One without any duration has no returns, so that its calls are no intervals.</summary>
    public void Close()
    {
        if (_account.Count == 0) return;
        _account.Starts += _withoutEnd;
        _account.OpenAtEnd += _withoutEnd;
    }

    private int NameTask(int id)
    {
        var task = _names!.Tasks[id];
        if (task.ProcessId <= 0) return task.ProcessId;
        var index = output.Tasks[task.ProcessId];
        ref var state = ref output.Tasks.States[index];
        if (index == 0 || state.IsNamed || task.Comm.Length == 0) return task.ProcessId;
        state.IsNamed = true;
        output.Names.NameIfUnknown(task.ProcessId, NameText.Encode(task.Comm));
        return task.ProcessId;
    }

    private int KeyOf(int function)
    {
        while (_keys.Count <= function) _keys.Add(0);
        var key = _keys[function];
        return key != 0 ? key : _keys[function] = output.Names.Key(NameText.Encode(_names!.Functions[function].Name));
    }
}
