using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Pairs the entries and exits of system calls, and splits their time where scheduler events exist.</summary>
internal sealed class SyscallPairs(IntervalOutput output)
{
    private const string EnterPrefix = "sys_enter_", ExitPrefix = "sys_exit_";

    // The numbers are those of x86-64.
    private static readonly HashSet<string> NoReturns = ["60", "231", "exit", "exit_group"];
    private static readonly HashSet<string> Forks = ["56", "57", "58", "435", "clone", "fork", "vfork", "clone3"];

    private readonly IntervalAccount _raw = output.Account(IntervalKind.Syscall), _named = output.Named;
    private readonly NumberTable<int> _keys = new();
    private readonly HashSet<int> _noReturns = [], _forks = [];
    private readonly int _minusOne = output.Names.Key("-1"u8), _sigReturn = output.Names.Key("15"u8);
    private SyscallState[] _states = new SyscallState[64];
    private long _rawForks, _namedForks;

    /// <summary>What the events of a schema do; null if they are no system calls.</summary>
    public EventAction? ActionOf(EventSchema schema)
    {
        if (schema.Name is "sys_enter" or "sys_exit")
        {
            var id = schema.Reader("id");
            return schema.Name == "sys_enter"
                ? (in EventRecord record) =>
                {
                    if (id.TryNumber(record.Body, out var number)) Enter(record, KeyOf(number), false);
                }
                : (in EventRecord record) =>
                {
                    if (id.TryNumber(record.Body, out var number)) Exit(record, KeyOf(number), false);
                };
        }
        var isEnter = schema.Name.StartsWith(EnterPrefix, StringComparison.Ordinal);
        if (!isEnter && !schema.Name.StartsWith(ExitPrefix, StringComparison.Ordinal)) return null;
        var key = KeyOf(schema.Name[(isEnter ? EnterPrefix : ExitPrefix).Length..]);
        return isEnter ? (in EventRecord record) => Enter(record, key, true) : (in EventRecord record) => Exit(record, key, true);
    }

    /// <summary>A task in a system call is switched out.</summary>
    public void Leave(int index, long time, bool isRunnable)
    {
        ref var state = ref _states[index];
        // Two switches of the same direction: one is missing, and with it the times.
        if (!state.IsOnCpu || time < state.Since) output.Tasks.States[index].IsInSyscall = false;
        state.OnCpu += time - state.Since;
        (state.Since, state.IsOnCpu, state.IsRunnable) = (time, false, isRunnable);
    }

    /// <summary>A task in a system call is switched in.</summary>
    /// <param name="index">The task.</param>
    /// <param name="time">The time.</param>
    /// <param name="woken">When it was woken; <see cref="long.MinValue"/> if not known.</param>
    public void Enter(int index, long time, long woken)
    {
        ref var state = ref _states[index];
        if (state.IsOnCpu || time < state.Since) output.Tasks.States[index].IsInSyscall = false;
        if (state.IsRunnable) woken = state.Since;
        if (woken < state.Since || woken > time)
        {
            (state.Runnable, state.Blocked) = (IntervalRecord.Unknown, IntervalRecord.Unknown);
        }
        else if (state.Runnable >= 0)
        {
            state.Blocked += woken - state.Since;
            state.Runnable += time - woken;
        }
        (state.Since, state.IsOnCpu) = (time, true);
    }

    /// <summary>A new task has the pid.</summary>
    public void Forget(ref TaskState task)
    {
        var index = output.Tasks[task.ProcessId];
        if (index == 0 || index >= _states.Length) return;
        ref var state = ref _states[index];
        Forget(_raw, ref state.Raw, state.RawKey);
        Forget(_named, ref state.Named, state.NamedKey);
        task.IsInSyscall = false;
    }

    /// <summary>The recording has ended.</summary>
    public void Close()
    {
        foreach (ref var state in _states.AsSpan())
        {
            NeverReturns(_raw, ref state.Raw, state.RawKey);
            NeverReturns(_named, ref state.Named, state.NamedKey);
            _raw.Close(ref state.Raw, output.Losses);
            _named.Close(ref state.Named, output.Losses);
        }
        _raw.AddPart("fork_returns", _rawForks);
        _named.AddPart("fork_returns", _namedForks);
    }

