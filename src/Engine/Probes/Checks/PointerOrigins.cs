using KernelMagnifier.Probes.Language;

namespace KernelMagnifier.Probes.Checks;

/// <summary>
/// Whether a pointer is an address of a variable of the kernel, or of the task, with an offset. All else that a program reads
/// through a pointer may be the content of any memory.
/// </summary>
internal sealed class PointerOrigins(ProgramFacts facts)
{
    private enum Origin
    {
        Offset,
        Kernel,
        Foreign,
    }

    // A name that is being looked up stands for a foreign pointer: that ends circles.
    private readonly Dictionary<string, Origin> _known = [];

    /// <summary>Whether a pointer is an address of the kernel that the program names.</summary>
    public bool IsKernel(ProgramNode pointer) => Of(pointer, 0) == Origin.Kernel;

    private Origin Of(ProgramNode node, int depth) => depth > ProgramLimits.Depth ? Origin.Foreign : node.Kind switch
    {
        NodeKind.Number or NodeKind.Static => Origin.Offset,
        NodeKind.Variable or NodeKind.Map or NodeKind.Name => OfNamed(node, depth),
        NodeKind.Call when node.Text is "kaddr" or "percpu_kaddr" => Origin.Kernel,
        NodeKind.Call when node is { Text: "kptr", Children: [var inner] } => Of(inner, depth + 1),
        NodeKind.Field when node.Children[0] is { Kind: NodeKind.Name, Text: "args" } => OfEventField(node.Text),
        NodeKind.Cast => Of(node.Children[0], depth + 1),
        NodeKind.Operation => OfOperation(node, depth),
        _ => Origin.Foreign,
    };

    /// <summary>An index into a table of the kernel; fields that are pointers or come from user space are none.</summary>
    private Origin OfEventField(string name)
        => name is "id" or "__syscall_nr" || (name is "vec" or "irq" or "cpu" or "nr"
            && facts.AttachPoints.All(point => !point.IsUser && point.Owner is not "syscalls")) ? Origin.Offset : Origin.Foreign;

    private Origin OfOperation(ProgramNode node, int depth)
    {
        var kernel = 0;
        foreach (var operand in node.Children)
        {
            var origin = Of(operand, depth + 1);
            if (origin == Origin.Foreign) return origin;
            if (origin == Origin.Kernel) kernel++;
        }
        // The difference of two addresses, or bits of one, is no address.
        return kernel == 0 ? Origin.Offset : kernel == 1 && node.Text == "+" ? Origin.Kernel : Origin.Foreign;
    }

    private Origin OfNamed(ProgramNode node, int depth)
    {
        if (_known.TryGetValue(node.Text, out var known)) return known;
        _known[node.Text] = Origin.Foreign;
        var values = node.Kind == NodeKind.Map ? facts.Maps.GetValueOrDefault(node.Text)?.Values ?? []
            : facts.Variables.GetValueOrDefault(node.Text) ?? [];
        if (node.Kind == NodeKind.Name && values.Count == 0) return _known[node.Text] = OfName(node.Text, depth);
        var origins = values.Select(value => Of(value, depth + 1)).Distinct().Take(2).ToList();
        return _known[node.Text] = origins is [var only] ? only : Origin.Foreign;
    }

    private Origin OfName(string name, int depth)
        => facts.Tree.Definitions.TryGetValue(name, out var body) ? Of(body, depth + 1)
            : name == "curtask" ? Origin.Kernel
            : name is "cpu" or "numaid" || facts.Tree.Constants.Contains(name) ? Origin.Offset : Origin.Foreign;
}
