using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Which calls: every filter of <see cref="CallFilter"/> as options, the same for every command that reads.</summary>
internal static class FilterOptions
{
    private const string Section = "Filters (names take * ? [a-z]; within one option any may match, across options all must)";

    private static readonly string[] Contexts = ["task", "softirq", "hardirq", "nmi", "unknown"];

    private static readonly CliOption Function = List("function", "NAME", "Only calls of these functions");
    private static readonly CliOption Caller = List("caller", "NAME", "Only calls by these functions");
    private static readonly CliOption SourcePath = List("source-path", "PATH", "Only calls whose function or caller is defined there: a part of the path (net/) or a pattern; needs --symbol-map");
    private static readonly CliOption Strict = new("strict", "With --source-path: function and caller both") { Section = Section };
    private static readonly CliOption Module = List("module", "NAME", "Only functions of these modules; kernel is what is built in");
    private static readonly CliOption Cpu = List("cpu", "N", "Only these CPUs, such as 0-3,5");
    private static readonly CliOption Pid = List("pid", "N", "Only these processes or threads");
    private static readonly CliOption Comm = List("comm", "NAME", "Only tasks of these names");
    private static readonly CliOption Context = List("context", "WHERE", "Only calls in this context") with { Choices = Contexts };
    private static readonly CliOption Since = One("since", "TIME", "From this timestamp on: seconds, or counts, as the recording has them");
    private static readonly CliOption Until = One("until", "TIME", "Up to and with this timestamp");
    private static readonly CliOption ExcludeFunction = List("exclude-function", "NAME", "Not these functions");
    private static readonly CliOption ExcludeCaller = List("exclude-caller", "NAME", "Not what these functions call");
    private static readonly CliOption ExcludeSourcePath = List("exclude-source-path", "PATH", "Not functions defined there; needs --symbol-map");
    private static readonly CliOption ExcludeModule = List("exclude-module", "NAME", "Not functions of these modules");
    private static readonly CliOption ExcludeCpu = List("exclude-cpu", "N", "Not these CPUs");
    private static readonly CliOption ExcludePid = List("exclude-pid", "N", "Not these processes or threads");
    private static readonly CliOption ExcludeComm = List("exclude-comm", "NAME", "Not tasks of these names");
    private static readonly CliOption ExcludeContext = List("exclude-context", "WHERE", "Not calls in this context") with { Choices = Contexts };
    private static readonly CliOption Root = List("root", "NAME", "Only what is reachable from these functions");
    private static readonly CliOption Depth = One("depth", "N", "With --root: at most so many calls deep");
    private static readonly CliOption MinCount = One("min-count", "N", "Only calls whose caller and function met at least so often, after everything else");

    /// <summary>A map from functions to source files.</summary>
    public static readonly CliOption SymbolMap = new("symbol-map", "Tells the source file of each function: symbol|path, plain, gzip or zstd") { Value = "FILE", IsFile = true };

    /// <summary>The options.</summary>
    public static readonly IReadOnlyList<CliOption> All =
    [
        Function, Caller, SourcePath, Strict, Module, Cpu, Pid, Comm, Context, Since, Until, Root, Depth, MinCount,
        ExcludeFunction, ExcludeCaller, ExcludeSourcePath, ExcludeModule, ExcludeCpu, ExcludePid, ExcludeComm, ExcludeContext,
    ];

    /// <summary>The filter that the arguments describe.</summary>
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
        // An empty list would silently mean no filter at all.
        foreach (var option in All)
            if (option.IsList && arguments.Has(option) && arguments.List(option).Count == 0)
                throw CliException.Usage($"{option} was given nothing to compare with.");
        if (filter.NeedsSource && !arguments.Has(SymbolMap))
            throw CliException.Usage($"{(filter.SourcePath.Count > 0 ? SourcePath : ExcludeSourcePath)} needs to know where functions are defined: add --symbol-map FILE.");
        if (filter.Strict && filter.SourcePath.Count == 0) throw CliException.Usage($"{Strict} narrows {SourcePath}, which is missing.");
        if (filter.Depth is not null && filter.Root.Count == 0) throw CliException.Usage($"{Depth} counts from {Root}, which is missing.");
        if (filter.Since > filter.Until) throw CliException.Usage($"{Since} is later than {Until}: no call can pass.");
        return filter;
    }

    private static IReadOnlyList<ExecutionContext> ContextsOf(IReadOnlyList<string> names)
        => [.. names.Select(name => Enum.Parse<ExecutionContext>(name, ignoreCase: true))];

    private static CliOption List(string name, string value, string help) => new(name, help) { Value = value, IsList = true, Section = Section };

    private static CliOption One(string name, string value, string help) => new(name, help) { Value = value, Section = Section };
}
