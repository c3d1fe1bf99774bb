using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>
/// Reads the description of a recording from the metadata of a file. Nothing in it is trusted: a member of another type or an
/// impossible number is a <see cref="FormatException"/> that names it. Members that nobody asks for are ignored.
/// </summary>
internal sealed class RecordedFacts : IDisposable
{
    /// <summary>The longest description in characters. A longer one is not written.</summary>
    public const int Longest = 1 << 20;

    private const int NanosecondsPerSecond = 1_000_000_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly JsonDocument _json;

    private RecordedFacts(JsonDocument json) => _json = json;

    private JsonElement Root => _json.RootElement;

    /// <summary>Reads a description.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">The name of the recording in the dataset; null for the one in the description.</param>
    /// <param name="nesting">How the file says that calls are nested.</param>
    /// <param name="host">The machine; null if not known.</param>
    /// <exception cref="FormatException">It is no description.</exception>
    public static TraceInfo Read(string json, string? name, CallNesting nesting, string? host)
    {
        if (json.Length > Longest) throw new FormatException($"it has more than {Longest} characters");
        try
        {
            using var facts = new RecordedFacts(JsonDocument.Parse(json, Options));
            return facts.Info(name, nesting, host);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException("it is no JSON object", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private TraceInfo Info(string? name, CallNesting nesting, string? host)
    {
        if (Root.ValueKind != JsonValueKind.Object) throw new FormatException("it is no JSON object");
        var isComplete = Flag("isComplete") ?? throw Wrong("isComplete", "is missing");
        var unit = Choice<ClockUnit>("clockUnit") ?? throw Wrong("clockUnit", "is missing");
        var (first, last) = (Time("firstTimestamp", unit), Time("lastTimestamp", unit));
        if (first > last) throw Wrong("lastTimestamp", "is before the first one");
        return new TraceInfo(name ?? Path.GetFileName(Text("path")) ?? "")
        {
            Format = Text("format") ?? "", FormatVersion = (int?)Count("formatVersion", int.MaxValue),
            Compression = Text("compression"), Tracer = Text("tracer"), Clock = Text("clock"), Unit = unit,
            KernelRelease = Text("kernelRelease"), HostName = host, BuildId = Text("buildId"),
            Cpus = (int?)Count("cpus", CallLimits.MostCpus), IsComplete = isComplete, NestedBy = nesting,
            Calls = Number("calls", isComplete), Events = Number("events", isComplete),
            LostEvents = Number("lostEvents", isComplete), NotParsed = Number("notParsed", isComplete),
            LeafReturns = Count("leafReturns") ?? 0, NotPlaced = Count("notPlaced"),
            LossBasis = Choice<LostEventsBasis>("lostEventsBasis"),
            LostEventsIsMinimum = Flag("lostEventsIsMinimum") ?? false, OverwrittenEvents = Count("overwrittenEvents"),
            Latency = Latency(), FirstTime = first, LastTime = last, ObservedTime = Count("observedTime", long.MaxValue),
            StartTime = Date("startTime"), WallOffset = Whole("wallOffset", long.MinValue, long.MaxValue), PerCpu = PerCpu(),
            EventKinds = Counts("eventKinds"), NotParsedKinds = Counts("notParsedKinds"),
            NotParsedSamples = Texts("notParsedSamples"), Instances = Texts("instances"), Warnings = Texts("warnings"),
        };
    }

    private TracerLatency? Latency()
        => Count("latencyNanoseconds", long.MaxValue) is not { } length ? null
            : new TracerLatency(length, (int?)Count("latencyCpu", CallLimits.MostCpus),
                (int?)Count("latencyProcessId", int.MaxValue), Text("latencyComm"), Text("latencyStartedAt"),
                Text("latencyEndedAt"));

    private CpuStatistics[] PerCpu() => [.. Items("perCpu").Select(cpu =>
    {
        if (cpu.ValueKind != JsonValueKind.Object) throw Wrong("perCpu", "has an element that is no object");
        long Of(string name) => Whole(cpu, name, 0, CallLimits.MostCalls) ?? throw Wrong(name, "is missing");
        return new CpuStatistics((int?)Whole(cpu, "cpu", 0, CallLimits.MostCpus), Of("calls"), Of("lostEvents"), Of("events"),
            Of("notParsed"));
    })];

    /// <summary>A number that a recording which was read to its end has.</summary>
    private long Number(string name, bool isComplete)
        => Count(name) ?? (isComplete ? throw Wrong(name, "is missing") : 0);

    private long? Count(string name, long most = CallLimits.MostCalls) => Whole(name, 0, most);

    private long? Whole(string name, long least, long most) => Whole(Root, name, least, most);

    private static long? Whole(JsonElement of, string name, long least, long most)
        => Find(of, name) is { } value ? WholeOf(value, name, least, most) : null;

    private static long WholeOf(JsonElement value, string name, long least, long most)
        => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most
            ? number : throw Wrong(name, "is no possible number");

    /// <summary>A timestamp with every digit: nanoseconds of seconds with decimals, or counts.</summary>
    private long? Time(string name, ClockUnit unit)
    {
        if (Find(Root, name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var time) || Math.Abs(time) > long.MaxValue)
            throw Wrong(name, "is no possible number");
        if (unit == ClockUnit.Nanoseconds) time *= NanosecondsPerSecond;
        return Math.Abs(time) <= long.MaxValue ? (long)time : throw Wrong(name, "is no possible time");
    }

    private DateTimeOffset? Date(string name)
        => Text(name) is not { } text ? null
            : DateTimeOffset.TryParseExact(text, Rendering.Reports.TraceInfoFields.TimeFormat, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out var time) ? time : throw Wrong(name, "is no time");

    private bool? Flag(string name) => Find(Root, name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
            : throw Wrong(name, "is neither true nor false");

    private T? Choice<T>(string name) where T : struct, Enum
        => Text(name) is not { } text ? null
            : Enum.TryParse<T>(text, out var value) && value.ToString() == text ? value : throw Wrong(name, "is not known");

    private string? Text(string name) => Find(Root, name) is { } value ? TextOf(value, name) : null;

    private static string TextOf(JsonElement value, string name)
        => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "is no text");

    private string[] Texts(string name) => [.. Items(name).Select(value => TextOf(value, name))];

    private Dictionary<string, long> Counts(string name)
    {
        var counts = new Dictionary<string, long>();
        if (Find(Root, name) is not { } of) return counts;
        if (of.ValueKind != JsonValueKind.Object) throw Wrong(name, "is no object");
        foreach (var member in of.EnumerateObject())
            counts.Add(member.Name, WholeOf(member.Value, name, 0, CallLimits.MostCalls));
        return counts;
    }

    private JsonElement.ArrayEnumerator Items(string name)
        => Find(Root, name) is not { } value ? default
            : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(name, "is no list");

    /// <summary>A member; null if it is missing or null.</summary>
    private static JsonElement? Find(JsonElement of, string name)
        => of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static FormatException Wrong(string name, string problem) => new($"'{name}' {problem}");
}
