using KernelMagnifier.Probes.Language;

namespace KernelMagnifier.Probes.Checks;

/// <summary>
/// How many values the parts of a key can have. 0 stands for a number that the program does not tell, about which nothing is
/// said.
/// </summary>
internal sealed class KeyDomain(ProgramFacts facts)
{
    /// <summary>More values than any map has.</summary>
    public const long Unbounded = long.MaxValue;

    private const long Tasks = 32_768, Names = 4096, Stacks = 16_384, Cpus = 1024;

    private static readonly HashSet<string> UnboundedNames =
        ["nsecs", "elapsed", "jiffies", "rand", "curtask", "ustack", "arg0", "arg1", "arg2", "arg3", "arg4", "arg5", "ctx"];

    private static readonly HashSet<string> UnboundedCalls =
        ["str", "kstr", "buf", "path", "usym", "ustack", "dw_ustack", "nsecs", "strcap", "str_concat", "rand", "ntop",
            "strftime"];

    /// <summary>The number of values of the part that has the most, and that part; null if none is known to have many.</summary>
    public (long Values, ProgramNode Part)? Widest(IReadOnlyList<ProgramNode> key)
    {
        (long, ProgramNode)? widest = null;
        foreach (var part in key)
            if (Of(part, [], 0) is > 1 and var values && (widest is null || values > widest.Value.Item1))
                widest = (values, part);
        return widest;
    }

    private long Of(ProgramNode node, HashSet<string> visited, int depth)
    {
        if (depth > ProgramLimits.Depth) return 0;
        switch (node.Kind)
        {
            case NodeKind.Number or NodeKind.Text or NodeKind.Parameter: return 1;
            case NodeKind.Name when facts.Variables.TryGetValue(node.Text, out var arguments):
                return visited.Add(node.Text) ? Most(arguments, visited, depth) : 0;
            case NodeKind.Name: return OfName(node.Text);
            case NodeKind.Call: return UnboundedCalls.Contains(node.Text) ? Unbounded : node.Text is "kstack" or "ksym" ? Stacks
                : OfName(node.Text);
            case NodeKind.Field: return OfField(node.Text);
            case NodeKind.Tuple or NodeKind.Cast: return Most(node.Children, visited, depth);
            case NodeKind.Operation when node.Text is "+" or "-" or "<<" or "*" or "/":
                // A time is unbounded in every unit; of other numbers a part is unknown.
                return Most(node.Children, visited, depth) == Unbounded ? Unbounded : 0;
            case NodeKind.Variable when visited.Add(node.Text) && facts.Variables.TryGetValue(node.Text, out var values):
                return Most(values, visited, depth);
            default: return 0;
        }
    }

    private long Most(IReadOnlyList<ProgramNode> nodes, HashSet<string> visited, int depth)
    {
        var most = 0L;
        foreach (var node in nodes) most = Math.Max(most, Of(node, visited, depth + 1));
        return most;
    }

    private static long OfName(string name) => name switch
    {
        "pid" or "tid" or "ppid" or "leader_tid" or "cpid" => Tasks,
        "comm" or "pcomm" or "leader_comm" or "uid" or "gid" or "username" or "func" or "probe" => Names,
        "cpu" or "numaid" or "probetype" => Cpus,
        "kstack" => Stacks,
        _ => UnboundedNames.Contains(name) ? Unbounded : 0,
    };

    private static long OfField(string name)
        => name.EndsWith("comm", StringComparison.Ordinal) ? Names
            : name.EndsWith("pid", StringComparison.Ordinal) || name == "tid" ? Tasks
            : name is "sector" or "skaddr" or "skbaddr" or "addr" or "address" or "ptr" or "filename" or "pathname"
                ? Unbounded : 0;
}
