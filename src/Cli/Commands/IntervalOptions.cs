using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The filters of intervals as options.</summary>
internal static class IntervalOptions
{
    private const string Section =
        "Filters (names can contain * ? [a-z]; they choose intervals after pairing, so that none breaks a pair)";

    private static readonly CliOption Comm = List("comm", "NAME", "Intervals of tasks with these names");
    private static readonly CliOption Pid = List("pid", "N", "Intervals of these threads");
    private static readonly CliOption Cpu = List("cpu", "N", "Intervals that end on these CPUs, such as 0-3,5");
    private static readonly CliOption Syscall = List("syscall", "NAME", "These system calls, by name or number");
    private static readonly CliOption Irq = List("irq", "NAME", "These interrupts, by number or name");
    private static readonly CliOption Vector = List("vector", "NAME", "These interrupt vectors and softirqs");
    private static readonly CliOption Function = List("function", "NAME", "These functions of work items, timers and calls");
    private static readonly CliOption Device = List("device", "NAME", "These block devices");
    private static readonly CliOption Since = One("since", "TIME",
        "Intervals that start from this timestamp on, in seconds, or in counts if the recording's clock counts");
    private static readonly CliOption Until = One("until", "TIME", "Intervals that start up to this timestamp, inclusive");
    private static readonly CliOption Above = One("above", "TIME", "Intervals that are longer, such as 5ms");
    private static readonly CliOption Below = One("below", "TIME", "Intervals that are shorter");
    private static readonly CliOption ExcludeComm = List("exclude-comm", "NAME", "Exclude intervals of tasks with these names");
    private static readonly CliOption ExcludePid = List("exclude-pid", "N", "Exclude intervals of these threads");
    private static readonly CliOption ExcludeCpu = List("exclude-cpu", "N", "Exclude intervals that end on these CPUs");
    private static readonly CliOption ExcludeSyscall = List("exclude-syscall", "NAME", "Exclude these system calls");
    private static readonly CliOption ExcludeFunction = List("exclude-function", "NAME", "Exclude these functions");

    /// <summary>All filters.</summary>
    public static readonly IReadOnlyList<CliOption> All =
    [
        Above, Below, Comm, Pid, Cpu, Syscall, Irq, Vector, Function, Device, Since, Until, ExcludeComm, ExcludePid, ExcludeCpu,
        ExcludeSyscall, ExcludeFunction,
    ];

    /// <summary>Returns the filter of a command line.</summary>
    public static LatencyFilter Read(Arguments arguments)
    {
        foreach (var option in All)
            if (option.IsList && arguments.Has(option) && arguments.List(option).Count == 0)
                throw CliException.Usage($"{option} was given an empty list. Give it a value, or omit it.");
        var filter = new LatencyFilter
        {
            Comm = arguments.List(Comm), ProcessId = arguments.Integers(Pid), Cpu = arguments.Integers(Cpu),
            Syscall = arguments.List(Syscall), Irq = arguments.List(Irq), Vector = arguments.List(Vector),
            Function = arguments.List(Function), Device = arguments.List(Device), Since = arguments.Number(Since),
            Until = arguments.Number(Until), Above = Duration(arguments, Above), Below = Duration(arguments, Below),
            ExcludeComm = arguments.List(ExcludeComm), ExcludeProcessId = arguments.Integers(ExcludePid),
            ExcludeCpu = arguments.Integers(ExcludeCpu), ExcludeSyscall = arguments.List(ExcludeSyscall),
            ExcludeFunction = arguments.List(ExcludeFunction),
        };
        if (filter.Since > filter.Until)
            throw CliException.Usage($"{Since} is later than {Until}, so that no interval can pass.");
        if (filter.Above >= filter.Below)
            throw CliException.Usage($"{Above} is not less than {Below}, so that no interval can pass.");
        return filter;
    }

    /// <summary>Returns the value of an option in nanoseconds; null if it was not given.</summary>
    public static long? Duration(Arguments arguments, CliOption option, long least = 0)
    {
        if (arguments.Text(option) is not { } text) return null;
        return DurationText.TryParse(text, out var duration) && duration >= least ? duration
            : throw CliException.Usage($"{option} takes {DurationText.Expected}, not '{text}'.");
    }

    private static CliOption List(string name, string value, string help)
        => new(name, help) { Value = value, IsList = true, Section = Section };

    private static CliOption One(string name, string value, string help) => new(name, help) { Value = value, Section = Section };
}
