using System.Globalization;

namespace KernelMagnifier.Capture;

/// <summary>What killed recorders have left: settings changed, instances, drained data. Found, undone and put together.</summary>
internal static class LeftOvers
{
    /// <summary>How instances of ours are named: with the recorder's pid, so that one without a journal can be told from one just made.</summary>
    public const string InstancePrefix = "kernel-magnifier-";

    /// <summary>The outputs of recordings whose recorder is dead.</summary>
    public static IEnumerable<string> List(IReadOnlyList<string> places)
    {
        foreach (var (journal, plan, _, _) in Journal.Orphans(places))
        {
            using (journal) yield return plan.Output;
        }
    }

    /// <summary>Undoes and recovers everything left behind.</summary>
    public static List<Recording> Recover(IReadOnlyList<string> places, TraceFs? top)
    {
        var recovered = new List<Recording>();
        foreach (var (journal, plan, changes, held) in Journal.Orphans(places))
        {
            using (journal)
            {
                var problems = new List<string>();
                if (held is var (process, started) && TargetCommand.StartedAt(process) == started && started.Length > 0) _ = LibC.Kill(process, LibC.SignalKill);
                var sameBoot = plan.Boot == RecordingPlan.ThisBoot;
                try
                {
                    if (Recover(plan, changes, sameBoot, problems) is { } recording) recovered.Add(recording);
                }
                catch (Exception e) when (e is RecordingException or IOException or UnauthorizedAccessException)
                {
                    problems.Add(e.Message);
                }
                finally
                {
                    // Recovering data may fail; putting the machine back must not wait for it.
                    if (sameBoot)
                    {
                        Settings.Restore(changes);
                        RemoveInstance(plan);
                    }
                    journal.Remove();
                }
            }
        }
        if (top is not null) RemoveNameless(top, places);
        return recovered;
    }

    private static Recording? Recover(RecordingPlan plan, List<SettingChange> changes, bool sameBoot, List<string> problems)
    {
        if (!Directory.Exists(Path.GetDirectoryName(plan.Output))) return null;
        var target = File.Exists(plan.Output) ? Beside(plan.Output) : plan.Output;
        using var place = OutputPlace.Open(target);
        var files = plan.Parts.Select(p => place.Reopen(p.File)).ToList();
        var metadata = plan.Metadata.Length > 0 ? place.Reopen(plan.Metadata) : -1;
        try
        {
            if (files.Count == 0 || files.Exists(f => f < 0) || (plan.Format == RecordingFormat.TraceDat && metadata < 0)) return null;
            place.Delete(plan.Reserve);
            var tracing = plan.Tracing;
            var statistics = new List<string>();
            var names = new CommandLines();
            if (sameBoot && Directory.Exists(tracing.Directory))
            {
                // The kernel went on recording after its recorder was killed: what is in the buffers is part of it.
                _ = tracing.TryWrite("tracing_on", "0");
                names.AddLiving();
                names.AddSaved(new TraceFs(plan.TraceFs));
                Drain(plan, files, tracing);
                foreach (var part in plan.Parts.Where(p => p.Cpu >= 0)) statistics.Add($"CPU: {part.Cpu}\n{tracing.TryRead($"per_cpu/cpu{part.Cpu}/stats")}\n");
            }
            if (sameBoot)
            {
                problems.AddRange(Settings.Restore(changes));
                changes.Clear();
                RemoveInstance(plan);
            }
            var result = plan.Format == RecordingFormat.Text
                ? new Finished([], LibC.Seek(files[0], 0, 2))
                : RecordingFile.Complete(plan, files, metadata, statistics, names.ToBytes(), counted: true);
            if (result.PerCpu.Sum(c => c.Bytes) == 0 && plan.Format == RecordingFormat.TraceDat) return null;
            place.Publish(plan.Parts[0].File);
            return new Recording
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
                BuildId = sameBoot ? KernelFacts.BuildId : null,
                Warnings = [$"Its recorder (pid {plan.Recorder}) was killed; this is what it had written{(sameBoot ? " and what was still in the kernel's buffers" : " before the machine was started anew")}.", .. problems],
            };
        }
        finally
        {
            foreach (var file in files) if (file >= 0) _ = LibC.Close(file);
            if (metadata >= 0) _ = LibC.Close(metadata);
            foreach (var part in plan.Parts) place.Delete(part.File);
            place.Delete(plan.Metadata);
            place.Delete(plan.Reserve);
        }
    }

    private static void Drain(RecordingPlan plan, List<int> files, TraceFs tracing)
    {
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
                }
                else
                {
                    using var drain = new CpuDrain(tracing, plan.Parts[i].Cpu, files[i], plan.PageSize);
                    drain.Finish();
                }
            }
            catch (RecordingException)
            {
                // The buffer may be gone; what is in the file is what there is.
            }
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
