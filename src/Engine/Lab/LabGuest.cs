using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Lab;

/// <summary>
/// Boots one guest and watches it until it ends. The guest is a process group of its own, which is killed when it ends, when the
/// work is cancelled, and when this process ends: the script reads a pipe whose other end this process holds.
/// </summary>
internal sealed class LabGuest
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // The script ends QEMU later than this process does, so that the reason is known here.
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(60);
    private const long LeastFree = 4 << 20;

    /// <summary>The scripts.</summary>
    public required LabScripts Scripts { get; init; }

    /// <summary>The kernel.</summary>
    public required LabKernel Kernel { get; init; }

    /// <summary>The number of CPUs.</summary>
    public int Cpus { get; init; } = 2;

    /// <summary>The kernel parameters.</summary>
    public string Parameter { get; init; } = "";

    /// <summary>The memory in bytes.</summary>
    public long Memory { get; init; } = 2L << 30;

    /// <summary>The size of the scratch disk in bytes; null for none.</summary>
    public long? Scratch { get; init; }

    /// <summary>Whether KVM runs the CPUs.</summary>
    public bool IsKvm { get; init; }

    /// <summary>The directory of the run. Its folder <c>share</c> is the guest's <c>/run/live</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The script in the shared folder.</summary>
    public string Script { get; init; } = "job/load-guest.sh";

    /// <summary>How long it may take to start the load.</summary>
    public required TimeSpan BootTimeout { get; init; }

    /// <summary>How long it may take in all.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long its heartbeat may be missing.</summary>
    public required TimeSpan HangTimeout { get; init; }

    /// <summary>The log of the console.</summary>
    public string LogPath => Path.Combine(Folder, "console.log");

    private string Share => Path.Combine(Folder, "share");

    private string ControlPath => Path.Combine(Folder, "control");

    /// <summary>Boots the guest.</summary>
    /// <param name="progress">Takes what it does, several times a second.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled; the guest has ended.</exception>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolNotFound"/>: a program is missing.</exception>
    public LabEnd Run(Action<string, TimeSpan> progress, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var console = new LabConsole(LogPath);
        using var process = Start();
        using var registration = Register(process);
        var reading = new[] { process.StandardOutput, process.StandardError }
            .Select(stream => Task.Factory.StartNew(() => console.Read(stream), TaskCreationOptions.LongRunning)).ToArray();
        var control = new LabControl(ControlPath);
        var (began, at) = (DateTimeOffset.Now, Stopwatch.StartNew());
        TimeSpan? booted = null;
        LabStop stop;
        try
        {
            stop = Watch(process, control, at, ref booted, progress, cancel);
        }
        finally
        {
            End(process);
            try
            {
                Task.WaitAll(reading, TimeSpan.FromSeconds(5));
            }
            catch (AggregateException)
            {
                // The console ended with the guest.
            }
        }
        control.Read();
        return new LabEnd
        {
            Stop = stop, ScriptStatus = stop == LabStop.None ? process.ExitCode : null, Release = control.Release,
            BootDuration = booted ?? (control.IsStarted ? at.Elapsed : null), Status = control.Status,
            FullPlace = control.FullPlace, IsShareLost = control.IsShareLost || !Directory.Exists(Share), Panic = console.Panic,
            LastLines = console.LastLines, StartTime = began, Duration = at.Elapsed,
        };
    }

    private LabStop Watch(Process process, LabControl control, Stopwatch at, ref TimeSpan? booted,
        Action<string, TimeSpan> progress, CancellationToken cancel)
    {
        var heard = at.Elapsed;
        while (!process.WaitForExit(Interval))
        {
            cancel.ThrowIfCancellationRequested();
            var now = at.Elapsed;
            if (control.Read()) heard = now;
            if (control.IsStarted) booted ??= now;
            progress(control.Status is not null ? "ending" : control.IsStarted ? "running" : "booting", now);
            if (Why(control, now, now - heard) is var why and not LabStop.None) return why;
        }
        return LabStop.None;
    }

    /// <summary>The reason to end the guest now.</summary>
    private LabStop Why(LabControl control, TimeSpan now, TimeSpan silent)
        => control.IsFlooded ? LabStop.Flood
        : !Directory.Exists(Share) ? LabStop.ShareGone
        : new DriveInfo(Share).AvailableFreeSpace < LeastFree ? LabStop.HostDiskFull
        : !control.IsStarted && now > BootTimeout ? LabStop.BootTimeout
        : now > Timeout ? LabStop.Timeout
        : control.IsStarted && silent > HangTimeout ? LabStop.NoHeartbeat
        : LabStop.None;

    private Process Start()
    {
        var start = new ProcessStartInfo(ExternalTool.Find("setsid", "setsid", "util-linux"), Arguments())
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["LIVE"] = Folder;
        start.Environment["KM_LAB_INITRD"] = Path.Combine(LabCache.Create(), "initrd");
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, start.FileName,
                $"the program cannot be started: {error.Message}.", "Install it again.", error);
        }
    }

    private List<string> Arguments()
    {
        static string Of(double number) => ((long)Math.Ceiling(number)).ToString(CultureInfo.InvariantCulture);
        List<string> arguments = ["bash", Scripts.Of("guest.sh"), .. Kernel.Options, "-c", Of(Cpus), "-m", Of(Memory >> 20) + "M",
            "-a", IsKvm ? "kvm" : "tcg", "-t", Of((Timeout + Later).TotalSeconds), "-o", ControlPath, "-l"];
        if (Parameter.Length > 0) arguments.AddRange(["-A", Parameter]);
        if (Scratch is { } size) arguments.AddRange(["-d", Of(size)]);
        arguments.Add(Script);
        return arguments;
    }

    private static IDisposable Register(Process process)
    {
        try
        {
            return Unfinished.Add(() => End(process));
        }
        catch (OperationCanceledException)
        {
            End(process);
            throw;
        }
    }

    /// <summary>Kills the process group: setsid has made the script its leader.</summary>
    private static void End(Process process)
    {
        try
        {
            _ = ProcessCalls.Kill(-process.Id, ProcessCalls.SignalKill);
            process.WaitForExit(2000);
        }
        catch (InvalidOperationException)
        {
            // It was never started.
        }
    }
}
