using System.Diagnostics;
using System.Globalization;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Makes a symbol map file of a kernel's debug information, with the Python tool's defaults.</summary>
internal sealed class GenerateSymbolMapCommand : Command
{
    private static readonly CliOption DebugKernelPath = new("debug-kernel-path", "The kernel's image with debug information, not the boot image") { Value = "FILE", Short = 'k', IsFile = true, Default = null };
    private static readonly CliOption Release = new("release", "Look for the image of this kernel (uname -r) where distributions put it; without -k and this, of the running one") { Value = "RELEASE" };
    private static readonly CliOption BuildId = new("build-id", "The build id the kernel must have; finds it by that too") { Value = "HEX" };
    private static readonly CliOption IncludeModules = new("include-modules", "Read the kernel's modules too, where distributions put them");
    private static readonly CliOption Modules = new("modules", "Read the modules in this folder and below") { Value = "DIR", IsFile = true };
    private static readonly CliOption DebugRoot = new("debug-root", "A further folder laid out as /usr/lib/debug") { Value = "DIR", IsList = true, IsFile = true };
    private static readonly CliOption Output = new("output", "The map file to write, whole or not at all; - is standard output") { Value = "FILE", Short = 'o', Default = "symbol-filepath.map", IsFile = true };
    private static readonly CliOption PathsOnly = new("paths-only", "Write symbol|path alone, which is all the Python tool reads");
    private static readonly CliOption NoCache = new("no-cache", "Neither read nor write the cache");
    private static readonly CliOption Threads = new("threads", "Read with so many threads; 0 is one per core") { Value = "N", Default = "0" };

    /// <inheritdoc/>
    public override string Name => "generate-symbol-map";

    /// <inheritdoc/>
    public override string Summary => "Make a symbol map of a kernel's debug information: the source file and line of each function";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [DebugKernelPath, Release, BuildId, IncludeModules, Modules, DebugRoot, Output, PathsOnly, NoCache, Threads];

    /// <inheritdoc/>
    public override string Description => """
        Without -k it looks for /usr/lib/debug/boot/vmlinux-RELEASE and the other places distributions use, by release and by build id,
        and asks the servers in DEBUGINFOD_URLS. A map made once is kept in $XDG_CACHE_HOME/kernel-magnifier.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("The running kernel, to symbol-filepath.map", "kernel-magnifier generate-symbol-map"),
        ("Another kernel with its modules", "kernel-magnifier generate-symbol-map --release 6.1.0-56-amd64 --include-modules -o debian.map"),
        ("A kernel built here", "kernel-magnifier generate-symbol-map -k ./vmlinux"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        NoOperands(arguments);
        var output = arguments.Text(Output)!;
        if (output != "-") OutputFile.Check(output, force: true);
        var options = new SymbolMapOptions
        {
            KernelRelease = arguments.Text(Release),
            BuildId = arguments.Text(BuildId),
            IncludeModules = arguments.Has(IncludeModules),
            ModuleFolder = arguments.Text(Modules),
            NoCache = arguments.Has(NoCache),
            Threads = (int)(arguments.Integer(Threads, most: 1024) ?? 0),
        };
        options = options with { DebugRoots = [.. arguments.List(DebugRoot), .. options.DebugRoots] };
        var watch = Stopwatch.StartNew();
        var map = arguments.Text(DebugKernelPath) is { } image ? SymbolMap.OfImage(image, options, host.Cancel) : SymbolMap.OfKernel(options, host.Cancel);
        foreach (var warning in map.Warnings) host.Warn(warning);
        if (output == "-") map.Write(new DataStream(host.Output, "standard output"), arguments.Has(PathsOnly));
        else map.Save(output, force: true, arguments.Has(PathsOnly));
        host.Say(string.Create(CultureInfo.InvariantCulture, $"{map.Path}: {map.Count} functions in {watch.Elapsed.TotalSeconds:0.0} s; wrote the map to {output}"));
        return ExitCode.Ok;
    }
}
