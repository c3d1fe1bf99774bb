using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Delivers calls between kernel events, in the order of the merge. A call with a return is complete when it returns: events
/// after its entry are held until then, in bounded memory.
/// </summary>
internal sealed class InterleavedCalls
{
    /// <summary>The most bytes of held events. Beyond, the first open call is passed on without its duration.</summary>
    private const long MostHeld = 64 << 20;

    // A held event with its two arrays.
    private const int HeldSize = 160;

    private readonly EventSink _sink;
    private readonly CallFeed _feed;
    private readonly OrderedCallHolder _holder;
    private readonly Queue<Held> _held = new();
    private long _size;

    /// <summary>An event or a loss, and the number of calls before it.</summary>
    private readonly record struct Held(
        long After, EventSchema? Schema, long Time, int Cpu, int ProcessId, int Task, ExecutionContext Context, byte[] Body, byte[] Stack,
        long? Lost);

    /// <summary>Creates the order of events and calls for one reading.</summary>
    /// <param name="sink">Receives the events.</param>
    /// <param name="calls">Receives the calls.</param>
    /// <param name="names">The names of the recording.</param>
    public InterleavedCalls(EventSink sink, CallSink calls, CallNames names)
    {
        _sink = sink;
        _feed = new CallFeed(calls, null, names);
        _holder = new OrderedCallHolder(_feed, Release);
    }

    /// <summary>Takes calls from the pairing.</summary>
    public ICallHolder Holder => _holder;

    /// <summary>Adds a call without a return.</summary>
    public void Add(in CallRecord call) => _feed.Next() = call;

    /// <summary>
    /// Delivers the calls before an event that is no record. Only for calls without returns, of which none is held.
    /// </summary>
    public void Flush() => _feed.Flush();

    /// <summary>Adds an event.</summary>
    public void Accept(in EventRecord record)
    {
        if (!_sink.NeedsCallOrder || _holder.Added == _holder.Passed)
        {
            if (_sink.NeedsCallOrder) _feed.Flush();
            _sink.Accept(in record);
            return;
        }
        Hold(new Held(_holder.Added, record.Schema, record.Time, record.Cpu, record.ProcessId, record.Task, record.Context,
            record.Body.ToArray(), record.Stack.ToArray(), null));
    }

    /// <summary>Adds a loss of events.</summary>
    public void Lost(int cpu, long? events, long time)
    {
        if (!_sink.NeedsCallOrder || _holder.Added == _holder.Passed) _sink.Lost(cpu, events, time);
        else Hold(new Held(_holder.Added, null, time, cpu, -1, 0, default, [], [], events));
    }

    /// <summary>Delivers what is left. The pairing has passed on its open calls.</summary>
    public void Finish()
    {
        Release();
        _feed.Flush();
    }

    private void Hold(in Held held)
    {
        _held.Enqueue(held);
        _size += HeldSize + held.Body.Length + held.Stack.Length;
        while (_size > MostHeld && _holder.Added > _holder.Passed) _holder.PassFirst();
    }

    private void Release()
    {
        while (_held.TryPeek(out var held) && held.After <= _holder.Passed)
        {
            _held.Dequeue();
            _size -= HeldSize + held.Body.Length + held.Stack.Length;
            _feed.Flush();
            if (held.Schema is null)
            {
                _sink.Lost(held.Cpu, held.Lost, held.Time);
                continue;
            }
            _sink.Accept(new EventRecord
            {
                Schema = held.Schema, Time = held.Time, Cpu = held.Cpu, ProcessId = held.ProcessId, Task = held.Task,
                Context = held.Context, Body = held.Body, Stack = held.Stack,
            });
        }
    }
}
