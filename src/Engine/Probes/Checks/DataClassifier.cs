using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Checks;

/// <summary>
/// Finds which data a program collects. What is only compared goes nowhere and does not count. Text of unknown origin counts as
/// content of memory: the classifier never guesses in favour of a program.
/// </summary>
internal sealed class DataClassifier(ProgramFacts facts)
{
    private const int MostNames = 1000;

    private static readonly HashSet<string> NameBuiltins = ["comm", "pcomm", "leader_comm", "func", "username", "kstack",
        "stack"];
    private static readonly HashSet<string> NameCalls = ["ksym", "kstack", "cgroup_path", "username", "comm", "pcomm",
        "leader_comm", "func"];
    private static readonly HashSet<string> ArgumentCalls = ["usym", "ustack", "dw_ustack", "uaddr", "ntop", "macaddr", "reg",
        "arg", "usdt_arg"];
    private static readonly HashSet<string> PathCalls = ["path", "join"];
    private static readonly HashSet<string> PayloadCalls = ["buf", "skboutput", "cat", "system", "strcap", "str_concat",
        "strstr"];
    private static readonly HashSet<string> TextCalls = ["str", "kstr"];

    private static readonly HashSet<string> PayloadFields =
        ["buf", "buffer", "ubuf", "msg", "message", "data", "iov", "vec", "optval", "val", "value", "key", "payload", "skb",
            "head", "base"];

    private static readonly HashSet<string> PathFields =
        ["filename", "pathname", "path", "oldname", "newname", "old", "new", "argv", "envp", "d_name", "d_iname", "f_path",
            "cmdline", "dentry"];

    private static readonly HashSet<string> NameFields = ["comm", "name", "disk_name", "s_id", "kobj", "nodename", "domainname"];

    private readonly PointerOrigins _origins = new(facts);

    /// <summary>All data that a program collects, in the order of the program.</summary>
    public IReadOnlyList<DataFinding> All()
    {
        List<DataFinding> found = [];
        foreach (var use in facts.Builtins) Add(found, use, OfBuiltin(use));
        foreach (var use in facts.Fields) Add(found, use, OfField(use));
        foreach (var use in facts.Calls) Add(found, use, OfCall(use));
        foreach (var use in facts.Reads) Add(found, use, use.Name == "comm" ? DataClass.Names : DataClass.Arguments);
        foreach (var use in facts.Accesses) Add(found, use, OfAccess(use));
        return [.. found.OrderBy(f => f.Node.Start)];
    }

    /// <summary>The reads of memory of user space through pointers, also those that are only compared.</summary>
    public IEnumerable<ProgramUse> UserReads() => facts.Accesses.Where(use => Reads(use.Node.Children[0], use.Probe).IsUser);

    /// <summary>What is read through a pointer: a field of a structure of the kernel, or bytes that may be anything.</summary>
    private DataClass OfAccess(ProgramUse use)
    {
        var pointer = use.Node.Children[0];
        // Characters of a text: the text counts already.
        if (use.Node.Kind == NodeKind.Index && pointer.Kind == NodeKind.Call && TextCalls.Contains(pointer.Text)) return DataClass.Counters;
        var (isUser, isForeign) = Reads(pointer, use.Probe);
        if (isUser || isForeign) return DataClass.Payload;
        return use.Node.Kind == NodeKind.Field || _origins.IsKernel(pointer) ? DataClass.Counters : DataClass.Payload;
    }

    /// <summary>Whether a pointer leads to user space, and whether to a structure that only the program knows.</summary>
    private (bool IsUser, bool IsForeign) Reads(ProgramNode pointer, ProgramProbe probe)
    {
        var names = new HashSet<string>();
        var isEventField = false;
        Gather(pointer, names, [], ref isEventField, 0);
        // What a map holds can come from any probe.
        var points = names.Any(name => name[0] == '@') ? [.. facts.AttachPoints] : probe.AttachPoints;
        var isArgument = isEventField || names.Any(name => IsArgument(name) || name is "retval" or "reg" or "arg" or "usdt_arg");
        var isUser = names.Contains("uptr") || names.Contains("uaddr") || (isArgument && points.Any(point => point.IsUser))
            || (isEventField && points.Any(IsSystemCallEntry));
        return (isUser, names.Count > MostNames
            || names.Any(name => name.EndsWith('*') && name.Split(' ').Any(facts.Tree.Structures.Contains)));
    }

    private static void Add(List<DataFinding> found, ProgramUse use, DataClass data)
    {
        if (!use.IsCompared && data > DataClass.Counters) found.Add(new DataFinding(data, use.Node, use.Position));
    }

