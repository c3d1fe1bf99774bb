using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KernelMagnifier.Probes.Manifests;

/// <summary>Reads the text of a manifest. It is untrusted: every value is checked.</summary>
internal static class ManifestReader
{
    private const int LongestTitle = 200, LongestText = 8000, LongestSentence = 1000, LongestUnit = 16;
    private const int MostParameters = 16, MostChoices = 64, MostAttachPoints = 256, MostTested = 64, MostOutputs = 64,
        MostFields = 32;

    private static readonly string[] ValueTypes = ["integer", "text", "kstack", "ustack"];

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="FormatException">A value is not allowed; the message begins with its property.</exception>
    public static ProbeManifest Read(JsonElement root)
    {
        var at = new StrictObject(root, "");
        if (at.Text("schema", 64) != ProbeManifestFile.Schema)
            throw at.Wrong("schema", $"this is not {ProbeManifestFile.Schema}.");
        _ = at.Integer("schemaVersion", ProbeManifestFile.SchemaVersion, ProbeManifestFile.SchemaVersion);
        var output = at.OptionalObject("output");
        var manifest = new ProbeManifest
        {
            Name = Named(at, "name", ProbeText.IsProbeName), Version = Named(at, "version", ProbeText.IsVersion),
            Title = at.Text("title", LongestTitle), Owner = at.Text("owner", LongestTitle),
            Purpose = at.Text("purpose", LongestText, hasLines: true), Reading = at.Text("reading", LongestText, hasLines: true),
            Parameters = [.. at.Objects("parameters", MostParameters).Select(Parameter)],
            AttachPoints = AttachPoints(at), Limits = Limits(at.OptionalObject("limits"), new ProbeLimits()),
            DataClass = at.Choice<DataClass>("dataClass"), Tested = [.. at.Objects("tested", MostTested).Select(Tested)],
            Maturity = at.Choice<ProbeMaturity>("maturity"), ReviewBy = at.OptionalDay("reviewBy"),
            Maps = output is null ? [] : [.. output.Objects("maps", MostOutputs).Select(Map)],
            Lines = output is null ? [] : [.. output.Objects("lines", MostOutputs).Select(Line)],
        };
        output?.End();
        at.End();
        Distinct("parameters", manifest.Parameters.Select(parameter => parameter.Name));
        Distinct("output.maps", manifest.Maps.Select(map => map.Name));
        Distinct("output.lines", manifest.Lines.Select(line => line.Name));
        return manifest;
    }

    /// <summary>Reads limits.</summary>
    /// <param name="at">The object; null for none.</param>
    /// <param name="missing">The limits that are missing.</param>
    public static ProbeLimits Limits(StrictObject? at, ProbeLimits missing)
    {
        if (at is null) return missing;
        var limits = new ProbeLimits
        {
            Duration = TimeSpan.FromSeconds(at.Integer("durationSeconds", 1, 86_400, (long)missing.Duration.TotalSeconds)),
            OutputBytes = at.Integer("outputBytes", 1024, 1L << 34, missing.OutputBytes),
            OutputBytesPerSecond = at.Integer("outputBytesPerSecond", 1024, 1L << 30, missing.OutputBytesPerSecond),
            MapKeys = (int)at.Integer("mapKeys", 1, 1 << 20, missing.MapKeys),
                Probes = (int)at.Integer("probes", 1, 10_000, missing.Probes),
            CpuPercent = at.Number("cpuPercent", 0.1, 100, missing.CpuPercent),
            MemoryBytes = at.Integer("memoryBytes", 16 << 20, 1L << 36, missing.MemoryBytes),
            ConcurrentRuns = (int)at.Integer("concurrentRuns", 1, 64, missing.ConcurrentRuns),
        };
        at.End();
        return limits;
    }

    private static string Named(StrictObject at, string name, Func<string, bool> isOne)
        => at.Text(name, 64) is var text && isOne(text) ? text
            : throw at.Wrong(name, "the text is not of the form that is expected.");

    private static void Distinct(string what, IEnumerable<string> names)
    {
        var seen = new HashSet<string>();
        foreach (var name in names)
            if (!seen.Add(name)) throw new FormatException($"{what}: {name} is there twice.");
    }