    private void Enter(in EventRecord record, int key, bool isNamed)
    {
        var account = isNamed ? _named : _raw;
        if (!isNamed) output.UseRaw();
        var index = output.Tasks[record.ProcessId];
        if (index == 0)
        {
            account.Ignore();
            return;
        }
        output.Name(record);
        ref var state = ref StateOf(index);
        if (!(isNamed ? state.Raw : state.Named).IsOpen) StartSplit(ref state, index, record);
        if (isNamed)
        {
            account.Start(ref state.Named, record.Time, record.Cpu, output.Losses);
            state.NamedKey = key;
            return;
        }
        NeverReturns(account, ref state.Raw, state.RawKey);
        account.Start(ref state.Raw, record.Time, record.Cpu, output.Losses);
        state.RawKey = key;
    }

    private void StartSplit(ref SyscallState state, int index, in EventRecord record)
    {
        // Only if the switch to the task was seen, it is known that the recording has scheduler events.
        ref var task = ref output.Tasks.States[index];
        task.IsInSyscall = output.Cpu(record.Cpu)?.Current == record.ProcessId;
        (state.Since, state.IsOnCpu) = (record.Time, true);
        (state.OnCpu, state.Runnable, state.Blocked) = (0, 0, 0);
    }

    private void Exit(in EventRecord record, int key, bool isNamed)
    {
        var account = isNamed ? _named : _raw;
        if (!isNamed) output.UseRaw();
        var index = output.Tasks[record.ProcessId];
        if (index == 0)
        {
            account.Ends++;
            account.UnmatchedEnds++;
            return;
        }
        ref var state = ref StateOf(index);
        ref var open = ref isNamed ? ref state.Named : ref state.Raw;
        var entered = isNamed ? state.NamedKey : state.RawKey;
        if (!open.IsOpen && _forks.Contains(key))
        {
            if (isNamed) _namedForks++;
            else _rawForks++;
        }
        if (open.IsOpen && entered != key && !(key == _minusOne && entered == _sigReturn))
        {
            account.Ends++;
            if (account.Drop(ref open, output.Losses)) account.Mismatched++;
            else account.UncertainEnds++;
        }
        else if (account.End(ref open, record.Time, output.Losses))
        {
            Emit(open, state, entered, index, record, isNamed);
        }
        if (!state.Raw.IsOpen && !state.Named.IsOpen) output.Tasks.States[index].IsInSyscall = false;
    }

    private void Emit(
        in OpenInterval open, in SyscallState state, int key, int index, in EventRecord record, bool isNamed)
    {
        var interval = IntervalRecord.Of(IntervalKind.Syscall, open, record.Time, record.Cpu);
        interval.ProcessId = record.ProcessId;
        interval.Key = key;
        if (output.Tasks.States[index].IsInSyscall && state.IsOnCpu && record.Time >= state.Since)
        {
            interval.OnCpu = state.OnCpu + (record.Time - state.Since);
            (interval.Runnable, interval.Blocked) = (state.Runnable, state.Blocked);
        }
        if (isNamed) output.EmitNamed(interval);
        else if (output.UsesNamed == false) output.Emit(interval);
    }

    private void Forget(IntervalAccount account, ref OpenInterval open, int key)
    {
        NeverReturns(account, ref open, key);
        if (account.Drop(ref open, output.Losses)) account.Superseded++;
    }

    private void NeverReturns(IntervalAccount account, ref OpenInterval open, int key)
    {
        if (open.IsOpen && _noReturns.Contains(key) && account.Drop(ref open, output.Losses)) account.NeverReturned++;
    }

    private ref SyscallState StateOf(int index)
    {
        if (index >= _states.Length) Array.Resize(ref _states, Math.Max(output.Tasks.States.Length, _states.Length * 2));
        return ref _states[index];
    }

    private int KeyOf(long number)
    {
        if (_keys.TryGetValue((ulong)number, out var key)) return key;
        key = KeyOf(number.ToString(CultureInfo.InvariantCulture));
        // The names have a limit, and so has this table: further numbers have the same key.
        if (_keys.Count <= output.Names.Count) _keys.Set((ulong)number, key);
        return key;
    }

    private int KeyOf(string name)
    {
        var key = output.Names.Key(Text.NameText.Encode(name));
        if (NoReturns.Contains(name)) _noReturns.Add(key);
        if (Forks.Contains(name)) _forks.Add(key);
        return key;
    }
}
