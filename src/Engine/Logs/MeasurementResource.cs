using KernelMagnifier.Measuring;

namespace KernelMagnifier.Logs;

/// <summary>The attributes of the host of a record, by OpenTelemetry's conventions: those of <c>resource</c> in its JSON.
/// </summary>
internal static class MeasurementResource
{
    /// <summary>The attributes, of which a value is a string or a long.</summary>
    public static IReadOnlyList<KeyValuePair<string, object>> Of(Measurement record)
    {
        var attributes = new List<KeyValuePair<string, object>> { new("service.name", "kernel-magnifier") };
        Add("service.version", record.Version);
        Add("host.name", record.HostName);
        Add("host.id", record.MachineId);
        Add("host.arch", record.Machine is { } machine ? HostArchitecture.Of(machine) : null);
        Add("host.cpu.count", (long?)record.Cpus);
        Add("os.type", "linux");
        Add("os.version", record.KernelRelease);
        Add("linux.boot.id", record.BootId);
        return attributes;

        void Add(string name, object? value)
        {
            if (value is not null) attributes.Add(new(name, value));
        }
    }
}
