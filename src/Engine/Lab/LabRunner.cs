using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Lab;

/// <summary>Boots the guests of a plan, one after the other.</summary>
internal static class LabRunner
{
    /// <summary>The most CPUs of a guest.</summary>
    public const int MostCpus = 64;

    /// <summary>The most guests of a plan.</summary>
    public const int MostRuns = 1000;

    /// <summary>The least memory with which a stock kernel boots, in bytes.</summary>
    private const long LeastMemory = 128L << 20;

    private static readonly string[] Outputs = ["output.txt", "recording.json", "recording.err"];
    private const long ScratchForWorkloads = 2L << 30;

    /// <summary>Runs a plan: a round with each combination of kernel, CPUs and parameters, then the next one.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="done">Takes each run when it has ended, on this thread.</param>
    /// <param name="progress">Takes how far it is, several times a second, on this thread.</param>
    /// <param name="cancel">Ends the guest and the plan.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="KernelMagnifierException">A kernel, a program or a file is missing, or the output cannot be
    /// written.</exception>
    public static void Run(LabPlan plan, Action<LabRun> done, Action<LabProgress> progress, CancellationToken cancel)
    {
        Check(plan);
        LabHost.RequirePrograms(plan.Load);
        using var scripts = new LabScripts();
        Run(scripts, plan, done, progress, cancel);
    }

    /// <summary>The same with given scripts.</summary>
    internal static void Run(
        LabScripts scripts, LabPlan plan, Action<LabRun> done, Action<LabProgress> progress, CancellationToken cancel)
    {
        Check(plan);
        var cells = plan.Cells().ToList();
        var total = cells.Count * plan.Count;
        // Before the first guest: a name that is wrong must not be found after an hour.
        var kernels = new Dictionary<string, (LabKernel Kernel, bool IsKvm, string Reason)>();
        foreach (var name in cells.Select(cell => cell.Kernel).Distinct())
        {
            void Report(string stage) => progress(new LabProgress(0, total, $"{stage}: {name}", TimeSpan.Zero));
            Report("getting the kernel");
            var kernel = plan.Image is { } image ? LabKernel.OfImage(image, plan.ModulePath)
                : LabKernel.Find(scripts, name, cancel);
            var (isKvm, reason) = LabKvm.Decide(scripts, kernel, plan.Accelerator, Report, cancel);
            kernels.Add(name, (kernel, isKvm, reason));
        }
        for (var at = 0; at < total; at++)
        {
            cancel.ThrowIfCancellationRequested();
            var cell = cells[at % cells.Count];
            var (number, (kernel, isKvm, reason)) = (at + 1, kernels[cell.Kernel]);
            done(One(scripts, plan, cell, kernel, (isKvm, reason), number,
                (stage, elapsed) => progress(new LabProgress(number, total, $"{stage} {cell.Kernel}", elapsed)), cancel));
        }
    }

    private static void Check(LabPlan plan)
    {
        CheckSizes(plan);
        if (plan.Kernels.Count == 0 && plan.Image is null)
            throw new KernelMagnifierException(ErrorCode.BadRequest, null, "no kernel is given.",
                "Name one, such as bookworm or 6.1.");
        if (plan.Cpus.Count == 0 || plan.Cpus.Any(cpus => cpus is < 1 or > MostCpus))
            throw new KernelMagnifierException(ErrorCode.BadRequest, null,
                string.Create(CultureInfo.InvariantCulture, $"the number of CPUs is not from 1 to {MostCpus}."));
        if (plan.Count < 1 || (long)plan.Cells().Count() * plan.Count > MostRuns)
            throw new KernelMagnifierException(ErrorCode.BadRequest, null,
                string.Create(CultureInfo.InvariantCulture, $"the number of guests is not from 1 to {MostRuns}."));
        CheckParameters(plan);
        LabJob.Check(plan);
    }

    private static void CheckParameters(LabPlan plan)
    {
        if (plan.Parameters.FirstOrDefault(text => text.Any(char.IsControl) || text.Length > 1500) is { } bad)
            throw new KernelMagnifierException(ErrorCode.BadRequest, bad,
                "these kernel parameters are too long or have control characters.");
    }

