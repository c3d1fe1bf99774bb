namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>A test that needs installed programs. Skipped, with the names of those that are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        var missing = programs.Where(program => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(directory => File.Exists(Path.Combine(directory, program)))).ToList();
        if (missing.Count > 0) Skip = $"Not installed: {string.Join(", ", missing)}.";
    }
}
