using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Fuzzing;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.TextEvents;

/// <summary>The events, the stacks and the calls between them do not depend on where the blocks of the text end.</summary>
public class BlockTests
{
    [SharedDataTheory]
    [InlineData("graph/fg-events.txt.zst", 0)]
    [InlineData("perf/sched.script.txt.zst", 2)]
    [InlineData("perf/sched-g.script.txt.zst", 2)]
    [InlineData("text/ev-function-mixed.txt.zst", 3)]
    [InlineData("text/ev-stacktrace.txt.zst", 3)]
    [InlineData("text/marker.txt.zst", 3)]
    [InlineData("latency/pipe-lossy.txt.zst", 3)]
    public void SmallBlocksGiveTheSameEventsAndCalls(string name, int format)
    {
        var text = File.ReadAllBytes(SharedData.Unpacked(SharedData.Shared(name)));
        text = text[..Math.Min(text.Length, 400_000)];
        Assert.Equal(format, TextEventReading.FormatOf(text));
        var whole = Read(format, text, new CutBlocks(text, 1, text.Length));
        for (var round = 0u; round < 4; round++)
            Assert.Equal(whole, Read(format, text, new CutBlocks(text, round * 77, (name.Contains("stack", StringComparison.Ordinal) ? 40_000 : 300) + ((int)round % 2 * 4700)), 1 + ((int)round % 3)));
    }

    /// <summary>A message has spaces at the ends of its lines and blank lines; it ends after 64 lines or a long gap.</summary>
    [Theory]
    [InlineData(1, 0, 6)]
    [InlineData(1, 150, 6)]
    [InlineData(250, 0, 6)]
    [InlineData(3, 300, 3)]
    [InlineData(1, 0, 80)]
    [InlineData(2, 0, 80)]
    public void AMessageOfManyLinesEndsAtTheSameLineInEveryBlock(int newlines, int gap, int lines)
    {
        var message = string.Concat(Enumerable.Range(1, lines).Select(i => $"line {i}  {new string('\n', newlines)}"))
            + new string('\n', gap) + "last\n\n";
        var text = Encoding.ASCII.GetBytes($"cpus=1\n            task-7     [000]     1.000001: sched_other:          first \n{message}\n");
        Assert.Equal(1, TextEventReading.FormatOf(text));
        var whole = Read(1, text, new CutBlocks(text, 1, text.Length * 1000));
        Assert.Equal(2, whole.Count);
        Assert.EndsWith(gap > 256 ? $"line {lines}] " : lines > 64 ? "line 64] " : "last] ", whole[0], StringComparison.Ordinal);
        for (var round = 0u; round < 100; round++)
            Assert.Equal(whole, Read(1, text, new CutBlocks(text, round * 77, 2 + (int)(round * 5))));
    }

    [Fact]
    public void AStackThatIsNotWantedEndsTheMessageInEveryBlock()
    {
        var text = "a 1 [001] 2.000001: sched:sched_waking: comm=x pid=2\n\tffffffff8e95d97a b+0x1 ([kernel.kallsyms])\n\nnothing\n"u8.ToArray();
        for (var longest = 1; longest < text.Length; longest++)
            Assert.EndsWith("[comm=x pid=2] ", Read(2, text, new CutBlocks(text, 1, longest), withStacks: false)[0], StringComparison.Ordinal);
    }

    /// <summary>The events, each with the number of calls and of losses before it.</summary>
    private static List<string> Read(int format, byte[] text, CutBlocks blocks, int threads = 1, bool withStacks = true)
    {
        var calls = new OrderedCalls();
        var log = new CountingLog(calls, withStacks);
        TextEventReading.Read(format, text, blocks, log, threads);
        log.Lines.Add($"{calls.Calls.Count} calls");
        return log.Lines;
    }

    private sealed class CountingLog(OrderedCalls calls, bool withStacks) : EventSink
    {
        private TraceContext? _context;

        public List<string> Lines { get; } = [];

        public override CallSink Calls => calls;

        public override CallFields Fields => withStacks ? base.Fields : base.Fields & ~CallFields.Stack;

        public override void Begin(TraceContext context) => _context = context;

        public override void Accept(in EventRecord record)
        {
            var happened = new KernelEvent(_context!, in record);
            Lines.Add($"{calls.Calls.Count}: {record.Time} {record.Cpu} {happened.Comm}-{record.ProcessId} {record.Schema} [{happened.Message}] "
                + string.Join(';', happened.Stack ?? []));
        }

        public override void Lost(int cpu, long? events, long time) => Lines.Add($"{calls.Calls.Count}: {time} {cpu} lost {events}");
    }
}