    private static void CheckSizes(LabPlan plan)
    {
        if (plan.Memory < LeastMemory)
            throw new KernelMagnifierException(ErrorCode.BadRequest, null,
                string.Create(CultureInfo.InvariantCulture, $"the guest's memory is less than {LeastMemory >> 20} MB."),
                "Give more, such as 2GB.");
        foreach (var (what, time) in new[]
            { ("boot", plan.BootTimeout), ("run", plan.Timeout), ("be without a heartbeat", plan.HangTimeout) })
            if (time <= TimeSpan.Zero)
                throw new KernelMagnifierException(ErrorCode.BadRequest, null,
                    $"the time that a guest may {what} is not above 0.", "Give a time such as 3m.");
    }

    private static LabRun One(LabScripts scripts, LabPlan plan, LabCell cell, LabKernel kernel,
        (bool IsKvm, string Reason) accelerator,
        int number, Action<string, TimeSpan> progress, CancellationToken cancel)
    {
        var folder = FolderOf(plan.Output, number, cell);
        var share = Path.Combine(folder, "share");
        LabEnd end;
        var recording = Path.Combine(folder, "recording.dat");
        var (hasRecording, output) = (false, "");
        try
        {
            Directory.CreateDirectory(share);
            LabJob.Write(scripts, plan, cell.Cpus, share);
            end = new LabGuest
            {
                Scripts = scripts, Kernel = kernel, Cpus = cell.Cpus, Parameter = cell.Parameter, Memory = plan.Memory,
                Scratch = plan.Scratch ?? (plan.Load.Workload is { } workload && LabJob.HasIo(workload)
                    ? ScratchForWorkloads : null),
                IsKvm = accelerator.IsKvm, Folder = folder, BootTimeout = plan.BootTimeout, Timeout = plan.Timeout,
                HangTimeout = plan.HangTimeout,
            }.Run(progress, cancel);
            if (Directory.Exists(share))
            {
                output = string.Concat(Outputs.Select(name => LabJob.Text(Path.Combine(share, name))));
                hasRecording = Keep(Path.Combine(share, "recording.dat"), recording);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelMagnifierException(ErrorCode.OutputNotWritable, folder, error.Message,
                "Use another output directory.", error);
        }
        finally
        {
            LabJob.Clean(folder);
        }
        var verdict = LabVerdict.Of(end, plan, accelerator.IsKvm, hasRecording, output);
        return new LabRun
        {
            Number = number, Kernel = cell.Kernel, KernelRelease = end.Release, Cpus = cell.Cpus,
            Parameter = cell.Parameter.Length > 0 ? cell.Parameter : null, Accelerator = accelerator.IsKvm ? "Kvm" : "Emulated",
            AcceleratorReason = accelerator.Reason, Outcome = verdict.Outcome, ExitCode = end.Status, Reason = verdict.Reason,
            StartTime = end.StartTime, Duration = end.Duration, BootDuration = end.BootDuration,
            Recording = hasRecording ? recording : null, Directory = folder, LogPath = Path.Combine(folder, "console.log"),
            LastLines = end.LastLines, Workload = plan.Load.Workload,
        };
    }

    /// <summary>
    /// A directory that only this user can enter: as root, a guest can create files there that belong to root and whose mode lets
    /// others become root.
    /// </summary>
    private static string FolderOf(string output, int number, LabCell cell)
    {
        var kernel = string.Concat(Path.GetFileName(cell.Kernel.TrimEnd('/'))
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        var name = string.Create(CultureInfo.InvariantCulture, $"{number:000}-{kernel}-{cell.Cpus}cpu");
        try
        {
            for (var again = 1; ; again++)
            {
                var folder = Path.GetFullPath(Path.Combine(output, again == 1 ? name
                    : string.Create(CultureInfo.InvariantCulture, $"{name}-{again}")));
                if (Path.Exists(folder)) continue;
                PrivateDirectory.Create(folder);
                return folder;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelMagnifierException(ErrorCode.OutputNotWritable, output, error.Message,
                "Use another output directory.", error);
        }
    }

    /// <summary>Moves a recording out of the shared directory, unless the guest has put something else there.</summary>
    private static bool Keep(string from, string to)
    {
        if (Ownership.Of(from) is not { IsFile: true, Links: 1 }) return false;
        File.Move(from, to);
        return true;
    }
}
