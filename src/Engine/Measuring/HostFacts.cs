using System.Text;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>What a record of a measurement says of its host.</summary>
internal sealed record HostFacts
{
    private const int MachineIdLength = 32;

    /// <summary>The name of the host; null if not known.</summary>
    public string? HostName { get; init; } = Line("/proc/sys/kernel/hostname");

    /// <summary>The id of the machine (machine-id(5)); null if it has none.</summary>
    public string? MachineId { get; init; } = Line("/etc/machine-id") is { Length: MachineIdLength } id
        && id.All(char.IsAsciiHexDigitLower) ? id : null;

    /// <summary>Adds the host, its kernel and the version of this product to a record.</summary>
    public Measurement Describe(Measurement record) => record with
    {
        HostName = HostName,
        MachineId = MachineId,
        BootId = RecordingPlan.ThisBoot is { Length: > 0 } boot ? boot : null,
        KernelRelease = KernelFacts.Release,
        Machine = KernelFacts.Machine,
        Cpus = KernelFacts.OnlineCpus.Count,
        Version = typeof(HostFacts).Assembly.GetName().Version?.ToString(3),
    };

    private static string? Line(string path)
        => TraceFs.ReadBytes(path) is { Error: 0 } read && Encoding.UTF8.GetString(read.Bytes).Trim() is { Length: > 0 } text
            ? text : null;
}
