using System.Globalization;
using KernelMagnifier.Probes.Kernels;
using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Whether a program does what its manifest says.</summary>
internal static class ManifestCheck
{
    /// <summary>Applies the rules that need no manifest, and those that do if there is one.</summary>
    public static void Apply(CheckSubject subject, IReadOnlyList<DataFinding> data, FindingList findings)
    {
        Attached(subject, findings);
        if (subject.Manifest is not { } manifest) return;
        Parameters(subject.Facts, manifest, findings);
        AttachPoints(subject.Facts, manifest, findings);
        Data(subject, manifest, data, findings);
        if (subject.Limits != manifest.Limits)
            findings.Add("limit-lowered", null, "The policy of this machine allows less than the limits of the manifest.");
    }

    private static void Attached(CheckSubject subject, FindingList findings)
    {
        var count = 0;
        foreach (var point in subject.Facts.AttachPoints.Where(point => !point.IsSpecial))
        {
            count += Count(point, subject.Kernel);
            if (point.IsWildcard) findings.Add("wildcard", point.Position, $"{point.Text} can match many attach points.");
            if (point.IsUser) findings.Add("user-probe", point.Position, $"{point.Text} attaches to a program of user space.");
        }
        if (count > subject.Limits.Probes)
            findings.Add("too-many-probes", null, string.Create(CultureInfo.InvariantCulture,
                $"The program attaches {count:N0} probes, of {subject.Limits.Probes:N0} allowed."));
    }

    /// <summary>How many probes an attach point makes; a wildcard that no description resolves counts as one.</summary>
    private static int Count(AttachPoint point, KernelDescription? kernel)
    {
        if (!point.IsWildcard || kernel is null) return 1;
        if (point.Type == "tracepoint" && kernel.Events is { } events)
            return KernelDescription.Match(string.Join(':', point.Parts), events.Keys).Count();
        return point.IsKernelFunction && kernel.Functions is { } functions
            ? KernelDescription.Match(point.Target, functions).Count() : 1;
    }

    private static void Parameters(ProgramFacts facts, ProbeManifest manifest, FindingList findings)
    {
        foreach (var use in facts.Parameters)
        {
            if (!int.TryParse(use.Name.AsSpan(1), CultureInfo.InvariantCulture, out var number)) number = int.MaxValue;
            if (number > manifest.Parameters.Count)
                findings.Add("undeclared-parameter", use.Position, $"{use.Name} is not declared.");
            else if (manifest.Parameters[number - 1].Type == ParameterType.Text != facts.TextParameters.Contains(number))
                findings.Add("parameter-type", use.Position,
                    $"{use.Name} ({manifest.Parameters[number - 1].Name}) is declared as {manifest.Parameters[number - 1].Type}.");
        }
        for (var number = 1; number <= manifest.Parameters.Count; number++)
            if (!facts.Parameters.Any(use => use.Name == string.Create(CultureInfo.InvariantCulture, $"${number}")))
                findings.Add("unused-parameter", null,
                    string.Create(CultureInfo.InvariantCulture,
                        $"${number} ({manifest.Parameters[number - 1].Name}) is not used."));
    }

    private static void AttachPoints(ProgramFacts facts, ProbeManifest manifest, FindingList findings)
    {
        var declared = manifest.AttachPoints.ToHashSet();
        var used = facts.AttachPoints.Where(point => point.Type is not ("BEGIN" or "END")).ToList();
        foreach (var point in used)
            if (!declared.Contains(point.Text))
                findings.Add("attach-point-undeclared", point.Position, $"{point.Text} is not in the manifest.");
        if (!facts.IsComplete) return;
        foreach (var name in declared.Except(Names(facts)).Order(StringComparer.Ordinal))
            findings.Add("attach-point-unused", null, $"{name} is in the manifest, but not in the program.");
    }

    /// <summary>The attach points in the spelling of the program, and <c>BEGIN</c> and <c>END</c> in any spelling.</summary>
    private static IEnumerable<string> Names(ProgramFacts facts)
        => facts.AttachPoints.SelectMany(point => (string[])[point.Text, point.Type is "BEGIN" or "END" ? point.Type : point.Text]);

    private static void Data(CheckSubject subject, ProbeManifest manifest, IReadOnlyList<DataFinding> data, FindingList findings)
    {
        var allowed = manifest.DataClass < subject.Policy.MostSensitive ? manifest.DataClass : subject.Policy.MostSensitive;
        foreach (var item in data.Where(item => item.Class > allowed))
            findings.Add("data-class", item.Position,
                $"{subject.Facts.Excerpt(item.Node)} collects {item.Class}; {allowed} is allowed.");
    }
}
