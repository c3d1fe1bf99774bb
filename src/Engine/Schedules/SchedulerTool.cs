using System.Text;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Schedules;

/// <summary>Runs the programs of systemd: <c>systemctl</c> and <c>systemd-analyze</c>.</summary>
internal static class SchedulerTool
{
    private const int LongestText = 256 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string[] Places = ["/usr/bin", "/bin"];

    /// <summary>Runs a program; null if this machine does not have it.</summary>
    public static SchedulerOutput? Run(string name, IReadOnlyList<string> arguments)
    {
        if (Places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists) is not { } path) return null;
        using var output = new MemoryStream();
        // The programs' texts are read, so they must be in the language of the C locale. The time zone stays.
        Dictionary<string, string> environment = new() { ["LC_ALL"] = "C", ["PATH"] = "/usr/bin:/bin", ["SYSTEMD_COLORS"] = "0" };
        if (Environment.GetEnvironmentVariable("TZ") is { } zone) environment["TZ"] = zone;
        var result = ExternalTool.Run(path, arguments, ReadOnlyMemory<byte>.Empty, environment, output, Limit, default);
        return new SchedulerOutput(result.ExitCode,
            Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)Math.Min(output.Length, LongestText)), result.Errors);
    }
}
