using System.Buffers;
using System.Text.Json;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// What must be undone if this recorder dies: one line of JSON per fact, on disk before the fact is made.
/// The file is locked as long as its recorder lives, so the next one knows a dead recorder's journal by the lock it can take.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const string Extension = ".journal";

    private readonly int _file;

    private Journal(string path, int file) => (Path, _file) = (path, file);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Starts a journal.</summary>
    public static Journal Create(string directory, string name, RecordingPlan plan)
    {
        var path = System.IO.Path.Combine(directory, name + Extension);
        var file = LibC.Open(path, LibC.ReadWrite | LibC.Create | LibC.Exclusive | LibC.NoFollow | LibC.Append, 0x180); // 0600
        if (file < 0) throw new RecordingException(ErrorCode.OutputNotWritable, $"The journal {path} cannot be created: {LibC.Describe(-file)}.");
        _ = LibC.TryLock(file);
        var journal = new Journal(path, file);
        journal.Append(plan.Write);
        return journal;
    }

    /// <summary>Notes a setting about to be changed.</summary>
    public void Note(SettingChange change) => Append(json =>
    {
        json.WriteString("directory", change.Directory);
        json.WriteString("setting", change.Name);
        json.WriteString("kind", change.Kind.ToString());
        json.WriteString("before", change.Before);
    });

    /// <summary>Notes the command's process while it is held back: it must not outlive us in that state.</summary>
    public void NoteHeld(int process, string? startedAt) => Append(json =>
    {
        json.WriteNumber("held", process);
        json.WriteString("started", startedAt ?? "");
    });

    /// <summary>Notes that the machine is as it was: from here on only the file is unfinished.</summary>
    public void NoteUndone() => Append(json => json.WriteBoolean("undone", true));

    /// <summary>Notes how many bytes of pages each part has before they are joined: afterwards the first one's file has those of others too.</summary>
    public void NoteJoining(IReadOnlyList<long> sizes) => Append(json =>
    {
        json.WriteStartArray("joining");
        foreach (var size in sizes) json.WriteNumberValue(size);
        json.WriteEndArray();
    });

    /// <summary>The journals of recorders that are dead, each now locked by us.</summary>
    public static IEnumerable<Orphan> Orphans(IReadOnlyList<string> places)
    {
        foreach (var place in places)
        {
            if (!System.IO.Directory.Exists(place) || !StateDirectory.IsOurs(place)) continue;
            foreach (var path in System.IO.Directory.GetFiles(place, "*" + Extension))
            {
                if (!StateDirectory.IsOurs(path)) continue;
                var file = LibC.Open(path, LibC.ReadWrite | LibC.NoFollow | LibC.Append);
                if (file < 0) continue;
                if (!LibC.TryLock(file))
                {
                    _ = LibC.Close(file);
                    continue;
                }
                var journal = new Journal(path, file);
                if (Read(journal) is not { } orphan)
                {
                    // Killed before the first line was whole: nothing had been touched.
                    journal.Remove();
                    journal.Dispose();
                    continue;
                }
                yield return orphan;
            }
        }
    }

    private static Orphan? Read(Journal journal)
    {
        RecordingPlan? plan = null;
        List<SettingChange> changes = [];
        (int, string)? held = null;
        var undone = false;
        IReadOnlyList<long>? joining = null;
        // Not with .NET's own files: those would ask for a lock of their own.
        foreach (var line in System.Text.Encoding.UTF8.GetString(TraceFs.ReadBytes(journal.Path).Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var fact = json.RootElement;
                if (fact.TryGetProperty("setting", out var name))
                    changes.Add(new SettingChange(fact.GetProperty("directory").GetString()!, name.GetString()!,
                        Enum.Parse<SettingKind>(fact.GetProperty("kind").GetString()!), fact.GetProperty("before").GetString()!));
                else if (fact.TryGetProperty("held", out var process))
                    held = (process.GetInt32(), fact.GetProperty("started").GetString()!);
                else if (fact.TryGetProperty("undone", out _))
                    (undone, changes) = (true, []);
                else if (fact.TryGetProperty("joining", out var sizes))
                    joining = [.. sizes.EnumerateArray().Select(s => s.GetInt64())];
                else
                    plan ??= RecordingPlan.Read(fact);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
            {
                // A line cut off by the end of its writer was about something not done yet.
                break;
            }
        }
        return plan is null ? null : new Orphan(journal, plan, changes, held, undone, joining?.Count == plan.Parts.Count ? joining : null);
    }

    private void Append(Action<Utf8JsonWriter> facts)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            facts(json);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        var error = LibC.WriteAll(_file, line.WrittenSpan);
        if (error == 0) _ = LibC.SyncData(_file);
        else throw new RecordingException(ErrorCode.OutputNotWritable, $"The journal {Path} cannot be written: {LibC.Describe(-error)}.");
    }

    /// <summary>Everything is undone: the journal goes.</summary>
    public void Remove() => File.Delete(Path);

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(_file);
}
