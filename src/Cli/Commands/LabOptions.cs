using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Lab;
using KernelMagnifier.Recording;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The options of the lab commands.</summary>
internal static class LabOptions
{
    private const string Guest = "Guest", LoadSection = "Load", Record = "Recording", Limits = "Limits", OutputSection = "Output";

    public static readonly CliOption Kernel = new("kernel",
        "Kernels: bookworm, newer, a version (6.1), a package, or a directory with an unpacked linux-image")
    { Value = "KERNEL", IsList = true, Suggestions = ["bookworm", "newer"], Section = Guest };

    public static readonly CliOption KernelImage = new("kernel-image", "A kernel image (vmlinuz) to boot instead")
    { Value = "FILE", IsFile = true, Section = Guest };

    public static readonly CliOption ModulePath = new("module-path", "The modules of the image: lib/modules/RELEASE, or above")
    { Value = "DIR", IsFile = true, Section = Guest };

    public static readonly CliOption Cpus = new("cpus", "Numbers of CPUs, a guest for each [default: 2]")
    { Value = "N", IsList = true, Section = Guest };

    public static readonly CliOption Parameter = new("parameter",
        "Kernel parameters, as one text; give the option again for guests with others")
    { Value = "TEXT", Section = Guest };

    public static readonly CliOption Memory = new("memory", "The guest's memory")
    { Value = "SIZE", Default = "2GB", Section = Guest };

    public static readonly CliOption Scratch = new("scratch", "Give the guest an ext4 file system of this size at /run/scratch")
    { Value = "SIZE", Section = Guest };

    public static readonly CliOption Accelerator = new("accelerator",
        "What runs the CPUs: KVM where a guest boots with it, or emulation")
    { Value = "NAME", Choices = ["auto", "kvm", "emulated"], Default = "auto", Section = Guest };

    public static readonly CliOption Count = new("count", "How often to boot each guest")
    { Value = "N", Default = "1", Section = Guest };

    public static readonly CliOption Script = new("script", "An executable file to run in the guest; its arguments follow --")
    { Value = "FILE", IsFile = true, Section = LoadSection };

    public static readonly CliOption Workload = new("workload", "A workload to run by rt-app and fio, from the workload command")
    { Value = "FILE", IsFile = true, Section = LoadSection };

    public static readonly CliOption Probe = new("probe",
        "Run this approved probe of the machine's library with the load; a path is a program for bpftrace; can be repeated")
    { Value = "NAME", Section = LoadSection };

    public static readonly CliOption Preset = new("record",
        $"Record these presets of events: {string.Join(", ", EventPreset.Names.Select(name => name.ToLowerInvariant()))}")
    {
        Value = "NAME", IsList = true, Section = Record,
        Suggestions = [.. EventPreset.Names.Select(name => name.ToLowerInvariant())],
    };

    public static readonly CliOption Event = new("event", "Record these events; can be repeated")
    { Value = "EVENT", Short = 'e', Section = Record };

    public static readonly CliOption Recorder = new("recorder",
        "The native executable that records in the guest [default: this one]")
    { Value = "FILE", IsFile = true, Section = Record };

    public static readonly CliOption BootTimeout = new("boot-timeout", "The time that a guest may boot")
    { Value = "TIME", Default = "3m", Section = Limits };

    public static readonly CliOption Timeout = new("timeout", "The time that a guest may run, with its boot")
    { Value = "TIME", Default = "15m", Section = Limits };

    public static readonly CliOption HangTimeout = new("hang-timeout",
        "The time that its heartbeat may be missing; it beats every 5 s")
    { Value = "TIME", Default = "1m", Section = Limits };

    public static readonly CliOption Output = new("output", "The directory for what the guests leave [default: lab-DATE-TIME]")
    { Value = "DIR", Short = 'o', IsFile = true, Section = OutputSection };

    public static readonly CliOption Json = new("json", "Print JSON") { Section = OutputSection };

    /// <summary>What a command line asks for.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="load">The load.</param>
    public static LabPlan PlanOf(Arguments arguments, LabLoad load)
    {
        var image = arguments.Text(KernelImage);
        if (image is not null && arguments.Has(Kernel))
            throw CliException.Usage($"{Kernel} and {KernelImage} exclude each other. Choose one.");
        if (image is null && arguments.Has(ModulePath)) throw CliException.Usage($"{ModulePath} needs {KernelImage}.");
        var probes = arguments.List(Probe);
        return new LabPlan
        {
            Kernels = arguments.Has(Kernel) ? arguments.List(Kernel) : image is null ? ["bookworm"] : [], Image = image,
            ModulePath = arguments.Text(ModulePath),
            Cpus = arguments.Has(Cpus) ? arguments.Integers(Cpus, 1, LabRunner.MostCpus) : [2],
            Parameters = arguments.Has(Parameter) ? arguments.List(Parameter) : [""],
            Memory = arguments.Bytes(Memory)!.Value, Scratch = arguments.Bytes(Scratch),
            Accelerator = Enum.Parse<LabAccelerator>(arguments.Text(Accelerator)!, ignoreCase: true),
            Count = (int)arguments.Integer(Count, 1, LabRunner.MostRuns)!.Value, Load = load,
            Probes = [.. probes.Where(name => !LabPrograms.IsPath(name))],
            Programs = [.. probes.Where(LabPrograms.IsPath).Select(LabPrograms.Read)],
            Presets = arguments.List(Preset), Events = arguments.List(Event),
            Recorder = RecorderOf(arguments),
            BootTimeout = Time(arguments, BootTimeout), Timeout = Time(arguments, Timeout),
            HangTimeout = Time(arguments, HangTimeout),
            Output = Path.GetFullPath(arguments.Text(Output) ?? LabPlan.DefaultOutput(DateTime.Now)),
        };
    }

    /// <summary>The native executable for guests.</summary>
    public static string RecorderOf(Arguments arguments) => ScheduleExecutable.Find(arguments.Text(Recorder));

    private static TimeSpan Time(Arguments arguments, CliOption option)
        => TimeSpan.FromTicks(IntervalOptions.Duration(arguments, option)!.Value / TimeSpan.NanosecondsPerTick);
}
