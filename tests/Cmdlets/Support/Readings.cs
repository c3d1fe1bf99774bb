namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>Scripts that read the small recordings and return text.</summary>
internal static class Readings
{
    private static readonly string[] Recordings =
    [
        "tcp-echo.trace.zst", "km-small.data.zst", "graph/fg-abstime.txt.zst", "text/function-oddcomm-all.txt.zst",
        "perf/cpuclock-g.script.txt.zst", "trace-dat/fn-lossy.dat", "trace-dat/mix-plain.dat", "trace-dat/fg-zlib.dat",
        "trace-dat/instances.dat", "trace-dat/instances-v6.dat",
    ];

    // Pipelines that hand the reading over, pipelines with an object per call, and both.
    private static readonly string[] Pipelines =
    [
        "Import-KmTrace '{0}' | Measure-KmCall Edge",
        "Import-KmTrace '{0}' | Select-KmCall -Function *lock* | Measure-KmCall Function, Context",
        "Import-KmTrace '{0}' -Cpu 0 | Select-KmCall -Function *e* | Select-KmCall -AsEdge",
        "Import-KmTrace '{0}' | Select-Object -First 200",
        "Import-KmTrace '{0}' -AsEdge | Where-Object Count -gt 3",
        "Import-KmTrace '{0}' -SymbolMap '{1}' -SourcePath net/ | Measure-KmCall",
    ];

    /// <summary>Every pipeline on every recording.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. from recording in Recordings
           from pipeline in Pipelines
           let script = string.Format(null, pipeline, Repository.Data(recording), Repository.Map)
           select $"{script} -WarningAction Ignore | ConvertTo-Csv",
    ];

    /// <summary>The output of each script in a single runspace.</summary>
    public static Lazy<IReadOnlyDictionary<string, string>> Expected { get; } = new(() =>
    {
        using var shell = Shell.Open();
        return All.ToDictionary(script => script, script => shell.Run(script).WithoutErrors().Text);
    });
}
