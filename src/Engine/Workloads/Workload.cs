using KernelMagnifier.Model;

namespace KernelMagnifier.Workloads;

/// <summary>
/// What the tasks of a recording did, so that it can be run again: when each was woken and by what, how long it ran, what it
/// waited for, and whom it woke. docs/formats/workload.md is its file.
/// </summary>
public sealed record Workload
{
    /// <summary>The recording that it comes from.</summary>
    public required WorkloadSource Source { get; init; }

    /// <summary>By what the run lengths were multiplied: 1 for those of the recording, 2 for a CPU half as fast.</summary>
    public double CpuScale { get; init; } = 1;

    /// <summary>The groups of tasks that do the same.</summary>
    public required IReadOnlyList<WorkloadTask> Tasks { get; init => field = Indexable.Of(value); }

    /// <summary>Who woke whom, between the groups.</summary>
    public required IReadOnlyList<WorkloadEdge> Edges { get; init => field = Indexable.Of(value); }

    /// <summary>Which share of the recording is modelled, and what is not.</summary>
    public required WorkloadCoverage Coverage { get; init; }

    /// <summary>The workload with another priority of a task: a fix to try, or another cause.</summary>
    /// <param name="task">The name of a group, or of its tasks.</param>
    /// <param name="priority">
    /// A real-time priority, <c>1</c> to <c>99</c> (the highest), or <c>nice:</c> and a nice value, <c>-20</c> to <c>19</c>.
    /// </param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.TaskNotFound"/>: it has no such task. <see cref="ErrorCode.BadRequest"/>: this is no priority.
    /// </exception>
    public Workload WithPriority(string task, string priority)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(priority);
        if (!Tasks.Any(one => one.Name == task || one.Comm == task))
            throw new KernelMagnifierException(ErrorCode.TaskNotFound, task, "the workload has no such task.",
                $"Name one of {string.Join(", ", Tasks.Take(20).Select(one => one.Name))}.");
        var changed = TaskPriority.Parse(priority);
        return this with { Tasks = [.. Tasks.Select(one => one.Name == task || one.Comm == task ? changed.Of(one) : one)] };
    }
}
