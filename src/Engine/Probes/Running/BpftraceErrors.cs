namespace KernelMagnifier.Probes.Running;

/// <summary>What bpftrace says on its standard error, for people who know the probe and not where its program was
/// placed.</summary>
internal static class BpftraceErrors
{
    private const int MostLines = 20, LongestLine = 400;
    private const int AbortStatus = 134, AttachStatus = 255;

    // About BTF and the memory limit: said on many machines where all is well.
    private static readonly string[] Harmless = ["WARNING: BTF:", "ERROR: BTF:", "Error while reading traceable functions"];

    /// <summary>The lines that matter.</summary>
    /// <param name="errors">The standard error. Untrusted.</param>
    /// <param name="path">The path of the program as bpftrace knows it.</param>
    /// <param name="name">The probe.</param>
    public static IReadOnlyList<string> Lines(string errors, string path, string name)
        => [.. errors.Split('\n').Select(line => line.TrimEnd('\r', ' ').Replace(path, name + ".bt", StringComparison.Ordinal))
            .Where(line => line.Length > 0 && !Harmless.Any(text => line.StartsWith(text, StringComparison.Ordinal)))
            .Select(line => line.Length > LongestLine ? line[..LongestLine] + "…" : line).Take(MostLines)];

    /// <summary>Why bpftrace failed, as a sentence and its own words.</summary>
    public static string Cause(int status, IReadOnlyList<string> lines)
    {
        var cause = status switch
        {
            1 => "bpftrace refused the program",
            AbortStatus => "bpftrace aborted, as it does for a type of probe that it does not know",
            AttachStatus => "bpftrace could not attach the program",
            > 128 => $"bpftrace was ended by signal {status - 128}",
            _ => $"bpftrace failed with exit status {status}",
        };
        return lines.Count == 0 ? cause + "." : $"{cause}: {string.Join("; ", lines)}";
    }
}
