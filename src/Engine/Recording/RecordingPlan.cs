using System.Text.Json;

namespace KernelMagnifier.Recording;

/// <summary>
/// What a recorder is about to do, as its journal tells the next one: enough to undo it and to put the drained pages together.
/// </summary>
internal sealed record RecordingPlan
{
    /// <summary>The boot it belongs to: tracefs forgets at the next one, drained files do not.</summary>
    public required string Boot { get; init; }

    /// <summary>The pid of the recorder.</summary>
    public required int Recorder { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The mount point of tracefs.</summary>
    public required string TraceFs { get; init; }

    /// <summary>The instance made for it; empty for the top level.</summary>
    public required string Instance { get; init; }

    /// <summary>Where the result goes.</summary>
    public required string Output { get; init; }

    /// <summary>The format of the result.</summary>
    public required RecordingFormat Format { get; init; }

    /// <summary>The tracer.</summary>
    public required RecordingTracer Tracer { get; init; }

    /// <summary>The trace clock.</summary>
    public required string Clock { get; init; }

    /// <summary>Size of a sub-buffer, the unit that is drained.</summary>
    public required int PageSize { get; init; }

    /// <summary>What was asked, in words.</summary>
    public required string Asked { get; init; }

    /// <summary>The files the CPUs are drained to, beside the output; the first becomes the result.</summary>
    public required IReadOnlyList<CpuPart> Parts { get; init; }

    /// <summary>A file with what is known of the kernel and may be lost with it; beside the output.</summary>
    public required string Metadata { get; init; }

    /// <summary>A file that only holds the disk space the end will need; beside the output.</summary>
    public required string Reserve { get; init; }

    /// <summary>The file the result is packed into, if it is to be packed; beside the output.</summary>
    public string Packed => Parts[0].File + ".packed";

    /// <summary>The directory with the top-level settings or our instance.</summary>
    public TraceFs Tracing => Instance.Length == 0 ? new TraceFs(TraceFs) : new TraceFs(TraceFs).Instance(Instance);

    /// <summary>The boot this machine is in.</summary>
    public static string ThisBoot { get; } = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    /// <summary>Writes the journal's first line.</summary>
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
        json.WriteString("asked", Asked);
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

    /// <summary>Reads it.</summary>
    public static RecordingPlan Read(JsonElement json) => new()
    {
        Boot = json.GetProperty("boot").GetString()!,
        Recorder = json.GetProperty("recorder").GetInt32(),
        Started = json.GetProperty("started").GetDateTimeOffset(),
        TraceFs = json.GetProperty("tracefs").GetString()!,
        Instance = json.GetProperty("instance").GetString()!,
        Output = json.GetProperty("output").GetString()!,
        Format = Enum.Parse<RecordingFormat>(json.GetProperty("format").GetString()!),
        Tracer = Enum.Parse<RecordingTracer>(json.GetProperty("tracer").GetString()!),
        Clock = json.GetProperty("clock").GetString()!,
        PageSize = json.GetProperty("page").GetInt32(),
        Asked = json.GetProperty("asked").GetString()!,
        Metadata = json.GetProperty("metadata").GetString()!,
        Reserve = json.GetProperty("reserve").GetString()!,
        Parts = [.. json.GetProperty("parts").EnumerateArray().Select(p => new CpuPart(p.GetProperty("cpu").GetInt32(), p.GetProperty("file").GetString()!, p.GetProperty("start").GetInt64()))],
    };
}
