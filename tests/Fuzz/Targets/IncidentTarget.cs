using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using KernelMagnifier.Incidents;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// An incident file: it is read, or is an error that says so. The first byte of the input tells whether the rest is the file,
/// or a document that is put into one whose hashes are right, because no damaged file gets past them.
/// </summary>
internal sealed class IncidentTarget() : FuzzTarget("incident")
{
    private const string Assertions = """{"assertions": [{"claim": "Wakeup@periodic P99 < 5ms", "because": "clients time out"}]}""";
    private const string Findings = """{"findings": [{"kind": "LatencyCause", "text": "the hog ran", "value": {"TopCause": "Preempted"}}]}""";

    private static readonly string[] Parts = [IncidentParts.Assertions, IncidentParts.Findings, IncidentParts.Workload,
        IncidentParts.Manifest];

    /// <summary>A file, and each of its documents.</summary>
    public static IEnumerable<byte[]> Seeds =>
    [
        [0, .. File(IncidentParts.Assertions, Encoding.UTF8.GetBytes(Assertions))],
        [1, .. Encoding.UTF8.GetBytes(Assertions)], [2, .. Encoding.UTF8.GetBytes(Findings)], [3, .. WorkloadTarget.Seed],
        [4, .. Manifest([])],
    ];

    protected override void Read(ReadOnlySpan<byte> input)
    {
        if (input.Length == 0) return;
        var kind = input[0] % (Parts.Length + 1);
        var path = Scratch.Mine.With(kind == 0 ? input[1..] : File(Parts[kind - 1], input[1..].ToArray()));
        Incident incident;
        try
        {
            incident = IncidentFile.Read(path, default);
        }
        catch (KernelMagnifierException error)
        {
            Check(error.Code is ErrorCode.IncidentUnreadable or ErrorCode.WorkloadUnreadable, $"{error.Code}: {error.Message}");
            return;
        }
        Check(!IncidentReports.Text(incident).Any(c => char.IsControl(c) && c != '\n'), $"the text has a control character");
        IncidentReports.Json(incident);
        Check(incident.Assertions.All(one => one.ToString().Length > 0), $"an assertion says nothing");
    }

    /// <summary>An incident file with an empty recording and a document.</summary>
    private static byte[] File(string name, byte[] content)
    {
        using var output = new MemoryStream();
        using (var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, IncidentParts.Recording, []);
            if (name != IncidentParts.Manifest) Add(archive, name, content);
            Add(archive, IncidentParts.Manifest, name == IncidentParts.Manifest ? content : Manifest([(name, content)]));
        }
        return output.ToArray();
    }

    private static byte[] Manifest((string Name, byte[] Content)[] others) => IncidentJson.Manifest(new Incident
    {
        Path = "a.kmi", Created = DateTimeOffset.UnixEpoch, Title = "A hog", Note = "line 1\nline 2", KernelRelease = "6.1.0",
        Machine = "x86_64",
        Parts = [.. others.Prepend((IncidentParts.Recording, []))
            .Select(one => new IncidentPart(one.Item1, one.Item2.Length, Convert.ToHexStringLower(SHA256.HashData(one.Item2))))],
    });

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        using var stream = archive.CreateEntry(name).Open();
        stream.Write(content);
    }
}
