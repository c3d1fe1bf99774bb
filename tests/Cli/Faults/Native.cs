using System.Diagnostics;

namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>
/// Runs lines of bash in which <c>kernel-magnifier</c> is the native executable of artifacts/, or the managed build if there is
/// none.
/// </summary>
internal static class Native
{
    private static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "artifacts");

    /// <summary>
    /// Whether the native executable was built. It starts in about ten milliseconds, the managed build in hundreds.
    /// </summary>
    public static bool IsThere { get; } = File.Exists(Path.Combine(Folder, "kernel-magnifier"));

    /// <summary>The number of attempts for tests that depend on timing.</summary>
    public static int Moments => IsThere ? 24 : 6;

    public static Outcome Bash(string line, string? directory = null) => Tool.Bash(Line(line), directory);

    public static Process Start(string line, string? directory = null, bool input = false)
        => Tool.StartBash(Line(line), directory, input);

    private static string Line(string line) => IsThere ? $"PATH='{Folder}':$PATH; {line}" : line;

    /// <summary>The small recording, decompressed once.</summary>
    public static string Text => LazyText.Value;

    private static readonly Lazy<string> LazyText = new(() =>
    {
        var file = SharedData.Unpacked(Tool.Small);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return file;
    });

    /// <summary>Asserts that a run failed with an exit code and a message, and not by a defect.</summary>
    public static void FailsWith(this Outcome outcome, int exit, params string[] parts)
    {
        Assert.True(outcome.Exit == exit, $"exit code {outcome.Exit}, not {exit}: {outcome.Error}");
        foreach (var part in parts) Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }
}
