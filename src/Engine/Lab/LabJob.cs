using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Recording;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Engines;

namespace KernelMagnifier.Lab;

/// <summary>
/// What a guest is told to do: the folder <c>job</c> of the directory that is shared with it. Programs and scripts are copied
/// into it, because the guest does not see all directories of this machine.
/// </summary>
internal static class LabJob
{
    private const int LongestText = 64 * 1024;
    private const string Shared = "/run/live/job/", Scratch = "/run/scratch", PowerShellProgram = "pwsh.dll";
    private static readonly string[] Hidden = ["/tmp", "/run", "/var/tmp", "/root", "/var/run", "/dev/shm"];

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Whether guests have another directory at the place of a path of this machine.</summary>
    public static bool IsHidden(string path)
    {
        var real = Path.GetFullPath(path);
        if (Path.Exists(real) && File.ResolveLinkTarget(real, returnFinalTarget: true) is { } target) real = target.FullName;
        return Hidden.Any(place => real == place || real.StartsWith(place + "/", StringComparison.Ordinal));
    }

    /// <summary>Checks what can be checked before any guest is booted.</summary>
    /// <exception cref="KernelMagnifierException">A file is missing, or the request contradicts itself.</exception>
    public static void Check(LabPlan plan)
    {
        var load = plan.Load;
        if (load.Script is { } script && !File.Exists(script))
            throw new KernelMagnifierException(ErrorCode.CommandNotFound, script, "this script does not exist.");
        if (load.NeedsPowerShell) CheckPowerShell(load.PowerShellHome);
        foreach (var text in load.Command.Concat(load.Arguments).Concat(plan.Presets).Concat(plan.Events))
            if (text.AsSpan().ContainsAny('\n', '\0'))
                throw new KernelMagnifierException(ErrorCode.BadRequest, null, "an argument contains a line break.",
                    "Put it into a script.");
        foreach (var preset in plan.Presets) EventPreset.Find(preset);
        if (plan.Probes.FirstOrDefault(name => !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) is { } bad)
            throw new KernelMagnifierException(ErrorCode.ProbeNotFound, bad, "this is no name of a probe.");
        if (plan.NeedsRecorder && (plan.Recorder is null || !File.Exists(plan.Recorder)))
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, plan.Recorder ?? "kernel-magnifier",
                "the native executable, which records and runs probes in the guest, is not there.",
                "Install the native command line, or give its path.");
    }

    private static void CheckPowerShell(string? home)
    {
        if (home is null || (!File.Exists(Path.Combine(home, "pwsh")) && !File.Exists(Path.Combine(home, PowerShellProgram))))
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, "pwsh", "there is no PowerShell for the guest.",
                "Run the script from pwsh, or give an executable script.");
        if (NeedsDotnet(home) && (Environment.ProcessPath is not { } host || IsHidden(host)))
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, "pwsh",
                $"the guest does not see {Environment.ProcessPath ?? "dotnet"}, by which PowerShell runs here.",
                "Install PowerShell or .NET outside of /tmp, /run, /var/tmp and /root.");
    }

    /// <summary>Whether a PowerShell is a program for the dotnet of this machine, and not one of its own.</summary>
    private static bool NeedsDotnet(string home) => !File.Exists(Path.Combine(home, "libcoreclr.so"));

    /// <summary>Writes the job into the shared directory.</summary>
    /// <param name="scripts">The scripts.</param>
    /// <param name="plan">What is to be done.</param>
    /// <param name="cpus">The CPUs of the guest.</param>
    /// <param name="share">The shared directory.</param>
    public static void Write(LabScripts scripts, LabPlan plan, int cpus, string share)
    {
        var job = Directory.CreateDirectory(Path.Combine(share, "job")).FullName;
        Copy(scripts.Of("load-guest.sh"), Path.Combine(job, "load-guest.sh"));
        if (CommandOf(plan.Load, job) is { Count: > 0 } command) WriteLines(Path.Combine(job, "load"), command);
        if (plan.Load.NeedsPowerShell) SharePowerShell(plan.Load.PowerShellHome!, share);
        if (plan.Load.Workload is { } workload) WriteWorkload(workload, cpus, job);
        if (plan.NeedsRecorder) Copy(plan.Recorder!, Path.Combine(job, "km"));
        if (plan.Probes.Count > 0) WriteLines(Path.Combine(job, "probes"), plan.Probes);
        if (plan.IsRecorded)
        {
            WriteLines(Path.Combine(job, "record"),
            [
                .. plan.Presets.SelectMany(preset => new[] { "--preset", preset }),
                .. plan.Events.SelectMany(name => new[] { "--event", name }),
            ]);
        }
        if (plan.Programs.Count == 0) return;
        var programs = Directory.CreateDirectory(Path.Combine(job, "programs")).FullName;
        foreach (var program in plan.Programs)
        {
            File.WriteAllBytes(Path.Combine(programs, program.Name + ".bt"), program.Text.Span);
            if (program.Arguments.Count > 0) WriteLines(Path.Combine(programs, program.Name + ".args"), program.Arguments);
        }
    }

    /// <summary>Tasks run by rt-app, block requests by fio on the scratch disk.</summary>
    private static void WriteWorkload(Workload workload, int cpus, string job)
    {
        var hasIo = HasIo(workload);
        using (var file = File.Create(Path.Combine(job, "rtapp.json")))
            RtAppWriter.Write(workload, new RtAppPlan { Cpus = cpus, WithoutIo = hasIo }, file);
        if (!hasIo) return;
        using var jobs = File.Create(Path.Combine(job, "fio.ini"));
        FioWriter.Write(workload, new FioPlan(Scratch), jobs);
    }

    /// <summary>Whether fio makes block requests of a workload.</summary>
    public static bool HasIo(Workload workload) => FioWriter.Jobs(workload) > 0;

    private static IReadOnlyList<string> CommandOf(LabLoad load, string job)
    {
        if (load.ScriptBlock is { } block)
        {
            File.WriteAllText(Path.Combine(job, "block.ps1"), block);
            return ["pwsh", "-NoProfile", "-NonInteractive", "-File", Shared + "block.ps1", .. load.Arguments];
        }
        if (load.Script is not { } script) return load.Command;
        var name = load.NeedsPowerShell ? "script.ps1" : "script";
        Copy(script, Path.Combine(job, name));
        return load.NeedsPowerShell
            ? ["pwsh", "-NoProfile", "-NonInteractive", "-File", Shared + name, .. load.Arguments]
            : [Shared + name, .. load.Arguments];
    }

    /// <summary>Makes this machine's PowerShell the guest's, as the program <c>pwsh</c>; where the guest does not see it, by a
    /// copy.</summary>
    private static void SharePowerShell(string home, string share)
    {
        var to = Directory.CreateDirectory(Path.Combine(share, "pwsh")).FullName;
        var seen = home;
        if (IsHidden(home))
        {
            // No hard links: root in the guest could change this machine's files by them.
            var copy = Directory.CreateDirectory(Path.Combine(to, "home")).FullName;
            foreach (var folder in Directory.EnumerateDirectories(home, "*", SearchOption.AllDirectories))
                Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(home, folder)));
            foreach (var file in Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories))
                File.Copy(file, Path.Combine(copy, Path.GetRelativePath(home, file)));
            seen = "/run/live/pwsh/home";
        }
        var start = NeedsDotnet(home) ? $"'{Environment.ProcessPath}' '{seen}/{PowerShellProgram}'" : $"'{seen}/pwsh'";
        var script = Path.Combine(to, "pwsh");
        File.WriteAllText(script, $"#!/bin/sh\nexec {start} \"$@\"\n");
        File.SetUnixFileMode(script, Executable);
    }

    /// <summary>Removes what the guest was told, and keeps what it left.</summary>
    public static void Clean(string folder)
    {
        foreach (var path in new[] { Path.Combine(folder, "share", "job"), Path.Combine(folder, "share", "pwsh") }) Remove(path);
        Remove(Path.Combine(folder, "control"));
        var share = Path.Combine(folder, "share");
        if (Directory.Exists(share))
            foreach (var left in Directory.EnumerateFileSystemEntries(share, "run.*")) Remove(left);
        foreach (var left in Directory.EnumerateFiles(folder, "scratch.*")) Remove(left);
    }

    /// <summary>
    /// The beginning of a file that the guest wrote; empty if there is none. A link of the guest is not followed.
    /// </summary>
    public static string Text(string path)
    {
        if (Ownership.Of(path) is not { IsFile: true }) return "";
        using var file = InputHandle.OpenRegular(path);
        var length = RandomAccess.GetLength(file);
        var bytes = new byte[Math.Min(length, LongestText)];
        return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, Math.Max(0, length - bytes.Length)));
    }

    private static void Remove(string path)
    {
        try
        {
            if (Ownership.Of(path) is { IsDirectory: true }) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It remains beside the results.
        }
    }

    private static void Copy(string from, string to)
    {
        File.Copy(from, to);
        File.SetUnixFileMode(to, Executable);
    }

    private static void WriteLines(string path, IEnumerable<string> lines)
        => File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
}
