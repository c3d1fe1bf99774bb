using System.IO.Compression;
using System.Security.Cryptography;
using KernelMagnifier.Files;

namespace KernelMagnifier.Incidents;

/// <summary>Writes an incident file: a zip file whose last entry is the manifest with the hashes of the others.</summary>
internal sealed class IncidentWriter : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly List<IncidentPart> _parts = [];
    private readonly DateTimeOffset _created;
    private readonly CancellationToken _cancel;

    /// <summary>Begins a file.</summary>
    public IncidentWriter(Stream output, DateTimeOffset created, CancellationToken cancel)
        => (_archive, _created, _cancel) = (new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true), created, cancel);

    /// <summary>The parts that were written.</summary>
    public IReadOnlyList<IncidentPart> Parts => _parts;

    /// <summary>Adds a document.</summary>
    public void Add(string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        Add(name, stream);
    }

    /// <summary>Adds a file.</summary>
    /// <exception cref="KernelMagnifierException">It cannot be read, or it is too large.</exception>
    public void AddFile(string name, string path)
    {
        try
        {
            using var file = new FileStream(InputHandle.OpenRegular(path), FileAccess.Read);
            Add(name, file, path);
        }
        catch (NotRegularException error)
        {
            throw new KernelMagnifierException(ErrorCode.TraceUnreadable, path, "this is not a regular file.",
                "Write the recording into a file first.", error);
        }
    }

    /// <summary>Adds the manifest, which completes the file.</summary>
    public void Finish(byte[] manifest)
    {
        using var target = Entry(IncidentParts.Manifest);
        target.Write(manifest);
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private void Add(string name, Stream content, string? path = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var most = IncidentParts.LargestOf(name)!.Value;
        var buffer = new byte[1 << 16];
        long bytes = 0;
        using (var target = Entry(name))
            for (int read; (read = content.Read(buffer)) > 0;)
            {
                _cancel.ThrowIfCancellationRequested();
                if ((bytes += read) > most)
                    throw new KernelMagnifierException(ErrorCode.BadRequest, path ?? name,
                        $"it is larger than {most >> 20} MiB, more than an incident file takes.",
                        "Record a shorter time, or fewer events.");
                hash.AppendData(buffer, 0, read);
                target.Write(buffer, 0, read);
            }
        _parts.Add(new IncidentPart(name, bytes, Convert.ToHexStringLower(hash.GetHashAndReset())));
    }

    private Stream Entry(string name)
    {
        var entry = _archive.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = _created;
        return entry.Open();
    }
}
