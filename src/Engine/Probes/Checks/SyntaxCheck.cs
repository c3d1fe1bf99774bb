using KernelMagnifier.Probes.Language;

namespace KernelMagnifier.Probes.Checks;

/// <summary>What the parser did not understand.</summary>
internal static class SyntaxCheck
{
    /// <summary>Adds the issues of the parser, and maps that nothing is assigned to.</summary>
    public static void Apply(CheckSubject subject, FindingList findings)
    {
        foreach (var issue in subject.Facts.Issues) findings.Add(RuleOf(issue.Kind), issue.Position, issue.Message);
        if (!subject.Facts.IsComplete) return;
        foreach (var map in subject.Facts.Maps.Values)
        {
            if (map.Kinds.Count == 0) findings.Add("unassigned-map", map.Position, $"Nothing is assigned to {map.Name}.");
            if (map.Name == "@") findings.Add("no-name", map.Position, "A map has no name.");
        }
    }

    private static string RuleOf(IssueKind kind) => kind switch
    {
        IssueKind.UnknownSyntax => "unknown-syntax",
        IssueKind.UnknownProbeType => "unknown-probe-type",
        IssueKind.UnknownFunction => "unknown-function",
        IssueKind.UnknownName => "unknown-name",
        _ => "syntax",
    };
}
