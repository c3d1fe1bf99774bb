namespace KernelMagnifier.Model;

/// <summary>A task of a recording.</summary>
/// <param name="Id">The id of the task in its <see cref="CallNames"/>.</param>
/// <param name="ProcessId">The pid, which is the thread id of user space; -1 if not known.</param>
/// <param name="ThreadGroupId">The thread group id, which is the process id of user space; null if not known.</param>
/// <param name="Comm">The name of the task: up to 15 bytes that the task itself can set. Untrusted text.</param>
internal sealed record KernelTask(int Id, int ProcessId, int? ThreadGroupId, string Comm)
{
    /// <summary>
    /// The name of the task that stands for those beyond the <see cref="StateBudget"/>. No task of a recording gets it.
    /// </summary>
    public const string OthersName = "(other tasks)";

    /// <summary>A task that the recording does not name.</summary>
    public static readonly KernelTask Unknown = new(0, -1, null, "");

    /// <summary>Whether it stands for the tasks beyond the <see cref="StateBudget"/>.</summary>
    public bool IsOthers { get; init; }

    /// <summary>The pid; null if not known.</summary>
    public int? KnownProcessId => ProcessId < 0 ? null : ProcessId;

    /// <summary>The name; null if not known.</summary>
    public string? KnownComm => Comm.Length == 0 ? null : Comm;

    /// <summary>The id, which the recording does not choose. The default is a sum of all fields with public factors.</summary>
    public override int GetHashCode() => Id;

    /// <inheritdoc/>
    public override string ToString() => $"{Comm}-{ProcessId}";
}
