using KernelMagnifier.Cli.CommandLine;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The options of the commands that run probes and show their audit log.</summary>
internal static class ProbeRunOptions
{
    /// <summary>The policy.</summary>
    public static readonly CliOption Policy = new("policy", "Use this policy instead of the machine's") { Value = "FILE",
        IsFile = true };

    /// <summary>JSON.</summary>
    public static readonly CliOption Json = new("json", "Write JSON, an object per line");
}
