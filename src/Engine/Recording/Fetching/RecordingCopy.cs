namespace KernelMagnifier.Recording.Fetching;

/// <summary>A recording that was fetched from another host, whose content was compared with that of the original.</summary>
public sealed record RecordingCopy
{
    /// <summary>The host. Untrusted text where a file of hosts named it.</summary>
    public required string HostName { get; init; }

    /// <summary>The path on the host. Untrusted text.</summary>
    public required string RemotePath { get; init; }

    /// <summary>The path of the copy.</summary>
    public required string FullName { get; init; }

    /// <summary>The length of the recording, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Copied; Resumed, if an earlier copy had begun; Unchanged, if the copy was there already.</summary>
    public required string Status { get; init; }

    /// <summary>The offset at which an earlier copy was continued, in bytes; null if none was.</summary>
    public long? ResumedAt { get; init; }

    /// <summary>The SHA-256 of original and copy, in lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FullName;
}
