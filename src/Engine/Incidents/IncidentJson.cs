using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Incidents;

/// <summary>The small JSON files of an incident file: its manifest, what should hold, and what was found out.</summary>
internal static class IncidentJson
{
    /// <summary>The name of the format.</summary>
    public const string Schema = "kernel-magnifier-incident";

    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    /// <summary>The most assertions.</summary>
    public const int MostAssertions = 64;

    /// <summary>The most findings.</summary>
    public const int MostFindings = 256;

    /// <summary>The longest title.</summary>
    public const int LongestTitle = 200;

    /// <summary>The longest note, and the longest finding in words.</summary>
    public const int LongestNote = 4000;

    /// <summary>The longest reason of an assertion.</summary>
    public const int LongestReason = 500;

    private const int LongestClaim = 256, LongestKind = 128, LongestHost = 128;

    private const string Action = "An incident file is expected, as it was exported.";

    /// <summary>The manifest.</summary>
    public static byte[] Manifest(Incident incident) => StrictJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteNumber("version", Version);
        json.WriteString("created", incident.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture));
        WriteText(json, "title", incident.Title);
        WriteText(json, "note", incident.Note);
        WriteText(json, "kernelRelease", incident.KernelRelease);
        WriteText(json, "machine", incident.Machine);
        json.WriteStartArray("parts");
        foreach (var part in incident.Parts)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            json.WriteNumber("bytes", part.Bytes);
            json.WriteString("sha256", part.Sha256);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads a manifest.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="path">The incident file.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.IncidentUnreadable"/>.</exception>
    public static Incident ReadManifest(byte[] bytes, string path) => Read(bytes, path, root =>
    {
        if (root.Text("schema", 64) != Schema) throw root.Wrong("schema", $"this is not {Schema}.");
        if (root.Integer("version", 1, int.MaxValue) is > Version and var version)
            throw root.Wrong("version", string.Create(CultureInfo.InvariantCulture,
                $"{version} needs a newer version of Kernel Magnifier, as this one reads {Version}."));
        return new Incident
        {
            Path = path, Created = root.Time("created"), Title = root.OptionalText("title", LongestTitle),
            Note = root.OptionalText("note", LongestNote, hasLines: true),
            KernelRelease = root.OptionalText("kernelRelease", LongestHost),
            Machine = root.OptionalText("machine", LongestHost), Parts = [.. root.Objects("parts", 8).Select(Part)],
        };
    });

    /// <summary>What should hold.</summary>
    public static byte[] Assertions(IReadOnlyList<IncidentAssertion> assertions) => StrictJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("assertions");
        foreach (var assertion in assertions)
        {
            json.WriteStartObject();
            json.WriteString("claim", assertion.Claim.ToString());
            WriteText(json, "because", assertion.Because);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads what should hold.</summary>
    public static IReadOnlyList<IncidentAssertion> ReadAssertions(byte[] bytes, string path)
        => Read(bytes, path, root => root.Objects("assertions", MostAssertions).Select(Assertion).ToArray());

    /// <summary>What was found out.</summary>
    public static byte[] Findings(IReadOnlyList<IncidentFinding> findings) => StrictJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("kind", finding.Kind);
            json.WriteString("text", finding.Text);
            if (finding.Json is { } value)
            {
                json.WritePropertyName("value");
                json.WriteRawValue(value);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads what was found out.</summary>
    public static IReadOnlyList<IncidentFinding> ReadFindings(byte[] bytes, string path)
        => Read(bytes, path, root => root.Objects("findings", MostFindings).Select(Finding).ToArray());

    private static IncidentPart Part(StrictObject at)
    {
        var part = new IncidentPart(at.Text("name", 32), at.Integer("bytes", 0, IncidentParts.LargestFile),
            at.Text("sha256", 64));
        if (part.Name == IncidentParts.Manifest || IncidentParts.LargestOf(part.Name) is null)
            throw at.Wrong("name", "there is no such part.");
        if (!ProbeText.IsHash(part.Sha256)) throw at.Wrong("sha256", "64 hexadecimal digits are expected.");
        at.End();
        return part;
    }

    private static IncidentAssertion Assertion(StrictObject at)
    {
        var text = at.Text("claim", LongestClaim);
        try
        {
            var assertion = new IncidentAssertion(LatencyClaim.Parse(text), at.OptionalText("because", LongestReason));
            at.End();
            return assertion;
        }
        catch (KernelMagnifierException error)
        {
            throw at.Wrong("claim", error.Cause);
        }
    }

    private static IncidentFinding Finding(StrictObject at)
    {
        var finding = new IncidentFinding(at.Text("kind", LongestKind), at.Text("text", LongestNote, hasLines: true),
            at.Has("value") ? at.Get("value").GetRawText() : null);
        at.End();
        return finding;
    }

    private static T Read<T>(byte[] bytes, string path, Func<StrictObject, T> read)
        => StrictJson.Read(bytes, path, ErrorCode.IncidentUnreadable, Action, element =>
        {
            var root = new StrictObject(element, "");
            var value = read(root);
            root.End();
            return value;
        });

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, text);
    }
}
