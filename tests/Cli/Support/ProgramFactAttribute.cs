namespace KernelMagnifier.Cli.Tests.Support;

/// <summary>A test that needs installed programs. Skipped, with the names of those that are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        var missing = programs.Where(p => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, p)))).ToList();
        if (missing.Count > 0) Skip = $"Not installed: {string.Join(", ", missing)}.";
    }
}
