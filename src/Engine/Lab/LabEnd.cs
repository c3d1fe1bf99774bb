namespace KernelMagnifier.Lab;

/// <summary>How a guest ended, as it was seen from outside.</summary>
internal sealed record LabEnd
{
    /// <summary>Why this process ended it; <see cref="LabStop.None"/> if it ended by itself.</summary>
    public LabStop Stop { get; init; }

    /// <summary>The exit status of the script that boots it; null if it was ended.</summary>
    public int? ScriptStatus { get; init; }

    /// <summary>The release of its kernel; null if its first program did not run. Untrusted text.</summary>
    public string? Release { get; init; }

    /// <summary>From its start to the first command of the load; null if it did not come so far.</summary>
    public TimeSpan? BootDuration { get; init; }

    /// <summary>The status of the load; null if it did not end.</summary>
    public int? Status { get; init; }

    /// <summary>The file system that was full at the end of the load; null if none was. Untrusted text.</summary>
    public string? FullPlace { get; init; }

    /// <summary>Whether the guest could not write to the shared directory any more.</summary>
    public bool IsShareLost { get; init; }

    /// <summary>The line of its console with a panic; null if there was none. Untrusted text.</summary>
    public string? Panic { get; init; }

    /// <summary>The last lines of its console. Untrusted text.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartTime { get; init; }

    /// <summary>From then to its end.</summary>
    public TimeSpan Duration { get; init; }
}
