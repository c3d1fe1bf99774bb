using System.Buffers;
using System.Buffers.Text;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>Reads the lines of perf script text; one instance per thread.</summary>
/// <remarks><c>sample__fprintf_callchain</c> in <c>tools/perf/util/evsel_fprintf.c</c>.</remarks>
internal sealed class PerfScriptParser(PerfScriptFields fields, CallNames names) : BlockReader<PerfTokens>
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private const int SamplesPerBlock = 5;
    private const int CommWidth = 16;

    private readonly PerfScriptHeader _header = new(fields);
    private readonly ByteInterner _functions = new();
    private readonly Dictionary<string, string> _events = [];

    public override void Read(LineBlock block, PerfTokens into, TraceStatistics statistics)
    {
        into.Clear();
        var text = block.Text;
        var before = ReadOnlySpan<byte>.Empty;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
            text = end < 0 ? default : text[(end + 1)..];
            if (TryLine(line, before, out var token))
            {
                if (token.Kind == PerfTokenKind.Sample) Sample(line, ref token, into, statistics);
                if (token.Kind != PerfTokenKind.Aside) into.Items.Add(token);
            }
            else
            {
                into.Items.Add(new PerfToken { Kind = PerfTokenKind.Unread, Function = into.Unread.Count });
                if (into.Unread.Count < SamplesPerBlock) into.Unread.Add(line[..Math.Min(line.Length, 200)].ToArray());
            }
            before = line;
        }
    }

    private static void Sample(ReadOnlySpan<byte> line, ref PerfToken token, PerfTokens into, TraceStatistics statistics)
    {
        if (token.Event is { } name && name.StartsWith("PERF_RECORD_", StringComparison.Ordinal))
        {
            // "PERF_RECORD_LOST lost 12"; others tell of tasks and mappings, of times before the recording too.
            token.Kind = PerfTokenKind.Aside;
            var at = line.LastIndexOf(" lost "u8);
            if (name.StartsWith("PERF_RECORD_LOST", StringComparison.Ordinal) && at > 0 && Utf8Parser.TryParse(line[(at + 6)..], out long lost, out _) && lost > 0)
                statistics.Lost(token.Cpu, lost);
            else
                statistics.Other(token.Cpu, name);
            return;
        }
        if (token.HasTime) statistics.Time(token.Time);
        // The first half of the task's name was no line of its own.
        if (token.NameBegan && into.Items is [.., { Kind: PerfTokenKind.Unread }]) into.Items.RemoveAt(into.Items.Count - 1);
    }

    /// <summary>Reads a line; <paramref name="before"/> is the one before it, which may hold the first half of a comm with a newline.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, ReadOnlySpan<byte> before, out PerfToken token)
    {
        token = new PerfToken { Cpu = -1 };
        if (line.IndexOfAnyExcept(" \t"u8) < 0)
        {
            token.Kind = PerfTokenKind.Blank;
            return true;
        }
        if (line[0] == '\t' && Frame(line, ref token)) return true;
        if (!_header.TryRead(line, out var parts, out var comm, out var name))
        {
            if (Frame(line, ref token)) return true;
            // The header that --header prints, and places in the source.
            token.Kind = PerfTokenKind.Aside;
            return line[0] == '#' || IsSourceLine(line);
        }
        token.Kind = PerfTokenKind.Sample;
        (token.Time, token.HasTime, token.Cpu) = (parts.Time, fields.HasFlag(PerfScriptFields.Time), parts.Cpu);
        if (fields.HasFlag(PerfScriptFields.Comm) || fields.HasFlag(PerfScriptFields.Pid)) token.Task = Task(parts, comm, before, out token.NameBegan);
        if (!name.IsEmpty) token.Event = Event(name);
        return true;
    }

    private int Task(in PerfScriptHeader.Parts parts, ReadOnlySpan<byte> comm, ReadOnlySpan<byte> before, out bool nameBegan)
    {
        // A comm with a newline: its first half stands in the line before, aligned to the right together with the second
        // half, or to the left where there are call chains.
        var length = before.Length + 1 + comm.Length;
        nameBegan = before.IndexOfAnyExcept((byte)' ') >= 0 && before[0] != '\t' && (length == CommWidth || (length <= PerfScriptHeader.LongestComm && before[0] != ' '))
            && !_header.TryRead(before, out _, out _, out _);
        return nameBegan ? names.Task([.. before.TrimStart((byte)' '), (byte)'\n', .. comm], parts.Pid, parts.GroupId) : names.Task(comm, parts.Pid, parts.GroupId);
    }

    private string Event(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name[..Math.Min(name.Length, 100)]);
        if (_events.TryGetValue(text, out var known)) return known;
        if (_events.Count < 1000) _events.Add(text, text);
        return text;
    }

    /// <summary><c>\t ffffffff8e95d97a name+0x5a ([kernel.kallsyms])</c>; address, name, offset and place may each be missing.</summary>
    private bool Frame(ReadOnlySpan<byte> line, ref PerfToken token)
    {
        if (line[0] is not ((byte)'\t' or (byte)' ')) return false;
        var text = line.TrimStart(" \t"u8);
        ulong? address = null;
        // Without addresses (-F sym) one space stands before the name; addresses are aligned to sixteen digits.
        var named = line[0] == ' ' && line.Length > 1 && line[1] != ' ';
        if (Utf8Parser.TryParse(text, out ulong at, out var used, 'x') && (used == text.Length || text[used] == ' ') && (!named || used == 16))
        {
            address = at;
            text = text[used..].TrimStart((byte)' ');
        }
        else if (!named)
        {
            return false;
        }
        if (text.EndsWith(" (inlined)"u8)) return SkipInlined(ref token);
        var place = ReadOnlySpan<byte>.Empty;
        if (text is [.., (byte)')'])
        {
            var open = text.StartsWith("("u8) ? 0 : text.LastIndexOf(" ("u8);
            if (open >= 0)
            {
                place = text[(open == 0 ? 1 : open + 2)..^1];
                text = text[..open];
            }
        }
        if (address is null && text.IndexOf((byte)' ') >= 0) return false;
        if (text.LastIndexOf("+0x"u8) is > 0 and var plus) text = text[..plus];
        token.Kind = PerfTokenKind.Foreign;
        if (text.IsEmpty || text.SequenceEqual("[unknown]"u8) || !IsKernel(address, place)) return true;
        token.Kind = PerfTokenKind.Kernel;
        token.Function = Function(text, place);
        return true;
    }

    /// <summary>The compiler put it into the next frame's function: nobody called it.</summary>
    private static bool SkipInlined(ref PerfToken token)
    {
        token.Kind = PerfTokenKind.Kernel;
        token.Function = 0;
        return true;
    }

    /// <summary>The upper half of the addresses is the kernel's; where no address is printed the place tells, and where neither is, nothing does.</summary>
    private static bool IsKernel(ulong? address, ReadOnlySpan<byte> place)
    {
        if (place.SequenceEqual("[vsyscall]"u8)) return false;
        if (address is { } at && (long)at < 0) return true;
        if (place.IsEmpty) return address is null;
        if (place.StartsWith("[kernel"u8) || place.StartsWith("[guest.kernel"u8)) return true;
        if (place is [(byte)'[', .., (byte)']'])
            return !(place.SequenceEqual("[unknown]"u8) || place.SequenceEqual("[vdso]"u8) || place.SequenceEqual("[heap]"u8)
                || place.StartsWith("[stack"u8) || place.StartsWith("[anon"u8) || place.SequenceEqual("[uprobes]"u8));
        return ModuleFile(place).Length > 0 || place[(place.LastIndexOf((byte)'/') + 1)..].StartsWith("vmlinu"u8);
    }

    /// <summary><c>ext4</c> of <c>/lib/modules/6.1.0/kernel/fs/ext4/ext4.ko.xz</c>; nothing for what is no module.</summary>
    private static ReadOnlySpan<byte> ModuleFile(ReadOnlySpan<byte> place)
    {
        var file = place[(place.LastIndexOf((byte)'/') + 1)..];
        var end = file.IndexOf(".ko"u8);
        return end > 0 && (end + 3 == file.Length || file[end + 3] == '.') ? file[..end] : default;
    }

    private int Function(ReadOnlySpan<byte> name, ReadOnlySpan<byte> place)
    {
        var length = name.Length + 1 + place.Length;
        var key = length <= 512 ? stackalloc byte[length] : new byte[length];
        name.CopyTo(key);
        key[name.Length] = 0;
        place.CopyTo(key[(name.Length + 1)..]);
        var id = _functions.Find(key);
        if (id != 0) return id;
        string? module = null;
        if (place is [(byte)'[', .., (byte)']'] && !place.StartsWith("[kernel"u8) && !place.StartsWith("[guest.kernel"u8) && !place.SequenceEqual("[unknown]"u8))
            module = Encoding.UTF8.GetString(place[1..^1]);
        else if (ModuleFile(place) is { IsEmpty: false } file)
            module = Encoding.UTF8.GetString(file).Replace('-', '_');
        var number = names.Function(Encoding.UTF8.GetString(name), module);
        return _functions.GetOrAdd(key, _ => number);
    }

    /// <summary>-F srcline: <c>  fs/exec.c:123</c> or <c>  [kernel.kallsyms][ffffffff8e95d97a]</c> after a frame.</summary>
    private static bool IsSourceLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("  "u8)) return false;
        if (line.EndsWith(" (inlined)"u8)) line = line[..^10];
        if (line[^1] == ']') return line.LastIndexOf((byte)'[') is > 2 and var open && line[(open + 1)..^1].IndexOfAnyExcept(HexDigits) < 0;
        return line.LastIndexOf((byte)':') is > 0 and var colon && colon + 1 < line.Length
            && (line[(colon + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 || line.EndsWith(":?"u8));
    }
}
