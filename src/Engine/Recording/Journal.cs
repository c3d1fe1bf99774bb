using System.Buffers;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Records what must be undone if this recorder dies: one line of JSON per step, on disk before the step is taken. The recorder
/// holds a lock on the file (flock(2)) as long as it lives, so a journal that can be locked belongs to a recorder that no longer
/// runs. The file gets its name when it is locked and its first line is written, so that others never find it before.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const string Extension = ".journal", NewExtension = ".journal-new";

    /// <summary>How often, and at which distance, a lock is tried again that a reader of the journal holds.</summary>
    private const int LockAttempts = 20, LockMilliseconds = 5;

    /// <summary>The start of the first line. A file that starts otherwise is no journal.</summary>
    private static readonly byte[] Start = [.. "{\"journal\":"u8];

    private Journal(string path, int file) => (Path, Descriptor) = (path, file);

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The open file. A process that inherits it would keep the lock.</summary>
    public int Descriptor { get; }

    /// <summary>Whether a file of this name in a state directory can be taken for a journal.</summary>
    public static bool IsNameOfJournal(string name)
        => name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(NewExtension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Creates the journal of a recording, under the lock of the state directory.</summary>
    /// <param name="directory">See <see cref="StateDirectory"/>.</param>
    /// <param name="name">The name without extension.</param>
    /// <param name="plan">The recording.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public static Journal Create(string directory, string name, RecordingPlan plan)
    {
        DeleteUnfinished(directory);
        var path = System.IO.Path.Combine(directory, name + Extension);
        var place = FileCalls.Open(directory, FileCalls.ReadOnly | FileCalls.DirectoryOnly);
        if (place < 0) throw NotCreated(path, -place);
        try
        {
            return Create(place, path, name, plan);
        }
        finally
        {
            _ = FileCalls.Close(place);
        }
    }

    private static Journal Create(int place, string path, string name, RecordingPlan plan)
    {
        var flags = FileCalls.ReadWrite | FileCalls.CreateFile | FileCalls.Exclusive | FileCalls.NoFollow | FileCalls.Append;
        var file = FileCalls.OpenAt(place, name + NewExtension, flags, FileCalls.OwnerOnly);
        if (file < 0) throw NotCreated(path, -file);
        var journal = new Journal(path, file);
        try
        {
            if (!FileCalls.TryLock(file)) throw NotCreated(path, Errno.Last);
            journal.Append(plan.Write);
            var error = FileCalls.RenameAt(place, name + NewExtension, name + Extension, replace: false);
            if (error != 0) throw NotCreated(path, error);
            _ = FileCalls.SyncData(place);
            return journal;
        }
        catch
        {
            _ = FileCalls.DeleteAt(place, name + NewExtension, 0);
            journal.Dispose();
            throw;
        }
    }

    private static KernelMagnifierException NotCreated(string path, int error)
        => new(ErrorCode.OutputNotWritable, path, $"the journal cannot be created: {Errno.Describe(error)}.",
            "Choose another directory for the recording.");

    /// <summary>Deletes what recorders left that were killed before their journal had its name, so had changed nothing.</summary>
    private static void DeleteUnfinished(string directory)
    {
        if (!Directory.Exists(directory)) return;
        foreach (var path in Directory.GetFiles(directory, TracingDirectory.InstancePrefix + "*" + NewExtension))
        {
            var file = StateDirectory.IsPrivate(path) ? FileCalls.Open(path, FileCalls.ReadWrite | FileCalls.NoFollow) : -1;
            if (file < 0) continue;
            using var journal = new Journal(path, file);
            if (FileCalls.TryLock(file) && (FileCalls.Seek(file, 0, FileCalls.FromEnd) == 0 || journal.StartsAsJournal))
                journal.Remove();
        }
    }

    /// <summary>Notes that the files of the recording exist.</summary>
    public void NoteFiles() => Append(json => json.WriteBoolean("files", true));

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
        json.WriteString("before", change.Before);
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

    /// <summary>Finds the recordings whose recorder no longer runs, and locks their journals. Deletes nothing.</summary>
    /// <param name="places">The directories to search.</param>
    /// <param name="onlyRead">Lock them in a way that does not hinder others that only read them.</param>
    public static IEnumerable<AbandonedRecording> FindAbandoned(IReadOnlyList<string> places, bool onlyRead = false)
    {
        foreach (var place in places)
        {
            if (!Directory.Exists(place) || !StateDirectory.IsPrivate(place)) continue;
            foreach (var path in Directory.GetFiles(place, "*" + Extension))
                if (OpenAbandoned(path, onlyRead) is { } recording)
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
        return FileCalls.TryLockShared(file) ? null : Read(journal)?.Plan;
    }

    private static AbandonedRecording? OpenAbandoned(string path, bool onlyRead)
    {
        if (!StateDirectory.IsPrivate(path)) return null;
        var file = FileCalls.Open(path, FileCalls.ReadWrite | FileCalls.NoFollow | FileCalls.Append);
        if (file < 0) return null;
        if (!(onlyRead ? FileCalls.TryLockShared(file) : TryLockDead(file)))
        {
            _ = FileCalls.Close(file);
            return null;
        }
        var journal = new Journal(path, file);
        if (Read(journal) is { } recording) return recording;
        // Another file of this name, or the journal of a newer version: not to be deleted.
        journal.Dispose();
        return null;
    }

    /// <summary>Takes the exclusive lock of a recorder that no longer runs, also if others just read the journal.</summary>
    private static bool TryLockDead(int file)
    {
        for (var i = 0; i < LockAttempts; i++)
        {
            if (FileCalls.TryLock(file)) return true;
            // A recorder that runs has an exclusive lock; those who read the journal have a shared one.
            if (!FileCalls.TryLockShared(file)) return false;
            FileCalls.Unlock(file);
            Thread.Sleep(LockMilliseconds);
        }
        return false;
    }

    private bool StartsAsJournal
    {
        get
        {
            Span<byte> start = stackalloc byte[Start.Length];
            return FileCalls.ReadAt(Descriptor, start, 0) == start.Length && start.SequenceEqual(Start);
        }
    }

    private static AbandonedRecording? Read(Journal journal)
    {
        if (!journal.StartsAsJournal) return null;
        RecordingPlan? plan = null;
        var steps = 0;
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
                if (plan is null)
                {
                    plan = RecordingPlan.Read(step);
                    continue;
                }
                if (step.TryGetProperty("setting", out var name)) changes.Add(ReadChange(step, name.GetString()!));
                else if (step.TryGetProperty("unchanged", out var unchanged))
                    changes.RemoveAll(c => c.Name == unchanged.GetString()
                        && c.Directory == step.GetProperty("directory").GetString()
                        && (!step.TryGetProperty("before", out var before) || c.Before == before.GetString()));
                else if (step.TryGetProperty("held", out var process))
                    held = (process.GetInt32(), step.GetProperty("started").GetString()!);
                else if (step.TryGetProperty("undone", out _)) (undone, changes) = (true, []);
                else if (step.TryGetProperty("joining", out var sizes))
                    joining = [.. sizes.EnumerateArray().Select(s => s.GetInt64())];
                steps++;
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
            : new AbandonedRecording(journal, plan, changes, held, undone, joining?.Count == plan.Parts.Count ? joining : null)
            {
                HadFiles = steps > 0,
            };
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
