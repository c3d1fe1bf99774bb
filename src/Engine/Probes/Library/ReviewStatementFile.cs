using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Probes.Library;

/// <summary>Reads and writes the files of statements.</summary>
internal static class ReviewStatementFile
{
    /// <summary>The name of the format, which is the first property.</summary>
    public const string Schema = "kernel-magnifier-probe-review";

    /// <summary>The most characters of a comment.</summary>
    public const int LongestComment = 2000;

    private const int LongestPrincipal = 256;

    /// <summary>The namespace of the signatures of an action.</summary>
    public static string Namespace(ReviewAction action) => action.ToString().ToLowerInvariant() + SshSignature.Domain;

    /// <summary>Reads a statement.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeUnreadable"/>.</exception>
    public static ReviewStatement Read(ReadOnlyMemory<byte> json, string path)
        => StrictJson.Read(json, path, ErrorCode.ProbeUnreadable, "Restore the statement, or delete it.", Read);

    /// <summary>The bytes of a statement, which are signed.</summary>
    public static byte[] Write(ReviewStatement statement) => StrictJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteString("action", statement.Action.ToString());
        json.WriteString("probe", statement.Probe);
        json.WriteString("version", statement.Version);
        json.WriteString("hash", statement.Hash);
        json.WriteString("principal", statement.Principal);
        json.WriteString("time", Time(statement.Time));
        if (statement.Expires is { } end) json.WriteString("expires", Time(end));
        json.WriteString("dataClass", statement.DataClass.ToString());
        json.WriteString("maturity", statement.Maturity.ToString());
        if (statement.Comment is { } comment) json.WriteString("comment", comment);
        json.WriteEndObject();
    });

    private static ReviewStatement Read(JsonElement root)
    {
        var at = new StrictObject(root, "");
        if (at.Text("schema", 64) != Schema) throw at.Wrong("schema", $"this is not {Schema}.");
        var statement = new ReviewStatement
        {
            Action = at.Choice<ReviewAction>("action"), Probe = at.Text("probe", 64), Version = at.Text("version", 64),
            Hash = at.Text("hash", 64), Principal = at.Text("principal", LongestPrincipal), Time = at.Time("time"),
            Expires = at.Has("expires") ? at.Time("expires") : null, DataClass = at.Choice<DataClass>("dataClass"),
            Maturity = at.Choice<ProbeMaturity>("maturity"), Comment = at.OptionalText("comment", LongestComment, hasLines: true),
        };
        at.End();
        if (!ProbeText.IsProbeName(statement.Probe)) throw at.Wrong("probe", "this is not the name of a probe.");
        if (!ProbeText.IsVersion(statement.Version)) throw at.Wrong("version", "this is not a version.");
        return ProbeText.IsHash(statement.Hash) ? statement : throw at.Wrong("hash", "this is not a hash.");
    }

    private static string Time(DateTimeOffset time)
        => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
