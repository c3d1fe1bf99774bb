using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Files;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Incidents;

/// <summary>Incident files: a recording and what belongs to it in one file. docs/formats/incident.md describes them.</summary>
internal static class IncidentFile
{
    private const int LongestHost = 128;

    /// <summary>Writes an incident file.</summary>
    /// <param name="draft">What it is made of.</param>
    /// <param name="file">The file, which the caller commits.</param>
    /// <param name="cancel">Ends the writing.</param>
    /// <exception cref="KernelMagnifierException">An input cannot be read, or is not what it should be.</exception>
    public static Incident Write(IncidentDraft draft, OutputFile file, CancellationToken cancel)
    {
        Check(draft);
        var (release, machine) = Host(draft.Recording, cancel);
        if (draft.Baseline is { } baseline) _ = BaselineFile.Read(baseline, cancel);
        var incident = new Incident
        {
            Path = draft.Recording, Created = DateTimeOffset.UtcNow, KernelRelease = release, Machine = machine,
            Title = IncidentText.Checked("title", draft.Title, IncidentJson.LongestTitle),
            Note = IncidentText.Checked("note", draft.Note, IncidentJson.LongestNote, hasLines: true),
            Workload = draft.Workload, Assertions = draft.Assertions, Findings = draft.Findings,
        };
        try
        {
            using var writer = new IncidentWriter(file.Stream, incident.Created, cancel);
            writer.AddFile(IncidentParts.Recording, draft.Recording);
            if (draft.Baseline is { } path) writer.AddFile(IncidentParts.Baseline, path);
            if (draft.Workload is { } workload) writer.Add(IncidentParts.Workload, WorkloadBytes(workload));
            if (draft.Assertions.Count > 0) writer.Add(IncidentParts.Assertions, IncidentJson.Assertions(draft.Assertions));
            if (draft.Findings.Count > 0) writer.Add(IncidentParts.Findings, IncidentJson.Findings(draft.Findings));
            incident = incident with { Parts = [.. writer.Parts] };
            writer.Finish(IncidentJson.Manifest(incident));
            return incident;
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(file.TemporaryPath, error);
        }
    }

    /// <summary>Reads an incident file, and checks all its parts.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.IncidentNotFound"/> or <see cref="ErrorCode.IncidentUnreadable"/>.
    /// </exception>
    public static Incident Read(string path, CancellationToken cancel)
    {
        using var reader = IncidentReader.Open(path);
        return Read(reader, path, (name, stated) => reader.Copy(name, stated, Stream.Null, cancel), cancel);
    }

    /// <summary>Reads an incident file, and writes its parts into a directory under their fixed names.</summary>
    /// <param name="path">The incident file.</param>
    /// <param name="directory">The directory, which exists.</param>
    /// <param name="force">Replace existing files.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="KernelMagnifierException">It cannot be read, or the files cannot be written.</exception>
    public static Incident Extract(string path, string directory, bool force, CancellationToken cancel)
    {
        using var reader = IncidentReader.Open(path);
        var inputs = InputIdentity.Of([path]);
        string Place(string name) => Path.Combine(directory, name);
        foreach (var name in reader.Names) OutputFile.Check(Place(name), force, inputs);
        var incident = Read(reader, path, (name, stated) =>
        {
            using var file = OutputFile.Create(Place(name), force, inputs, cancel);
            try
            {
                reader.Copy(name, stated, file.Stream, cancel);
            }
            catch (IOException error)
            {
                throw OutputFile.NotWritten(file.TemporaryPath, error);
            }
            file.Commit();
        }, cancel);
        bool Has(string name) => incident.Parts.Any(part => part.Name == name);
        return incident with
        {
            Directory = directory, Recording = Has(IncidentParts.Recording) ? Place(IncidentParts.Recording) : null,
            Baseline = Has(IncidentParts.Baseline) ? Place(IncidentParts.Baseline) : null,
        };
    }

    /// <summary>The same into a directory that is created. It is removed again if nothing could be written into it.</summary>
    public static Incident ExtractTo(string path, string directory, bool force, CancellationToken cancel)
    {
        var isNew = !Directory.Exists(directory);
        try
        {
            PrivateDirectory.Create(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.NotWritten(directory, error);
        }
        var isExtracted = false;
        try
        {
            var incident = Extract(path, directory, force, cancel);
            isExtracted = true;
            return incident;
        }
        finally
        {
            if (isNew && !isExtracted && !Directory.EnumerateFileSystemEntries(directory).Any()) Directory.Delete(directory);
        }
    }

    private static Incident Read(IncidentReader reader, string path, Action<string, IncidentPart> take, CancellationToken cancel)
    {
        var manifest = reader.Bytes(IncidentParts.Manifest, null, cancel)
            ?? throw reader.Unreadable($"{IncidentParts.Manifest} is missing.");
        var incident = IncidentJson.ReadManifest(manifest, path);
        var parts = incident.Parts.ToDictionary(part => part.Name);
        if (parts.Count < incident.Parts.Count) throw reader.Unreadable("its manifest names a part twice.");
        if (reader.Names.FirstOrDefault(name => name != IncidentParts.Manifest && !parts.ContainsKey(name)) is { } other)
            throw reader.Unreadable($"its manifest does not name {other}.");
        if (!parts.ContainsKey(IncidentParts.Recording)) throw reader.Unreadable($"{IncidentParts.Recording} is missing.");
        byte[]? Bytes(string name) => parts.TryGetValue(name, out var stated)
            ? reader.Bytes(name, stated, cancel) ?? throw reader.Unreadable($"{name} is missing.") : null;
        // All is checked before anything is taken.
        incident = incident with
        {
            Workload = Bytes(IncidentParts.Workload) is { } workload ? WorkloadFile.Parse(workload, path, cancel) : null,
            Assertions = Bytes(IncidentParts.Assertions) is { } assertions ? IncidentJson.ReadAssertions(assertions, path) : [],
            Findings = Bytes(IncidentParts.Findings) is { } findings ? IncidentJson.ReadFindings(findings, path) : [],
        };
        foreach (var part in incident.Parts) take(part.Name, part);
        return incident;
    }

    private static void Check(IncidentDraft draft)
    {
        if (draft.Assertions.Count > IncidentJson.MostAssertions)
            throw new KernelMagnifierException(ErrorCode.BadRequest, null, $"more than {IncidentJson.MostAssertions} assertions.",
                "Give fewer.");
        if (draft.Findings.Count > IncidentJson.MostFindings)
            throw new KernelMagnifierException(ErrorCode.BadRequest, null, $"more than {IncidentJson.MostFindings} findings.",
                "Give fewer, such as the totals of Trace-KmLatencyCause -Total.");
        foreach (var assertion in draft.Assertions)
            _ = IncidentText.Checked("reason of an assertion", assertion.Because, IncidentJson.LongestReason);
    }

    /// <summary>What the head of a recording tells of its host. This shows also that it is a recording.</summary>
    private static (string? Release, string? Machine) Host(string recording, CancellationToken cancel)
    {
        using var reader = TraceFile.Open(recording, new TraceReadOptions { Cancel = cancel });
        return (Short(reader.Source.KernelRelease), Short(reader.Source.Machine));
    }

    private static string? Short(string? text)
        => text is null ? null : IncidentText.Safe(text, LongestHost).Replace('\n', ' ');

    private static byte[] WorkloadBytes(Workload workload)
    {
        using var bytes = new MemoryStream();
        WorkloadFile.Write(workload, bytes);
        return bytes.ToArray();
    }
}
