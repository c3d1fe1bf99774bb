using KernelMagnifier.Model;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Takes calls and computes values by which two readings are compared: the number of calls, a sum over all fields that does not
/// depend on the order of the calls, and one that does.
/// </summary>
internal sealed class CallSums(bool inOrder, CallNames? names = null) : CallSink
{
    private CallNames? _names = names;
    private readonly List<ulong> _functions = [];

    public override CallFields Fields => CallFields.All;

    public override bool InOrder => inOrder;

    /// <summary>Number of calls.</summary>
    public long Count { get; private set; }

    /// <summary>A sum over all calls, independent of their order.</summary>
    public ulong Sum { get; private set; }

    /// <summary>A sum over all calls that depends on their order.</summary>
    public ulong Ordered { get; private set; }

    /// <summary>The first property that a single call violates, as a message; null if there is none.</summary>
    public string? Broken { get; private set; }

    public override void Begin(TraceContext context) => _names = context.Names;

    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        foreach (ref readonly var call in calls)
        {
            if (call.Duration < CallRecord.NoDuration || call.Cpu < -1 || call.Depth < CallRecord.NoDepth)
                Broken ??= $"a call with duration {call.Duration}, CPU {call.Cpu}, depth {call.Depth}";
            if (call.SelfDuration > call.Duration)
                Broken ??= $"a call of {call.Duration} ns, of which {call.SelfDuration} ns are its own";
            if (call.Function <= 0) Broken ??= $"a call of function {call.Function}";
            var task = _names!.Tasks[call.Task];
            var hash = Mix(Name(call.Function), Name(call.Caller));
            hash = Mix(hash, (ulong)call.Time);
            hash = Mix(hash, (ulong)call.Duration ^ ((ulong)call.SelfDuration << 1));
            hash = Mix(hash, (ulong)(uint)call.Cpu | ((ulong)(ushort)call.Depth << 32) | ((ulong)call.Context << 48));
            hash = Mix(hash, (ulong)(uint)task.ProcessId ^ Text(task.Comm));
            Count++;
            Sum += hash;
            Ordered = Mix(Ordered, hash);
        }
    }

    public override CallSink Fork() => new CallSums(false) { _names = _names };

    public override void Join(TraceSink fork)
    {
        var other = (CallSums)fork;
        (Count, Sum, Broken) = (Count + other.Count, Sum + other.Sum, Broken ?? other.Broken);
    }

    private ulong Name(int id)
    {
        while (_functions.Count <= id)
        {
            var function = _names!.Functions[_functions.Count];
            _functions.Add(Mix(Text(function.Name), Text(function.Module ?? "")));
        }
        return _functions[id];
    }

    private static ulong Text(string text)
    {
        var hash = 14695981039346656037ul;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    private static ulong Mix(ulong a, ulong b)
    {
        var x = (a ^ b) * 0x9E3779B97F4A7C15;
        return (x ^ (x >> 29)) * 0xBF58476D1CE4E5B9 + a;
    }
}
