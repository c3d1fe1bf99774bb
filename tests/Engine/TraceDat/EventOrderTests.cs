using System.Text.Json;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Events of trace.dat arrive as <c>trace-cmd report</c> prints them: in number, time order and place of the losses.</summary>
public class EventOrderTests
{
    public static TheoryData<string> Recordings =>
    [
        "sched.dat", "irq.dat", "rawsys.dat", "syscalls.dat", "block.dat", "all.dat", "all-lossy.dat", "sched-nocomp.dat.zst", "sched-v6.dat.zst",
        "sched-odd.dat.zst", "all-tsc.dat.zst", "wakeup-only.dat.zst", "runqlat.dat.zst",
    ];

    [SharedDataTheory]
    [MemberData(nameof(Recordings))]
    public void EventsEqualTraceCmdReport(string file)
    {
        using var expected = Expected(file);
        var found = new Collector();
        using var reader = TraceFile.Open(SharedData.Shared($"latency/{file}"));
        reader.ReadOnce(found, null, null, default);

        Assert.Equal(Numbers(expected.RootElement.GetProperty("events_by_kind")), found.Kinds.Where(k => k.Key != "kernel_stack").OrderBy(k => k.Key, StringComparer.Ordinal).ToDictionary());
        Assert.Equal(Numbers(expected.RootElement.GetProperty("events_by_cpu")), found.Cpus.OrderBy(k => k.Key).ToDictionary());
        Assert.Equal(expected.RootElement.GetProperty("first").GetInt64(), found.First);
        Assert.Equal(expected.RootElement.GetProperty("last").GetInt64(), found.Last);
        Assert.Equal(expected.RootElement.GetProperty("lost").EnumerateArray().Select(Loss), found.Losses);
        Assert.Equal(0, found.Backwards);
        Assert.Equal(found.Kinds.Values.Sum(), reader.Info.Events);
    }

    [SharedDataTheory]
    [InlineData("dat/ev-stack.dat")]
    public void StacksBelongToTheirEvents(string file)
    {
        var found = new Collector();
        using var reader = TraceFile.Open(SharedData.Shared(file));
        reader.ReadOnce(found, null, null, default);
        var switches = found.Kinds["sched_switch"];
        Assert.True(found.Stacks > switches * 0.99, $"{found.Stacks} stacks of {switches} switches");
    }

    /// <summary>Events of several threads, of one thread and of a sink that wants one kind only are the same ones.</summary>
    [SharedDataFact]
    public void ThreadsAndWishesDoNotChangeTheOrder()
    {
        var all = new Collector { Only = "sched_switch" };
        var one = new Collector { Only = "sched_switch" };
        var path = SharedData.Shared("latency/sched.dat");
        using (var reader = TraceFile.Open(path)) reader.ReadOnce(all, null, null, default);
        using (var reader = TraceFile.Open(path, new() { Threads = 1 })) reader.ReadOnce(one, null, null, default);
        Assert.Equal(all.Hash, one.Hash);
        Assert.Equal(["sched_switch"], all.Kinds.Keys);
    }

    private static JsonDocument Expected(string file)
    {
        var path = SharedData.Shared($"latency/expected/{(file.EndsWith(".zst", StringComparison.Ordinal) ? file[..^4] : file)}.json");
        return JsonDocument.Parse(File.ReadAllText(File.Exists(path) ? path : SharedData.Unpacked(path + ".zst")));
    }

    private static Dictionary<string, long> Numbers(JsonElement numbers)
        => numbers.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).ToDictionary(p => p.Name, p => p.Value.GetInt64());

    private static (int, long?) Loss(JsonElement loss)
        => (loss.GetProperty("cpu").GetInt32(), loss.GetProperty("count") is { ValueKind: JsonValueKind.Number } count ? count.GetInt64() : null);

    private sealed class Collector : EventSink
    {
        public Dictionary<string, long> Kinds { get; } = [];
        public Dictionary<string, long> Cpus { get; } = [];
        public List<(int Cpu, long? Events)> Losses { get; } = [];
        public string? Only { get; init; }
        public long First { get; private set; } = -1;
        public long Last { get; private set; } = -1;
        public long Backwards { get; private set; }
        public long Stacks { get; private set; }
        public int Hash { get; private set; }

        public override bool Wants(EventSchema schema) => Only is null || schema.Name == Only;

        public override void Accept(in EventRecord record)
        {
            Kinds[record.Schema.Name] = Kinds.GetValueOrDefault(record.Schema.Name) + 1;
            var cpu = record.Cpu.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Cpus[cpu] = Cpus.GetValueOrDefault(cpu) + 1;
            if (First < 0) First = record.Time;
            if (record.Time < Last) Backwards++;
            if (!record.Stack.IsEmpty) Stacks++;
            Last = record.Time;
            Hash = HashCode.Combine(Hash, record.Time, record.Cpu, record.ProcessId);
        }

        public override void Lost(int cpu, long? events, long time) => Losses.Add((cpu, events));
    }
}
