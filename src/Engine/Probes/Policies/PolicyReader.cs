using System.Text.Json;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Policies;

/// <summary>Reads the text of a policy: strictly, as a word that is misspelled would else allow what it forbids.</summary>
internal static class PolicyReader
{
    private const int LongestPath = 4096, MostLibraries = 64, MostApprovals = 16, MostDays = 3650, MostRules = 256,
        MostUsers = 256, LongestUser = 128;

    /// <summary>Reads a policy.</summary>
    /// <param name="root">The JSON.</param>
    /// <param name="directory">The directory of the file, which paths in it are relative to.</param>
    /// <exception cref="FormatException">A value is not allowed; the message begins with its property.</exception>
    public static ProbePolicy Read(JsonElement root, string directory)
    {
        var (at, missing) = (new StrictObject(root, ""), new ProbePolicy());
        if (at.Text("schema", 64) != ProbePolicyFile.Schema) throw at.Wrong("schema", $"this is not {ProbePolicyFile.Schema}.");
        _ = at.Integer("schemaVersion", ProbePolicyFile.SchemaVersion, ProbePolicyFile.SchemaVersion);
        string Place(string name, string other) => At(directory, at.OptionalText(name, LongestPath)) ?? other;
        var policy = new ProbePolicy
        {
            Libraries = at.Has("libraries")
                ? [.. at.Texts("libraries", MostLibraries, LongestPath).Select(path => At(directory, path)!)]
                : missing.Libraries,
            AllowedSigners = Place("allowedSigners", missing.AllowedSigners),
            RevokedKeys = At(directory, at.OptionalText("revokedKeys", LongestPath)), Rules = Rules(at.OptionalObject("rules")),
            Approvals = Numbers(at.OptionalObject("approvals"), missing.Approvals, 1),
            MaturityApprovals = Numbers(at.OptionalObject("maturityApprovals"), missing.MaturityApprovals, 0),
            NeedsSignedSubmission = at.Flag("needsSignedSubmission", missing.NeedsSignedSubmission),
            ApprovalLifetime = TimeSpan.FromDays(at.Integer("approvalLifetimeDays", 1, MostDays,
                (long)missing.ApprovalLifetime.TotalDays)),
            LeastMaturity = at.Has("leastMaturity") ? at.Choice<ProbeMaturity>("leastMaturity") : missing.LeastMaturity,
            MostSensitive = at.Has("mostSensitive") ? at.Choice<DataClass>("mostSensitive") : missing.MostSensitive,
            MostLimits = ManifestReader.Limits(at.OptionalObject("mostLimits"), missing.MostLimits),
            AllowsEmergency = at.Flag("allowsEmergency", missing.AllowsEmergency),
            EmergencyUsers = at.Has("emergencyUsers") ? at.Texts("emergencyUsers", MostUsers, LongestUser)
                : missing.EmergencyUsers,
            AuditLog = Place("auditLog", missing.AuditLog),
            StateDirectory = Place("stateDirectory", missing.StateDirectory), Bpftrace = Place("bpftrace", missing.Bpftrace),
        };
        at.End();
        return policy;
    }

    private static string? At(string directory, string? path)
        => path is null ? null : Path.GetFullPath(Path.Combine(directory, path));

    private static Dictionary<string, RuleSeverity> Rules(StrictObject? at)
    {
        var rules = new Dictionary<string, RuleSeverity>();
        foreach (var id in at?.Keys ?? [])
        {
            if (rules.Count >= MostRules || id.Length > 64 || ProbeText.HasControl(id, hasLines: false))
                throw new FormatException("rules: there are too many rules, or one has no id.");
            rules[id] = at!.Choice<RuleSeverity>(id);
        }
        return rules;
    }

    private static Dictionary<T, int> Numbers<T>(StrictObject? at, IReadOnlyDictionary<T, int> missing, int least) where T
        : struct, Enum
    {
        var numbers = missing.ToDictionary();
        foreach (var name in at?.Keys ?? [])
        {
            var key = StrictObject.ParseChoice<T>(name) ?? throw at!.Wrong(name, $"this is none of {string.Join(", ", Enum.GetNames<T>())}.");
            numbers[key] = (int)at!.Integer(name, least, MostApprovals);
        }
        return numbers;
    }
}
