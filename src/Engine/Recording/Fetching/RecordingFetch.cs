using System.Diagnostics;
using System.Security.Cryptography;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording.Fetching;

/// <summary>
/// Copies recordings of other hosts: DESTINATION/HOST/NAME, where the copy appears when it is complete and has the hash of the original.
/// What an ended copy has is kept in a hidden file beside it, <c>.NAME.part</c>, and continued if the original still begins with it.
/// </summary>
/// <param name="destination">The folder of all hosts.</param>
/// <param name="replace">Whether other files of the same name are replaced.</param>
internal sealed class RecordingFetch(string destination, bool replace)
{
    private const int BufferSize = 256 * 1024;

    /// <summary>The path of a copy.</summary>
    /// <exception cref="KernelMagnifierException">The path on the host has no name.</exception>
    public string PathOf(string host, string path) => Path.Combine(
        destination, LocalName.OfHost(host), LocalName.OfFile(path) ?? throw FetchErrors.OfPath(host, path, "O"));

    /// <summary>Copies a recording.</summary>
    /// <param name="host">The host.</param>
    /// <param name="original">The recording.</param>
    /// <param name="progress">Takes the length of the copy.</param>
    /// <param name="cancel">Ends the copy early. It can be continued.</param>
    /// <exception cref="KernelMagnifierException">It cannot be copied.</exception>
    public RecordingCopy Copy(IRecordingHost host, RemoteRecording original, Action<long> progress, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var path = PathOf(host.Name, original.Path);
        var copy = new RecordingCopy
        {
            HostName = host.Name, RemotePath = original.Path, FullName = path, Bytes = original.Length, Sha256 = original.Sha256,
            Status = "Unchanged", Duration = TimeSpan.Zero,
        };
        try
        {
            CreateFolder(path);
            using var place = OutputPlace.Open(path);
            if (!IsThere(path, original, cancel))
            {
                if (!replace && File.Exists(path)) throw Exists(path);
                var resumedAt = Fetch(host, original, place, progress, cancel);
                copy = copy with { Status = resumedAt is null ? "Copied" : "Resumed", ResumedAt = resumedAt };
            }
            return copy with { Duration = Stopwatch.GetElapsedTime(started) };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errno.IsDiskFull(error.HResult & 0xFFFF)
                ? new KernelMagnifierException(ErrorCode.DiskFull, path, $"{error.Message}",
                    "Free disk space, and copy again: the copy continues.", error)
                : new KernelMagnifierException(ErrorCode.OutputNotWritable, path, $"{error.Message}", "Choose another folder.", error);
        }
    }

    /// <summary>The folder of a host, which only this user can enter, as recordings can only be read by their owner.</summary>
    private static void CreateFolder(string path) => PrivateDirectory.Create(Path.GetDirectoryName(path)!);

    private static bool IsThere(string path, RemoteRecording original, CancellationToken cancel)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.LinkTarget is not null || file.Length != original.Length) return false;
        using var stream = file.OpenRead();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, stream, cancel);
        return Convert.ToHexStringLower(hash.GetCurrentHash()) == original.Sha256;
    }

    /// <summary>Fetches what is missing, and publishes the copy. Returns the offset that it began at; null for the start.</summary>
    private static long? Fetch(
        IRecordingHost host, RemoteRecording original, OutputPlace place, Action<long> progress, CancellationToken cancel)
    {
        var part = $".{Path.GetFileName(place.Path)}.part";
        using var file = OpenPart(place, part);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var at = file.Length == 0 ? 0 : Continue(host, original, file, hash, cancel);
        if (place.FreeSpace < original.Length - at)
            throw new KernelMagnifierException(ErrorCode.DiskFull, place.Path, "the disk has too little space for the recording.",
                "Free disk space, or choose another folder.");
        var sink = new CopySink(file, hash, original.Length, progress);
        try
        {
            if (at < original.Length) host.Read(original.Path, at, sink, cancel);
            file.Flush(flushToDisk: true);
            if (sink.Length == original.Length && Convert.ToHexStringLower(hash.GetCurrentHash()) == original.Sha256)
            {
                place.Publish(part);
                return at == 0 ? null : at;
            }
        }
        catch (FileGrewException)
        {
            // The same as another content.
        }
        place.Delete(part);
        throw new KernelMagnifierException(ErrorCode.CopyFailed, $"{host.Name}:{original.Path}",
            "the file changed while it was copied, or the connection changed bytes of it.",
            "Wait until the recording has ended, and copy it again.");
    }

    private static FileStream OpenPart(OutputPlace place, string part)
    {
        var path = Path.Combine(place.Directory, part);
        var file = place.Reopen(part);
        if (file == -Errno.NoEntry) file = place.Create(part);
        if (file < 0)
            throw new KernelMagnifierException(ErrorCode.OutputNotSafe, path, "an incomplete copy of that name is not a file of this user.",
                "Delete it, or choose another folder.");
        if (FileCalls.TryLock(file)) return OutputDirectory.ToStream(file);
        _ = FileCalls.Close(file);
        throw new KernelMagnifierException(ErrorCode.OutputNotWritable, path, "another copy of this recording is under way.",
            "Wait until it has ended.");
    }

    /// <summary>Hashes an incomplete copy. Returns its length if the original begins with it; otherwise, empties it.</summary>
    private static long Continue(
        IRecordingHost host, RemoteRecording original, FileStream file, IncrementalHash hash, CancellationToken cancel)
    {
        var length = file.Length;
        if (length <= original.Length)
        {
            Append(hash, file, cancel);
            if (Convert.ToHexStringLower(hash.GetCurrentHash()) == host.Hash(original.Path, length, cancel)) return length;
        }
        _ = hash.GetHashAndReset();
        file.SetLength(0);
        file.Position = 0;
        return 0;
    }

    private static void Append(IncrementalHash hash, Stream from, CancellationToken cancel)
    {
        var buffer = new byte[BufferSize];
        for (int n; (n = from.Read(buffer)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, n);
        }
    }

    private static KernelMagnifierException Exists(string path)
        => new(ErrorCode.OutputExists, path, "another file of that name exists.", "Choose another folder.");
}
