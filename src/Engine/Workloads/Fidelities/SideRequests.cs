using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>The block requests of a group of one kind, in one recording.</summary>
internal sealed class SideRequests
{
    /// <summary>Their number.</summary>
    public long Count { get; private set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>How often the tasks began to issue such requests.</summary>
    public long Bursts { get; private set; }

    /// <summary>Adds those of a task.</summary>
    public void Add(TaskRequests requests)
    {
        Count += requests.Count;
        Bytes += requests.Bytes;
        Bursts += requests.Bursts;
    }
}
