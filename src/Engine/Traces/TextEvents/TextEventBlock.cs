using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>The events of a block of lines. Their messages and stacks are parts of a copy of the block.</summary>
internal sealed class TextEventBlock
{
    /// <summary>Most lines of an event's message after its first.</summary>
    internal const int MostLines = 64;

    // Of a stack that belongs to the event before, whatever its CPU.
    private const int AnyCpu = -2;

    // Of a CPU without a line in the block, in _lastOfCpu.
    private const int Unseen = -2;

    // A stack follows its event, with at most a few events of other CPUs between them.
    private const int MostBetween = 64;

    // Most bytes between two lines of a message: blank lines, and lines that belong to nothing.
    private const int MostGap = 256;

    // The TargetEntry of the first of _early; the others follow downwards.
    private const int FirstEarly = -10;

    private byte[] _bytes = [];
    private TextEventEntry[] _entries = new TextEventEntry[1024];
    private int[] _lastOfCpu = [.. Enumerable.Repeat(Unseen, 9)];
    private int _used, _lines, _firstUntimed = -1;
    private int _lengthBefore;

    // The stacks of events in the block before, apart from HeadStack.
    private readonly List<(FieldSlice Lines, int Cpu, int ProcessId)> _early = [];
    private bool _hasStacks;

    // What is between the text of a message and the next block: the end of its last line, and blank lines.
    private byte[] _between = [];

    // The lines of Head, as many as a message can have and one more.
    private readonly List<FieldSlice> _headLines = [];

    /// <summary>The lines.</summary>
    public ReadOnlySpan<byte> Text => _bytes.AsSpan(0, _used);

    /// <summary>The events and losses in order.</summary>
    public Span<TextEventEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>The number of events and losses.</summary>
    public int Count { get; private set; }

    /// <summary>The calls between the events.</summary>
    public CallBuffer Calls { get; } = new();

    /// <summary>What the next line belongs to if it starts no event.</summary>
    public TextEventTarget Target { get; private set; }

    /// <summary>The index of the event that <see cref="Target"/> is part of.</summary>
    public int TargetEntry { get; private set; }

    /// <summary>The lines at the start that start no event.</summary>
    public FieldSlice Head { get; private set; }

    /// <summary>The lines of a stack behind <see cref="Head"/>, and the CPU and the pid of the stack.</summary>
    public (FieldSlice Lines, int Cpu, int ProcessId) HeadStack { get; private set; }

    /// <summary>The time of the first event or call; null if there is none.</summary>
    public long? FirstTime { get; private set; }

    /// <summary>Whether the time of the next line is asked for.</summary>
    public bool NeedsTime => FirstTime is null || _firstUntimed >= 0;

    /// <summary>Whether there are losses without a time.</summary>
    public bool HasUntimed => _firstUntimed >= 0;

    /// <summary>The first entry that the next block can still change; <see cref="Count"/> if there is none.</summary>
    public int FirstOpen
    {
        get
        {
            var open = Target is TextEventTarget.Message or TextEventTarget.Stack && TargetEntry >= 0 ? TargetEntry : Count;
            if (_hasStacks)
                foreach (var last in _lastOfCpu)
                    if (last >= Count - MostBetween && last >= 0)
                        open = Math.Min(open, last);
            return _firstUntimed >= 0 ? Math.Min(open, _firstUntimed) : open;
        }
    }

    /// <summary>Starts a block of lines, which are copied.</summary>
    public void Load(ReadOnlySpan<byte> lines)
    {
        Clear();
        Reserve(lines.Length);
        lines.CopyTo(_bytes);
        _used = lines.Length;
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        (_used, Count, _lines, _firstUntimed, TargetEntry, _lengthBefore) = (0, 0, 0, -1, -1, 0);
        Target = TextEventTarget.Before;
        (Head, HeadStack, FirstTime) = (FieldSlice.None, (FieldSlice.None, -1, -1), null);
        Calls.Clear();
        _early.Clear();
        _headLines.Clear();
        _hasStacks = false;
        Array.Fill(_lastOfCpu, Unseen);
    }

