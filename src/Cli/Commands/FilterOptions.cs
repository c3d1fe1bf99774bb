using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The filters of <see cref="CallFilter"/> as options, shared by the commands that read recordings.</summary>
internal static class FilterOptions
{
    private const string Section = "Filters (names can contain * ? [a-z]; a call must match one value of each option)";

    private static readonly string[] Contexts = ["task", "softirq", "hardirq", "nmi", "unknown"];

    /// <summary>The top folders of the kernel source, in the form that means nothing else.</summary>
    public static readonly IReadOnlyList<string> TopFolders = [.. SourceRoots.TopDirectories.Select(name => $"/{name}/")];

    private static readonly CliOption Function = List("function", "NAME", "Calls of these functions");
    private static readonly CliOption Caller = List("caller", "NAME", "Calls by these functions");
    private static readonly CliOption SourcePath = List("source-path", "PATH",
        "Calls whose function or caller is defined there: a part of the path (net/, also in drivers/net/), its start from the "
        + "top (/net/) or a pattern. Needs --symbol-map") with
    { Suggestions = TopFolders };

    private static readonly CliOption Strict = new("strict",
        "With --source-path: both function and caller must match")
    { Section = Section };

    private static readonly CliOption Module = List("module", "NAME",
        "Functions of these modules; kernel for built-in functions");
    private static readonly CliOption Cpu = List("cpu", "N", "Calls on these CPUs, such as 0-3,5");
    private static readonly CliOption Pid = List("pid", "N", "Calls of these processes or threads");
    private static readonly CliOption Comm = List("comm", "NAME", "Calls of tasks with these names");
    private static readonly CliOption Context = List("context", "CONTEXT",
        "Calls in this execution context") with
    { Choices = Contexts };

    private static readonly CliOption Since = One("since", "TIME",
        "Calls from this timestamp on, in seconds, or in counts if the recording's clock counts");
    private static readonly CliOption Until = One("until", "TIME", "Calls up to this timestamp, inclusive");
    private static readonly CliOption ExcludeFunction = List("exclude-function", "NAME", "Exclude calls of these functions");
    private static readonly CliOption ExcludeCaller = List("exclude-caller", "NAME", "Exclude calls by these functions");
    private static readonly CliOption ExcludeSourcePath = List("exclude-source-path", "PATH",
        "Exclude calls of functions that are defined there. Needs --symbol-map") with
    { Suggestions = TopFolders };

    private static readonly CliOption ExcludeModule = List("exclude-module", "NAME", "Exclude functions of these modules");
    private static readonly CliOption ExcludeCpu = List("exclude-cpu", "N", "Exclude calls on these CPUs");
    private static readonly CliOption ExcludePid = List("exclude-pid", "N", "Exclude calls of these processes or threads");
    private static readonly CliOption ExcludeComm = List("exclude-comm", "NAME", "Exclude calls of tasks with these names");
    private static readonly CliOption ExcludeContext = List("exclude-context", "CONTEXT",
        "Exclude calls in this execution context") with
    { Choices = Contexts };

    private static readonly CliOption Root = List("root", "NAME", "Calls of these functions and calls below them");
    private static readonly CliOption Depth = One("depth", "N", "With --root: at most N calls away from it");
    private static readonly CliOption MinCount = One("min-count", "N",
        "Calls of edges with at least N calls, counted after all other filters");

    /// <summary>The symbol map.</summary>
    public static readonly CliOption SymbolMap = new("symbol-map",
        "The symbol map with the source file of each function: symbol|path lines, plain, gzip or zstd")
    {
        Value = "FILE", IsFile = true,
    };

    /// <summary>All filters, without <see cref="SymbolMap"/>.</summary>
    public static readonly IReadOnlyList<CliOption> All =
    [
        Function, Caller, SourcePath, Strict, Module, Cpu, Pid, Comm, Context, Since, Until, Root, Depth, MinCount,
        ExcludeFunction, ExcludeCaller, ExcludeSourcePath, ExcludeModule, ExcludeCpu, ExcludePid, ExcludeComm, ExcludeContext,
    ];

    /// <summary>Returns the filter of a command line.</summary>
    public static CallFilter Read(Arguments arguments)
    {
        var filter = new CallFilter
        {
            Function = arguments.List(Function),
            Caller = arguments.List(Caller),
            SourcePath = arguments.List(SourcePath),
            Strict = arguments.Has(Strict),
            Module = arguments.List(Module),
            Cpu = arguments.Integers(Cpu),
            ProcessId = arguments.Integers(Pid),
            Comm = arguments.List(Comm),
            Context = ContextsOf(arguments.List(Context)),
            Since = arguments.Number(Since),
            Until = arguments.Number(Until),
            ExcludeFunction = arguments.List(ExcludeFunction),
            ExcludeCaller = arguments.List(ExcludeCaller),
            ExcludeSourcePath = arguments.List(ExcludeSourcePath),
            ExcludeModule = arguments.List(ExcludeModule),
            ExcludeCpu = arguments.Integers(ExcludeCpu),
            ExcludeProcessId = arguments.Integers(ExcludePid),
            ExcludeComm = arguments.List(ExcludeComm),
            ExcludeContext = ContextsOf(arguments.List(ExcludeContext)),
            Root = arguments.List(Root),
            Depth = (int?)arguments.Integer(Depth, most: int.MaxValue),
            MinCount = arguments.Integer(MinCount) ?? 0,
        };
        Check(arguments, filter);
        return filter;
    }

    /// <summary>Returns the option of a property of <see cref="CallFilter"/>.</summary>
    public static string NameOf(string property) => property switch
    {
        nameof(CallFilter.SourcePath) => $"{SourcePath}",
        nameof(CallFilter.ProcessId) => $"{Pid}",
        nameof(CallFilter.ExcludeProcessId) => "--exclude-pid",
        // MinCount is --min-count.
        _ => "--" + string.Concat(property.Select((c, at) => at > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant(),
    };

    private static void Check(Arguments arguments, CallFilter filter)
    {
        // An empty list would filter nothing.
        foreach (var option in All)
            if (option.IsList && arguments.Has(option) && arguments.List(option).Count == 0)
                throw CliException.Usage($"{option} was given an empty list. Give it a value, or omit it.");
        var source = filter.SourcePath.Count > 0 ? SourcePath : ExcludeSourcePath;
        if (filter.NeedsSource && !arguments.Has(SymbolMap))
            throw CliException.Usage($"{source} needs {SymbolMap} {SymbolMap.Value}.");
        if (filter.Strict && filter.SourcePath.Count == 0) throw CliException.Usage($"{Strict} needs {SourcePath}.");
        if (filter.Depth is not null && filter.Root.Count == 0) throw CliException.Usage($"{Depth} needs {Root}.");
        if (filter.Since > filter.Until) throw CliException.Usage($"{Since} is later than {Until}, so that no call can pass.");
    }

    private static IReadOnlyList<ExecutionContext> ContextsOf(IReadOnlyList<string> names)
        => [.. names.Select(name => Enum.Parse<ExecutionContext>(name, ignoreCase: true))];

    private static CliOption List(string name, string value, string help)
        => new(name, help) { Value = value, IsList = true, Section = Section };

    private static CliOption One(string name, string value, string help) => new(name, help) { Value = value, Section = Section };
}
