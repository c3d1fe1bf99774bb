using System.Text;
using System.Text.Json;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>
/// Tests the kernel events of Perfetto traces: a reader of the wire format makes of them what Perfetto makes of them, by the rules of
/// its importers, and the slices must be those that the independent latency oracle found in the same recording.
/// </summary>
public sealed class PerfettoEventTests : IDisposable
{
    private const int Switch = 4, Waking = 20, SoftIrqEntry = 24, SoftIrqExit = 25, IrqEntry = 36, IrqExit = 37, SysEnter = 329,
        SysExit = 330;

    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    private sealed record Event(long Time, int Cpu, int Pid, int Kind, PerfettoMessage Fields);

    private sealed record Trace(List<Event> Events, List<PerfettoMessage> Packets, ProfileExport Export);

    public void Dispose() => Directory.Delete(_folder, true);

    private Trace Write(string recording)
    {
        var path = Path.Combine(_folder, "a.perfetto-trace");
        using var writer = ProfileWriter.Create(path, null, ProfileWeight.Auto, force: true);
        using var reader = TraceFile.Open(recording);
        reader.Read(writer.Events!);
        return Read(path, writer.Commit());
    }

    private static Trace Read(string path, ProfileExport export)
    {
        List<PerfettoMessage> packets = [.. new PerfettoMessage(File.ReadAllBytes(path)).All(1)];
        var events = new List<Event>();
        foreach (var bundle in packets.SelectMany(p => p.All(1)))
            foreach (var e in bundle.All(2))
            {
                var (kind, fields) = e.Only;
                // Perfetto refuses an event without any of these.
                events.Add(new Event(e.Number(1)!.Value, (int)bundle.Number(1)!.Value, (int)e.Number(2)!.Value, kind, fields));
            }
        return new Trace([.. events.OrderBy(e => e.Time)], packets, export);
    }

    private static JsonElement Expected(string recording)
    {
        var file = SharedData.Shared($"latency/expected/{recording}.json");
        if (!File.Exists(file)) file = SharedData.Unpacked(file + ".zst");
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return json.RootElement.Clone();
    }

    private static (long Count, long Sum) Total(JsonElement expected, string metric)
    {
        var metrics = expected.TryGetProperty("metrics", out var inner) ? inner : expected;
        if (!metrics.TryGetProperty(metric, out var found) || !found.TryGetProperty("total", out var total)) return default;
        return (total.GetProperty("count").GetInt64(), total.GetProperty("sum").GetInt64());
    }

    /// <summary>The slices of tasks and of the idle task, as FtraceSchedEventTracker closes them.</summary>
    private static (long Count, long Sum)[] Slices(Trace trace)
    {
        var open = new Dictionary<int, (long Pid, long Time)>();
        var totals = new (long Count, long Sum)[2];
        foreach (var e in trace.Events.Where(e => e.Kind == Switch))
        {
            if (open.TryGetValue(e.Cpu, out var slice) && slice.Pid == e.Fields.Number(2))
            {
                ref var total = ref totals[slice.Pid == 0 ? 1 : 0];
                total = (total.Count + 1, total.Sum + e.Time - slice.Time);
            }
            open[e.Cpu] = (e.Fields.Number(6)!.Value, e.Time);
        }
        return totals;
    }

    /// <summary>The slices of handlers, as SliceTracker pairs them on the track of a CPU.</summary>
    private static (long Count, long Sum) Handlers(Trace trace, int entry, int exit)
    {
        var open = new Dictionary<int, Stack<long>>();
        var (count, sum) = (0L, 0L);
        foreach (var e in trace.Events.Where(e => e.Kind == entry || e.Kind == exit))
        {
            if (!open.TryGetValue(e.Cpu, out var stack)) open.Add(e.Cpu, stack = new Stack<long>());
            if (e.Kind == entry) stack.Push(e.Time);
            else if (stack.TryPop(out var begin)) (count, sum) = (count + 1, sum + e.Time - begin);
        }
        return (count, sum);
    }

    [SharedDataTheory]
    [InlineData("sched.dat")]
    [InlineData("all.dat")]
    [InlineData("block.dat")]
    public void Slices_and_handlers_are_those_of_the_recording(string recording)
    {
        var expected = Expected(recording);
        var trace = Write(SharedData.Shared($"latency/{recording}"));
        Assert.Equal([Total(expected, "oncpu"), Total(expected, "idle")], Slices(trace));
        Assert.Equal(Total(expected, "irq"), Handlers(trace, IrqEntry, IrqExit));
        Assert.Equal(Total(expected, "softirq"), Handlers(trace, SoftIrqEntry, SoftIrqExit));
        Assert.Equal(trace.Export.Events, trace.Events.Count);
        Assert.DoesNotContain(trace.Packets.SelectMany(p => p.All(1)), bundle => bundle.Number(3) is not null);
        // By these, Perfetto decodes states and names system calls.
        var kernel = trace.Packets.SelectMany(p => p.All(45)).Single().All(1).Single();
        Assert.Equal(("Linux", "6.1.0-56-amd64", "x86_64"), (kernel.Text(1), kernel.Text(3), kernel.Text(4)));
    }