    /// <summary>Adds an event. The caller sets all fields except those of the stack.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="time">The time.</param>
    /// <param name="message">The message: a part of <see cref="Text"/>.</param>
    public ref TextEventEntry Add(int cpu, long time, ReadOnlySpan<byte> message)
    {
        NoteTime(time);
        ref var entry = ref Next();
        (entry.Cpu, entry.Time, entry.Lost) = (cpu, time, 0);
        (entry.BodyStart, entry.BodyLength) = (PositionOf(message), message.Length);
        (Target, TargetEntry, _lines, _lengthBefore) = (TextEventTarget.Message, Count - 1, 0, message.Length);
        Last(cpu) = TargetEntry;
        return ref entry;
    }

    /// <summary>Takes note of a call, or of an event that the sink does not want.</summary>
    public void Skip(int cpu, long time)
    {
        if (NeedsTime) NoteTime(time);
        Target = TextEventTarget.Nothing;
        Last(cpu) = -1;
    }

    /// <summary>Takes note of a line that ends the event before it, such as a comment.</summary>
    public void EndEvent() => Target = TextEventTarget.Nothing;

    /// <summary>Adds a loss of events; the number is null if it is not known.</summary>
    public void AddLoss(int cpu, long? events)
    {
        ref var entry = ref Next();
        (entry.Schema, entry.Cpu, entry.Time) = (TextEventEntry.Loss, cpu, CallRecord.NoTime);
        entry.Lost = events ?? TextEventEntry.NotCounted;
        if (_firstUntimed < 0) _firstUntimed = Count - 1;
        Target = TextEventTarget.Nothing;
        Last(cpu) = -1;
    }

    /// <summary>Starts the stack of the last event of a CPU. The lines of the stack follow.</summary>
    public void StartStack(int cpu, int processId)
    {
        var last = Last(cpu);
        _hasStacks = true;
        if (Target == TextEventTarget.Before)
        {
            HeadStack = (FieldSlice.None, cpu, processId);
            (Target, TargetEntry) = (TextEventTarget.Stack, -1);
        }
        else if (last >= 0 && _entries[last].ProcessId == processId && _entries[last].StackLength == 0)
        {
            (Target, TargetEntry) = (TextEventTarget.Stack, last);
        }
        else if (last == Unseen)
        {
            (Target, TargetEntry) = (TextEventTarget.Stack, FirstEarly - _early.Count);
            _early.Add((FieldSlice.None, cpu, processId));
        }
        else
        {
            Target = TextEventTarget.Nothing;
        }
        Last(cpu) = -1;
    }

    /// <summary>Starts the stack of the event before, unless it has started. The next line is a line of it.</summary>
    public void StartStack()
    {
        if (Target == TextEventTarget.Before) (HeadStack, TargetEntry) = ((FieldSlice.None, AnyCpu, -1), -1);
        if (Target is TextEventTarget.Before or TextEventTarget.Message) Target = TextEventTarget.Stack;
    }

    /// <summary>Adds a line that starts no event. It is a part of <see cref="Text"/>.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isFrame">Whether it can be the line of a stack.</param>
    public void AddLine(ReadOnlySpan<byte> line, bool isFrame)
    {
        if (Target == TextEventTarget.Nothing || line.IsEmpty) return;
        var end = PositionOf(line) + line.Length;
        if (Target == TextEventTarget.Before)
        {
            _lengthBefore = Head.Length;
            Head = new FieldSlice(0, end);
            if (_headLines.Count <= MostLines) _headLines.Add(new FieldSlice(end - line.Length, line.Length));
            return;
        }
        if (Target == TextEventTarget.Stack)
        {
            if (isFrame) AddFrame(end - line.Length, end);
            else Target = TextEventTarget.Nothing;
            return;
        }
        ref var entry = ref _entries[TargetEntry];
        _lengthBefore = entry.BodyLength;
        if (IsBehind(end - line.Length - entry.BodyStart - entry.BodyLength)) entry.BodyLength = end - entry.BodyStart;
        else Target = TextEventTarget.Nothing;
    }

    /// <summary>Removes the line that was just added to a message.</summary>
    public void RemoveLine()
    {
        if (Target == TextEventTarget.Before)
        {
            Head = _lengthBefore > 0 ? new FieldSlice(0, _lengthBefore) : FieldSlice.None;
            if (_headLines.Count > 0) _headLines.RemoveAt(_headLines.Count - 1);
        }
        else if (Target == TextEventTarget.Message)
        {
            _entries[TargetEntry].BodyLength = _lengthBefore;
        }
    }

