using System.Diagnostics;

namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>Runs lines of bash in which <c>kernel-magnifier</c> is the native executable of artifacts/, or, where none was made, the tool just built.</summary>
internal static class Native
{
    private static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "artifacts");

    /// <summary>Whether the native executable is there: it starts in some ten milliseconds, the other in hundreds.</summary>
    public static bool IsThere { get; } = File.Exists(Path.Combine(Folder, "kernel-magnifier"));

    /// <summary>How often something that depends on the moment is tried.</summary>
    public static int Moments => IsThere ? 24 : 6;

    public static Outcome Bash(string line, string? directory = null) => Tool.Bash(Line(line), directory);

    public static Process Start(string line, string? directory = null, bool input = false) => Tool.StartBash(Line(line), directory, input);

    private static string Line(string line) => IsThere ? $"PATH='{Folder}':$PATH; {line}" : line;

    /// <summary>The small recording, unpacked once.</summary>
    public static string Text => LazyText.Value;

    private static readonly Lazy<string> LazyText = new(() =>
    {
        var file = SharedData.Unpacked(Tool.Small);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return file;
    });

    /// <summary>A run that failed as it should: one line that names the thing and the cause, and no defect.</summary>
    public static void FailsWith(this Outcome outcome, int exit, params string[] said)
    {
        Assert.True(outcome.Exit == exit, $"exit code {outcome.Exit}, not {exit}: {outcome.Error}");
        foreach (var part in said) Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }
}

/// <summary>Tests that mount a small disk of their own: root's, where the machine allows it; skipped, and saying so, elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskTheoryAttribute : TheoryAttribute
{
    private static readonly bool Allowed = Try();

    public SmallDiskTheoryAttribute()
    {
        if (!Allowed) Skip = "Mounting a small disk needs root and unshare (util-linux); here one of them is missing.";
    }

    private static bool Try()
    {
        try
        {
            return Tool.Bash("unshare -m mount -t tmpfs -o size=8k none /mnt").Exit == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A test that is about the native executable alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute()
    {
        if (!Native.IsThere) Skip = "The native executable is not built: ./build.sh build.";
    }
}
