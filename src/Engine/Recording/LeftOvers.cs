using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>What killed recorders have left: settings changed, instances, drained data. Found, undone and put together.</summary>
internal static class LeftOvers
{
    /// <summary>How instances of ours are named: with the recorder's pid, so that one without a journal can be told from one just made.</summary>
    public const string InstancePrefix = "kernel-magnifier-";

    /// <summary>The outputs of recordings whose recorder is dead.</summary>
    public static IEnumerable<string> List(IReadOnlyList<string> places)
    {
        foreach (var orphan in Journal.Orphans(places))
        {
            using (orphan.Journal) yield return orphan.Plan.Output;
        }
    }

    /// <summary>Undoes and recovers everything left behind. What cannot be completed now is kept for the next time, and told.</summary>
    public static (List<RecordingResult> Recovered, List<string> Problems) Recover(IReadOnlyList<string> places, TraceFs? top)
    {
        var (recovered, unfinished) = (new List<RecordingResult>(), new List<string>());
        foreach (var orphan in Journal.Orphans(places))
        {
            var (journal, plan, changes, held, undone, _) = orphan;
            using (journal)
            {
                if (held is var (process, started) && TargetCommand.StartedAt(process) == started && started.Length > 0) _ = LibC.Kill(process, LibC.SignalKill);
                var live = !undone && plan.Boot == RecordingPlan.ThisBoot;
                string? failed = null;
                try
                {
                    if (Recover(orphan, live) is { } recording) recovered.Add(recording);
                }
                catch (Exception e)
                {
                    failed = e.Message;
                }
                // Recovering data may fail; putting the machine back must not wait for it.
                if (live)
                {
                    Settings.Restore(changes);
                    RemoveInstance(plan);
                    changes.Clear();
                }
                if (failed is null)
                {
                    journal.Remove();
                    continue;
                }
                if (!undone) journal.NoteUndone();
                unfinished.Add($"{plan.Output}, left by a recorder that could not complete it, could not be completed now either: {failed.TrimEnd('.')}. What was recorded is kept ({string.Join(", ", plan.Parts.Select(p => p.File))}), and the next recording tries again; to give it up: rm {journal.Path}");
            }
        }
        if (top is not null) RemoveNameless(top, places);
        return (recovered, unfinished);
    }

    private static RecordingResult? Recover(Orphan orphan, bool live)
    {
        var (journal, plan, changes, _, undone, joining) = orphan;
        if (!Directory.Exists(Path.GetDirectoryName(plan.Output))) return null;
        var target = Ownership.Of(plan.Output) is null ? plan.Output : Beside(plan.Output);
        var (problems, complete) = (new List<string>(), false);
        using var place = OutputPlace.Open(target);
        var files = plan.Parts.Select(p => place.Reopen(p.File)).ToList();
        var metadata = plan.Metadata.Length > 0 ? place.Reopen(plan.Metadata) : -1;
        try
        {
            if (files.Append(plan.Format == RecordingFormat.TraceDat ? metadata : 0).FirstOrDefault(f => f < 0 && f != -LibC.NoEntry) is < 0 and var error)
                throw new IOException($"a part of it cannot be opened: {LibC.Describe(-error)}");
            // A recorder that had not made them all had recorded nothing; one that has removed some was done.
            if (files.Count == 0 || files.Exists(f => f < 0) || (plan.Format == RecordingFormat.TraceDat && metadata < 0))
            {
                complete = true;
                return null;
            }
            place.Delete(plan.Reserve);
            place.Delete(plan.Packed);
            var tracing = plan.Tracing;
            var statistics = new List<string>();
            var names = new CommandLines();
            if (live && joining is null && Directory.Exists(tracing.Directory))
            {
                // The kernel went on recording after its recorder was killed: what is in the buffers is part of it.
                _ = tracing.TryWrite("tracing_on", "0");
                names.AddLiving();
                names.AddSaved(new TraceFs(plan.TraceFs));
                problems.AddRange(Drain(plan, files, tracing));
                foreach (var part in plan.Parts.Where(p => p.Cpu >= 0)) statistics.Add($"CPU: {part.Cpu}\n{tracing.TryRead($"per_cpu/cpu{part.Cpu}/stats")}\n");
            }
            if (live)
            {
                problems.AddRange(Settings.Restore(changes));
                changes.Clear();
                RemoveInstance(plan);
            }
            var result = plan.Format == RecordingFormat.Text
                ? new Finished([], LibC.Seek(files[0], 0, 2))
                : RecordingFile.Complete(plan, files, metadata, statistics, names.ToBytes(), counted: true, joining: (joining, journal.NoteJoining));
            if (result.PerCpu.Sum(c => c.Bytes) == 0 && plan.Format == RecordingFormat.TraceDat)
            {
                complete = true;
                return null;
            }
            place.Publish(plan.Parts[0].File);
            complete = true;
            return new RecordingResult
            {
                Path = target,
                Bytes = result.Bytes,
                PerCpu = result.PerCpu,
                Started = plan.Started,
                Duration = TimeSpan.Zero,
                EndedBy = RecordingEnd.Recovered,
                Format = plan.Format,
                Tracer = plan.Tracer,
                Clock = plan.Clock,
                Asked = plan.Asked,
                Instance = plan.Instance,
                KernelRelease = KernelFacts.Release,
                BuildId = plan.Boot == RecordingPlan.ThisBoot ? KernelFacts.BuildId : null,
                Warnings =
                [
                    $"Its recorder (pid {plan.Recorder}) {(undone ? "could not complete it; this is what it had recorded" : $"was killed; this is what it had written{(live ? " and what was still in the kernel's buffers" : " before the machine was started anew")}")}.",
                    .. problems,
                ],
            };
        }
        finally
        {
            foreach (var file in files) if (file >= 0) _ = LibC.Close(file);
            if (metadata >= 0) _ = LibC.Close(metadata);
            if (complete)
            {
                foreach (var part in plan.Parts) place.Delete(part.File);
                place.Delete(plan.Metadata);
                place.Delete(plan.Reserve);
                if (plan.Parts.Count > 0) place.Delete(plan.Packed);
            }
        }
    }

