using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>What the parts of an <see cref="IntervalBuilder"/> share: CPUs, tasks, accounts, names and the sink.</summary>
internal sealed class IntervalOutput(IntervalSink sink)
{
    // NR_CPUS is at most 8,192.
    private const int MostCpus = 8192;

    // A recorder that switches events on one after the other takes milliseconds.
    private const int MostHeld = 1 << 16;

    private static readonly int Kinds = Enum.GetValues<IntervalKind>().Length;

    private readonly IntervalAccount[] _accounts = [.. Enumerable.Range(0, Kinds).Select(_ => new IntervalAccount())];
    private readonly List<IntervalRecord> _held = [];
    private CpuState?[] _cpus = new CpuState?[16];
    private bool _isHolding;

    /// <summary>The names of the recording.</summary>
    public LatencyNames Names { get; } = new();

    /// <summary>The states of tasks.</summary>
    public TaskTable Tasks { get; } = new();

    /// <summary>The names that <see cref="EventRecord.Task"/> refers to.</summary>
    public TraceContext? Context { get; set; }

    /// <summary>The number of losses on all CPUs.</summary>
    public int Losses { get; set; }

    /// <summary>Whether an interval was left out because too many were open.</summary>
    public bool IsFull { get; set; }

    /// <summary>The account of the events <c>sys_enter_NAME</c> and <c>sys_exit_NAME</c>.</summary>
    public IntervalAccount Named { get; } = new();

    /// <summary>Whether <see cref="Named"/> are the system calls of the recording. Null as long as that is not known.</summary>
    public bool? UsesNamed { get; private set; }

    /// <summary>The account of a kind.</summary>
    public IntervalAccount Account(IntervalKind kind) => _accounts[(int)kind];

    /// <summary>The state of a CPU; null for a number that no kernel has.</summary>
    public CpuState? Cpu(int cpu)
        => (uint)cpu < (uint)_cpus.Length && _cpus[cpu] is { } state ? state : AddCpu(cpu);

    /// <summary>Sets the name of the task that recorded an event, unless an event's body has named it.</summary>
    public void Name(in EventRecord record)
    {
        if (record.ProcessId <= 0 || Context is null) return;
        var index = Tasks[record.ProcessId];
        ref var task = ref Tasks.States[index];
        if (index == 0 || task.IsNamed) return;
        if (Context.Names.Tasks[record.Task].Comm is not { Length: > 0 } comm || comm == "<...>") return;
        task.IsNamed = true;
        Names.NameIfUnknown(record.ProcessId, Text.NameText.Encode(comm));
    }

    /// <summary>Delivers an interval.</summary>
    public void Emit(in IntervalRecord interval)
    {
        if (_isHolding) Hold(interval);
        else sink.Accept(interval);
    }

    /// <summary>Delivers a system call of an event with a name.</summary>
    public void EmitNamed(in IntervalRecord interval)
    {
        if (UsesNamed == false) return;
        // If the recording has raw_syscalls too, which may come later, those count.
        _isHolding = UsesNamed is null;
        Emit(interval);
    }

    /// <summary>Whether raw_syscalls came too late to replace the events with names.</summary>
    public bool IsRawLate { get; private set; }

    /// <summary>The recording has raw_syscalls.</summary>
    public void UseRaw()
    {
        if (UsesNamed is null) Decide(false);
        else if (UsesNamed == true) IsRawLate = true;
    }

    /// <summary>
    /// Delivers what is held in a reading that cannot wait for its end: if there are events with names, those count.
    /// </summary>
    public void Settle()
    {
        if (UsesNamed is null && Named.Starts + Named.Ends > 0) Decide(true);
    }

    /// <summary>Delivers what is held.</summary>
    public void Finish()
    {
        if (UsesNamed is null) Decide(Named.Starts + Named.Ends > 0);
    }

    /// <summary>The accounts of the kinds that have a start or an end.</summary>
    public Dictionary<IntervalKind, IntervalAccount> Accounts()
    {
        var accounts = new Dictionary<IntervalKind, IntervalAccount>();
        for (var kind = 0; kind < Kinds; kind++)
        {
            var account = kind == (int)IntervalKind.Syscall && UsesNamed == true ? Named : _accounts[kind];
            if (account.Starts + account.Ends > 0) accounts.Add((IntervalKind)kind, account);
        }
        return accounts;
    }

    private CpuState? AddCpu(int cpu)
    {
        if ((uint)cpu >= MostCpus) return null;
        if (cpu >= _cpus.Length) Array.Resize(ref _cpus, Math.Max(cpu + 1, _cpus.Length * 2));
        return _cpus[cpu] ??= new CpuState();
    }

    private void Hold(in IntervalRecord interval)
    {
        _held.Add(interval);
        if (_held.Count >= MostHeld) Decide(true);
    }

    private void Decide(bool usesNamed)
    {
        (UsesNamed, _isHolding) = (usesNamed, false);
        foreach (var interval in _held)
            if (usesNamed || interval.Kind != IntervalKind.Syscall)
                sink.Accept(interval);
        _held.Clear();
        _held.TrimExcess();
    }

    /// <summary>All CPUs that had an event.</summary>
    public IEnumerable<(int Number, CpuState State)> Cpus()
    {
        for (var cpu = 0; cpu < _cpus.Length; cpu++)
            if (_cpus[cpu] is { } state)
                yield return (cpu, state);
    }
}
