using System.Globalization;

namespace KernelMagnifier.Workloads.Engines;

/// <summary>What rt-app does otherwise than the recording.</summary>
internal sealed class RtAppNotes
{
    private readonly List<string> _notes = [];

    /// <summary>The notes.</summary>
    public IReadOnlyList<string> All => _notes;

    /// <summary>rt-app cannot create tasks.</summary>
    public void Forks(WorkloadTask task) => Add(string.Create(CultureInfo.InvariantCulture,
        $"rt-app cannot create tasks while it runs: {task.Name} is {task.Instances} threads that run as often and "
        + $"as long as the {task.ProcessIds.Count} tasks did."));

    /// <summary>The block requests of a group are not made.</summary>
    public void Io(WorkloadTask task)
        => Add($"rt-app makes no block requests: {task.Name} sleeps instead. Export to .fio as well.");

    /// <summary>A group was kept on CPUs that the run does not have.</summary>
    public void Cpus(WorkloadTask task) => Add($"{task.Name} was kept on CPUs that the machine of the run does not have.");

    /// <summary>There are too many threads, or too many steps of them.</summary>
    public void TooMany(int written)
        => Add(string.Create(CultureInfo.InvariantCulture, $"Only the first {written} tasks are written."));

    private void Add(string note)
    {
        if (!_notes.Contains(note)) _notes.Add(note);
    }
}
