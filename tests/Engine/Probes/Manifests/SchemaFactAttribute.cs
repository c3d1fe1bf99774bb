using System.Diagnostics;

namespace KernelMagnifier.Engine.Tests.Probes.Manifests;

/// <summary>A test against the published schemas, which a module of Python judges with. Skipped where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SchemaFactAttribute : FactAttribute
{
    private static readonly bool IsThere = Find();

    public SchemaFactAttribute()
    {
        if (!IsThere) Skip = "Not installed: python3-jsonschema.";
    }

    private static bool Find()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import jsonschema; jsonschema.Draft202012Validator"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