    private static IReadOnlyList<string> AttachPoints(StrictObject at)
    {
        _ = at.Get("attachPoints");
        var points = at.Texts("attachPoints", MostAttachPoints, 256);
        Distinct("attachPoints", points);
        return points;
    }

    private static ProbeParameter Parameter(StrictObject at)
    {
        var type = at.Text("type", 16) switch
        {
            "integer" => ParameterType.Integer,
            "text" => ParameterType.Text,
            _ => throw at.Wrong("type", "this is none of integer, text."),
        };
        var (name, description) = (at.Text("name", 32, form: ProbeText.ParameterName()), at.Text("description", LongestSentence));
        var parameter = type == ParameterType.Integer ? Number(at) : TextParameter(at);
        at.End();
        return parameter with { Name = name, Description = description, Type = type };
    }

    private static ProbeParameter Number(StrictObject at)
    {
        long least = at.Integer("minimum", long.MinValue, long.MaxValue), most = at.Integer("maximum", least, long.MaxValue);
        return new ProbeParameter
        {
            Name = "", Description = "", Unit = at.OptionalText("unit", LongestUnit), Minimum = least, Maximum = most,
            Default = at.Has("default") ? at.Integer("default", least, most).ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    private static ProbeParameter TextParameter(StrictObject at)
    {
        var choices = at.Texts("choices", MostChoices, 256);
        if (at.Has("choices") && choices.Count == 0) throw at.Wrong("choices", "the list is empty.");
        if (at.Has("choices") && at.Has("pattern")) throw at.Wrong("pattern", "the parameter has choices, too.");
        Distinct(at.Place("choices"), choices);
        var pattern = at.OptionalText("pattern", LongestTitle);
        var parameter = new ProbeParameter
        {
            Name = "", Description = "", Choices = choices, Pattern = pattern, Default = at.OptionalText("default", 256),
        };
        if (parameter.Default is { } value && !Accepts(at, parameter, value))
            throw at.Wrong("default", "the parameter does not take this value.");
        return parameter;
    }

    private static bool Accepts(StrictObject at, ProbeParameter parameter, string value)
    {
        if (parameter.Choices.Count > 0) return parameter.Choices.Contains(value);
        return parameter.Pattern is { } pattern ? Compile(at, pattern).IsMatch(value) : ProbeText.PlainValue().IsMatch(value);
    }

    private static Regex Compile(StrictObject at, string pattern)
    {
        try
        {
            return new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(1));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw at.Wrong("pattern", "this is not a regular expression without backtracking.");
        }
    }

    private static TestedKernel Tested(StrictObject at)
    {
        var tested = new TestedKernel(at.Text("kernel", 128), at.Text("bpftrace", 64), at.Day("on"));
        at.End();
        return tested;
    }

    private static OutputMap Map(StrictObject at)
    {
        var map = new OutputMap
        {
            Name = at.Text("name", 64, form: ProbeText.MapName()), Meaning = at.Text("meaning", LongestSentence),
            Unit = at.OptionalText("unit", LongestUnit), Interval = at.OptionalText("interval", 64, form: ProbeText.ValueName()),
            Keys = Values(at, "keys"), IsUnsigned = at.Flag("unsigned", false),
        };
        at.End();
        return map;
    }

    private static OutputLine Line(StrictObject at)
    {
        var line = new OutputLine(at.Text("name", 64, form: ProbeText.ValueName()), at.Text("format", LongestSentence),
            Values(at, "fields"), at.Text("meaning", LongestSentence));
        at.End();
        return line;
    }

    private static List<OutputValue> Values(StrictObject of, string name)
    {
        var values = new List<OutputValue>();
        foreach (var at in of.Objects(name, MostFields))
        {
            var type = at.Text("type", 16);
            if (!ValueTypes.Contains(type)) throw at.Wrong("type", $"this is none of {string.Join(", ", ValueTypes)}.");
            values.Add(new OutputValue(at.Text("name", 64, form: ProbeText.ValueName()), type,
                at.OptionalText("unit", LongestUnit)));
            at.End();
        }
        Distinct(of.Place(name), values.Select(value => value.Name));
        return values;
    }
}
