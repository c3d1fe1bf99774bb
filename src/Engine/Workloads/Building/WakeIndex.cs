using System.Runtime.InteropServices;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>Whom each activation of the selected tasks woke.</summary>
internal sealed class WakeIndex
{
    // A task that wakes thousands in one activation, such as by a broadcast.
    private const int MostOfActivation = 64;

    private readonly Dictionary<(int ProcessId, int Activation), List<(TaskProfile Wakee, long After)>> _wakes = [];
    private readonly Dictionary<(int Waker, int Wakee), long> _counts = [];

    /// <summary>Indexes the wake-ups of tasks.</summary>
    public WakeIndex(IReadOnlyList<TaskProfile> profiles)
    {
        foreach (var profile in profiles)
        {
            var history = profile.History;
            foreach (ref readonly var one in CollectionsMarshal.AsSpan(history.Activations))
            {
                if (one.WakerId <= 0 || one.Trigger != ActivationTrigger.Task) continue;
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, (one.WakerId, history.ProcessId), out _)++;
                if (one.WakerActivation < 0 || one.IsUncertain) continue;
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_wakes, (one.WakerId, one.WakerActivation), out _);
                if ((list ??= []).Count < MostOfActivation) list.Add((profile, one.WakerRun));
            }
        }
    }

    /// <summary>Whom an activation woke, and after how much of its run.</summary>
    public IReadOnlyList<(TaskProfile Wakee, long After)> Of(int processId, int activation)
        => _wakes.TryGetValue((processId, activation), out var list) ? list : [];

    /// <summary>Whether one of two tasks wakes the other in more than a tenth of its wake-ups.</summary>
    public bool IsPartner(TaskProfile a, TaskProfile b)
        => Count(a, b) * 10 > b.Certain.Count || Count(b, a) * 10 > a.Certain.Count;

    private long Count(TaskProfile waker, TaskProfile wakee)
        => _counts.GetValueOrDefault((waker.History.ProcessId, wakee.History.ProcessId));
}
