using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KernelMagnifier.Engine.Tests.FtraceText;

/// <summary>
/// A slow and simple reader of function_graph text, to which the reader under test is compared: one regular expression for each
/// line, written from print_graph_prologue, print_graph_duration, print_graph_entry_leaf, print_graph_entry_nested,
/// print_graph_return and verif_pid in kernel/trace/trace_functions_graph.c. It shares no code with the engine.
/// </summary>
internal sealed class GraphTextReference
{
    public sealed class Call
    {
        public string Function = "", Caller = "", Comm = "", Context = "";
        public int Depth, Cpu = -1, Pid = -1;
        public long Time = long.MinValue;
        public long Duration = -1, Self = -1;

        public override string ToString()
            => $"{Time} [{Cpu}] {Comm}-{Pid} {Context} {Depth} {Function} <- {Caller} {Duration} {Self}";
    }

    private sealed class Open
    {
        public Call? Call;
        public long Callees;
        public bool CalleesUnknown, Interrupt;
    }

    private sealed class Stack
    {
        public readonly List<Open> Calls = [];
        public string Comm = "";
        public int Pid = int.MinValue;
        public int LastCpu;
        public bool InterruptStarts;
    }

    private const string Proc = @"(?<left> *)(?<comm>.{0,7})-(?<pid>\d+)(?<right> *)";

    private readonly Regex _line;
    private readonly bool _hasCpu;
    private readonly List<Stack> _all = [];
    private readonly Dictionary<(int Pid, int Cpu), Stack> _byTask = [];
    private readonly Dictionary<int, Stack> _current = [];

    public List<Call> Calls { get; } = [];

    public Dictionary<string, int> Events { get; } = [];

    public long Lost { get; private set; }

