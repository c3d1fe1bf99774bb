using KernelMagnifier.Probes.Language;

namespace KernelMagnifier.Probes.Checks;

/// <summary>What a program does to the system, and the files and settings that it brings.</summary>
internal static class ActionCheck
{
    private static readonly Dictionary<string, string> RuleOfFunction = new()
    {
        ["system"] = "system", ["signal"] = "signal", ["signal_thread"] = "signal", ["override"] = "override",
            ["cat"] = "file-read",
        ["write_user"] = "writes", ["skboutput"] = "writes", ["debugf"] = "unsafe",
    };

    private static readonly HashSet<string> HarmlessSettings =
        ["print_maps_on_exit", "cpp_demangle", "lazy_symbolication", "cache_user_symbols", "show_debug_info", "license",
            "str_trunc_trailer", "stack_mode", "missing_probes"];

    /// <summary>Applies the rules.</summary>
    public static void Apply(CheckSubject subject, FindingList findings)
    {
        var facts = subject.Facts;
        foreach (var call in facts.Calls)
            if (RuleOfFunction.TryGetValue(call.Name, out var rule))
                findings.Add(rule, call.Position, $"{call.Name}() is called: {facts.Excerpt(call.Node)}");
        foreach (var point in facts.AttachPoints)
        {
            if (IsByAddress(point))
                findings.Add("unsafe", point.Position, $"{point.Text} attaches to an address, or watches one.");
            if (point.Parameters.FirstOrDefault() is { } parameter)
                findings.Add("attach-point-parameter", point.Position, $"{point.Text} is chosen by {parameter} at the start.");
        }
        foreach (var include in facts.Tree.Includes) findings.Add("include", include.Position, $"{include.Name} is included.");
        foreach (var import in facts.Tree.Imports) Import(subject, import, findings);
        foreach (var setting in facts.Tree.Settings)
            findings.Add(HarmlessSettings.Contains(setting.Name.ToLowerInvariant().Replace("bpftrace_", "",
                StringComparison.Ordinal)) ? "config" : "config-limits",
                setting.Position, $"The setting {setting.Name} is {setting.Value}.");
    }

    private static bool IsByAddress(AttachPoint point)
        => point.Type == "watchpoint" || (point.Type is "kprobe" or "uprobe"
            && point.Target.StartsWith("0x", StringComparison.OrdinalIgnoreCase));

    private static void Import(CheckSubject subject, NamedFact import, FindingList findings)
    {
        if (IsOutside(import.Name)) findings.Add("import-outside", import.Position, $"{import.Name} is outside of the library.");
        else if (subject.Source is { } source && !source.Imports.Any(known => known.Path == import.Name)
            && !import.Name.StartsWith("stdlib/", StringComparison.Ordinal))
            findings.Add("import-outside", import.Position, $"{import.Name} is not in the library.");
        else findings.Add("import", import.Position, $"{import.Name} is imported.");
    }

    /// <summary>Whether a path leaves the library, whose root is two folders above the program.</summary>
    private static bool IsOutside(string path)
    {
        if (path.Length == 0 || path[0] == '/' || path.Contains('\\', StringComparison.Ordinal)
            || path.Contains('\0', StringComparison.Ordinal))
            return true;
        var depth = 2;
        foreach (var part in path.Split('/'))
        {
            if (part == "..") depth--;
            else if (part is not ("" or ".")) depth++;
            if (depth < 0) return true;
        }
        return false;
    }
}
