using System.Text;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Writes text of the function_graph tracer with absolute time, task and duration, as the kernel's trace_functions_graph.c lays it
/// out: walks down the recorded edges, each callee as often as its caller was seen to call it.
/// </summary>
internal static class GraphTextWriter
{
    private const string Header = """
        # tracer: function_graph
        #
        #     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS
        #      |          |     |    |           |   |                     |   |   |   |

        """;

    private const string Rule = " ------------------------------------------\n";

    private sealed class Processor
    {
        public int Task;
        public int Variant;
        public readonly Stack<(int Function, ulong Entered)> Open = new();
    }

    /// <summary>Writes a recording.</summary>
    /// <returns>Its calls.</returns>
    public static long Write(RecordedCalls recorded, string path, long size, Dice dice)
    {
        using var writer = new ByteWriter(path);
        writer.Write(Header.ReplaceLineEndings("\n"));
        var callees = recorded.Calls.GroupBy(c => c.Caller).ToDictionary(g => g.Key, g => g.Select(c => c.Function).ToArray());
        var names = new byte[recorded.Functions.Length * RecordedCalls.Variants][];
        for (var i = 0; i < names.Length; i++) names[i] = Encoding.UTF8.GetBytes(recorded.Spelling(i / RecordedCalls.Variants, i % RecordedCalls.Variants) + "()");
        var tasks = recorded.Tasks.Select(t => TaskColumn(t.Comm, t.Pid)).ToArray();
        var taskBytes = tasks.Select(Encoding.UTF8.GetBytes).ToArray();
        var cpus = Enumerable.Range(0, recorded.Cpus).Select(_ => new Processor { Task = recorded.Calls[dice.Below(recorded.Calls.Length)].Task }).ToArray();
        ulong now = 30_000_000_000;
        long calls = 0;

        while (writer.Length < size)
        {
            var sample = recorded.Calls[dice.Below(recorded.Calls.Length)];
            var (number, cpu) = (sample.Cpu, cpus[sample.Cpu]);
            for (var lines = 20 + dice.Below(100); lines > 0; lines--)
            {
                now += 150UL + (ulong)dice.Below(900);
                if (cpu.Open.Count == 0)
                {
                    sample = recorded.Calls[dice.Below(recorded.Calls.Length)];
                    if (dice.Below(8) == 0 && sample.Task != cpu.Task)
                    {
                        writer.Write($"{Rule} {number}) {tasks[cpu.Task]} => {tasks[sample.Task]}\n{Rule}\n");
                        cpu.Task = sample.Task;
                    }
                    cpu.Variant = RecordedCalls.Variant(dice);
                    Enter(number, cpu, sample.Caller, leaf: false);
                    continue;
                }
                var depth = cpu.Open.Count;
                var choice = dice.Share();
                if (choice < 0.16 + 0.015 * depth) Leave(number, cpu);
                else
                {
                    var next = callees[cpu.Open.Peek().Function];
                    var function = next[dice.Below(next.Length)];
                    Enter(number, cpu, function, leaf: depth >= 40 || !callees.ContainsKey(function) || choice > 0.56 + 0.009 * depth);
                }
            }
        }
        for (var number = 0; number < cpus.Length; number++)
            for (; cpus[number].Open.Count > 0; now += 300)
                Leave(number, cpus[number]);
        return calls;

        void Enter(int number, Processor cpu, int function, bool leaf)
        {
            calls++;
            var depth = cpu.Open.Count;
            var room = writer.Room(4096);
            var at = Head(room, number, cpu);
            if (leaf)
            {
                var duration = 80UL + (ulong)dice.Below(900);
                at += Duration(room[at..], duration);
                now += duration;
            }
            else
            {
                "              |  "u8.CopyTo(room[at..]);
                at += 17;
                cpu.Open.Push((function, now));
            }
            room.Slice(at, depth * 2).Fill((byte)' ');
            at += depth * 2;
            var name = names[function * RecordedCalls.Variants + cpu.Variant];
            name.CopyTo(room[at..]);
            at += name.Length;
            var end = leaf ? ";\n"u8 : " {\n"u8;
            end.CopyTo(room[at..]);
            writer.Keep(at + end.Length);
        }

        void Leave(int number, Processor cpu)
        {
            var entered = cpu.Open.Pop().Entered;
            var depth = cpu.Open.Count;
            var room = writer.Room(4096);
            var at = Head(room, number, cpu);
            at += Duration(room[at..], now - entered);
            room.Slice(at, depth * 2).Fill((byte)' ');
            at += depth * 2;
            "}\n"u8.CopyTo(room[at..]);
            writer.Keep(at + 2);
        }

        int Head(Span<byte> room, int number, Processor cpu)
        {
            var microseconds = now / 1000;
            var at = ByteWriter.Decimal(room, microseconds / 1_000_000, 5, (byte)' ');
            room[at++] = (byte)'.';
            at += ByteWriter.Decimal(room[at..], microseconds % 1_000_000, 6, (byte)'0');
            " | "u8.CopyTo(room[at..]);
            at += 3;
            at += ByteWriter.Decimal(room[at..], (ulong)number, 3, (byte)' ');
            ") "u8.CopyTo(room[at..]);
            at += 2;
            var task = taskBytes[cpu.Task];
            task.CopyTo(room[at..]);
            at += task.Length;
            " | "u8.CopyTo(room[at..]);
            return at + 3;
        }
    }

    /// <summary>The mark of a long duration, the microseconds in at most eight characters, and the bar behind them.</summary>
    private static int Duration(Span<byte> room, ulong nanoseconds)
    {
        room[0] = nanoseconds switch
        {
            > 1_000_000_000 => (byte)'$',
            > 100_000_000 => (byte)'@',
            > 10_000_000 => (byte)'*',
            > 1_000_000 => (byte)'#',
            > 100_000 => (byte)'!',
            > 10_000 => (byte)'+',
            _ => (byte)' ',
        };
        room[1] = (byte)' ';
        var length = ByteWriter.Decimal(room[2..], nanoseconds / 1000, 1, (byte)' ');
        if (length < 7)
        {
            var digits = Math.Min(3, 7 - length);
            Span<byte> fraction = stackalloc byte[3];
            ByteWriter.Decimal(fraction, nanoseconds % 1000, 3, (byte)'0');
            room[2 + length] = (byte)'.';
            fraction[..digits].CopyTo(room[(3 + length)..]);
            length += 1 + digits;
        }
        var at = 2 + length;
        " us "u8.CopyTo(room[at..]);
        at += 4;
        for (; length < 8; length++) room[at++] = (byte)' ';
        "|  "u8.CopyTo(room[at..]);
        return at + 3;
    }

    /// <summary>Seven characters of the name and the pid, in the middle of fourteen.</summary>
    private static string TaskColumn(string comm, int pid)
    {
        var text = $"{(comm.Length > 7 ? comm[..7] : comm)}-{pid}";
        var spaces = Math.Max(0, 14 - text.Length);
        return new string(' ', spaces / 2) + text + new string(' ', spaces - spaces / 2);
    }
}