    public List<string> NotParsed { get; } = [];

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">Its columns, as letters of "arcpld" for absolute time, relative time, CPU, proc, latency flags and
    /// duration; null for those in the header.</param>
    public GraphTextReference(byte[] text, string? columns = null)
    {
        var lines = Encoding.Latin1.GetString(text).Split('\n');
        if (lines[^1].Length == 0) lines = lines[..^1];
        columns ??= Columns(lines.FirstOrDefault(l => l.StartsWith('#') && l.Contains("FUNCTION CALLS")) ?? "");
        _hasCpu = columns.Contains('c');
        var pattern = new StringBuilder("^");
        if (columns.Contains('a')) pattern.Append(@" *(?<s>\d+)\.(?<us>\d{6}) \|  ");
        if (columns.Contains('r')) pattern.Append(@" *\d+ us \|  ");
        if (_hasCpu) pattern.Append(@" +(?<cpu>\d+)\) ");
        if (columns.Contains('p')) pattern.Append($"(?<proc>{Proc}) \\| ");
        if (columns.Contains('l')) pattern.Append(@" (?<flags>\S{4,7}) \| ");
        const string Body = @"(?<indent>(?:  )*)(?:(?<leaf>[^\s(){};|]+(?: \[[^\s\]]+\])?)\(.*\);(?<tail> /\* .* \*/)?|(?<open>[^\s(){};|]+(?: \[[^\s\]]+\])?)\(.*\) \{(?<tail> /\* .* \*/)?|(?<close>\})(?: /\* (?<name>\S+(?: \[[^\s\]]+\])?)(?: ret=\S+)? \*/)?)|(?: *)/\* (?<event>.*)";
        if (columns.Contains('d'))
            pattern.Append(@"(?:  (?<mark>==========>|<==========) \||(?: {14}|(?<sign>.) (?<dur>\d+)(?:\.(?<frac>\d{1,3}))? us +)\|  (?:").Append(Body).Append("))$");
        else
            pattern.Append("(?:(?<mark>==========>|<==========)|").Append(Body).Append(")$");
        _line = new Regex(pattern.ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant);

        var inEvent = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            var match = Match(line);
            if (!match.Success && IsNotACall(line, lines, ref i, ref inEvent)) continue;
            if (!match.Success && i + 1 < lines.Length && Match(line + "\n" + lines[i + 1]) is { Success: true } joined)
            {
                match = joined;
                i++;
            }
            if (!match.Success)
            {
                if (!inEvent) NotParsed.Add(line);
                else if (line.EndsWith(" */", StringComparison.Ordinal)) inEvent = false;
                continue;
            }
            inEvent = match.Groups["event"].Success && !line.EndsWith(" */", StringComparison.Ordinal);
            Take(match);
        }
    }

    private static string Columns(string header)
        => (header.Contains("REL TIME") ? "r" : header.Contains(" TIME") ? "a" : "") + (header.Contains(" CPU") ? "c" : "")
        + (header.Contains("TASK/PID") ? "p" : "")
            + (header.Contains("||||") ? "l" : "") + (header.Contains("DURATION") ? "d" : "");

    private Match Match(string line)
    {
        var match = _line.Match(line);
        // The task column is fourteen bytes wide, and its content is centered.
        if (match.Success && match.Groups["proc"].Success && !IsCentered(match.Groups["proc"].Value)) return Regex.Match("", "x");
        return match;
    }

    private static bool IsCentered(string proc)
    {
        var (_, comm, pid) = Task(proc);
        var length = comm.Length + 1 + pid.Length;
        return proc.Length == Math.Max(14, length);
    }

    private static (int Left, string Comm, string Pid) Task(string proc)
    {
        var trimmed = proc.TrimEnd(' ');
        var dash = trimmed.LastIndexOf('-');
        var right = proc.Length - trimmed.Length;
        var left = 0;
        while (left < right && left < dash && proc[left] == ' ') left++;
        return (left, trimmed[left..dash], trimmed[(dash + 1)..]);
    }

    private bool IsNotACall(string line, string[] lines, ref int i, ref bool inEvent)
    {
        if (line.Trim().Length == 0 || line.StartsWith('#') || Regex.IsMatch(line, "^ -{10,}$")
            || Regex.IsMatch(line, @"^ \(Overruns: \d+\)$") || line.StartsWith(" => ", StringComparison.Ordinal)) return true;
        if (line.EndsWith("<stack trace>", StringComparison.Ordinal))
        {
            Count(line.EndsWith("<user stack trace>", StringComparison.Ordinal) ? "user_stack" : "kernel_stack");
            return true;
        }
        var lost = Regex.Match(line, @"^CPU:(\d+) \[LOST (\d+ )?EVENTS\]$");
        if (lost.Success)
        {
            inEvent = false;
            if (lost.Groups[2].Success) Lost += long.Parse(lost.Groups[2].Value, CultureInfo.InvariantCulture);
            Lose(int.Parse(lost.Groups[1].Value, CultureInfo.InvariantCulture));
            return true;
        }
        for (var joined = 0; joined < 2 && i + joined < lines.Length; joined++)
        {
            var text = joined == 0 ? line : line + "\n" + lines[i + 1];
            var to = Regex.Match(text, "^ +(?<cpu>\\d+)\\) (?<from>.{14,19}) => (?<to>.{14,19})$", RegexOptions.Singleline);
            if (!to.Success || !Regex.IsMatch(to.Groups["from"].Value, @"-\d+ *$")
                || !Regex.IsMatch(to.Groups["to"].Value, @"-\d+ *$")) continue;
            inEvent = false;
            Switch(int.Parse(to.Groups["cpu"].Value, CultureInfo.InvariantCulture), to.Groups["from"].Value,
                to.Groups["to"].Value);
            i += joined;
            return true;
        }
        return false;
    }

    private void Count(string kind) => Events[kind] = Events.GetValueOrDefault(kind) + 1;

    private void Lose(int cpu)
    {
        if (!_hasCpu) cpu = -1;
        foreach (var stack in _all.Where(s => s.LastCpu == cpu))
        {
            stack.Calls.Clear();
            stack.InterruptStarts = false;
        }
    }

    private Stack New(int cpu)
    {
        var stack = new Stack { LastCpu = cpu };
        _all.Add(stack);
        return stack;
    }

    private Stack Run(int cpu, string comm, int pid)
    {
        var key = (pid, pid == 0 ? cpu : 0);
        if (!_byTask.TryGetValue(key, out var stack)) _byTask[key] = stack = New(cpu);
        (stack.Comm, stack.Pid, stack.LastCpu) = (comm, pid, cpu);
        return _current[cpu] = stack;
    }

    private void Switch(int cpu, string from, string to)
    {
        if (!_hasCpu) cpu = -1;
        var (_, comm, pid) = Task(from);
        var left = int.Parse(pid, CultureInfo.InvariantCulture);
        if (_current.TryGetValue(cpu, out var current) && current.Pid == int.MinValue)
        {
            (current.Comm, current.Pid) = (comm, left);
            _byTask[(left, left == 0 ? cpu : 0)] = current;
        }
        (_, comm, pid) = Task(to);
        Run(cpu, comm, int.Parse(pid, CultureInfo.InvariantCulture));
    }

    private void Take(Match match)
    {
        var cpu = match.Groups["cpu"].Success ? int.Parse(match.Groups["cpu"].Value, CultureInfo.InvariantCulture) : -1;
        if (match.Groups["event"].Success)
        {
            var text = match.Groups["event"].Value;
            var name = Regex.Match(text, @"^(\w+):");
            var call = Regex.Match(text, @"^sys_(\w+)(\(| -> )");
            Count(name.Success ? name.Groups[1].Value : call.Success
                ? (call.Groups[2].Value == "(" ? "sys_enter_" : "sys_exit_") + call.Groups[1].Value : "print");
            return;
        }
        Stack stack;
        if (match.Groups["proc"].Success)
        {
            var (_, comm, pid) = Task(match.Groups["proc"].Value);
            stack = Run(cpu, comm, int.Parse(pid, CultureInfo.InvariantCulture));
        }
        else if (!_current.TryGetValue(cpu, out stack!))
        {
            stack = _current[cpu] = New(cpu);
        }
        if (match.Groups["mark"].Success)
        {
            if (match.Groups["mark"].Value[0] == '=') stack.InterruptStarts = true;
            return;
        }
        var depth = match.Groups["indent"].Length / 2;
        long duration = -1;
        if (match.Groups["dur"].Success)
            duration = (long.Parse(match.Groups["dur"].Value, CultureInfo.InvariantCulture) * 1000)
                + long.Parse(match.Groups["frac"].Value.PadRight(3, '0'), CultureInfo.InvariantCulture);
        if (match.Groups["close"].Success)
        {
            Close(stack, depth, match.Groups["name"].Value, duration);
            return;
        }
        var leaf = match.Groups["leaf"].Success;
        if (stack.Calls.Count > depth) End(stack, depth);
        var caller = stack.Calls.Count == depth && depth > 0 ? stack.Calls[depth - 1] : null;
        var retaddr = Regex.Match(
            match.Groups["tail"].Value,
            @"/\* <-(\S+?)(\+0x[0-9a-f]+/0x[0-9a-f]+)?( \[[^\]]+\])?( <[0-9a-f]+>)?( ret=\S+)? \*/");
        var interrupt = stack.InterruptStarts || caller is { Interrupt: true };
        stack.InterruptStarts = false;
        var made = new Call
        {
            Function = match.Groups[leaf ? "leaf" : "open"].Value, Depth = depth, Cpu = cpu, Comm = stack.Comm,
            Pid = stack.Pid == int.MinValue ? -1 : stack.Pid,
            Caller = caller?.Call?.Function ?? (retaddr.Success ? retaddr.Groups[1].Value + retaddr.Groups[3].Value : ""),
            Time = match.Groups["s"].Success
                ? (long.Parse(match.Groups["s"].Value, CultureInfo.InvariantCulture) * 1_000_000_000)
                + (long.Parse(match.Groups["us"].Value, CultureInfo.InvariantCulture) * 1000) : long.MinValue,
            Context = match.Groups["flags"].Success ? Context(match.Groups["flags"].Value) : interrupt ? "HardIrq" : "Unknown",
        };
        Calls.Add(made);
        if (leaf)
        {
            made.Duration = made.Self = duration;
            Callee(caller, duration);
            return;
        }
        while (stack.Calls.Count < depth) stack.Calls.Add(new Open());
        stack.Calls.Add(new Open { Call = made, Interrupt = interrupt });
    }

    private static void Callee(Open? caller, long duration)
    {
        if (caller is null) return;
        if (duration < 0) caller.CalleesUnknown = true;
        else caller.Callees += duration;
    }

    private static void End(Stack stack, int depth)
    {
        stack.Calls.RemoveRange(depth, stack.Calls.Count - depth);
        if (depth > 0) stack.Calls[depth - 1].CalleesUnknown = true;
    }

    private static void Close(Stack stack, int depth, string name, long duration)
    {
        if (stack.Calls.Count > depth + 1) End(stack, depth + 1);
        if (stack.Calls.Count <= depth)
        {
            if (stack.Calls.Count > 0) stack.Calls[^1].CalleesUnknown = true;
            return;
        }
        var open = stack.Calls[depth];
        stack.Calls.RemoveAt(depth);
        var same = open.Call is not null && (name.Length == 0 || name == open.Call.Function);
        if (same)
        {
            open.Call!.Duration = duration;
            if (duration >= 0 && !open.CalleesUnknown) open.Call.Self = Math.Max(0, duration - open.Callees);
        }
        if (depth > 0) Callee(stack.Calls[depth - 1], same ? duration : -1);
    }

    private static string Context(string flags)
        => flags.IndexOfAny(['z', 'Z']) >= 0 ? "Nmi"
            : flags.IndexOfAny(['h', 'H']) >= 0 ? "HardIrq"
            : flags.Contains('s') ? "SoftIrq"
            : "Task";
}
