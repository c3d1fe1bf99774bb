namespace KernelMagnifier.Recording.Fetching;

/// <summary>A host whose files can be listed and read.</summary>
/// <remarks>
/// All methods throw a <see cref="KernelMagnifierException"/> with <see cref="ErrorCode.HostFailed"/> if the host cannot be reached, or
/// ends the connection.
/// </remarks>
internal interface IRecordingHost
{
    /// <summary>The name of the host.</summary>
    string Name { get; }

    /// <summary>Finds the regular files that paths name, with their hashes.</summary>
    /// <param name="paths">The paths.</param>
    /// <param name="failed">Takes the error of a path; the other paths are resolved nevertheless.</param>
    /// <param name="cancel">Ends the work early.</param>
    IReadOnlyList<RemoteRecording> Find(IReadOnlyList<RemotePath> paths, Action<KernelMagnifierException> failed, CancellationToken cancel);

    /// <summary>The SHA-256 of the first bytes of a file, in lower-case hexadecimal digits.</summary>
    string Hash(string path, long length, CancellationToken cancel);

    /// <summary>Reads a file from an offset to its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The offset.</param>
    /// <param name="into">Takes the bytes.</param>
    /// <param name="cancel">Ends the work early.</param>
    void Read(string path, long offset, Stream into, CancellationToken cancel);
}
