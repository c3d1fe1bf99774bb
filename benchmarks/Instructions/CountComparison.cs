using System.Globalization;

namespace KernelMagnifier.Benchmarks.Instructions;

/// <summary>New counts, compared with the kept ones.</summary>
/// <param name="Lines">What to print: a line for each path, and one for each difference between the machines.</param>
/// <param name="Failures">Why the comparison fails; empty when it passes.</param>
/// <param name="Renewals">What became so much less that the kept count should be renewed.</param>
internal sealed record CountComparison(IReadOnlyList<string> Lines, IReadOnlyList<string> Failures, IReadOnlyList<string> Renewals)
{
    /// <summary>A path fails when it grew by more than that.</summary>
    public const int Percent = 5;

    /// <summary>The program whose other version makes counts incomparable.</summary>
    public const string Processor = "processor";

    private const string Renew = "./build.sh bench --counts --keep";

    /// <summary>Compares.</summary>
    public static CountComparison Of(CountFile kept, CountFile now)
    {
        var (lines, failures, renewals) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (program, version) in now.MadeWith)
        {
            var before = kept.MadeWith.Where(made => made.Program == program).Select(made => made.Version).FirstOrDefault();
            if (before == version) continue;
            var line = $"{program}: kept with {before ?? "an unknown version"}, here {version}";
            lines.Add(line);
            if (program == Processor)
                failures.Add($"{line}. Other code runs on it, so counts cannot be compared; compare on the kept one, or renew: {Renew}");
        }
        foreach (var path in now.Paths)
        {
            if (kept.Paths.FirstOrDefault(other => other.Id == path.Id) is { } before)
                Judge(before, path, lines, failures, renewals);
            else
                failures.Add($"{path.Id}: no count is kept, {Count(path.Instructions)} were measured. Keep it: {Renew}");
        }
        foreach (var path in kept.Paths.Where(path => now.Paths.All(other => other.Id != path.Id)))
            failures.Add($"{path.Id}: a count is kept, but there is no such path. Renew: {Renew}");
        return new CountComparison(lines, failures, renewals);
    }

    private static void Judge(CountedPath kept, CountedPath now, List<string> lines, List<string> failures, List<string> renewals)
    {
        if (kept.Command != now.Command || kept.InputBytes != now.InputBytes)
        {
            failures.Add($"{now.Id}: kept of '{kept.Command}' with {Count(kept.InputBytes)} bytes, measured of '{now.Command}' with "
                + $"{Count(now.InputBytes)}. Renew: {Renew}");
            return;
        }
        var percent = Math.Round((now.Instructions - kept.Instructions) * 100.0 / kept.Instructions, 2);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{now.Id}: {Count(kept.Instructions)} instructions kept, {Count(now.Instructions)} measured: {percent:+0.00;-0.00;0.00} %");
        lines.Add(line);
        // Whole numbers: a growth of exactly the limit passes.
        var (before, after) = ((Int128)kept.Instructions * 100, (Int128)now.Instructions * 100);
        var limit = (Int128)kept.Instructions * Percent;
        if (after > before + limit)
            failures.Add($"{line}, more than {Percent} %. Find out why with callgrind_annotate; if it must be, renew: {Renew}");
        else if (after < before - limit)
            renewals.Add($"{line}. Renew, so that the gain is kept: {Renew}");
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
