namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>Quotes words and finds programs.</summary>
internal static class ShellWords
{
    /// <summary>
    /// The pwsh to measure in: KM_PWSH, which build/targets.sh exports, else the one on PATH; null when there is none.
    /// </summary>
    public static string? Pwsh { get; }
        = Environment.GetEnvironmentVariable("KM_PWSH") is { Length: > 0 } path && File.Exists(path) ? path : Find("pwsh");

    /// <summary>A word for /bin/sh.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A word for PowerShell.</summary>
    public static string QuoteForPwsh(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A command that needs a program on PATH.</summary>
    public static Command Needs(string tool, string shell)
        => new(shell, Missing: Find(tool) is null ? $"{tool} is not installed" : null);

    /// <summary>The path of a program on PATH; null when there is none.</summary>
    public static string? Find(string tool)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);
}
