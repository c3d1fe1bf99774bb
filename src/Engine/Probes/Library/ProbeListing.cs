using System.Globalization;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Library;

/// <summary>Describes the probes of a library.</summary>
/// <param name="library">The library.</param>
/// <param name="policy">The policy.</param>
/// <param name="now">The time.</param>
internal sealed class ProbeListing(ProbeLibrary library, ProbePolicy policy, DateTimeOffset now)
{
    /// <summary>Describes a probe. One that cannot be read is described as <c>Invalid</c>, with the reason.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeNotFound"/>: there is no such probe.</exception>
    public Probe Of(string name, CancellationToken cancel)
    {
        try
        {
            var source = library.Load(name);
            var standing = ProbeJudge.Judge(library, source, policy, now, cancel);
            if (standing.State == ProbeState.Approved && ProbeSuspensions.Find(policy, name, source.Hash) is { } reason)
                standing = standing with { State = ProbeState.Suspended, Reason = reason, ApprovedUntil = null };
            return Of(source, standing);
        }
        catch (KernelMagnifierException error) when (library.Names.Contains(name))
        {
            return new Probe(name, Path.Combine(library.Path, name), library.Path)
            {
                Reason = error.Target is null ? error.Cause : $"{error.Target}: {error.Cause}",
            };
        }
    }

    /// <summary>
    /// Whether a probe needs somebody within a time: its approval or review date ends, or has ended.
    /// </summary>
    public bool IsExpiring(Probe probe, TimeSpan within)
        => probe.State == nameof(ProbeState.Expired) || probe.ApprovedUntil <= (now + within).UtcDateTime
            || probe.ReviewBy <= (now + within).UtcDateTime;

    private Probe Of(ProbeSource source, ProbeStanding standing)
    {
        var manifest = source.Manifest;
        return new Probe(source.Name, source.Folder, library.Path)
        {
            Version = manifest.Version, Title = manifest.Title, State = standing.State.ToString(), Reason = standing.Reason,
            Maturity = manifest.Maturity.ToString(), Owner = manifest.Owner, DataClass = manifest.DataClass.ToString(),
            ReviewBy = manifest.ReviewBy?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), Author = standing.Author,
            Approvers = standing.Approvers, ApprovalsNeeded = standing.ApprovalsNeeded,
                ApprovedUntil = standing.ApprovedUntil?.UtcDateTime,
            Kernels = [.. manifest.Tested.Select(tested => $"{tested.Kernel} (bpftrace {tested.Bpftrace})")],
            AttachPoints = manifest.AttachPoints, Parameters = [.. manifest.Parameters.Select(Describe)],
                Purpose = manifest.Purpose,
            Reading = manifest.Reading, Hash = source.Hash, Manifest = manifest,
        };
    }

    /// <summary>A parameter in one line, such as <c>us: 1 to 1000000 us, default 1000</c>.</summary>
    private static string Describe(ProbeParameter parameter)
    {
        var values = parameter.Type == ParameterType.Integer
            ? string.Create(CultureInfo.InvariantCulture, $"{parameter.Minimum} to {parameter.Maximum}")
            : parameter.Choices.Count > 0 ? string.Join(", ", parameter.Choices) : parameter.Pattern is { } form
                ? $"text like {form}" : "text";
        return $"{parameter.Name}: {values}" + (parameter.Unit is { } unit ? $" {unit}" : "")
            + (parameter.Default is { } value ? $", default {value}" : "");
    }
}
