using System.Runtime.InteropServices;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>What the results depend on: the machine and its programs.</summary>
internal static class Machine
{
    /// <summary>The model of the processor.</summary>
    public static string Cpu() => Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The size of the memory.</summary>
    public static string Memory() => Field("/proc/meminfo", "MemTotal") ?? "";

    /// <summary>The first line that a command prints.</summary>
    public static string FirstLine(string command)
    {
        var output = Path.GetTempFileName();
        var (_, code) = ChildProcess.Run(command, output);
        var line = File.ReadLines(output).FirstOrDefault(l => l.Length > 0);
        File.Delete(output);
        return code == 0 && line is not null ? line : "not installed";
    }

    /// <summary>The first value of a field in a file of <c>name: value</c> lines; null when there is none.</summary>
    private static string? Field(string file, string name)
        => File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
