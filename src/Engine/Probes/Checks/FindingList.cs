using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Collects findings with the severities of a policy.</summary>
internal sealed class FindingList(ProbePolicy policy)
{
    // Of warnings and of errors: so many warnings never hide an error.
    private const int Most = 500;

    private readonly List<ProbeFinding> _findings = [];
    private readonly HashSet<(string, int?, int?, string)> _seen = [];
    private readonly int[] _counts = new int[Enum.GetValues<RuleSeverity>().Length];

    /// <summary>The findings, errors first, in the order of the program.</summary>
    public IReadOnlyList<ProbeFinding> Sorted
        => [.. _findings.OrderBy(f => f.Severity, StringComparer.Ordinal).ThenBy(f => f.Line ?? 0).ThenBy(f => f.Column ?? 0)];

    /// <summary>Refuses a policy that names a rule which does not exist: a mistyped name would leave the rule as it is.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbePolicyUnreadable"/>.</exception>
    public void CheckRules()
    {
        foreach (var rule in policy.Rules.Keys.Where(rule => !ProbeRules.All.Any(known => known.Id == rule)))
            throw new KernelMagnifierException(ErrorCode.ProbePolicyUnreadable, policy.Path, $"there is no rule '{rule}'.",
                Suggestion.Before(rule, ProbeRules.All.Select(known => known.Id), "docs/probe-rules.md lists the rules."));
    }

    /// <summary>Adds a finding, unless the policy turns its rule off.</summary>
    /// <param name="rule">The id of the rule.</param>
    /// <param name="position">Where in the program; null if it is about the manifest.</param>
    /// <param name="message">What was found, as a sentence.</param>
    /// <param name="action">What to do; null for that of the rule.</param>
    public void Add(string rule, ProgramPosition? position, string message, string? action = null)
    {
        var known = ProbeRules.Of(rule);
        var severity = policy.Rules.TryGetValue(rule, out var other) ? other : known.Severity;
        if (severity == RuleSeverity.Off || _counts[(int)severity] >= Most
            || !_seen.Add((rule, position?.Line, position?.Column, message)))
            return;
        _counts[(int)severity]++;
        _findings.Add(
            new ProbeFinding(rule, severity.ToString(), position?.Line, position?.Column, message, action ?? known.Action));
    }
}