    /// <summary>Sets the times of losses that have none.</summary>
    public void NoteTime(long time)
    {
        FirstTime ??= time;
        if (_firstUntimed < 0) return;
        for (var i = _firstUntimed; i < Count; i++)
            if (_entries[i].Schema == TextEventEntry.Loss)
                _entries[i].Time = time;
        _firstUntimed = -1;
    }

    /// <summary>Appends the entries of another block that <see cref="FirstOpen"/> leaves open, with their calls.</summary>
    public void HoldFrom(TextEventBlock block)
    {
        var from = block.FirstOpen;
        if (from == block.Count) return;
        var calls = block._entries[from].CallsBefore;
        var first = Count;
        for (var i = from; i < block.Count; i++)
        {
            ref var entry = ref Next();
            entry = block._entries[i];
            entry.CallsBefore += Calls.Count - calls;
            entry.BodyStart = Append(block.Text.Slice(entry.BodyStart, entry.BodyLength));
            entry.StackStart = Append(block.Text.Slice(entry.StackStart, entry.StackLength));
        }
        Calls.Add(block.Calls.Calls[calls..]);
        if (block.Target == TextEventTarget.Message && block.TargetEntry >= 0)
        {
            var rest = block.Text[(block._entries[block.TargetEntry].BodyStart + block._entries[block.TargetEntry].BodyLength)..];
            _between = Gap([], rest is [.., (byte)'\n'] ? rest : [.. rest, (byte)'\n']);
        }
        (Target, TargetEntry, _lines) = (block.Target, block.TargetEntry - from + first, block._lines);
        for (var cpu = -1; cpu < block._lastOfCpu.Length - 1; cpu++)
            if (block._lastOfCpu[cpu + 1] >= from)
                Last(cpu) = block._lastOfCpu[cpu + 1] - from + first;
        if (block._firstUntimed >= 0 && _firstUntimed < 0) _firstUntimed = block._firstUntimed - from + first;
    }

    /// <summary>Appends the calls of a block without events, which are behind the open event.</summary>
    public void HoldCalls(TextEventBlock block) => Calls.Add(block.Calls.Calls);

    /// <summary>Adds lines of the next block to the open event.</summary>
    public void Continue(TextEventBlock next)
    {
        if (next.FirstTime is { } time) NoteTime(time);
        if (Target == TextEventTarget.Message && TargetEntry >= 0) ContinueMessage(next);
        else if (Target == TextEventTarget.Stack && TargetEntry >= 0 && next.Head.Exists) ContinueStack(next.Head.Of(next.Text));
        foreach (var early in next._early)
            if (early.Lines.Exists && EventOf(early.Cpu, early.ProcessId) is >= 0 and var entry)
                ExtendStack(ref _entries[entry], early.Lines.Of(next.Text));
        var (lines, cpu, processId) = next.HeadStack;
        if (cpu != AnyCpu && next.Target != TextEventTarget.Before)
        {
            TargetEntry = lines.Exists ? EventOf(cpu, processId) : -1;
            Target = TargetEntry >= 0 ? TextEventTarget.Stack : TextEventTarget.Nothing;
        }
        if (Target == TextEventTarget.Nothing || TargetEntry < 0) return;
        // A stack without lines is one that the sink does not want. It ends the message too.
        if (lines.Exists) ExtendStack(ref _entries[TargetEntry], lines.Of(next.Text));
        else if (cpu != AnyCpu) return;
        Target = next.Target == TextEventTarget.Stack && next.TargetEntry < 0 ? TextEventTarget.Stack : TextEventTarget.Nothing;
    }

    /// <summary>The index of the event that a stack belongs to; -1 if there is none.</summary>
    private int EventOf(int cpu, int processId)
        => Last(cpu) is >= 0 and var last && _entries[last].ProcessId == processId && _entries[last].StackLength == 0 ? last : -1;

