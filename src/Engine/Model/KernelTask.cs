namespace KernelMagnifier.Model;

/// <summary>A task as a recording names it.</summary>
/// <param name="Id">Its id in the <see cref="CallNames"/> it came from.</param>
/// <param name="ProcessId">The kernel's pid, which user space calls the thread id; -1 when not known.</param>
/// <param name="ThreadGroupId">The thread group (user space's process id), when the recording has it.</param>
/// <param name="Comm">The task's name; up to 15 bytes that the task chose itself, so it may hold anything.</param>
public sealed record KernelTask(int Id, int ProcessId, int? ThreadGroupId, string Comm)
{
    /// <summary>What stands for a task the recording does not name.</summary>
    public static readonly KernelTask Unknown = new(0, -1, null, "");

    /// <inheritdoc/>
    public override string ToString() => $"{Comm}-{ProcessId}";
}
