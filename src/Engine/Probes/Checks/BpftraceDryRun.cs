using System.Text.RegularExpressions;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Probes.Checks;

/// <summary>
/// What <c>bpftrace -d</c> says about a program, in a user namespace of its own: parser, semantic analysis and code generation
/// run there, and nothing is loaded.
/// </summary>
/// <param name="Version">The version; null if it is not known.</param>
/// <param name="Verdict"><c>Passed</c>, <c>Failed</c>, or <c>Unknown</c> where this machine does not let it decide.</param>
/// <param name="Messages">What it says. Untrusted text.</param>
internal sealed partial record BpftraceDryRun(string? Version, string Verdict, IReadOnlyList<string> Messages)
{
    private const int Aborted = 134, AbortSignal = 6, MostMessages = 50, LongestMessage = 400;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly System.Version FirstWithDryRun = new(0, 21);

    private static readonly string[] Noise =
    [
        "Error while reading traceable functions", "WARNING: BTF:", "ERROR: BTF:", "couldn't set RLIMIT_MEMLOCK", "ulimit -l",
        "Log: cannot resolve location",
    ];

    // No setting of bpftrace from this process's environment.
    private static readonly Dictionary<string, string> CleanEnvironment = new()
    {
        ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["LANG"] = "C.UTF-8", ["HOME"] = "/nonexistent",
    };

    /// <summary>Asks bpftrace; null if it or unshare is not installed.</summary>
    /// <param name="tool">The bpftrace of the policy, which is preferred; where it is missing, that of PATH is asked.</param>
    /// <param name="program">The program.</param>
    /// <param name="parameters">The values of <c>$1</c> and so on.</param>
    /// <param name="cancel">Ends it.</param>
    public static BpftraceDryRun? Run(
        string tool, ReadOnlyMemory<byte> program, IReadOnlyList<string> parameters, CancellationToken cancel)
    {
        string unshare, bpftrace;
        try
        {
            unshare = ExternalTool.Find("unshare", "unshare", "util-linux");
            bpftrace = File.Exists(tool) ? tool : ExternalTool.Find("bpftrace", "bpftrace", "bpftrace");
        }
        catch (KernelMagnifierException)
        {
            return null;
        }
        var folder = Directory.CreateTempSubdirectory("kernel-magnifier-").FullName;
        try
        {
            var path = Path.Combine(folder, "program.bt");
            File.WriteAllBytes(path, program.ToArray());
            var version = VersionOf(bpftrace, cancel);
            string[] arguments = ["-Ur", "--", bpftrace, OptionOf(version), path, .. parameters];
            var result = ExternalTool.Run(unshare, arguments, default, CleanEnvironment, Stream.Null, Limit, cancel);
            return Of(version, result, folder, File.Exists("/sys/kernel/tracing/available_events"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Judges what bpftrace wrote.</summary>
    /// <param name="version">The version.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="folder">The folder of the program, which is left out of messages.</param>
    /// <param name="hasEvents">Whether events can be looked up here.</param>
    public static BpftraceDryRun Of(string? version, ToolResult result, string folder, bool hasEvents)
    {
        if (!result.Finished) return new BpftraceDryRun(version, "Unknown", ["bpftrace did not end in time."]);
        var messages = MessagesIn(result.Errors, folder);
        if (result.ExitCode is Aborted or AbortSignal)
            return new BpftraceDryRun(version, "Failed", ["bpftrace aborts on this program.", .. messages]);
        if (result.ExitCode == 0) return new BpftraceDryRun(version, "Passed", messages);
        var isHost = messages.Any(IsAboutHost) || messages.Count == 0;
        var isMissing = !hasEvents && messages.All(line => !line.Contains("ERROR:", StringComparison.Ordinal)
            || IsAboutEvents(line));
        return new BpftraceDryRun(version, isHost || isMissing ? "Unknown" : "Failed", messages);
    }

    /// <summary>The option that loads nothing. In newer versions, -d takes the name of a stage.</summary>
    internal static string OptionOf(string? version)
        => System.Version.TryParse(version, out var known) && known >= FirstWithDryRun ? "--dry-run" : "-d";

    private static bool IsAboutHost(string message)
        => message.Contains("only supports running as the root user", StringComparison.Ordinal)
            || message.StartsWith("unshare:", StringComparison.Ordinal);

    private static bool IsAboutEvents(string message)
        => message.Contains("tracepoint not found", StringComparison.Ordinal)
            || message.Contains("not available for your kernel", StringComparison.Ordinal)
            || message.Contains("No BTF found", StringComparison.Ordinal)
                || message.Contains("Kernel lockdown", StringComparison.Ordinal)
            || message.Contains("does not contain a field named", StringComparison.Ordinal);

    private static List<string> MessagesIn(string errors, string folder)
    {
        List<string> messages = [];
        foreach (var line in errors.Replace(folder + "/", "", StringComparison.Ordinal).Split('\n'))
        {
            var text = line.TrimEnd();
            // The first part of the noise has no line break, so a message can follow it on the same line.
            if (Noise.Any(noise => text.Contains(noise, StringComparison.Ordinal)) || text.Trim(' ', '~').Length == 0) continue;
            if (messages.Count < MostMessages) messages.Add(text.Length <= LongestMessage ? text : text[..LongestMessage]);
        }
        return messages;
    }

    private static string? VersionOf(string bpftrace, CancellationToken cancel)
    {
        using var output = new MemoryStream();
        if (ExternalTool.Run(bpftrace, ["--version"], default, CleanEnvironment, output, Limit, cancel) is not { Finished: true,
            ExitCode: 0 })
            return null;
        var match = VersionPattern().Match(System.Text.Encoding.UTF8.GetString(output.GetBuffer(), 0,
            (int)Math.Min(output.Length, 200)));
        return match.Success ? match.Groups[1].Value : null;
    }

    [GeneratedRegex(@"v?(\d+\.\d+(\.\d+)?)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();
}
