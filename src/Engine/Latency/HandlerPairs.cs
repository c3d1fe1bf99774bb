using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Pairs the entries and exits of handlers: interrupts, vectors, softirqs with their raises, and timers.</summary>
internal sealed class HandlerPairs(IntervalOutput output)
{
    private const string EntrySuffix = "_entry", ExitSuffix = "_exit";
    private const int MostVectors = 1 << 16;

    private readonly OpenTable[] _open = [.. Enum.GetValues<IntervalKind>().Select(_ => new OpenTable())];
    // The count of losses of a CPU at the last entry of a softirq on it.
    private readonly NumberTable<int> _entered = new();

    /// <summary>What the events of a schema do; null if they are no handlers.</summary>
    public EventAction? ActionOf(EventSchema schema)
    {
        switch (schema.Name)
        {
            case "irq_handler_entry": return IrqEntry(schema);
            case "irq_handler_exit": return Exit(schema, IntervalKind.Irq, "irq");
            case "softirq_entry": return SoftIrqEntry(schema);
            case "softirq_exit": return Exit(schema, IntervalKind.SoftIrq, "vec");
            case "softirq_raise": return SoftIrqRaise(schema);
            case "timer_expire_entry": return TimerEntry(schema, IntervalKind.Timer, "timer");
            case "timer_expire_exit": return Exit(schema, IntervalKind.Timer, "timer");
            case "hrtimer_expire_entry": return TimerEntry(schema, IntervalKind.HrTimer, "hrtimer");
            case "hrtimer_expire_exit": return Exit(schema, IntervalKind.HrTimer, "hrtimer");
        }
        return VectorName(schema) is { } name ? Vector(schema, name) : null;
    }

    /// <summary>The name of an interrupt vector whose entry or exit an event is; null if it is neither.</summary>
    public static string? VectorName(EventSchema schema)
    {
        if (schema.System is not (null or "irq_vectors") && !schema.Reader("vector").Exists) return null;
        foreach (var suffix in (ReadOnlySpan<string>)[EntrySuffix, ExitSuffix])
            if (schema.Name.EndsWith(suffix, StringComparison.Ordinal) && schema.Name.Length > suffix.Length)
                return schema.Name[..^suffix.Length];
        return null;
    }

    /// <summary>Whether an event with a <see cref="VectorName"/> is an entry.</summary>
    public static bool IsEntry(EventSchema schema) => schema.Name.EndsWith(EntrySuffix, StringComparison.Ordinal);