    /// <summary>Takes what is still in the buffers, and says what kept it from taking all.</summary>
    private static List<string> Drain(RecordingPlan plan, List<int> files, TraceFs tracing)
    {
        var failures = new List<string>();
        for (var i = 0; i < files.Count; i++)
        {
            var size = Math.Max(0, LibC.Seek(files[i], 0, 2) - plan.Parts[i].Start);
            if (plan.Format == RecordingFormat.TraceDat) size = size / plan.PageSize * plan.PageSize;
            _ = LibC.SetLength(files[i], plan.Parts[i].Start + size);
            _ = LibC.Seek(files[i], plan.Parts[i].Start + size, 0);
            try
            {
                if (plan.Format == RecordingFormat.Text)
                {
                    using var text = new TextDrain(tracing, files[i]);
                    text.Finish();
                    Note(text.Failure);
                }
                else
                {
                    using var drain = new CpuDrain(tracing, plan.Parts[i].Cpu, files[i], plan.PageSize);
                    drain.Finish();
                    Note(drain.Failure);
                }
            }
            catch (RecordingException)
            {
                // The buffer may be gone; what is in the file is what there is.
            }
        }
        return [.. failures.Distinct()];

        void Note(int failure)
        {
            if (failure != 0) failures.Add($"What was still in the kernel's buffers could not all be taken: {LibC.Describe(failure)}.");
        }
    }

    private static string Beside(string path)
    {
        for (var i = 1; ; i++)
        {
            var name = Path.Combine(Path.GetDirectoryName(path)!, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}.recovered{(i > 1 ? i : "")}{Path.GetExtension(path)}"));
            if (Ownership.Of(name) is null) return name;
        }
    }

    /// <summary>Removes the instance of a recording, if it has one of its own.</summary>
    public static bool RemoveInstance(RecordingPlan plan)
    {
        if (plan.Instance.Length == 0 || plan.Instance.Contains('/', StringComparison.Ordinal)) return true;
        return RemoveInstance(plan.Tracing);
    }

    /// <summary>Removes an instance; the kernel refuses for a moment while somebody looks into it.</summary>
    public static bool RemoveInstance(TraceFs instance)
    {
        for (var i = 0; i < 50; i++)
        {
            if (!Directory.Exists(instance.Directory) || LibC.RemoveDirectory(instance.Directory) == 0) return true;
            if (i == 0)
            {
                _ = instance.TryWrite("tracing_on", "0");
                _ = instance.TryWrite("events/enable", "0");
                _ = instance.TryWrite("current_tracer", "nop");
            }
            Thread.Sleep(20);
        }
        return false;
    }

    /// <summary>Removes instances of ours that have no journal: their recorder died between making the one and the other.</summary>
    private static void RemoveNameless(TraceFs top, IReadOnlyList<string> places)
    {
        foreach (var name in top.Directories("instances").Where(n => n.StartsWith(InstancePrefix, StringComparison.Ordinal)).ToList())
        {
            if (places.Any(p => File.Exists(Path.Combine(p, name + ".journal")))) continue;
            var pid = name[InstancePrefix.Length..].Split('-')[0];
            if (int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}")) RemoveInstance(top.Instance(name));
        }
    }
}