    private void ExtendStack(ref TextEventEntry entry, ReadOnlySpan<byte> lines)
    {
        var old = Text.Slice(entry.StackStart, entry.StackLength).ToArray();
        (entry.StackStart, entry.StackLength) = old.Length == 0 ? (Append(lines), lines.Length)
            : (Append([.. old, (byte)'\n', .. lines]), old.Length + 1 + lines.Length);
    }

    private void ContinueMessage(TextEventBlock next)
    {
        var (head, end) = (0, -_between.Length);
        foreach (var line in next._headLines)
        {
            if (!IsBehind(line.Start - end))
            {
                Target = TextEventTarget.Nothing;
                break;
            }
            head = end = line.Start + line.Length;
        }
        if (head > 0)
        {
            ref var entry = ref _entries[TargetEntry];
            var message = Text.Slice(entry.BodyStart, entry.BodyLength).ToArray();
            var start = Append([.. message, .. _between, .. next.Text[..head]]);
            (entry.BodyStart, entry.BodyLength) = (start, message.Length + _between.Length + head);
            _between = [];
        }
        if (next.Target == TextEventTarget.Before) _between = Gap(_between, next.Text[head..]);
    }

    private void ContinueStack(ReadOnlySpan<byte> head)
    {
        foreach (var range in head.Split((byte)'\n'))
        {
            var line = head[range].TrimStart(" \t\r"u8);
            if (line.IsEmpty || line.StartsWith("=> "u8)) continue;
            head = head[..Math.Max(0, range.Start.Value - 1)];
            Target = TextEventTarget.Nothing;
            break;
        }
        if (!head.IsEmpty) ExtendStack(ref _entries[TargetEntry], head);
    }

    /// <summary>Whether a line so many bytes behind a message is the next line of it.</summary>
    private bool IsBehind(int gap) => gap <= MostGap && ++_lines <= MostLines;

    /// <summary>What is between two lines, up to what is enough to know that it is too much.</summary>
    private static byte[] Gap(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
        => [.. first, .. second[..Math.Min(second.Length, Math.Max(0, MostGap + 1 - first.Length))]];

    private void AddFrame(int start, int end)
    {
        if (TargetEntry <= FirstEarly)
        {
            var (frames, earlyCpu, earlyProcess) = _early[FirstEarly - TargetEntry];
            if (!frames.Exists) frames = new FieldSlice(start, 0);
            _early[FirstEarly - TargetEntry] = (frames with { Length = end - frames.Start }, earlyCpu, earlyProcess);
            return;
        }
        if (TargetEntry < 0)
        {
            var (lines, cpu, processId) = HeadStack;
            if (!lines.Exists) lines = new FieldSlice(start, 0);
            HeadStack = (new FieldSlice(lines.Start, end - lines.Start), cpu, processId);
            return;
        }
        ref var entry = ref _entries[TargetEntry];
        if (entry.StackLength == 0) entry.StackStart = start;
        entry.StackLength = end - entry.StackStart;
    }

    private int Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(_used + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_used));
        _used += bytes.Length;
        return _used - bytes.Length;
    }

    private void Reserve(int length)
    {
        if (length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(length, _bytes.Length * 2));
    }

    /// <summary>The position of a part of <see cref="Text"/>, which can be empty.</summary>
    private int PositionOf(ReadOnlySpan<byte> part)
    {
        var position = (long)Unsafe.ByteOffset(
            ref MemoryMarshal.GetArrayDataReference(_bytes), ref Unsafe.AsRef(in MemoryMarshal.GetReference(part)));
        return position >= 0 && position + part.Length <= _used ? (int)position
            : throw new ArgumentException("The text is not a part of the block.", nameof(part));
    }

    private ref TextEventEntry Next()
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        ref var entry = ref _entries[Count++];
        (entry.BodyStart, entry.BodyLength, entry.StackStart, entry.StackLength) = (0, 0, 0, 0);
        entry.CallsBefore = Calls.Count;
        return ref entry;
    }

    private ref int Last(int cpu)
    {
        var at = cpu + 1;
        if (at >= _lastOfCpu.Length)
        {
            var length = _lastOfCpu.Length;
            Array.Resize(ref _lastOfCpu, Math.Max(at + 1, length * 2));
            _lastOfCpu.AsSpan(length).Fill(Unseen);
        }
        return ref _lastOfCpu[at];
    }
}