    /// <summary>The key of an interrupt: its number and name.</summary>
    public static int IrqKey(LatencyNames names, long number, ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)'\n');
        if (end >= 0) name = name[..end];
        name = name.TrimEnd(" \t\r\f\v"u8);
        if (name.Length > 256) name = name[..256];
        Span<byte> key = stackalloc byte[name.Length + 24];
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(number, key, out var length);
        key[length++] = (byte)'/';
        name.CopyTo(key[length..]);
        return names.Key(key[..(length + name.Length)]);
    }

    /// <summary>The recording has ended.</summary>
    public void Close()
    {
        for (var kind = 0; kind < _open.Length; kind++)
        {
            var table = _open[kind];
            foreach (var index in table.Indexes())
            {
                ref var open = ref table[index].Open;
                output.Account((IntervalKind)kind).Close(ref open, output.Cpu(open.Cpu)!.Losses);
            }
        }
    }

    private EventAction IrqEntry(EventSchema schema)
    {
        var (irq, name) = (schema.Reader("irq"), schema.Reader("name"));
        return (in EventRecord record) =>
        {
            if (!irq.TryNumber(record.Body, out var number) || number < 0) return;
            Start(IntervalKind.Irq, (ulong)number, IrqKey(output.Names, number, name.Text(record.Body)), record);
        };
    }

    private EventAction Vector(EventSchema schema, string name)
    {
        var vector = schema.Reader("vector");
        var key = output.Names.Key(Text.NameText.Encode(name));
        return IsEntry(schema)
            ? (in EventRecord record) =>
            {
                if (vector.TryNumber(record.Body, out var number) && number >= 0)
                    Start(IntervalKind.IrqVector, (ulong)key, key, record);
            }
            : (in EventRecord record) =>
            {
                if (vector.TryNumber(record.Body, out var number) && number >= 0) End(IntervalKind.IrqVector, (ulong)key, record);
            };
    }

    private EventAction SoftIrqEntry(EventSchema schema)
    {
        var (vec, keys) = (schema.Reader("vec"), new MessageKeys(output.Names, schema, "vec", "[action="));
        return (in EventRecord record) =>
        {
            if (!vec.TryNumber(record.Body, out var number) || output.Cpu(record.Cpu) is not { } cpu) return;
            var key = keys.Of(record.Body);
            Start(IntervalKind.SoftIrq, (ulong)number, key, record);
            End(IntervalKind.SoftIrqRaise, (ulong)number, record);
            if (cpu.Losses == 0) return;
            var place = Place(record.Cpu, number);
            if (_entered.Count < MostVectors || _entered.TryGetValue(place, out _)) _entered.Set(place, cpu.Losses);
        };
    }

    private EventAction SoftIrqRaise(EventSchema schema)
    {
        var (vec, keys) = (schema.Reader("vec"), new MessageKeys(output.Names, schema, "vec", "[action="));
        var (account, table) = (output.Account(IntervalKind.SoftIrqRaise), _open[(int)IntervalKind.SoftIrqRaise]);
        return (in EventRecord record) =>
        {
            if (!vec.TryNumber(record.Body, out var number) || output.Cpu(record.Cpu) is not { } cpu) return;
            if (table.Find((ulong)record.Cpu, (ulong)number) >= 0)
            {
                // The bit was set already.
                account.Starts++;
                account.Superseded++;
                return;
            }
            Start(IntervalKind.SoftIrqRaise, (ulong)number, keys.Of(record.Body), record);
            if (cpu.Losses == 0) return;
            if (_entered.TryGetValue(Place(record.Cpu, number), out var losses) && losses == cpu.Losses) return;
            // Before the first entry after a loss, the raise that set the bit may be lost.
            var index = table.Find((ulong)record.Cpu, (ulong)number);
            if (index >= 0) table[index].Open.Epoch = OpenInterval.Uncertain;
        };
    }

    private static ulong Place(int cpu, long vec) => (ulong)(uint)cpu << 32 | (uint)vec;

    private EventAction TimerEntry(EventSchema schema, IntervalKind kind, string field)
    {
        var (timer, keys) = (schema.Reader(field), new MessageKeys(output.Names, schema, "function", "function="));
        return (in EventRecord record) =>
        {
            if (timer.TryNumber(record.Body, out var address)) Start(kind, (ulong)address, keys.Of(record.Body), record);
        };
    }

    private EventAction Exit(EventSchema schema, IntervalKind kind, string field)
    {
        var id = schema.Reader(field);
        return (in EventRecord record) =>
        {
            if (id.TryNumber(record.Body, out var number)) End(kind, (ulong)number, record);
        };
    }

    private void Start(IntervalKind kind, ulong id, int key, in EventRecord record)
    {
        if (output.Cpu(record.Cpu) is not { } cpu) return;
        var (account, table) = (output.Account(kind), _open[(int)kind]);
        var index = table.GetOrAdd((ulong)record.Cpu, id);
        if (index < 0)
        {
            account.Ignore();
            output.IsFull = true;
            return;
        }
        output.Name(record);
        ref var entry = ref table[index];
        account.Start(ref entry.Open, record.Time, record.Cpu, cpu.Losses);
        (entry.Key, entry.ProcessId) = (key, record.ProcessId);
        if (kind != IntervalKind.SoftIrqRaise) cpu.Frames.Push(kind, id, record.Time);
    }

    private void End(IntervalKind kind, ulong id, in EventRecord record)
    {
        if (output.Cpu(record.Cpu) is not { } cpu) return;
        var (account, table) = (output.Account(kind), _open[(int)kind]);
        var index = table.Find((ulong)record.Cpu, id);
        var start = index < 0 ? long.MinValue : table[index].Open.Start;
        var net = kind == IntervalKind.SoftIrqRaise ? IntervalRecord.Unknown : cpu.Frames.Pop(kind, id, start, record.Time);
        if (index < 0)
        {
            account.Ends++;
            account.UnmatchedEnds++;
            return;
        }
        var entry = table[index];
        table.Remove(index);
        if (!account.End(ref entry.Open, record.Time, cpu.Losses)) return;
        var interval = IntervalRecord.Of(kind, entry.Open, record.Time, record.Cpu);
        (interval.Key, interval.ProcessId, interval.OnCpu) = (entry.Key, entry.ProcessId, net);
        output.Emit(interval);
    }
}
