using System.Buffers;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Records what must be undone if this recorder dies: one line of JSON per step, on disk before the step is taken. The recorder
/// holds a lock on the file (flock(2)) as long as it lives, so a journal that can be locked belongs to a recorder that no longer
/// runs.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const string Extension = ".journal";

    private Journal(string path, int file) => (Path, Descriptor) = (path, file);

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The open file. A process that inherits it would keep the lock.</summary>
    public int Descriptor { get; }

    /// <summary>Creates the journal of a recording.</summary>
    /// <param name="directory">See <see cref="StateDirectory"/>.</param>
    /// <param name="name">The name without extension.</param>
    /// <param name="plan">The recording.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public static Journal Create(string directory, string name, RecordingPlan plan)
    {
        var path = System.IO.Path.Combine(directory, name + Extension);
        var flags = FileCalls.ReadWrite | FileCalls.CreateFile | FileCalls.Exclusive | FileCalls.NoFollow | FileCalls.Append;
        var file = FileCalls.Open(path, flags, FileCalls.OwnerOnly);
        if (file < 0)
            throw new KernelMagnifierException(ErrorCode.OutputNotWritable, path,
                $"the journal cannot be created: {Errno.Describe(-file)}.", "Choose another directory for the recording.");
        _ = FileCalls.TryLock(file);
        var journal = new Journal(path, file);
        journal.Append(plan.Write);
        return journal;
    }

    /// <summary>Notes that a setting is about to be changed.</summary>
    public void Note(SettingChange change) => Append(json =>
    {
        json.WriteString("directory", change.Directory);
        json.WriteString("setting", change.Name);
        json.WriteString("kind", change.Kind.ToString());
        json.WriteString("before", change.Before);
    });

    /// <summary>Notes that a setting did not change after all.</summary>
    public void NoteUnchanged(SettingChange change) => Append(json =>
    {
        json.WriteString("directory", change.Directory);
        json.WriteString("unchanged", change.Name);
    });

    /// <summary>Notes the process of a command that is held back, so that it is ended if this recorder dies.</summary>
    public void NoteHeld(int process, string? startedAt) => Append(json =>
    {
        json.WriteNumber("held", process);
        json.WriteString("started", startedAt ?? "");
    });

    /// <summary>Notes that all settings are restored and only the file is incomplete.</summary>
    public void NoteUndone() => Append(json => json.WriteBoolean("undone", true));

    /// <summary>
    /// Notes the number of bytes of pages in each part before the parts are joined: after that, the first part contains pages of
    /// the others.
    /// </summary>
    public void NoteJoining(IReadOnlyList<long> sizes) => Append(json =>
    {
        json.WriteStartArray("joining");
        foreach (var size in sizes) json.WriteNumberValue(size);
        json.WriteEndArray();
    });

    /// <summary>Finds the recordings whose recorder no longer runs, and locks their journals.</summary>
    /// <param name="places">The directories to search.</param>
    public static IEnumerable<AbandonedRecording> FindAbandoned(IReadOnlyList<string> places)
    {
        foreach (var place in places)
        {
            if (!Directory.Exists(place) || !StateDirectory.IsPrivate(place)) continue;
            foreach (var path in Directory.GetFiles(place, "*" + Extension))
                if (OpenAbandoned(path) is { } recording)
                    yield return recording;
        }
    }

    /// <summary>Finds the plans of the recordings whose recorder runs.</summary>
    /// <param name="places">The directories to search.</param>
    public static IEnumerable<RecordingPlan> FindRunning(IReadOnlyList<string> places)
    {
        foreach (var place in places)
        {
            if (!Directory.Exists(place) || !StateDirectory.IsPrivate(place)) continue;
            foreach (var path in Directory.GetFiles(place, "*" + Extension))
                if (ReadRunning(path) is { } plan)
                    yield return plan;
        }
    }

    private static RecordingPlan? ReadRunning(string path)
    {
        if (!StateDirectory.IsPrivate(path)) return null;
        var file = FileCalls.Open(path, FileCalls.ReadWrite | FileCalls.NoFollow | FileCalls.Append);
        if (file < 0) return null;
        using var journal = new Journal(path, file);
        return FileCalls.TryLock(file) ? null : Read(journal)?.Plan;
    }

    private static AbandonedRecording? OpenAbandoned(string path)
    {
        if (!StateDirectory.IsPrivate(path)) return null;
        var file = FileCalls.Open(path, FileCalls.ReadWrite | FileCalls.NoFollow | FileCalls.Append);
        if (file < 0) return null;
        if (!FileCalls.TryLock(file))
        {
            _ = FileCalls.Close(file);
            return null;
        }
        var journal = new Journal(path, file);
        if (Read(journal) is { } recording) return recording;
        // The recorder was killed before the first line was complete, so it had changed nothing.
        journal.Remove();
        journal.Dispose();
        return null;
    }

    private static AbandonedRecording? Read(Journal journal)
    {
        RecordingPlan? plan = null;
        List<SettingChange> changes = [];
        (int, string)? held = null;
        var undone = false;
        IReadOnlyList<long>? joining = null;
        // .NET's own file classes would request another lock.
        foreach (var line in Encoding.UTF8.GetString(TraceFs.ReadBytes(journal.Path).Bytes)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var step = json.RootElement;
                if (step.TryGetProperty("setting", out var name)) changes.Add(ReadChange(step, name.GetString()!));
                else if (step.TryGetProperty("unchanged", out var unchanged))
                    changes.RemoveAll(c => c.Name == unchanged.GetString()
                        && c.Directory == step.GetProperty("directory").GetString());
                else if (step.TryGetProperty("held", out var process))
                    held = (process.GetInt32(), step.GetProperty("started").GetString()!);
                else if (step.TryGetProperty("undone", out _)) (undone, changes) = (true, []);
                else if (step.TryGetProperty("joining", out var sizes))
                    joining = [.. sizes.EnumerateArray().Select(s => s.GetInt64())];
                else plan ??= RecordingPlan.Read(step);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
                or ArgumentException or FormatException)
            {
                // The recorder was killed while writing the line, before it took that step.
                break;
            }
        }
        return plan is null
            ? null
            : new AbandonedRecording(journal, plan, changes, held, undone, joining?.Count == plan.Parts.Count ? joining : null);
    }

    private static SettingChange ReadChange(JsonElement step, string name)
        => new(step.GetProperty("directory").GetString()!, name, Enum.Parse<SettingKind>(step.GetProperty("kind").GetString()!),
            step.GetProperty("before").GetString()!);

    private void Append(Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        var error = FileCalls.WriteAll(Descriptor, line.WrittenSpan);
        if (error != 0)
            throw new KernelMagnifierException(Errno.IsDiskFull(-error) ? ErrorCode.DiskFull : ErrorCode.OutputNotWritable, Path,
                $"the journal cannot be written: {Errno.Describe(-error)}.", "Choose a directory with room for the recording.");
        _ = FileCalls.SyncData(Descriptor);
    }

    /// <summary>Deletes the file when nothing is left to undo.</summary>
    public void Remove()
    {
        try
        {
            File.Delete(Path);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has removed it with its directory.
        }
    }

    /// <summary>Releases the lock and closes the file.</summary>
    public void Dispose()
    {
        FileCalls.Unlock(Descriptor);
        _ = FileCalls.Close(Descriptor);
    }
}
