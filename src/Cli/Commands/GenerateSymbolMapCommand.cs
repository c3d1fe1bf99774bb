using System.Diagnostics;
using System.Globalization;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Creates a symbol map from the debug information of a kernel, with the defaults of the Python tool.</summary>
internal sealed class GenerateSymbolMapCommand : Command
{
    private static readonly CliOption DebugKernelPath = new("debug-kernel-path",
        "The kernel image with debug information (vmlinux), not the boot image")
    { Value = "FILE", Short = 'k', IsFile = true };

    private static readonly CliOption Release = new("release",
        "Find the image of this kernel release (uname -r) where distributions install it. The default is the running kernel")
    {
        Value = "RELEASE",
    };

    private static readonly CliOption BuildId = new("build-id",
        "The build id that the kernel must have, by which the image is found too")
    { Value = "HEX" };

    private static readonly CliOption IncludeModules = new("include-modules", "Read the modules of the kernel too");

    private static readonly CliOption Modules = new("modules",
        "Read the modules in this directory and its subdirectories")
    { Value = "DIR", IsFile = true };

    private static readonly CliOption DebugRoot = new("debug-root",
        "A further directory with the layout of /usr/lib/debug")
    { Value = "DIR", IsList = true, IsFile = true };

    private static readonly CliOption Output = new("output",
        "The symbol map to write. The file appears when it is complete. - is standard output")
    {
        Value = "FILE", Short = 'o', Default = "symbol-filepath.map", IsFile = true,
    };

    private static readonly CliOption PathsOnly = new("paths-only", "Write symbol|path lines only, which the Python tool reads");
    private static readonly CliOption NoCache = new("no-cache", "Do not read or write the cache");
    private static readonly CliOption Threads = new("threads",
        "The number of threads; 0 for one per core")
    { Value = "N", Default = "0" };

    /// <inheritdoc/>
    public override string Name => "generate-symbol-map";

    /// <inheritdoc/>
    public override string Summary
        => "Create a symbol map, the source file and line of each function, from a kernel's debug information";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options
        => [
            DebugKernelPath, Release, BuildId, IncludeModules, Modules, DebugRoot, Output, OutputOptions.NoClobber,
            OutputOptions.Force, PathsOnly, NoCache, Threads,
        ];

    /// <inheritdoc/>
    public override string Description => """
        Without -k, the image is searched for by release and by build id in /usr/lib/debug/boot/vmlinux-RELEASE and the
        other locations that distributions use, then on the servers in DEBUGINFOD_URLS. Symbol maps are cached in
        $XDG_CACHE_HOME/kernel-magnifier.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The symbol map of the running kernel, to symbol-filepath.map", "kernel-magnifier generate-symbol-map"),
        ("The symbol map of another kernel and its modules",
            "kernel-magnifier generate-symbol-map --release 6.1.0-56-amd64 --include-modules -o debian.map"),
        ("The symbol map of a kernel built on this machine", "kernel-magnifier generate-symbol-map -k ./vmlinux"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        RequireNoOperands(arguments);
        var output = arguments.Text(Output)!;
        var force = !arguments.Has(OutputOptions.NoClobber);
        if (output != "-")
            OutputFile.Check(output, force, InputIdentity.Of(arguments.Text(DebugKernelPath) is { } kernel ? [kernel] : []));
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
        var map = arguments.Text(DebugKernelPath) is { } image
            ? SymbolMap.OfImage(image, options, host.Cancel)
            : SymbolMap.OfKernel(options, host.Cancel);
        foreach (var warning in map.Warnings) host.Warn(warning);
        if (output == "-") OutputFile.RefuseStandardOutput(map.Inputs);
        if (output == "-") map.Write(new DataStream(host.Output, "standard output"), arguments.Has(PathsOnly));
        else map.Save(output, force, arguments.Has(PathsOnly), host.Cancel);
        host.Report(string.Create(CultureInfo.InvariantCulture,
            $"{map.Path}: wrote {map.Count} functions to {output} in {watch.Elapsed.TotalSeconds:0.0} s"));
        return ExitCode.Ok;
    }
}
