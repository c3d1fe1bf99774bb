using System.Globalization;

namespace KernelMagnifier.Lab;

/// <summary>Which guests to boot, and what they do.</summary>
internal sealed record LabPlan
{
    /// <summary>
    /// The kernels: <c>bookworm</c>, <c>newer</c>, a version such as <c>6.1</c>, a package, or a directory with an unpacked
    /// linux-image. One that is empty or null stands for <see cref="Image"/>.
    /// </summary>
    public IReadOnlyList<string> Kernels { get; init; } = [];

    /// <summary>A kernel image (vmlinuz) to boot instead; null for none.</summary>
    public string? Image { get; init; }

    /// <summary>
    /// The modules of <see cref="Image"/>: a directory above <c>lib/modules</c>, or <c>lib/modules/RELEASE</c>.
    /// </summary>
    public string? ModulePath { get; init; }

    /// <summary>The numbers of CPUs.</summary>
    public IReadOnlyList<int> Cpus { get; init; } = [2];

    /// <summary>The kernel parameters, a line for each variant; empty for none.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [""];

    /// <summary>How often each of them is booted.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The guest's memory in bytes.</summary>
    public long Memory { get; init; } = 2L << 30;

    /// <summary>The size of an ext4 file system at <c>/run/scratch</c>, in bytes; null for none.</summary>
    public long? Scratch { get; init; }

    /// <summary>What runs the CPUs.</summary>
    public LabAccelerator Accelerator { get; init; }

    /// <summary>How long a guest may boot.</summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a guest may run, with its boot.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long its heartbeat may be missing. It beats every five seconds.</summary>
    public TimeSpan HangTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What runs in it.</summary>
    public LabLoad Load { get; init; } = new();

    /// <summary>Presets of events to record; empty for none.</summary>
    public IReadOnlyList<string> Presets { get; init; } = [];

    /// <summary>Events to record; empty for none.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>bpftrace programs that run with the load.</summary>
    public IReadOnlyList<TrialProgram> Programs { get; init; } = [];

    /// <summary>Approved probes of this machine's library that run with the load.</summary>
    public IReadOnlyList<string> Probes { get; init; } = [];

    /// <summary>The native executable that records in the guest; null if nothing is recorded.</summary>
    public string? Recorder { get; init; }

    /// <summary>The directory for what the runs leave.</summary>
    public required string Output { get; init; }

    /// <summary>Whether the load is recorded.</summary>
    public bool IsRecorded => Presets.Count + Events.Count > 0;

    /// <summary>Whether guests need the native executable.</summary>
    public bool NeedsRecorder => IsRecorded || Probes.Count > 0;

    /// <summary>The directory for what runs leave, if none is named: in the current one.</summary>
    public static string DefaultOutput(DateTime now) => string.Create(CultureInfo.InvariantCulture, $"lab-{now:yyyyMMdd-HHmmss}");

    /// <summary>The guests of one round.</summary>
    public IEnumerable<LabCell> Cells()
        => from kernel in Image is null ? Kernels : [Path.GetFileName(Image)]
           from cpus in Cpus
           from parameter in Parameters
           select new LabCell(kernel, cpus, parameter);
}
