using System.Text;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Writes text of the function tracer in the format of <c>trace_print_context</c> in <c>kernel/trace/trace_output.c</c>.
/// </summary>
internal static class FunctionTextWriter
{
    private const string TgidHeader = """
        # tracer: function
        #
        # entries-in-buffer/entries-written: 1000000/1000000   #P:2
        #
        #                                          _-----=> irqs-off/BH-disabled
        #                                         / _----=> need-resched
        #                                        | / _---=> hardirq/softirq
        #                                        || / _--=> preempt-depth
        #                                        ||| / _-=> migrate-disable
        #                                        |||| /     delay
        #           TASK-PID       TGID    CPU#  |||||  TIMESTAMP  FUNCTION
        #              | |           |       |   |||||     |         |

        """;

    /// <summary>Text of trace_pipe with the counter clock and lost events, as the Python tool records it.</summary>
    public static long WriteCounter(RecordedCalls recorded, string path, long size, Dice dice)
        => Write(recorded, path, size, dice, tgid: false);

    /// <summary>Text of trace with time stamps in seconds and the TGID column.</summary>
    public static long WriteSeconds(RecordedCalls recorded, string path, long size, Dice dice)
        => Write(recorded, path, size, dice, tgid: true);

    private static long Write(RecordedCalls recorded, string path, long size, Dice dice, bool tgid)
    {
        using var writer = new ByteWriter(path);
        if (tgid) writer.Write(TgidHeader.ReplaceLineEndings("\n"));
        var count = recorded.Calls.Length;
        var heads = new byte[count][];
        var tails = new byte[count * RecordedCalls.Variants][];
        var tailsByEdge = new Dictionary<(int, int, int), byte[]>();
        for (var i = 0; i < count; i++)
        {
            ref var call = ref recorded.Calls[i];
            var (comm, pid) = recorded.Tasks[call.Task];
            var group = !tgid ? "" : pid == 0 ? "(-------) " : $"({pid,7}) ";
            heads[i] = Encoding.UTF8.GetBytes($"{comm,16}-{pid,-7} {group}[{call.Cpu:000}] {recorded.Flags[i]} ");
            for (var variant = 0; variant < RecordedCalls.Variants; variant++)
            {
                var key = (call.Function, call.Caller, variant);
                if (!tailsByEdge.TryGetValue(key, out var tail))
                    tailsByEdge[key] = tail = Encoding.UTF8.GetBytes(
                        $": {recorded.Spelling(call.Function, variant)} <-{recorded.Spelling(call.Caller, variant)}\n");
                tails[i * RecordedCalls.Variants + variant] = tail;
            }
        }

        long calls = 0;
        ulong time = tgid ? 15_000_000UL : 0;
        while (writer.Length < size)
        {
            var (start, length, variant) = (dice.Below(count), RecordedCalls.RunLength(dice), RecordedCalls.Variant(dice));
            var end = Math.Min(start + length, count);
            for (var i = start; i < end; i++)
            {
                time++;
                var (head, tail) = (heads[i], tails[i * RecordedCalls.Variants + variant]);
                var room = writer.Room(head.Length + tail.Length + 32);
                head.CopyTo(room);
                var at = head.Length;
                if (tgid)
                {
                    at += ByteWriter.Decimal(room[at..], time / 1_000_000, 6, (byte)' ');
                    room[at++] = (byte)'.';
                    at += ByteWriter.Decimal(room[at..], time % 1_000_000, 6, (byte)'0');
                }
                else
                {
                    at += ByteWriter.Decimal(room[at..], time, 12, (byte)' ');
                }
                tail.CopyTo(room[at..]);
                writer.Advance(at + tail.Length);
            }
            calls += end - start;
            if (!tgid && end < count)
            {
                var lost = 290UL * (ulong)(1 + dice.Below(40));
                time += lost;
                writer.Write($"CPU:{recorded.Calls[end].Cpu} [LOST {lost} EVENTS]\n");
            }
        }
        return calls;
    }
}
