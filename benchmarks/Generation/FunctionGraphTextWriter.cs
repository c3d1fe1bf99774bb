using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Writes text of the function_graph tracer with absolute time, task and duration, in the format of
/// <c>kernel/trace/trace_functions_graph.c</c>. Follows the recorded edges at random, each in proportion to its number of calls.
/// </summary>
internal sealed class FunctionGraphTextWriter
{
    private const string Header = """
        # tracer: function_graph
        #
        #     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS
        #      |          |     |    |           |   |                     |   |   |   |

        """;

    private const string Rule = " ------------------------------------------\n";

    private readonly ByteWriter _writer;
    private readonly RecordedCalls _recorded;
    private readonly Dice _dice;
    private readonly Dictionary<int, int[]> _callees;
    private readonly byte[][] _names;
    private readonly string[] _tasks;
    private readonly byte[][] _taskBytes;
    private readonly Processor[] _cpus;
    private ulong _now = 30_000_000_000;
    private long _calls;

    private FunctionGraphTextWriter(ByteWriter writer, RecordedCalls recorded, Dice dice)
    {
        (_writer, _recorded, _dice) = (writer, recorded, dice);
        _callees = recorded.Calls.GroupBy(c => c.Caller).ToDictionary(g => g.Key, g => g.Select(c => c.Function).ToArray());
        _names = new byte[recorded.Functions.Length * RecordedCalls.Variants][];
        for (var i = 0; i < _names.Length; i++)
            _names[i] = Encoding.UTF8.GetBytes(recorded.Spelling(i / RecordedCalls.Variants, i % RecordedCalls.Variants) + "()");
        _tasks = recorded.Tasks.Select(t => TaskColumn(t.Comm, t.Pid)).ToArray();
        _taskBytes = _tasks.Select(Encoding.UTF8.GetBytes).ToArray();
        _cpus = Enumerable.Range(0, recorded.Cpus).Select(_ => new Processor { Task = AnyCall().Task }).ToArray();
    }

    private sealed class Processor
    {
        public int Task;
        public int Variant;
        public readonly Stack<(int Function, ulong Entered)> Open = new();
    }

    /// <summary>Writes a recording.</summary>
    /// <returns>The number of calls.</returns>
    public static long Write(RecordedCalls recorded, string path, long size, Dice dice)
    {
        using var writer = new ByteWriter(path);
        writer.Write(Header.ReplaceLineEndings("\n"));
        return new FunctionGraphTextWriter(writer, recorded, dice).Write(size);
    }

    private long Write(long size)
    {
        while (_writer.Length < size)
        {
            var number = AnyCall().Cpu;
            for (var lines = 20 + _dice.Below(100); lines > 0; lines--) WriteLine(number, _cpus[number]);
        }
        for (var number = 0; number < _cpus.Length; number++)
            for (; _cpus[number].Open.Count > 0; _now += 300)
                Leave(number, _cpus[number]);
        return _calls;
    }

    private CallRecord AnyCall() => _recorded.Calls[_dice.Below(_recorded.Calls.Length)];

    private void WriteLine(int number, Processor cpu)
    {
        _now += 150UL + (ulong)_dice.Below(900);
        if (cpu.Open.Count == 0)
        {
            var sample = AnyCall();
            if (_dice.Below(8) == 0 && sample.Task != cpu.Task)
            {
                _writer.Write($"{Rule} {number}) {_tasks[cpu.Task]} => {_tasks[sample.Task]}\n{Rule}\n");
                cpu.Task = sample.Task;
            }
            cpu.Variant = RecordedCalls.Variant(_dice);
            Enter(number, cpu, sample.Caller, leaf: false);
            return;
        }
        var depth = cpu.Open.Count;
        var choice = _dice.Share();
        if (choice < 0.16 + 0.015 * depth)
        {
            Leave(number, cpu);
            return;
        }
        var next = _callees[cpu.Open.Peek().Function];
        var function = next[_dice.Below(next.Length)];
        Enter(number, cpu, function, leaf: depth >= 40 || !_callees.ContainsKey(function) || choice > 0.56 + 0.009 * depth);
    }

    private void Enter(int number, Processor cpu, int function, bool leaf)
    {
        _calls++;
        var depth = cpu.Open.Count;
        var room = _writer.Room(4096);
        var at = WriteHead(room, number, cpu);
        if (leaf)
        {
            var duration = 80UL + (ulong)_dice.Below(900);
            at += Duration(room[at..], duration);
            _now += duration;
        }
        else
        {
            "              |  "u8.CopyTo(room[at..]);
            at += 17;
            cpu.Open.Push((function, _now));
        }
        room.Slice(at, depth * 2).Fill((byte)' ');
        at += depth * 2;
        var name = _names[function * RecordedCalls.Variants + cpu.Variant];
        name.CopyTo(room[at..]);
        at += name.Length;
        var end = leaf ? ";\n"u8 : " {\n"u8;
        end.CopyTo(room[at..]);
        _writer.Advance(at + end.Length);
    }

    private void Leave(int number, Processor cpu)
    {
        var entered = cpu.Open.Pop().Entered;
        var depth = cpu.Open.Count;
        var room = _writer.Room(4096);
        var at = WriteHead(room, number, cpu);
        at += Duration(room[at..], _now - entered);
        room.Slice(at, depth * 2).Fill((byte)' ');
        at += depth * 2;
        "}\n"u8.CopyTo(room[at..]);
        _writer.Advance(at + 2);
    }

    private int WriteHead(Span<byte> room, int number, Processor cpu)
    {
        var microseconds = _now / 1000;
        var at = ByteWriter.Decimal(room, microseconds / 1_000_000, 5, (byte)' ');
        room[at++] = (byte)'.';
        at += ByteWriter.Decimal(room[at..], microseconds % 1_000_000, 6, (byte)'0');
        " | "u8.CopyTo(room[at..]);
        at += 3;
        at += ByteWriter.Decimal(room[at..], (ulong)number, 3, (byte)' ');
        ") "u8.CopyTo(room[at..]);
        at += 2;
        var task = _taskBytes[cpu.Task];
        task.CopyTo(room[at..]);
        at += task.Length;
        " | "u8.CopyTo(room[at..]);
        return at + 3;
    }

    /// <summary>The overhead mark, the duration in microseconds in at most eight characters, and the bar after it.</summary>
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

    /// <summary>Seven characters of the name and the pid, centred in fourteen columns.</summary>
    private static string TaskColumn(string comm, int pid)
    {
        var text = $"{(comm.Length > 7 ? comm[..7] : comm)}-{pid}";
        var spaces = Math.Max(0, 14 - text.Length);
        return new string(' ', spaces / 2) + text + new string(' ', spaces - spaces / 2);
    }
}