    [SharedDataFact]
    public void States_are_those_of_the_recording()
    {
        var trace = Write(SharedData.Shared("latency/sched.dat"));
        var preempted = trace.Events.Where(e => e.Kind == Switch && e.Fields.Number(2) != 0).ToLookup(e => e.Fields.Number(4));
        // The number of preempted tasks that the oracle counts from the letters R and R+.
        var preempt = Expected("sched.dat").GetProperty("metrics").GetProperty("preempt").GetProperty("accounting");
        Assert.Equal(preempt.GetProperty("starts_R").GetInt64(), preempted[0].LongCount());
        Assert.Equal(preempt.GetProperty("starts_Rplus").GetInt64(), preempted[0x100].LongCount());
        Assert.All(preempted, state => Assert.True(state.Key is >= 0 and <= 0x1FF));
    }

    [SharedDataFact]
    public void Wakers_are_those_of_the_recording()
    {
        var trace = Write(SharedData.Shared("latency/all.dat"));
        var waking = trace.Events.Where(e => e.Kind == Waking).ToList();
        Assert.NotEmpty(waking);
        Assert.All(waking, e => Assert.True(e.Fields.Number(2) > 0 && e.Fields.Text(1)!.Length > 0));
        Assert.Equal(Expected("all.dat").GetProperty("events_by_kind").GetProperty("sched_waking").GetInt64(), waking.Count);
    }

    [SharedDataTheory]
    [InlineData("rawsys.dat")]
    [InlineData("syscalls.dat")]
    public void System_calls_are_those_of_the_recording(string recording)
    {
        var expected = Expected(recording);
        var trace = Write(SharedData.Shared($"latency/{recording}"));
        var open = new Dictionary<int, (long Number, long Time)>();
        var (count, sum) = (0L, 0L);
        foreach (var e in trace.Events.Where(e => e.Kind is SysEnter or SysExit))
        {
            var number = e.Fields.Number(1)!.Value;
            if (e.Kind == SysEnter) open[e.Pid] = (number, e.Time);
            // Perfetto shows rt_sigreturn (15) as an instant: its exit has no number.
            else if (open.Remove(e.Pid, out var enter) && (enter.Number == number || (enter.Number == 15 && number == -1)))
                (count, sum) = (count + 1, sum + e.Time - enter.Time);
        }
        var total = Total(expected, "syscall") is { Count: > 0 } raw ? raw : Total(expected, "syscall_named");
        Assert.Equal(total, (count, sum));
    }

    [SharedDataFact]
    public void Lost_events_are_marked_where_they_are_lost()
    {
        var expected = Expected("all-lossy.dat");
        var trace = Write(SharedData.Shared("latency/all-lossy.dat"));
        var losses = expected.GetProperty("lost").EnumerateArray().ToList();
        Assert.Equal(losses.Count, trace.Packets.SelectMany(p => p.All(1)).Count(b => b.Number(3) == 1));
        // Each is a slice of a track of its CPU, with the number if it is known.
        var counts = trace.Packets.SelectMany(p => p.All(11)).SelectMany(e => e.All(4)).Where(a => a.Text(10) == "events").Select(a => a.Number(4)!.Value);
        Assert.Equal(losses.Where(l => l.GetProperty("count").ValueKind == JsonValueKind.Number).Select(l => l.GetProperty("count").GetInt64()).Order(), counts.Order());
        Assert.Contains("were lost", trace.Export.Note, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void A_recording_without_wakings_says_so()
        => Assert.Contains("sched_waking", Write(SharedData.Unpacked(SharedData.Shared("latency/wakeup-only.dat.zst"))).Export.Note, StringComparison.Ordinal);

    [SharedDataFact]
    public void Hostile_names_are_inert()
    {
        var trace = Write(SharedData.Unpacked(SharedData.Shared("latency/sched-odd.dat.zst")));
        var names = trace.Events.Where(e => e.Kind == Switch).SelectMany(e => new[] { e.Fields.Text(1)!, e.Fields.Text(5)! }).ToHashSet();
        Assert.Contains(names, n => n.Contains('‹', StringComparison.Ordinal));
        Assert.All(names, n => Assert.DoesNotContain(n, c => char.IsControl(c) || c == '\uFFFD'));
    }

    [Theory]
    [InlineData("6.1.0-56-amd64", "R+", 0x100)]
    [InlineData("4.14.0", "I", 0x80)]
    [InlineData("4.9.0", "R+", 0x1000)]
    [InlineData("4.4.0", "R+", 0x800)]
    [InlineData(null, "P", 0x200)]
    [InlineData(null, "D|K", 0x82)]
    [InlineData("5.10.1", "D", 2)]
    [InlineData("5.10.1", "what", null)]
    public void States_are_encoded_as_the_release_encodes_them(string? release, string letters, int? state)
    {
        var schema = new StateText();
        Assert.Equal(state, new PerfettoStates(release).Of(schema, schema.Reader("prev_state"), Encoding.ASCII.GetBytes(letters)));
    }

    /// <summary>A schema whose only field is the letters of a state.</summary>
    private sealed class StateText() : EventSchema("sched", "sched_switch")
    {
        public override IReadOnlyList<EventField> Decode(ReadOnlySpan<byte> body) => [];

        public override string Message(ReadOnlySpan<byte> body) => "";

        public override IReadOnlyList<string> Frames(ReadOnlySpan<byte> stack) => [];

        public override FieldReader Reader(string field) => new(this, 0);

        public override bool TryNumber(ReadOnlySpan<byte> body, int field, out long value)
        {
            value = 0;
            return false;
        }

        public override bool TryText(ReadOnlySpan<byte> body, int field, out ReadOnlySpan<byte> text)
        {
            text = body;
            return true;
        }
    }
}
