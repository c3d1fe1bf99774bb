using System.Globalization;
using System.Text;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>
/// Makes up a recording of kernel events, as text of trace-cmd report with nanoseconds: what every CPU does at every time is what
/// a test says.
/// </summary>
internal sealed class MadeUpRecording
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<int, (string Comm, int Priority)> _tasks = [];
    private readonly int[] _current;
    private readonly List<char>[] _handlers;
    private long _time = 1_000_000_000;

    public MadeUpRecording(int cpus)
    {
        _current = new int[cpus];
        _handlers = [.. Enumerable.Range(0, cpus).Select(_ => new List<char>())];
        _text.Append(CultureInfo.InvariantCulture, $"cpus={cpus}\n");
        // Every CPU shows that it idles, so that what it does is known from the start.
        for (var cpu = 0; cpu < cpus; cpu++) Switch(cpu, "R", 0);
    }

    /// <summary>Adds a task.</summary>
    public MadeUpRecording Task(int processId, string comm, int priority = 120)
    {
        _tasks[processId] = (comm, priority);
        return this;
    }

    /// <summary>Sets the time of the next events, in nanoseconds after the start.</summary>
    public MadeUpRecording At(long time)
    {
        _time = 1_000_000_000 + time;
        return this;
    }

    /// <summary>A CPU switches from what runs on it to another task; 0 is the idle task.</summary>
    public MadeUpRecording Switch(int cpu, string state, int next)
    {
        var prev = _current[cpu];
        Event(cpu, "sched_switch", $"prev_comm={Comm(prev, cpu)} prev_pid={prev} prev_prio={Priority(prev)} prev_state={state} ==> "
            + $"next_comm={Comm(next, cpu)} next_pid={next} next_prio={Priority(next)}");
        _current[cpu] = next;
        return this;
    }

    /// <summary>What runs on a CPU wakes a task, and puts it in the queue of a CPU at once.</summary>
    public MadeUpRecording Wake(int cpu, int processId, int target) => Waking(cpu, processId).Wakeup(cpu, processId, target);

    public MadeUpRecording Waking(int cpu, int processId)
        => Event(cpu, "sched_waking", $"comm={Comm(processId, 0)} pid={processId} prio={Priority(processId)} target_cpu=000");

    public MadeUpRecording Wakeup(int cpu, int processId, int target)
        => Event(cpu, "sched_wakeup", $"comm={Comm(processId, 0)} pid={processId} prio={Priority(processId)} target_cpu={target:000}");

    public MadeUpRecording Migrate(int cpu, int processId, int from, int to)
        => Event(cpu, "sched_migrate_task", $"comm={Comm(processId, 0)} pid={processId} prio={Priority(processId)} orig_cpu={from} dest_cpu={to}");

    public MadeUpRecording SoftIrq(int cpu, int vector, string name, bool isEntry)
        => Handler(cpu, 's', isEntry, isEntry ? "softirq_entry" : "softirq_exit", $"vec={vector} [action={name}]");

    public MadeUpRecording Irq(int cpu, int number, string name, bool isEntry)
        => Handler(cpu, 'h', isEntry, isEntry ? "irq_handler_entry" : "irq_handler_exit",
            isEntry ? $"irq={number} name={name}" : $"irq={number} ret=handled");

    public MadeUpRecording HrTimer(int cpu, string function, bool isEntry)
        => Event(cpu, isEntry ? "hrtimer_expire_entry" : "hrtimer_expire_exit", isEntry ? $"hrtimer=0xff10 function={function} now=1" : "hrtimer=0xff10");

    public MadeUpRecording Syscall(int cpu, int number, bool isEntry)
        => Event(cpu, isEntry ? "sys_enter" : "sys_exit", isEntry ? $"NR {number} (0, 0, 0, 0, 0, 0)" : $"NR {number} = 0");

    public MadeUpRecording Lock(int cpu, string flags, bool isBegin)
        => Event(cpu, isBegin ? "contention_begin" : "contention_end", isBegin ? $"0xffff8881 (flags={flags})" : "0xffff8881 (ret=0)");

    public MadeUpRecording Call(int cpu, string function, string caller) => Line(cpu, $"{function} <-{caller}");

    public MadeUpRecording Issue(int cpu, int sector)
        => Event(cpu, "block_rq_issue", $"254,0 WS 4096 () {sector} + 8 [{Comm(_current[cpu], cpu)}]");

    public MadeUpRecording Complete(int cpu, int sector) => Event(cpu, "block_rq_complete", $"254,0 WS () {sector} + 8 [0]");

    public MadeUpRecording Lost(int cpu, int events)
    {
        _text.Append(CultureInfo.InvariantCulture, $"CPU:{cpu} [{events} EVENTS DROPPED]\n");
        return this;
    }

    /// <summary>Any event of what runs on a CPU.</summary>
    public MadeUpRecording Event(int cpu, string name, string message) => Line(cpu, $"{name}: {message}");

    public override string ToString() => _text.ToString();

    /// <summary>Writes the recording to a temporary file.</summary>
    public string Save()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-made-up-").FullName, "made-up.txt");
        File.WriteAllText(path, ToString());
        return path;
    }

    private MadeUpRecording Line(int cpu, string message)
    {
        var (current, handlers) = (_current[cpu], _handlers[cpu]);
        var context = handlers.Count == 0 ? '.' : handlers[^1];
        _text.Append(CultureInfo.InvariantCulture,
            $"{(current == 0 ? "<idle>" : Comm(current, cpu)),16}-{current,-5} [{cpu:000}] d.{context}.. {_time / 1_000_000_000,5}.{_time % 1_000_000_000:000000000}: {message}\n");
        return this;
    }

    private MadeUpRecording Handler(int cpu, char kind, bool isEntry, string name, string message)
    {
        var handlers = _handlers[cpu];
        if (isEntry) handlers.Add(kind);
        Event(cpu, name, message);
        if (!isEntry && handlers.Count > 0) handlers.RemoveAt(handlers.Count - 1);
        return this;
    }

    private string Comm(int processId, int cpu)
        => processId == 0 ? $"swapper/{cpu}" : _tasks.TryGetValue(processId, out var task) ? task.Comm : $"task{processId}";

    private int Priority(int processId) => _tasks.TryGetValue(processId, out var task) ? task.Priority : 120;
}
