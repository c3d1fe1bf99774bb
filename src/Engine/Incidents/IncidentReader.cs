using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using KernelMagnifier.Files;
using KernelMagnifier.Text;

namespace KernelMagnifier.Incidents;

/// <summary>
/// Reads the parts of an incident file, which is hostile until the opposite is shown: only parts of fixed names are read, each
/// once, up to its limit and to the size that it states, and no path in the file is used.
/// </summary>
internal sealed class IncidentReader : IDisposable
{
    // The end of a zip file: 22 bytes and a comment. Our own files have 6 entries, so their directory is short.
    private const int EndRecord = 22, LongestComment = ushort.MaxValue, LongestDirectory = 16 << 10, MostEntries = 6;

    private const string Expected = "An incident file is expected, as it was exported.";

    private readonly string _path;
    private readonly Stream _file;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];

    private IncidentReader(string path, Stream file)
    {
        (_path, _file) = (path, file);
        CheckDirectory();
        _archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in _archive.Entries)
        {
            if (IncidentParts.LargestOf(entry.FullName) is not { } most)
                throw Unreadable($"it has a file {Shown(entry.FullName)}, which no incident file has.");
            if (entry.Length > most || entry.Length < 0)
                throw Unreadable(string.Create(CultureInfo.InvariantCulture,
                    $"{entry.FullName} is larger than {most >> 10} KiB."));
            if (!_entries.TryAdd(entry.FullName, entry)) throw Unreadable($"it has {entry.FullName} twice.");
        }
    }

    /// <summary>The names of the parts, with the manifest.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Opens an incident file.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.IncidentNotFound"/> or <see cref="ErrorCode.IncidentUnreadable"/>.
    /// </exception>
    public static IncidentReader Open(string path)
    {
        var file = OpenFile(path);
        try
        {
            return new IncidentReader(path, file);
        }
        catch (Exception error)
        {
            file.Dispose();
            if (Translate(path, error) is { } other) throw other;
            throw;
        }
    }

    /// <summary>A part in memory; null if there is none.</summary>
    /// <param name="name">The part.</param>
    /// <param name="stated">What the manifest states of it; null for the manifest.</param>
    /// <param name="cancel">Ends the reading.</param>
    public byte[]? Bytes(string name, IncidentPart? stated, CancellationToken cancel)
    {
        if (!_entries.ContainsKey(name)) return null;
        using var content = new MemoryStream();
        Copy(name, stated, content, cancel);
        return content.ToArray();
    }

    /// <summary>Copies a part, and checks its size and its hash.</summary>
    public void Copy(string name, IncidentPart? stated, Stream target, CancellationToken cancel)
    {
        var entry = _entries.GetValueOrDefault(name) ?? throw Unreadable($"{name} is missing.");
        if (stated is not null && stated.Bytes != entry.Length)
            throw Unreadable($"{name} has another size than its manifest states.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            using var content = entry.Open();
            var left = entry.Length;
            for (int read; (read = content.Read(buffer)) > 0; left -= read)
            {
                cancel.ThrowIfCancellationRequested();
                if (read > left) throw Unreadable($"{name} is larger than it states.");
                hash.AppendData(buffer, 0, read);
                target.Write(buffer, 0, read);
            }
            if (left != 0) throw Unreadable($"{name} is cut.");
        }
        catch (InvalidDataException error)
        {
            throw Unreadable($"{name} is damaged.", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (stated is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) != stated.Sha256)
            throw Unreadable($"{name} is not what its manifest states: the SHA-256 differs.");
    }

    /// <summary>The error for a file that is no incident.</summary>
    public KernelMagnifierException Unreadable(string cause, Exception? error = null) => Unreadable(_path, cause, error);

    /// <inheritdoc/>
    public void Dispose()
    {
        _archive.Dispose();
        _file.Dispose();
    }

    /// <summary>Refuses a directory that takes much memory before it is read.</summary>
    private void CheckDirectory()
    {
        if (_file.Length > IncidentParts.LargestFile) throw Unreadable("it is larger than 2 GiB, more than any incident file.");
        var tail = new byte[Math.Min(_file.Length, EndRecord + LongestComment)];
        _file.Position = _file.Length - tail.Length;
        _file.ReadExactly(tail);
        _file.Position = 0;
        var end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || tail.Length - end < EndRecord) throw Unreadable("it is not a zip file, or it is cut.");
        var record = tail.AsSpan(end);
        var start = BitConverter.ToUInt32(record[16..20]);
        if (BitConverter.ToUInt16(record[10..12]) > MostEntries || start > _file.Length
            || _file.Length - start > LongestDirectory)
            throw Unreadable("it has more files than an incident file.");
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            if (System.IO.Directory.Exists(path)) throw Unreadable(path, "this is a directory.");
            return new FileStream(InputHandle.OpenRegular(path), FileAccess.Read);
        }
        catch (Exception error) when (Translate(path, error) is { } other)
        {
            throw other;
        }
    }

    private static KernelMagnifierException? Translate(string path, Exception error) => error switch
    {
        NotRegularException => Unreadable(path, "this is not a regular file."),
        FileNotFoundException or DirectoryNotFoundException => new KernelMagnifierException(
            ErrorCode.IncidentNotFound, path, "there is no such incident file.", "Name an existing incident file.", error),
        UnauthorizedAccessException => Unreadable(path, "its permissions do not allow it to be read.", error),
        InvalidDataException => Unreadable(path, "it is not a zip file, or it is damaged.", error),
        EndOfStreamException => Unreadable(path, "it is cut.", error),
        IOException => Unreadable(path, $"{OutputFile.Cause(error)}.", error),
        _ => null,
    };

    private static KernelMagnifierException Unreadable(string path, string cause, Exception? error = null)
        => new(ErrorCode.IncidentUnreadable, path, cause, Expected, error);

    private static string Shown(string name) => TerminalText.Escape(DisplayText.Shorten(name, 80));
}
