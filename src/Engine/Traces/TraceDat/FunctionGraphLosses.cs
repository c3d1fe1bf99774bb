using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Counts the losses in a recording of the function_graph tracer as <c>trace-cmd report</c> reports them.</summary>
internal sealed class FunctionGraphLosses(int buffers)
{
    private readonly (int Cpu, long Events)[] _pending = new (int, long)[buffers];
    private readonly Dictionary<int, int>[] _losses =
        [.. Enumerable.Range(0, buffers).Select(_ => new Dictionary<int, int>(new NumberComparer()))];

    /// <summary>Lost events by CPU, as <c>trace-cmd report</c> reports them.</summary>
    public Dictionary<int, long> Reported { get; } = new(new NumberComparer());

    /// <summary>
    /// Events lost just before an exit that ends a leaf, by CPU. <c>trace-cmd report</c> omits that exit and with it the loss.
    /// </summary>
    public Dictionary<int, long> InLeaves { get; } = new(new NumberComparer());

    /// <summary>The number of times that a CPU has lost events.</summary>
    public int On(int buffer, int cpu) => _losses[buffer].GetValueOrDefault(cpu);

    /// <summary>Adds a loss, which belongs to the next record of the buffer.</summary>
    /// <param name="buffer">The index of the buffer instance.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="events">The number of events; 0 or less when unknown.</param>
    public void Add(int buffer, int cpu, long events)
    {
        _losses[buffer][cpu] = _losses[buffer].GetValueOrDefault(cpu) + 1;
        if (events <= 0) return;
        if (_pending[buffer].Cpu != cpu) Flush(buffer, Reported);
        _pending[buffer] = (cpu, _pending[buffer].Events + events);
    }

    /// <summary>Counts the pending loss of a buffer at its next record.</summary>
    public void Count(int buffer, int cpu, bool endsLeaf)
    {
        if (_pending[buffer].Events > 0) Flush(buffer, endsLeaf && _pending[buffer].Cpu == cpu ? InLeaves : Reported);
    }

    /// <summary>Counts the losses after the last record.</summary>
    public void Finish()
    {
        for (var buffer = 0; buffer < _pending.Length; buffer++) Flush(buffer, Reported);
    }

    private void Flush(int buffer, Dictionary<int, long> into)
    {
        var (cpu, events) = _pending[buffer];
        if (events > 0) into[cpu] = into.GetValueOrDefault(cpu) + events;
        _pending[buffer] = default;
    }
}
