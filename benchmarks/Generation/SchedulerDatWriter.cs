using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Writes a trace.dat of scheduler events: a simulation of CPUs with run queues, whose tasks wake each other, sleep, yield and are
/// preempted. Every wake-up, switch and state is consistent, so that every interval has its start and its end.
/// </summary>
internal sealed class SchedulerDatWriter
{
    private const int Cpus = 4, Tasks = 300, FirstPid = 1000;
    private const int SwitchLength = 64, WakingLength = 36;

    // The bits of prev_state since Linux 4.14.
    private const long Running = 0, Sleeping = 1, Preempted = 0x100;

    private readonly DatTemplate _template;
    private readonly Dice _dice;
    private readonly int _switchId, _wakingId, _wakeupId;
    private readonly SchedulerPages[] _pages;
    private readonly Queue<int>[] _queues = [.. Enumerable.Range(0, Cpus).Select(_ => new Queue<int>())];
    private readonly ulong[] _times = new ulong[Cpus];
    private readonly int[] _current = new int[Cpus];
    private readonly List<int> _asleep = [.. Enumerable.Range(1, Tasks)];
    private readonly byte[][] _comms;
    private long _events;

    private SchedulerDatWriter(DatTemplate template, Dice dice)
    {
        (_template, _dice) = (template, dice);
        (_switchId, _wakingId, _wakeupId) = (Id("sched_switch"), Id("sched_waking"), Id("sched_wakeup"));
        _pages = [.. Enumerable.Range(0, Cpus).Select(_ => new SchedulerPages(template.PageSize))];
        _comms = [.. Enumerable.Range(0, Tasks + 1).Select(Comm)];
        Array.Fill(_times, 20_000_000_000UL);
    }

    /// <summary>Writes a recording of about <paramref name="size"/> bytes.</summary>
    /// <returns>The number of events.</returns>
    public static long Write(DatTemplate template, string path, long size, Dice dice)
        => new SchedulerDatWriter(template, dice).Write(path, size);

    private long Write(string path, long size)
    {
        for (long step = 0; (step & 1023) != 0 || _pages.Sum(p => p.Length) < size; step++) Step(Array.IndexOf(_times, _times.Min()));
        TraceDatWriter.WriteFile(_template, path, Enumerable.Range(1, Tasks).Select(t => (Name(t), Pid(t))), Cpus, compressed: false,
            (writer, cpu) => _pages[cpu].CopyTo(writer));
        foreach (var pages in _pages) pages.Dispose();
        return _events;
    }

    private void Step(int cpu)
    {
        _times[cpu] += 500UL + (ulong)_dice.Below(20_000);
        var current = _current[cpu];
        if (current == 0 && _queues[cpu].Count == 0)
        {
            Wake(cpu, cpu);
            return;
        }
        if (current != 0 && _dice.Below(5) < 3)
        {
            Wake(cpu, _dice.Below(10) < 7 ? cpu : _dice.Below(Cpus));
            return;
        }
        var state = _dice.Below(20) switch { 0 => Running, < 4 => Preempted, _ => Sleeping };
        if (current != 0 && state != Sleeping) _queues[cpu].Enqueue(current);
        else if (current != 0) _asleep.Add(current);
        Switch(cpu, current, current == 0 ? Running : state, _queues[cpu].TryDequeue(out var next) ? next : 0);
    }

    private void Wake(int cpu, int target)
    {
        if (_asleep.Count == 0) return;
        var at = _dice.Below(_asleep.Count);
        var task = _asleep[at];
        _asleep[at] = _asleep[^1];
        _asleep.RemoveAt(_asleep.Count - 1);
        Waking(cpu, _wakingId, task, target);
        _times[cpu] += 200UL + (ulong)_dice.Below(1500);
        Waking(cpu, _wakeupId, task, target);
        _queues[target].Enqueue(task);
        // The switch must not come before the wake-up, whose CPU can be ahead.
        _times[target] = Math.Max(_times[target], _times[cpu]);
    }

    private void Waking(int cpu, int id, int task, int target)
    {
        var body = Begin(cpu, id, WakingLength);
        _comms[task].CopyTo(body[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(body[24..], Pid(task));
        BinaryPrimitives.WriteInt32LittleEndian(body[28..], 120);
        BinaryPrimitives.WriteInt32LittleEndian(body[32..], target);
    }

    private void Switch(int cpu, int from, long state, int to)
    {
        var body = Begin(cpu, _switchId, SwitchLength);
        _comms[from].CopyTo(body[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(body[24..], Pid(from));
        BinaryPrimitives.WriteInt32LittleEndian(body[28..], 120);
        BinaryPrimitives.WriteInt64LittleEndian(body[32..], state);
        _comms[to].CopyTo(body[40..]);
        BinaryPrimitives.WriteInt32LittleEndian(body[56..], Pid(to));
        BinaryPrimitives.WriteInt32LittleEndian(body[60..], 120);
        _current[cpu] = to;
    }

    private Span<byte> Begin(int cpu, int id, int length)
    {
        _events++;
        var body = _pages[cpu].Add(_times[cpu], length);
        body.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)id);
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], Pid(_current[cpu]));
        return body;
    }

    private static int Pid(int task) => task == 0 ? 0 : FirstPid + task;

    private static string Name(int task) => string.Create(CultureInfo.InvariantCulture, $"worker-{task}");

    private static byte[] Comm(int task)
    {
        var comm = new byte[16];
        Encoding.ASCII.GetBytes(task == 0 ? "swapper/0" : Name(task), comm);
        return comm;
    }

    /// <summary>The id of an event in the template's formats.</summary>
    private int Id(string name)
    {
        foreach (var formats in _template.Sections.Values)
        {
            var text = Encoding.Latin1.GetString(formats);
            var key = $"name: {name}\nID: ";
            var at = text.IndexOf(key, StringComparison.Ordinal);
            if (at < 0) continue;
            at += key.Length;
            return int.Parse(text[at..text.IndexOf('\n', at)], CultureInfo.InvariantCulture);
        }
        throw new InvalidDataException($"The template has no format of {name}.");
    }
}
