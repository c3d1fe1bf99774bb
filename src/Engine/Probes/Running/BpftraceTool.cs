using System.Diagnostics;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Running;

/// <summary>
/// The bpftrace of the policy, and the command line that it is run with. The version is what it states: it is recorded, and
/// nothing
/// depends on it.
/// </summary>
/// <param name="Path">The file, with all links resolved.</param>
/// <param name="Version">The version, such as <c>0.17.0</c>; null if it states none.</param>
internal sealed record BpftraceTool(string Path, string? Version)
{
    private const string DeathSignal = "/usr/bin/setpriv", Scopes = "/usr/bin/systemd-run";
    private const int VersionMilliseconds = 10_000, LongestVersion = 4096, LongestVersionText = 64;

    private static readonly string[] CleanEnvironment =
        ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent"];

    /// <summary>Finds the program, and checks that only root can change it.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolNotFound"/> or <see
    /// cref="ErrorCode.ProbeRefused"/>.</exception>
    public static BpftraceTool Find(string path)
    {
        if (!File.Exists(path))
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, path, "bpftrace is not installed here.",
                "Install it: apt-get install bpftrace");
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? System.IO.Path.GetFullPath(path);
        if (WhyUntrusted(file) is { } why)
            throw new KernelMagnifierException(ErrorCode.ProbeRefused, path, $"this program is not trusted: {why}.",
                "Name a program that only root can change in the policy.");
        return new BpftraceTool(file, ReadVersion(file));
    }

    /// <summary>The reason that others than this user and root can change a program; null if none can.</summary>
    public static string? WhyUntrusted(string file)
        => Ownership.Of(file) switch
        {
            not { IsFile: true } => "it is not a regular file",
            { IsForeign: true } => "it belongs to another user",
            { IsSharedWritable: true } => "others can write to it",
            _ => PrivateDirectory.WhyShared(System.IO.Path.GetDirectoryName(file)!),
        };

    /// <summary>
    /// The command line of a run. Programs before bpftrace replace themselves by the next one, so that all have one pid:
    /// systemd-run
    /// puts it into a scope with limits where systemd runs, setpriv has the kernel kill it when this process dies.
    /// </summary>
    /// <param name="program">The path of the program of the probe.</param>
    /// <param name="parameters">The positional parameters.</param>
    /// <param name="limits">The limits of the scope.</param>
    /// <param name="longest">The time after which systemd ends the scope if all else fails.</param>
    /// <param name="usesSystemd">Whether to use a scope if systemd runs.</param>
    public IReadOnlyList<string> CommandLine(
        string program, IEnumerable<string> parameters, ProbeLimits limits, TimeSpan longest, bool usesSystemd)
    {
        List<string> line = [];
        if (usesSystemd && Directory.Exists("/run/systemd/system") && IsTrusted(Scopes))
            line.AddRange([Scopes, "--scope", "--quiet", "--collect", "-p", Invariant($"MemoryMax={limits.MemoryBytes}"),
                "-p", "MemorySwapMax=0", "-p", "CPUQuota=200%", "-p",
                    Invariant($"RuntimeMaxSec={(long)longest.TotalSeconds + 1}"),
                "-p", "TasksMax=64", "--"]);
        if (IsTrusted(DeathSignal)) line.AddRange([DeathSignal, "--pdeathsig", "KILL", "--"]);
        line.AddRange([Path, "-f", "json", "--", program]);
        line.AddRange(parameters);
        return line;
    }

    /// <summary>The environment of a run. Nothing of this process's environment is in it, so no setting of bpftrace
    /// either.</summary>
    public static IReadOnlyList<string> Environment(ProbeLimits limits) =>
    [
        .. CleanEnvironment,
        // Each version knows one of the names.
        Invariant($"BPFTRACE_MAP_KEYS_MAX={limits.MapKeys}"),
        Invariant($"BPFTRACE_MAX_MAP_KEYS={limits.MapKeys}"),
        Invariant($"BPFTRACE_MAX_PROBES={limits.Probes}"),
        Invariant($"BPFTRACE_MAX_BPF_PROGS={limits.Probes}"),
    ];

    private static bool IsTrusted(string program) => File.Exists(program)
        && WhyUntrusted(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program) is null;

    private static string? ReadVersion(string file)
    {
        using var process = ToolProcess.Start([file, "--version"], CleanEnvironment, -1, "/");
        var text = new byte[LongestVersion];
        var (length, started) = (0, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(started).TotalMilliseconds < VersionMilliseconds && length < text.Length)
        {
            _ = FileCalls.Wait(process.Output, FileCalls.PollIn, 100);
            var n = FileCalls.Read(process.Output, text.AsSpan(length));
            if (n == -Errno.TryAgain) continue;
            if (n <= 0) break;
            length += n;
        }
        return VersionIn(Encoding.UTF8.GetString(text, 0, length));
    }

    /// <summary>The version in <c>bpftrace v0.17.0</c>; the first line as it is if it has another form; null if it is
    /// empty.</summary>
    internal static string? VersionIn(string text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0) line = line[..end];
        if (line.StartsWith("bpftrace v")) line = line["bpftrace v".Length..];
        return line.IsEmpty ? null : line[..Math.Min(line.Length, LongestVersionText)].ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