    private static DataClass OfBuiltin(ProgramUse use) => use.Name switch
    {
        _ when NameBuiltins.Contains(use.Name) => DataClass.Names,
        "ustack" => DataClass.Arguments,
        "retval" => use.Probe.AttachPoints.Any(point => point.IsUser) ? DataClass.Arguments : DataClass.Counters,
        _ when IsArgument(use.Name) => DataClass.Arguments,
        _ => DataClass.Counters,
    };

    private static bool IsArgument(string name)
        => (name.Length == 4 && name.StartsWith("arg", StringComparison.Ordinal) && char.IsAsciiDigit(name[3]))
            || (name.Length == 5 && name.StartsWith("sarg", StringComparison.Ordinal));

    private static DataClass OfField(ProgramUse use)
    {
        if (use.Name.EndsWith("comm", StringComparison.Ordinal)) return DataClass.Names;
        foreach (var point in use.Probe.AttachPoints)
            if (point.Type != "tracepoint" || IsSystemCallEntry(point))
                return use.Name is "__syscall_nr" or "id" ? DataClass.Counters : DataClass.Arguments;
        return DataClass.Counters;
    }

    private static bool IsSystemCallEntry(AttachPoint point)
        => point.Owner is "syscalls" or "raw_syscalls" && !point.Target.StartsWith("sys_exit", StringComparison.Ordinal);

    private DataClass OfCall(ProgramUse use)
    {
        if (PayloadCalls.Contains(use.Name)) return DataClass.Payload;
        if (PathCalls.Contains(use.Name)) return DataClass.Paths;
        if (ArgumentCalls.Contains(use.Name)) return DataClass.Arguments;
        if (NameCalls.Contains(use.Name)) return DataClass.Names;
        return TextCalls.Contains(use.Name) && use.Node.Children.Count > 0 ? OfText(use.Node.Children[0], use.Probe)
            : DataClass.Counters;
    }

    private DataClass OfText(ProgramNode text, ProgramProbe probe)
    {
        if (text.Kind is NodeKind.Parameter or NodeKind.Text) return DataClass.Counters;
        if (text is { Kind: NodeKind.Operation or NodeKind.Cast } && text.Children[0].Kind == NodeKind.Parameter)
            return DataClass.Counters;
        var names = new HashSet<string>();
        var isEventField = false;
        Gather(text, names, [], ref isEventField, 0);
        if (probe.AttachPoints.Any(point => point.IsUser)) return DataClass.Payload;
        if (names.Overlaps(PayloadFields)) return DataClass.Payload;
        if (names.Overlaps(PathFields)) return DataClass.Paths;
        if (names.Any(name => name.EndsWith("comm", StringComparison.Ordinal))) return DataClass.Names;
        var isSystemCall = probe.AttachPoints.Any(IsSystemCallEntry);
        if (isEventField && isSystemCall) return DataClass.Paths;
        if (names.Overlaps(NameFields)) return DataClass.Names;
        var isEvent = probe.AttachPoints.All(point => point.Type == "tracepoint");
        return isEventField && isEvent ? DataClass.Names : DataClass.Payload;
    }

    /// <summary>The names of fields in an expression, and in what its variables and maps are assigned.</summary>
    private void Gather(ProgramNode node, HashSet<string> names, HashSet<string> visited, ref bool isEventField, int depth)
    {
        if (depth > ProgramLimits.Depth * 2 || names.Count > MostNames) return;
        if (node.Kind is NodeKind.Field or NodeKind.Name or NodeKind.Call or NodeKind.Map
            || (node.Kind == NodeKind.Cast && node.Text.EndsWith('*')))
            names.Add(node.Text);
        isEventField |= node is { Kind: NodeKind.Field, Children: [{ Kind: NodeKind.Name, Text: "args" }] };
        if (node.Kind is NodeKind.Variable or NodeKind.Map or NodeKind.Name && visited.Add(node.Text))
        {
            IReadOnlyList<ProgramNode> values = node.Kind != NodeKind.Map ? facts.Variables.GetValueOrDefault(node.Text)
                ?? []
                : facts.Maps.GetValueOrDefault(node.Text)?.Values ?? [];
            foreach (var value in values) Gather(value, names, visited, ref isEventField, depth + 1);
        }
        if (node.Kind == NodeKind.Map) return;
        foreach (var child in node.Children) Gather(child, names, visited, ref isEventField, depth + 1);
    }
}
