namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>Tests that mount a small file system. Skipped, with the reason, if the machine does not allow it.</summary>
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
