using System.Text.Json;
using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Schedules;

/// <summary>
/// The file of a schedule's state. It is replaced as a whole and is on the disk before the run goes on, so that a run which is
/// killed at any moment leaves either the state before or the state after.
/// </summary>
internal static class ScheduleStateFile
{
    private const string Schema = "kernel-magnifier-schedule-state";
    private const int SchemaVersion = 1;
    private const int LongestBoot = 64, LongestUser = 128;

    /// <summary>Reads a state.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="name">The schedule.</param>
    /// <param name="problem">Why another numbering begins, as a sentence; null if none does.</param>
    /// <returns>The state; a new one if there is none, or if it is damaged.</returns>
    /// <exception cref="IOException">Others can change it, or it cannot be read.</exception>
    public static ScheduleState Read(GuardedDirectory directory, string name, out string? problem)
    {
        problem = null;
        var file = FileName(name);
        if (directory.Find(file) is null) return ScheduleState.New();
        try
        {
            return StrictJson.Read(directory.Read(file, StrictJson.Largest), file, ErrorCode.ScheduleUnreadable, "", Read);
        }
        catch (KernelMagnifierException error)
        {
            problem = $"The state of the schedule was damaged ({error.Cause.TrimEnd('.')}), so another epoch begins.";
            return ScheduleState.New();
        }
    }

    /// <summary>Replaces a state. When this returns, it is on the disk.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(GuardedDirectory directory, string name, ScheduleState state)
    {
        directory.Write(FileName(name), StrictJson.Write(json => Write(state, json)), replace: true);
        Sync(directory.Path);
    }

    /// <summary>Writes the names of a directory to the disk.</summary>
    public static void Sync(string directory)
    {
        var file = FileCalls.Open(directory, FileCalls.ReadOnly | FileCalls.DirectoryOnly);
        if (file < 0) return;
        _ = FileCalls.SyncData(file);
        _ = FileCalls.Close(file);
    }

    /// <summary>The name of the file of a schedule.</summary>
    public static string FileName(string name) => name + ".state";

    private static ScheduleState Read(JsonElement root)
    {
        var at = new StrictObject(root, "");
        if (at.Text("schema", 64) != Schema) throw at.Wrong("schema", $"this is not {Schema}.");
        _ = at.Integer("schemaVersion", SchemaVersion, SchemaVersion);
        var state = new ScheduleState
        {
            Epoch = Id(at, "epoch"), NextSequence = at.Integer("nextSequence", 1, long.MaxValue - 1),
            Overruns = (int)at.Integer("overruns", 0, int.MaxValue),
            Running = Running(at.OptionalObject("running"), Id(at, "epoch")), Last = Last(at.OptionalObject("last")),
            Suspension = Suspension(at.OptionalObject("suspension")),
        };
        at.End();
        return state;
    }

    private static StartedRun? Running(StrictObject? at, Guid epoch)
    {
        if (at is null) return null;
        var run = new StartedRun(Id(at, "id"), epoch, at.Integer("sequence", 1, long.MaxValue), at.Time("startTime"),
            at.Text("boot", LongestBoot, isEmpty: true), (int)at.Integer("processId", 0, int.MaxValue));
        at.End();
        return run;
    }

    private static EndedRun? Last(StrictObject? at)
    {
        if (at is null) return null;
        var run = new EndedRun(at.Integer("sequence", 1, long.MaxValue), at.Time("startTime"), at.Text("status", 32),
            at.Flag("isOverrun", missing: false));
        at.End();
        return run;
    }

    private static ScheduleSuspension? Suspension(StrictObject? at)
    {
        if (at is null) return null;
        var suspension = new ScheduleSuspension(at.Text("reason", ScheduleText.LongestReason), at.Time("since"),
            at.Text("by", LongestUser));
        at.End();
        return suspension;
    }

    private static Guid Id(StrictObject at, string name)
        => Guid.TryParseExact(at.Text(name, 36), "D", out var id) ? id : throw at.Wrong(name, "a UUID is expected.");

    private static void Write(ScheduleState state, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteString("epoch", state.Epoch);
        json.WriteNumber("nextSequence", state.NextSequence);
        json.WriteNumber("overruns", state.Overruns);
        if (state.Running is { } running)
        {
            json.WriteStartObject("running");
            json.WriteString("id", running.Id);
            json.WriteNumber("sequence", running.Sequence);
            json.WriteString("startTime", JsonTime.Of(running.Start));
            json.WriteString("boot", running.Boot);
            json.WriteNumber("processId", running.ProcessId);
            json.WriteEndObject();
        }
        if (state.Last is { } last)
        {
            json.WriteStartObject("last");
            json.WriteNumber("sequence", last.Sequence);
            json.WriteString("startTime", JsonTime.Of(last.Start));
            json.WriteString("status", last.Status);
            json.WriteBoolean("isOverrun", last.IsOverrun);
            json.WriteEndObject();
        }
        if (state.Suspension is { } suspension)
        {
            json.WriteStartObject("suspension");
            json.WriteString("reason", suspension.Reason);
            json.WriteString("since", JsonTime.Of(suspension.Since));
            json.WriteString("by", suspension.By);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
