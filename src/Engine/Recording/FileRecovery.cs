using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>Completes the file of one recording whose recorder was killed.</summary>
internal sealed class FileRecovery
{
    private readonly AbandonedRecording _recording;
    private readonly RecordingFiles _files;
    private readonly List<string> _problems = [];

    private FileRecovery(AbandonedRecording recording, RecordingFiles files) => (_recording, _files) = (recording, files);

    private RecordingPlan Plan => _recording.Plan;

    /// <summary>Completes the file. If the recording is live, its buffers are drained first and its settings restored.</summary>
    /// <returns>The completed recording; null when nothing was recorded, or when the recorder had completed it.</returns>
    /// <exception cref="KernelMagnifierException">The file cannot be written.</exception>
    /// <exception cref="IOException">The files of the recording cannot be read or written. They are kept.</exception>
    public static RecordingResult? Run(AbandonedRecording recording)
    {
        var plan = recording.Plan;
        if (!recording.HadFiles && !Directory.Exists(Path.GetDirectoryName(plan.Output))) return null;
        var place = OutputPlace.Open(FreeName(plan.Output));
        using var files = RecordingFiles.Reopen(plan, place);
        if (files.Error is not 0 and var error) throw new IOException($"a part of it cannot be opened: {Errno.Describe(error)}");
        var result = files.AreOpen ? new FileRecovery(recording, files).Complete() : null;
        // Files are missing when the recorder had not created all of them, and so recorded nothing, or had already deleted some.
        files.DeleteAll();
        return result;
    }

    /// <summary>
    /// What is missing of a recording that had files, because somebody removed it or its disk is not mounted; null for nothing.
    /// </summary>
    public static string? FindMissing(AbandonedRecording recording)
    {
        var plan = recording.Plan;
        if (!recording.HadFiles) return null;
        var folder = Path.GetDirectoryName(plan.Output)!;
        if (!Directory.Exists(folder)) return $"the directory {folder} does not exist";
        List<string> missing = [.. plan.Files.Where(f => Ownership.Of(Path.Combine(folder, f)) is null)];
        // The first part is renamed to the result, and then the other files are deleted.
        var isComplete = plan.Parts.Count > 0 && missing.Contains(plan.Parts[0].File) && Ownership.Of(plan.Output) is not null;
        return missing.Count == 0 || isComplete ? null : $"{folder} does not contain {string.Join(", ", missing)}";
    }

    private RecordingResult? Complete()
    {
        _files.Place.Delete(Plan.Reserve);
        _files.Place.Delete(Plan.Compressed);
        var facts = DrainBuffers();
        if (_recording.IsLive)
        {
            _problems.AddRange(Settings.Restore(_recording.Changes));
            _recording.Changes.Clear();
            TracingDirectory.Remove(Plan);
        }
        var isText = Plan.Format == RecordingFormat.Text;
        var completed = isText
            ? new CompletedFile([], _files.Length(0))
            : RecordingFile.Complete(_files, facts, _recording.JoiningSizes, _recording.Journal.NoteJoining);
        if (!isText && completed.PerCpu.Sum(c => c.Bytes) == 0) return null;
        _files.Place.Publish(Plan.Parts[0].File);
        return new RecordingResult
        {
            Path = _files.Place.Path,
            Bytes = completed.Bytes,
            PerCpu = completed.PerCpu,
            Started = Plan.Started,
            Duration = TimeSpan.Zero,
            EndedBy = nameof(RecordingEnd.Recovered),
            Format = Plan.Format.ToString(),
            Tracer = Plan.Tracer.ToString(),
            Clock = Plan.Clock,
            Request = Plan.Request,
            Instance = Plan.Instance,
            KernelRelease = KernelFacts.Release,
            BuildId = Plan.Boot == RecordingPlan.ThisBoot ? KernelFacts.BuildId : null,
            Warnings = [Explain(), .. _problems],
        };
    }

    private string Explain()
    {
        var recorder = $"Its recorder (pid {Plan.Recorder})";
        if (_recording.IsUndone) return $"{recorder} could not complete the file, which contains everything that was recorded.";
        return _recording.IsLive
            ? $"{recorder} was killed; the file contains what it had written and what was left in the kernel's buffers."
            : $"{recorder} was killed; the file contains what it had written before the machine was rebooted.";
    }

    /// <summary>Stops tracing and drains the buffers: the kernel continued to record after the recorder was killed.</summary>
    private RecordingFacts DrainBuffers()
    {
        var facts = new RecordingFacts { CountsEvents = true };
        var tracing = Plan.Tracing;
        if (!_recording.IsLive || _recording.JoiningSizes is not null || !Directory.Exists(tracing.Directory)) return facts;
        _ = tracing.TryWrite("tracing_on", "0");
        var names = new TaskNames();
        names.AddRunning();
        names.AddSaved(new TraceFs(Plan.TraceFs));
        var failures = Enumerable.Range(0, Plan.Parts.Count).Select(i => DrainPart(i, tracing)).Where(f => f.Exists).Distinct();
        foreach (var failure in failures)
            _problems.Add($"The kernel's buffers could not be drained completely: {Errno.Describe(failure.Error)}.");
        return facts with
        {
            TaskNames = names.ToText(),
            Statistics = [.. Plan.Parts.Where(p => p.Cpu >= 0).Select(p => CpuStatsFile.Read(tracing, p.Cpu))],
        };
    }

    private DrainFailure DrainPart(int part, TraceFs tracing)
    {
        var (file, start) = (_files.Parts[part], Plan.Parts[part].Start);
        var end = Plan.Format == RecordingFormat.Text ? _files.Length(part) : start + _files.PageBytes(part);
        _ = FileCalls.SetLength(file, end);
        _ = FileCalls.Seek(file, end, FileCalls.FromStart);
        try
        {
            if (Plan.Format == RecordingFormat.Text)
            {
                using var text = new TextDrain(tracing, file);
                text.Finish();
                return text.Failure;
            }
            using var drain = new CpuDrain(tracing, Plan.Parts[part].Cpu, file, Plan.PageSize);
            drain.Finish();
            return drain.Failure;
        }
        catch (KernelMagnifierException)
        {
            // The buffer no longer exists; the file contains everything that is left.
            return default;
        }
    }

    /// <summary>The path of the result, or one beside it when a file of that name exists by now.</summary>
    internal static string FreeName(string path)
    {
        if (Ownership.Of(path) is null) return path;
        for (var i = 1; ; i++)
        {
            var number = i > 1 ? i.ToString(CultureInfo.InvariantCulture) : "";
            var name = Path.Combine(Path.GetDirectoryName(path)!,
                $"{Path.GetFileNameWithoutExtension(path)}.recovered{number}{Path.GetExtension(path)}");
            if (Ownership.Of(name) is null) return name;
        }
    }
}
