using System.Diagnostics;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Skips a test if Graphviz is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GraphvizFactAttribute : FactAttribute
{
    internal static bool IsThere { get; } = Tools.IsInPath("dot");

    public GraphvizFactAttribute()
    {
        if (!IsThere) Skip = "Graphviz is not installed: apt-get install graphviz";
    }
}

/// <summary>Skips a test if gnuplot is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GnuplotFactAttribute : FactAttribute
{
    public GnuplotFactAttribute()
    {
        if (!Tools.IsInPath("gnuplot")) Skip = "gnuplot is not installed: apt-get install gnuplot-nox";
    }
}

/// <summary>The collection of tests that change PATH. They do not run in parallel with others, because PATH is shared.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneWithPath
{
    public const string Name = "PATH";
}

internal static class Tools
{
    public static bool IsInPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, name)));

    public static string Run(string name, string argument, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(name, [argument]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return output.Result;
    }
}
