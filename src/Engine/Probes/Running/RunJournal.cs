using System.Diagnostics;
using System.Globalization;
using System.Text;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Probes.Running;

/// <summary>
/// A file about a run that is going on, locked by its runner. What a runner that was killed has left, the next one ends: the
/// process, its
/// directory, and the run in the audit log.
/// </summary>
internal sealed class RunJournal : IDisposable
{
    private const string Extension = ".run";
    private const int Attempts = 10, EndMilliseconds = 5000, Largest = 4096;

    private readonly string _path;
    private readonly int _file;

    private RunJournal(string path, int file) => (_path, _file) = (path, file);

    /// <summary>The directory for files of the run, which does not exist until one is needed.</summary>
    public string Directory => DirectoryOf(_path);

    /// <summary>Creates the file.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeRefused"/>: the state cannot be kept.</exception>
    public static RunJournal Create(ProbePolicy policy)
    {
        var folder = MachineState.Folder(policy, "running");
        for (var i = 0; i < Attempts; i++)
        {
            var path = Path.Combine(folder, Guid.NewGuid().ToString("N") + Extension);
            var file = FileCalls.Open(path, FileCalls.ReadWrite | FileCalls.CreateFile | FileCalls.Exclusive | FileCalls.Append,
                FileCalls.OwnerOnly);
            if (file < 0) throw MachineState.Refused(path, Errno.Describe(-file));
            // Another runner may have taken it for a left one before it was locked.
            if (FileCalls.TryLock(file) && Ownership.Of(file) is { Links: > 0 }) return new RunJournal(path, file);
            _ = FileCalls.Close(file);
        }
        throw MachineState.Refused(folder, "others remove the files of runs");
    }

    /// <summary>Notes the record that the run began with.</summary>
    public void NoteBegin(string probe, long record)
        => Append(string.Create(CultureInfo.InvariantCulture, $"begin {record} {probe}\n"));

    /// <summary>Notes the process of bpftrace.</summary>
    public void NoteProcess(int process)
        => Append(string.Create(CultureInfo.InvariantCulture, $"process {process} {TargetCommand.StartedAt(process) ?? "0"}\n"));

    /// <summary>Ends what runners that no longer run have left.</summary>
    /// <returns>The probes of these runs.</returns>
    public static IReadOnlyList<string> EndLeft(ProbePolicy policy)
    {
        List<string> ended = [];
        foreach (var path in System.IO.Directory.EnumerateFiles(MachineState.Folder(policy, "running"), "*" + Extension).ToList())
        {
            var file = FileCalls.Open(path, FileCalls.ReadWrite | FileCalls.NoFollow | FileCalls.NonBlocking);
            if (file < 0) continue;
            using var journal = new RunJournal(path, file);
            if (FileCalls.TryLock(file) && Ownership.Of(file) is { Links: > 0 }) journal.EndRun(policy, ended);
            else journal.KeepFile = true;
        }
        return ended;
    }

    private bool KeepFile { get; set; }

    private void EndRun(ProbePolicy policy, List<string> ended)
    {
        var bytes = new byte[Largest];
        var n = FileCalls.ReadAt(_file, bytes, 0);
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, Math.Max(n, 0)).Split('\n'))
            switch (line.Split(' '))
            {
                case ["process", var id, var started] when int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture,
                    out var process):
                    Kill(process, started);
                    break;
                case ["begin", var record, var probe] when long.TryParse(record, NumberStyles.None, CultureInfo.InvariantCulture,
                    out var begin):
                    ended.Add(probe);
                    AuditLog.Append(policy, new AuditEntry
                    {
                        Action = "Run", Probe = probe, Begin = begin, Outcome = "Abandoned",
                        Reason = "the process that ran it was killed; this is the next run",
                    });
                    break;
            }
    }

    /// <summary>Kills a process and its group if it is the one that was noted, and waits for its end: then its programs are
    /// unloaded.</summary>
    private static void Kill(int process, string started)
    {
        if (process <= 1 || TargetCommand.StartedAt(process) != started) return;
        _ = ProcessCalls.Kill(-process, ProcessCalls.SignalKill);
        _ = ProcessCalls.Kill(process, ProcessCalls.SignalKill);
        var begun = Stopwatch.GetTimestamp();
        while (TargetCommand.StartedAt(process) == started && !IsDead(process)
            && Stopwatch.GetElapsedTime(begun).TotalMilliseconds < EndMilliseconds)
            Thread.Sleep(10);
    }

    /// <summary>Whether a process has ended and only its parent has not taken notice.</summary>
    private static bool IsDead(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private void Append(string line)
    {
        var error = FileCalls.WriteAll(_file, Encoding.UTF8.GetBytes(line));
        if (error != 0) throw MachineState.Refused(_path, Errno.Describe(-error));
    }

    private static string DirectoryOf(string path) => path[..^Extension.Length] + ".d";

    /// <summary>Removes the file: nothing is left of the run.</summary>
    public void Dispose()
    {
        if (!KeepFile)
        {
            ProgramPlace.Remove(Directory);
            File.Delete(_path);
            FileCalls.Unlock(_file);
        }
        _ = FileCalls.Close(_file);
    }
}
