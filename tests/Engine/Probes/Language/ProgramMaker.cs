using System.Globalization;
using System.Text;

namespace KernelMagnifier.Engine.Tests.Probes.Language;

/// <summary>Makes valid programs from the grammar, always the same for a seed, and knows what they contain.</summary>
internal sealed class ProgramMaker(int seed)
{
    private static readonly string[] Points =
    [
        "kprobe:vfs_read", "kretprobe:vfs_read", "tracepoint:sched:sched_switch", "tracepoint:syscalls:sys_enter_*", "interval:s:1", "profile:hz:99",
        "BEGIN", "END", "uprobe:/bin/bash:readline", "fentry:tcp_reset", "kfunc:vmlinux:tcp_reset", "rawtracepoint:sched_switch", "software:cs:1", "k:f*",
    ];

    private static readonly string[] Aggregates = ["count()", "sum(1)", "hist(nsecs)", "lhist(cpu, 0, 10, 1)", "avg(pid)", "min(1)", "max(2)", "stats(3)"];
    private static readonly string[] Operators = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "==", "!=", "<", ">", "<=", ">=", "&&", "||"];
    private static readonly string[] Builtins = ["pid", "tid", "cpu", "comm", "nsecs", "uid", "elapsed", "kstack", "rand"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();

    /// <summary>The attach points in their order.</summary>
    public List<string> AttachPoints { get; } = [];

    /// <summary>The maps.</summary>
    public SortedSet<string> Maps { get; } = new(StringComparer.Ordinal);

    /// <summary>The functions.</summary>
    public SortedSet<string> Functions { get; } = new(StringComparer.Ordinal);

    /// <summary>The positions of braces and semicolons outside of texts, whose loss breaks the program.</summary>
    public List<int> Brackets { get; } = [];

    /// <summary>Makes the program.</summary>
    public string Make()
    {
        for (var probe = 1 + _random.Next(4); probe > 0; probe--) Probe();
        return _text.ToString();
    }

    private string Pick(string[] of) => of[_random.Next(of.Length)];

    private void Add(string text) => _text.Append(text).Append(_random.Next(6) switch { 0 => "\n", 1 => " /* c { */ ", 2 => "  ", 3 => " // } \n", _ => " " });

    private void Bracket(string sign)
    {
        Brackets.Add(_text.Length);
        Add(sign);
    }

    private void Probe()
    {
        for (var count = 1 + _random.Next(3); count > 0; count--)
        {
            var point = Pick(Points);
            AttachPoints.Add(point);
            _text.Append(point).Append(count > 1 ? ",\n" : " ");
        }
        if (_random.Next(3) == 0)
        {
            _text.Append("/ ");
            Expression(2);
            _text.Append("/ ");
        }
        Block(3);
    }

    private void Block(int depth)
    {
        Bracket("{");
        for (var count = 1 + _random.Next(4); count > 0; count--) Statement(depth);
        Bracket("}");
    }

    private void Statement(int depth)
    {
        switch (_random.Next(depth > 0 ? 9 : 5))
        {
            case 0: Assign(Map()); Expression(3); Add(";"); break;
            case 1: Assign(Map()); Aggregate(); Add(";"); break;
            case 2: Assign($"$v{_random.Next(3)}"); Expression(3); Add(";"); break;
            case 3: Print(); Add(";"); break;
            case 4: Add(Map()); Add("++"); Add(";"); break;
            case 5: Add("if"); Parenthesis(); Block(depth - 1); if (_random.Next(2) == 0) { Add("else"); Block(depth - 1); } break;
            case 6: Add("while"); Parenthesis(); Block(depth - 1); break;
            case 7: Add("unroll"); Bracket("("); Add("3"); Bracket(")"); Block(depth - 1); break;
            default: Add("for"); Bracket("("); Add("$i : 0..5"); Bracket(")"); Block(depth - 1); break;
        }
    }

    private void Assign(string target)
    {
        Add(target);
        Add("=");
    }

    private void Parenthesis()
    {
        Bracket("(");
        Expression(2);
        Bracket(")");
    }

    private string Map()
    {
        var name = $"@m{_random.Next(5)}";
        Maps.Add(name);
        return _random.Next(3) switch { 0 => name, 1 => $"{name}[pid, comm]", _ => $"{name}[tid]" };
    }

    private void Aggregate()
    {
        var call = Pick(Aggregates);
        Functions.Add(call[..call.IndexOf('(', StringComparison.Ordinal)]);
        Add(call);
    }

    private void Print()
    {
        Functions.Add("printf");
        Add("printf");
        Bracket("(");
        Add("\"a { \\\" ; %d\\n\"");
        Add(",");
        Expression(2);
        Bracket(")");
    }

    private void Expression(int depth)
    {
        switch (_random.Next(depth > 0 ? 9 : 4))
        {
            case 0: Add(_random.Next(1000).ToString(CultureInfo.InvariantCulture)); break;
            case 1: Add(Pick(Builtins)); break;
            case 2: Add($"$v{_random.Next(3)}"); break;
            case 3: Add(Map()); break;
            case 4: Parenthesis(); Add(Pick(Operators)); Parenthesis(); break;
            case 5: Add(_random.Next(2) == 0 ? "!" : "~"); Parenthesis(); break;
            case 6: Add("(uint64)"); Parenthesis(); break;
            case 7: Parenthesis(); Add("?"); Expression(depth - 1); Add(":"); Expression(depth - 1); break;
            default: Functions.Add("str"); Add("str"); Bracket("("); Expression(depth - 1); Bracket(")"); break;
        }
    }
}
