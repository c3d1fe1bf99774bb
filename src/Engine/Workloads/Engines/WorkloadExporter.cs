using KernelMagnifier.Files;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Workloads.Engines;

/// <summary>Writes a workload to a file, in the format of its extension.</summary>
internal static class WorkloadExporter
{
    private const string RtApp = ".rtapp.json", Fio = ".fio", Json = ".json";

    /// <summary>The extensions.</summary>
    public static readonly IReadOnlyList<string> Formats = [RtApp, Fio, Json];

    /// <summary>Writes a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How.</param>
    /// <param name="inputs">The files that were read, which must not be replaced.</param>
    /// <param name="cancel">Ends the writing early.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.NothingToRun"/>, <see cref="ErrorCode.FormatUnknown"/>, or the file cannot be written.
    /// </exception>
    public static WorkloadExport Export(
        Workload workload, string path, WorkloadExportOptions options, IReadOnlyList<InputIdentity> inputs,
            CancellationToken cancel)
    {
        var format = FormatOf(path);
        Check(workload, format, path);
        using var file = OutputFile.Create(path, options.Force, inputs, cancel);
        try
        {
            var export = Write(workload, format, path, options, file.Stream);
            file.Commit();
            return export;
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(file.TemporaryPath, error);
        }
    }

    private static string FormatOf(string path)
        => Formats.FirstOrDefault(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            ?? throw new KernelMagnifierException(ErrorCode.FormatUnknown, path,
            "its extension is not that of a format of workloads.",
                $"Choose one of {string.Join(", ", Formats)}.");

    private static void Check(Workload workload, string format, string path)
    {
        if (format == RtApp && !workload.Tasks.Any(task => task.Steps.Count > 0))
            throw new KernelMagnifierException(ErrorCode.NothingToRun, path,
                "no task of the workload has steps that rt-app can run.",
                "Make a workload of other tasks.");
        if (format == Fio && FioWriter.Jobs(workload) == 0)
            throw new KernelMagnifierException(ErrorCode.NothingToRun, path,
                "no task of the workload read from or wrote to a block device.",
                "Record the preset Block, and tasks that do.");
    }

    private static WorkloadExport Write(Workload workload, string format, string path, WorkloadExportOptions options,
        Stream output)
    {
        switch (format)
        {
            case RtApp:
                var plan = new RtAppPlan { Duration = options.Duration, NanosecondsPerLoop = options.NanosecondsPerLoop,
                    WithoutIo = options.WithoutIo };
                var notes = RtAppWriter.Write(workload, plan, output);
                return new WorkloadExport { Path = path, Format = "rt-app", Tasks = RtAppWriter.Threads(workload, plan),
                    Notes = notes };
            case Fio:
                return new WorkloadExport
                {
                    Path = path, Format = "fio", Tasks = FioWriter.Jobs(workload),
                    Notes = FioWriter.Write(workload, new FioPlan(options.Directory) { Duration = options.Duration }, output),
                };
            default:
                WorkloadFile.Write(workload, output);
                return new WorkloadExport { Path = path, Format = "workload", Tasks = workload.Tasks.Count };
        }
    }
}
