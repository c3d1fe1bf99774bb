using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Reading;

/// <summary>Holds the calls of a block until they are delivered.</summary>
internal sealed class CallBuffer : CallSink
{
    private CallRecord[] _calls = new CallRecord[1024];

    /// <summary>The number of calls.</summary>
    public int Count { get; private set; }

    /// <summary>The calls.</summary>
    public Span<CallRecord> Calls => _calls.AsSpan(0, Count);

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls) => Add(calls);

    /// <summary>Adds calls.</summary>
    public void Add(ReadOnlySpan<CallRecord> calls)
    {
        if (Count + calls.Length > _calls.Length)
            Array.Resize(ref _calls, Math.Max(Count + calls.Length, _calls.Length * 2));
        calls.CopyTo(_calls.AsSpan(Count));
        Count += calls.Length;
    }

    /// <summary>Passes the calls to a sink.</summary>
    public void DeliverTo(CallSink sink)
    {
        if (Count > 0) sink.Accept(Calls);
    }

    /// <summary>Removes the calls.</summary>
    public void Clear() => Count = 0;
}
