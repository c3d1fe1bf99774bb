using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// The events of text, and their fields. The events do not depend on the blocks in which the text is read, and a field read alone
/// is the field read with the others.
/// </summary>
internal sealed class TextEventTarget() : FuzzTarget("text-events")
{
    private const int LongestBlock = 400;

    protected override long StepsPerByte => 60_000;

    protected override long MemoryPerByte => 16_384;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var format = TextEventReading.FormatOf(input);
        var bytes = input.ToArray();
        var draw = Draw(input);
        // With small blocks, more than one block can be between an event and the end of its stack.
        Events(format, bytes, draw, int.MaxValue / 2, withStacks: true);
        Events(format, bytes, draw, LongestBlock, withStacks: true);
        var whole = Events(format, bytes, draw, int.MaxValue / 2, withStacks: false);
        var parts = Events(format, bytes, draw, LongestBlock, withStacks: false);
        for (var i = 0; i < Math.Max(whole.Count, parts.Count); i++)
        {
            var (expected, actual) = (i < whole.Count ? whole[i] : "nothing", i < parts.Count ? parts[i] : "nothing");
            Check(expected == actual, $"format {format}, event {i}: {expected}; in small blocks: {actual}");
        }
    }

    private static List<string> Events(int format, byte[] text, uint draw, int longest, bool withStacks)
    {
        var sink = new Sink(draw % 3 == 0, withStacks);
        TextEventReading.Read(format, text, new CutBlocks(text, draw, longest), sink, threads: 1);
        return sink.Lines;
    }

    private sealed class Sink(bool withCalls, bool withStacks) : EventSink
    {
        private TraceContext? _context;

        public List<string> Lines { get; } = [];

        public override CallSink? Calls { get; } = withCalls ? new CallSums(inOrder: true) : null;

        public override CallFields Fields => withStacks ? base.Fields : base.Fields & ~CallFields.Stack;

        public override void Begin(TraceContext context) => _context = context;

        public override void Accept(in EventRecord record)
        {
            var happened = new KernelEvent(_context!, in record);
            Lines.Add($"{record.Time} {record.Cpu} {record.ProcessId} {record.Context} {record.Schema} [{happened.Message}] "
                + $"{(happened.Stack is { } stack ? string.Join(';', stack) : "")} after {((CallSums?)Calls)?.Count} calls");
            // A field read alone is the first one of its name.
            foreach (var (name, value, _) in record.Schema.Decode(record.Body).DistinctBy(field => field.Name))
            {
                var reader = record.Schema.Reader(name);
                if (!reader.Exists || name.Contains('\uFFFD', StringComparison.Ordinal)) continue;
                if (value is long number && reader.TryNumber(record.Body, out var alone))
                    Check(number == alone, $"{record.Schema}: {name} is {number}, and {alone} if read alone");
                else if (value is string text && reader.Text(record.Body) is { IsEmpty: false } bytes)
                    Check(Encoding.UTF8.GetByteCount(text) >= bytes.Length, $"{record.Schema}: {name} is {text}, and longer if read alone");
            }
        }

        public override void Lost(int cpu, long? events, long time) => Lines.Add($"{time} {cpu} lost {events}");
    }
}
