using System.Text.Json;

namespace KernelMagnifier.Recording;

/// <summary>
/// What a recorder is about to do, the first line of its journal. It is sufficient to undo the recording and to complete its file
/// after the recorder was killed.
/// </summary>
internal sealed record RecordingPlan
{
    /// <summary>The id of the boot: the state of tracefs does not survive a reboot, the drained files do.</summary>
    public required string Boot { get; init; }

    /// <summary>The pid of the recorder.</summary>
    public required int Recorder { get; init; }

    /// <summary>The time at which it started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The mount point of tracefs.</summary>
    public required string TraceFs { get; init; }

    /// <summary>The name of the instance; empty for the top level.</summary>
    public required string Instance { get; init; }

    /// <summary>The path of the result; empty if there is none.</summary>
    public required string Output { get; init; }

    /// <summary>The format of the result.</summary>
    public required RecordingFormat Format { get; init; }

    /// <summary>The tracer.</summary>
    public required RecordingTracer Tracer { get; init; }

    /// <summary>The trace clock.</summary>
    public required string Clock { get; init; }

    /// <summary>The size of a sub-buffer in bytes.</summary>
    public required int PageSize { get; init; }

    /// <summary>The description of the request.</summary>
    public required string Request { get; init; }

    /// <summary>The files to which the buffers are drained, beside the result. The first becomes the result.</summary>
    public required IReadOnlyList<RecordingPart> Parts { get; init; }

    /// <summary>The file with facts about the kernel that a reboot would change, beside the result; empty for text.</summary>
    public required string Metadata { get; init; }

    /// <summary>The file that reserves the disk space for completing the result, beside the result; empty for text.</summary>
    public required string Reserve { get; init; }

    /// <summary>Whether a file results; not so if the events are read live.</summary>
    public bool KeepsFile => Output.Length > 0;

    /// <summary>The files that exist during the whole recording, beside the result.</summary>
    public IEnumerable<string> Files => Parts.Select(p => p.File).Append(Metadata).Where(f => f.Length > 0);

    /// <summary>The file for the compressed result, beside the result.</summary>
    public string Compressed => Parts[0].File + ".packed";

    /// <summary>The directory of the instance, or the top level.</summary>
    public TraceFs Tracing => Instance.Length == 0 ? new TraceFs(TraceFs) : new TraceFs(TraceFs).Instance(Instance);

    /// <summary>The id of the present boot.</summary>
    public static string ThisBoot { get; } = File.Exists("/proc/sys/kernel/random/boot_id")
        ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()
        : "";

    /// <summary>Writes the properties as JSON.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("journal", 1);
        json.WriteString("boot", Boot);
        json.WriteNumber("recorder", Recorder);
        json.WriteString("started", Started);
        json.WriteString("tracefs", TraceFs);
        json.WriteString("instance", Instance);
        json.WriteString("output", Output);
        json.WriteString("format", Format.ToString());
        json.WriteString("tracer", Tracer.ToString());
        json.WriteString("clock", Clock);
        json.WriteNumber("page", PageSize);
        json.WriteString("asked", Request);
        json.WriteString("metadata", Metadata);
        json.WriteString("reserve", Reserve);
        json.WriteStartArray("parts");
        foreach (var part in Parts)
        {
            json.WriteStartObject();
            json.WriteNumber("cpu", part.Cpu);
            json.WriteString("file", part.File);
            json.WriteNumber("start", part.Start);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Reads the properties from JSON.</summary>
    public static RecordingPlan Read(JsonElement json)
    {
        string Text(string name) => json.GetProperty(name).GetString()!;

        return new RecordingPlan
        {
            Boot = Text("boot"),
            Recorder = json.GetProperty("recorder").GetInt32(),
            Started = json.GetProperty("started").GetDateTimeOffset(),
            TraceFs = Text("tracefs"),
            Instance = Text("instance"),
            Output = Text("output"),
            Format = Enum.Parse<RecordingFormat>(Text("format")),
            Tracer = Enum.Parse<RecordingTracer>(Text("tracer")),
            Clock = Text("clock"),
            PageSize = json.GetProperty("page").GetInt32(),
            Request = Text("asked"),
            Metadata = Text("metadata"),
            Reserve = Text("reserve"),
            Parts = [.. json.GetProperty("parts").EnumerateArray()
                .Select(p => new RecordingPart(p.GetProperty("cpu").GetInt32(), p.GetProperty("file").GetString()!,
                    p.GetProperty("start").GetInt64()))],
        };
    }
}
