using System.Globalization;
using KernelMagnifier.Probes.Language;

namespace KernelMagnifier.Probes.Checks;

/// <summary>What a program costs: keys of maps, output of frequent events, loops, and reads of user space.</summary>
internal static class CostCheck
{
    private static readonly HashSet<string> UserCalls = ["uptr", "join", "ustack", "dw_ustack", "usym", "uaddr"];

    /// <summary>Applies the rules.</summary>
    public static void Apply(CheckSubject subject, FindingList findings)
    {
        var facts = subject.Facts;
        var domain = new KeyDomain(facts);
        foreach (var map in facts.Maps.Values) Keys(subject, map, domain, findings);
        foreach (var call in facts.Calls)
        {
            Output(call, facts, findings);
            if (IsUserRead(call))
                findings.Add("user-memory", call.Position, $"{facts.Excerpt(call.Node)} reads memory of user space.");
        }
        foreach (var builtin in facts.Builtins)
            if (builtin.Name == "ustack")
                findings.Add("user-memory", builtin.Position, "ustack reads the stack of user space.");
        foreach (var read in new DataClassifier(facts).UserReads())
            findings.Add("user-memory", read.Position, $"{facts.Excerpt(read.Node)} reads memory of user space.");
        foreach (var loop in facts.Loops)
            if (loop.Name != "unroll")
                findings.Add("loop", loop.Position, $"A {loop.Name} loop runs in {loop.Probe.AttachPoints[0].Text}.");
    }

    /// <summary>Why the program costs much, as sentences.</summary>
    public static IReadOnlyList<string> Hints(ProgramFacts facts)
    {
        List<string> hints = [];
        foreach (var point in facts.AttachPoints.Where(HotAttachPoints.Contains))
            hints.Add($"{point.Text} is reached very often on a busy machine.");
        if (facts.Builtins.Concat(facts.Calls).Any(use => use.Name is "kstack" or "ustack" && use.IsPerEvent))
            hints.Add("Stacks are walked for every event.");
        if (facts.AttachPoints.Any(point => point.Type is "uprobe" or "uretprobe" or "usdt"))
            hints.Add("A probe in user space costs about a microsecond each time.");
        if (facts.AttachPoints.Any(point => point.Type is "kretprobe")) hints.Add("A kretprobe costs more than fexit.");
        return [.. hints.Distinct()];
    }

    private static void Keys(CheckSubject subject, ProgramMap map, KeyDomain domain, FindingList findings)
    {
        if (map.IsDeleted || map.IsCleared || map.IsBounded) return;
        foreach (var key in map.Keys)
        {
            if (domain.Widest(key) is not { } widest || widest.Values <= Limit(subject, map)) continue;
            var count = widest.Values == KeyDomain.Unbounded ? "any number of values"
                : string.Create(CultureInfo.InvariantCulture, $"up to {widest.Values:N0} values");
            findings.Add("unbounded-map", subject.Facts.Text.Position(widest.Part.Start),
                string.Create(CultureInfo.InvariantCulture,
                $"{map.Name} is keyed by {subject.Facts.Excerpt(widest.Part)}, which has {count}, but holds {Limit(subject, map):N0} and no key is removed."));
            return;
        }
    }

    private static long Limit(CheckSubject subject, ProgramMap map)
        => map.Declaration?.Split('(', ')') is [_, var size, ..]
            && long.TryParse(size, CultureInfo.InvariantCulture, out var entries) ? entries
            : subject.Limits.MapKeys;

    private static void Output(ProgramUse call, ProgramFacts facts, FindingList findings)
    {
        if (call.IsGuarded || !Vocabulary.Functions.GetValueOrDefault(call.Name).HasFlag(FunctionTraits.Output)) return;
        if (call.Probe.AttachPoints.FirstOrDefault(HotAttachPoints.Contains) is { } hot)
            findings.Add("event-output", call.Position, $"{facts.Excerpt(call.Node)} runs at every {hot.Text}.");
    }

    private static bool IsUserRead(ProgramUse call)
    {
        if (UserCalls.Contains(call.Name)) return true;
        if (call.Name is not ("str" or "buf") || call.Node.Children is not [var pointer, ..]
            || pointer.Kind is NodeKind.Parameter or NodeKind.Text)
            return false;
        return call.Probe.AttachPoints.Any(point => point.IsUser
            || (point.Type == "tracepoint" && point.Owner is "syscalls" or "raw_syscalls"));
    }
}
