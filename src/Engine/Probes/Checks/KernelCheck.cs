using KernelMagnifier.Probes.Kernels;
using KernelMagnifier.Probes.Language;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Whether a kernel has the attach points of a program, and the fields that it reads.</summary>
internal static class KernelCheck
{
    /// <summary>Applies the rules, if there is a kernel.</summary>
    public static void Apply(CheckSubject subject, FindingList findings)
    {
        if (subject.Kernel is not { } kernel) return;
        foreach (var point in subject.Facts.AttachPoints)
            if (point.Type is "tracepoint" or "rawtracepoint") Event(point, kernel, findings);
            else if (point.Type is "kprobe" or "kretprobe") Function(point, kernel, findings);
            else if (point.Type is "fentry" or "fexit") Typed(point, kernel, findings);
            else if (point.Type is "iter" && kernel.TypedFunctions is null) Unknown(point, kernel, "BTF", findings);
        foreach (var field in subject.Facts.Fields)
            foreach (var point in field.Probe.AttachPoints)
                if (point.Type == "tracepoint" && !point.IsWildcard)
                    Field(field, point, kernel, findings);
    }

    private static void Unknown(AttachPoint point, KernelDescription kernel, string what, FindingList findings)
        => findings.Add("attach-unknown", point.Position, $"{point.Text}: the description of {kernel.Name} has no {what}.");

    private static void Missing(AttachPoint point, string why, string name, IEnumerable<string> names, FindingList findings)
    {
        var nearest = Suggestion.For(name, names);
        findings.Add("not-attachable", point.Position, $"{point.Text} {why}{(nearest.Count == 0 ? "." : $"; nearest: {string.Join(", ", nearest)}.")}");
    }

    private static void Event(AttachPoint point, KernelDescription kernel, FindingList findings)
    {
        if (kernel.Events is not { } events)
        {
            Unknown(point, kernel, "events", findings);
            return;
        }
        var isRaw = point.Type == "rawtracepoint" && point.Parts.Count < 2;
        var name = isRaw ? $"*:{point.Target}" : $"{point.Owner}:{point.Target}";
        if (isRaw || point.IsWildcard ? KernelDescription.Match(name, events.Keys).Any() : events.ContainsKey(name)) return;
        if (!kernel.HasAllEvents || isRaw) Unknown(point, kernel, "such event, which says nothing about the kernel", findings);
        else Missing(point, $"is not an event of {kernel.Name}", name, events.Keys, findings);
    }

    private static void Field(ProgramUse field, AttachPoint point, KernelDescription kernel, FindingList findings)
    {
        if (kernel.Events?.GetValueOrDefault($"{point.Owner}:{point.Target}") is not { } fields || fields.Contains(field.Name))
            return;
        var nearest = Suggestion.For(field.Name, fields);
        findings.Add("unknown-field", field.Position,
            $"{point.Text} has no field {field.Name} in {kernel.Name}{(nearest.Count == 0 ? "." : $"; nearest: {string.Join(", ", nearest)}.")}");
    }

    private static void Function(AttachPoint point, KernelDescription kernel, FindingList findings)
    {
        var name = point.Target;
        if (kernel.Functions is not { } functions)
        {
            if (kernel.Symbols is not { } symbols || point.IsWildcard || symbols.Contains(name))
                Unknown(point, kernel, "list of functions that can be traced", findings);
            else Missing(point, $"is no function of {kernel.Name}", name, symbols, findings);
            return;
        }
        if (point.IsWildcard ? KernelDescription.Match(name, functions).Any() : functions.Contains(name)) return;
        if (point.IsWildcard)
            Missing(point, $"matches no function of {kernel.Name} that can be traced", name, functions, findings);
        else Missing(point, WhyNot(name, kernel, functions), name, functions, findings);
    }

    private static string WhyNot(string name, KernelDescription kernel, IReadOnlySet<string> functions)
    {
        if (functions.Where(other => other.StartsWith(name + ".",
            StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault() is { } renamed)
            return $"is only there as {renamed}, which the compiler changed, in {kernel.Name}";
        if (kernel.Symbols is not { } symbols) return $"is inlined, not traceable or not there in {kernel.Name}";
        return symbols.Contains(name) ? $"is not traceable (notrace) in {kernel.Name}"
            : $"is inlined or not there in {kernel.Name}";
    }

    private static void Typed(AttachPoint point, KernelDescription kernel, FindingList findings)
    {
        if (kernel.TypedFunctions is not { } typed) Unknown(point, kernel, "BTF", findings);
        else if (point.IsWildcard ? !KernelDescription.Match(point.Target, typed).Any() : !typed.Contains(point.Target))
            Missing(point, $"has no type in the BTF of {kernel.Name}", point.Target, typed, findings);
        else if (kernel.Functions is not null) Function(point, kernel, findings);
    }
}
