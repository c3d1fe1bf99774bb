namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>A test that needs programs. It is skipped, with their names, on machines without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] tools)
    {
        var missing = tools.Where(t => !SmallKernel.Has(t)).ToList();
        if (missing.Count > 0) Skip = $"Not on this machine: {string.Join(", ", missing)}.";
    }
}
