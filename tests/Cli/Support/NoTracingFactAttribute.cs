namespace KernelMagnifier.Cli.Tests.Support;

/// <summary>A test of what is said where this user cannot trace. Where one can, it is skipped: tests do not trace this machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NoTracingFactAttribute : FactAttribute
{
    public NoTracingFactAttribute()
    {
        if (Environment.IsPrivilegedProcess && Directory.Exists("/sys/kernel/tracing/instances")) Skip = "This user can trace here.";
    }
}
