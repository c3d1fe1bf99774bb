using System.Text;
using KernelMagnifier.Symbols;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>What is known of the running kernel without tracing: release, build id, modules.</summary>
internal static class KernelFacts
{
    /// <summary>The release (<c>uname -r</c>).</summary>
    public static string Release => ReadLine("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.Version.ToString();

    /// <summary>What uname tells, as trace.dat carries it: <c>Linux host release machine</c>.</summary>
    public static string Uname => $"Linux {ReadLine("/proc/sys/kernel/hostname") ?? Environment.MachineName} {Release} {Machine}";

    /// <summary>The build id of the kernel, in lower-case hexadecimal; null when it has none.</summary>
    public static string? BuildId => RunningKernel.BuildId;

    private static string Machine => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x86_64",
        System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The loaded modules as the kernel lists them.</summary>
    public static byte[] Modules => TraceFs.ReadBytes("/proc/modules").Bytes;

    /// <summary>
    /// The build ids of the kernel and of the modules that have one: lines of <c>kernel BUILDID</c> and <c>module NAME BUILDID</c>.
    /// </summary>
    public static string BuildIds()
    {
        var text = new StringBuilder();
        if (BuildId is { } kernel) text.Append("kernel ").Append(kernel).Append('\n');
        foreach (var line in Encoding.UTF8.GetString(Modules).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = line.Split(' ')[0];
            if (ElfNotes.BuildIdOfFile($"/sys/module/{name}/notes/.note.gnu.build-id") is { } id) text.Append("module ").Append(name).Append(' ').Append(id).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>CPUs this machine can have, from 0.</summary>
    public static int PossibleCpus => (Cpus("/sys/devices/system/cpu/possible") is { Count: > 0 } list ? list.Max() : Environment.ProcessorCount - 1) + 1;

    /// <summary>CPUs that are switched on.</summary>
    public static IReadOnlyList<int> OnlineCpus => Cpus("/sys/devices/system/cpu/online") is { Count: > 0 } list ? list : [.. Enumerable.Range(0, Environment.ProcessorCount)];

    /// <summary>Memory that can be had, in bytes; 0 when nobody tells.</summary>
    public static long AvailableMemory
    {
        get
        {
            var line = Encoding.ASCII.GetString(TraceFs.ReadBytes("/proc/meminfo").Bytes).Split('\n').FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
            return line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out var kilobytes) ? kilobytes * 1024 : 0;
        }
    }

    private static List<int> Cpus(string path) => ReadLine(path) is { } text && CpuList.TryParse(text, out var cpus) ? cpus : [];

    private static string? ReadLine(string path) => TraceFs.ReadBytes(path) is { Error: 0 } read ? Encoding.UTF8.GetString(read.Bytes).Trim() : null;
}
