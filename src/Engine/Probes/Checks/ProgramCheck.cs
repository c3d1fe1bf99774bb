using System.Globalization;
using KernelMagnifier.Probes.Kernels;
using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Checks programs with all rules.</summary>
internal static class ProgramCheck
{
    /// <summary>Checks a probe of a library.</summary>
    /// <param name="source">The probe.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="kernel">The kernel to check against; null for none.</param>
    /// <param name="bpftrace">What bpftrace says; null if it was not asked.</param>
    public static ProbeCheck Check(ProbeSource source, ProbePolicy policy, KernelDescription? kernel,
        BpftraceDryRun? bpftrace = null)
    {
        var imports = source.Imports.Where(import => import.Path.EndsWith(".bt", StringComparison.Ordinal))
            .Select(import => KeyValuePair.Create(import.Path, import.Content));
        var facts = ProgramParser.Parse(source.Program, source.Name, imports);
        return Check(new CheckSubject(facts, source, policy, kernel), bpftrace);
    }

    /// <summary>Checks a file without manifest.</summary>
    /// <param name="program">The bytes.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="kernel">The kernel to check against; null for none.</param>
    /// <param name="bpftrace">What bpftrace says; null if it was not asked.</param>
    public static ProbeCheck CheckFile(
        ReadOnlyMemory<byte> program, string name, ProbePolicy policy, KernelDescription? kernel, BpftraceDryRun? bpftrace = null)
        => Check(new CheckSubject(ProgramParser.Parse(program, name), null, policy, kernel), bpftrace);

    private static ProbeCheck Check(CheckSubject subject, BpftraceDryRun? bpftrace)
    {
        var data = new DataClassifier(subject.Facts).All();
        var findings = new FindingList(subject.Policy);
        findings.CheckRules();
        SyntaxCheck.Apply(subject, findings);
        ActionCheck.Apply(subject, findings);
        CostCheck.Apply(subject, findings);
        ManifestCheck.Apply(subject, data, findings);
        OutputCheck.Apply(subject, findings);
        KernelCheck.Apply(subject, findings);
        return Result(subject, data, findings.Sorted, bpftrace);
    }

    private static ProbeCheck Result(CheckSubject subject, IReadOnlyList<DataFinding> data, IReadOnlyList<ProbeFinding> findings,
        BpftraceDryRun? bpftrace)
    {
        var facts = subject.Facts;
        var errors = findings.Count(finding => finding.Severity == nameof(RuleSeverity.Error));
        return new ProbeCheck
        {
            Name = facts.Name, Verdict = errors > 0 ? "Failed" : findings.Count > 0 ? "Warnings" : "Passed",
            Kernel = subject.Kernel?.Source, KernelRelease = subject.Kernel?.Release,
            Findings = findings, Errors = errors, Warnings = findings.Count - errors,
            AttachPoints = [.. facts.AttachPoints.Select(point => point.Text)],
            Builtins = Names(facts.Builtins), Functions = Names(facts.Calls),
            Maps = [.. facts.Maps.Values.Select(map => $"{map.Name}{(map.HasKey ? "[]" : "")}: {(map.Kinds.Count == 0 ? "never assigned" : string.Join(", ", map.Kinds))}")],
            Parameters = Parameters(subject), Limits = subject.Manifest is null ? [] : LimitTexts(subject.Limits),
            DataClass = subject.Manifest?.DataClass.ToString(),
            DataClassFound = facts.IsComplete ? data.Select(item => item.Class).Append(DataClass.Counters).Max().ToString()
                : null,
            CostHints = CostCheck.Hints(facts), Hash = subject.Source?.Hash,
            BpftraceVersion = bpftrace?.Version, BpftraceVerdict = bpftrace?.Verdict, BpftraceMessages = bpftrace?.Messages ?? [],
        };
    }

    private static string[] Names(IEnumerable<ProgramUse> uses)
        => [.. uses.Select(use => use.Name).Distinct().Order(StringComparer.Ordinal)];

    private static string[] Parameters(CheckSubject subject)
        => subject.Manifest is { } manifest
            ? [.. manifest.Parameters.Select((parameter, at)
                => string.Create(CultureInfo.InvariantCulture, $"${at + 1} {parameter.Name}"))]
            : Names(subject.Facts.Parameters);

    private static IReadOnlyList<string> LimitTexts(ProbeLimits limits) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{limits.Duration.TotalSeconds:0.###} s"),
        $"{Sizes.Format(limits.OutputBytes)} of output",
        $"{Sizes.Format(limits.OutputBytesPerSecond)} of output per second",
        string.Create(CultureInfo.InvariantCulture, $"{limits.MapKeys:N0} keys of a map"),
        string.Create(CultureInfo.InvariantCulture, $"{limits.Probes:N0} probes"),
        string.Create(CultureInfo.InvariantCulture, $"{limits.CpuPercent:0.##} % of a CPU"),
        $"{Sizes.Format(limits.MemoryBytes)} of memory",
    ];
}
