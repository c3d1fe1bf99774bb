using System.Runtime.InteropServices;
using System.Text;
using KernelMagnifier.Symbols;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>Facts about the running kernel that need no tracing: release, build id, modules, CPUs, memory.</summary>
internal static class KernelFacts
{
    /// <summary>The release (<c>uname -r</c>).</summary>
    public static string Release => ReadLine("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.Version.ToString();

    /// <summary>The uname of trace.dat: <c>Linux host release machine</c>.</summary>
    public static string Uname => $"Linux {ReadLine("/proc/sys/kernel/hostname") ?? Environment.MachineName} {Release} {Machine}";

    /// <summary>The kernel's build id in lower-case hexadecimal; null when it has none.</summary>
    public static string? BuildId => RunningKernel.BuildId;

    /// <summary>The architecture (<c>uname -m</c>).</summary>
    public static string Machine => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The loaded modules, <c>/proc/modules</c>.</summary>
    public static byte[] Modules => TraceFs.ReadBytes("/proc/modules").Bytes;

    /// <summary>The number of CPUs that this machine can have.</summary>
    public static int PossibleCpus
        => (ReadCpus("/sys/devices/system/cpu/possible") is { Count: > 0 } list
            ? list.Max()
            : Environment.ProcessorCount - 1) + 1;

    /// <summary>The CPUs that are online.</summary>
    public static IReadOnlyList<int> OnlineCpus
        => ReadCpus("/sys/devices/system/cpu/online") is { Count: > 0 } list
            ? list
            : [.. Enumerable.Range(0, Environment.ProcessorCount)];

    /// <summary>Memory that can be allocated without swapping, in bytes; null when unknown.</summary>
    public static long? AvailableMemory
    {
        get
        {
            var line = Encoding.ASCII.GetString(TraceFs.ReadBytes("/proc/meminfo").Bytes).Split('\n')
                .FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
            return line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out var kilobytes)
                ? kilobytes * 1024
                : null;
        }
    }

    /// <summary>
    /// The build ids of the kernel and of those modules that have one: lines of <c>kernel BUILDID</c> and <c>module NAME
    /// BUILDID</c>.
    /// </summary>
    public static string BuildIds()
    {
        var text = new StringBuilder();
        if (BuildId is { } kernel) text.Append("kernel ").Append(kernel).Append('\n');
        foreach (var line in Encoding.UTF8.GetString(Modules).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = line.Split(' ')[0];
            if (ElfNotes.BuildIdOfFile($"/sys/module/{name}/notes/.note.gnu.build-id") is { } id)
                text.Append("module ").Append(name).Append(' ').Append(id).Append('\n');
        }
        return text.ToString();
    }

    private static List<int> ReadCpus(string path)
        => ReadLine(path) is { } text && CpuList.TryParse(text, out var cpus) ? cpus : [];

    private static string? ReadLine(string path)
        => TraceFs.ReadBytes(path) is { Error: 0 } read ? Encoding.UTF8.GetString(read.Bytes).Trim() : null;
}
