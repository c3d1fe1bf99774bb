using System.Buffers.Binary;
using System.Buffers.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>
/// Parses the frames of a call chain: <c>\t ffffffff8e95d97a name+0x5a ([kernel.kallsyms])</c>. The address, the name, the
/// offset and the DSO can each be missing. One instance per thread.
/// </summary>
/// <remarks><c>sample__fprintf_callchain</c> in <c>tools/perf/util/evsel_fprintf.c</c>.</remarks>
internal sealed class PerfScriptFrame(CallNames names)
{
    private const int LongestKeyOnStack = 512;

    // In place of the id of a function: its address decides.
    private const int ByAddress = -1;

    private readonly ByteInterner _functions = new();

    /// <summary>Parses a line; false if it is not a frame.</summary>
    public bool TryParse(ReadOnlySpan<byte> line, ref PerfToken token)
    {
        if (line[0] is not ((byte)'\t' or (byte)' ')) return false;
        var text = line.TrimStart(" \t"u8);
        ulong? address = null;
        // Without addresses (-F sym) one space precedes the name; addresses are right-aligned to sixteen digits.
        var isName = line[0] == ' ' && line.Length > 1 && line[1] != ' ';
        if (Utf8Parser.TryParse(text, out ulong value, out var used, 'x') && (used == text.Length || text[used] == ' ')
            && (!isName || used == 16))
        {
            address = value;
            text = text[used..].TrimStart((byte)' ');
        }
        else if (!isName)
        {
            return false;
        }
        if (text.EndsWith(" (inlined)"u8))
        {
            // The compiler inlined it into the function of the next frame, so it was not called.
            (token.Kind, token.Function) = (PerfTokenKind.KernelFrame, 0);
            return true;
        }
        var dso = TakeDso(ref text);
        if (address is null && text.IndexOf((byte)' ') >= 0) return false;
        var isStart = false;
        if (text.LastIndexOf("+0x"u8) is > 0 and var plus)
        {
            if (address is not null && Utf8Parser.TryParse(text[(plus + 3)..], out ulong offset, out _, 'x'))
                (address, isStart) = (address - offset, true);
            text = text[..plus];
        }
        token.Kind = PerfTokenKind.OtherFrame;
        if (text.IsEmpty || !IsKernel(address, dso)) return true;
        if (text.SequenceEqual("[unknown]"u8))
        {
            if (address is not null) token.Kind = PerfTokenKind.UnnamedFrame;
            return true;
        }
        token.Kind = PerfTokenKind.KernelFrame;
        token.Function = Function(text, dso, address, isStart);
        return true;
    }

    /// <summary>Removes the DSO in parentheses from the end of a text; empty if there is none.</summary>
    private static ReadOnlySpan<byte> TakeDso(ref ReadOnlySpan<byte> text)
    {
        if (text is not [.., (byte)')']) return default;
        var open = text.StartsWith("("u8) ? 0 : text.LastIndexOf(" ("u8);
        if (open < 0) return default;
        var dso = text[(open == 0 ? 1 : open + 2)..^1];
        text = text[..open];
        return dso;
    }

    /// <summary>
    /// Whether a frame is in the kernel: by its address, whose upper half belongs to the kernel, else by its DSO. With neither
    /// it is taken for one.
    /// </summary>
    private static bool IsKernel(ulong? address, ReadOnlySpan<byte> dso)
    {
        if (dso.SequenceEqual("[vsyscall]"u8)) return false;
        if (address is { } at && (long)at < 0) return true;
        if (dso.IsEmpty) return address is null;
        if (IsKernelImage(dso)) return true;
        if (dso is [(byte)'[', .., (byte)']'])
            return !(dso.SequenceEqual("[unknown]"u8) || dso.SequenceEqual("[vdso]"u8) || dso.SequenceEqual("[heap]"u8)
                || dso.StartsWith("[stack"u8) || dso.StartsWith("[anon"u8) || dso.SequenceEqual("[uprobes]"u8));
        return ModuleOf(dso).Length > 0 || FileName(dso).StartsWith("vmlinu"u8);
    }

    private static bool IsKernelImage(ReadOnlySpan<byte> dso) => dso.StartsWith("[kernel"u8) || dso.StartsWith("[guest.kernel"u8);

    private static ReadOnlySpan<byte> FileName(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    /// <summary>
    /// The module of a file: <c>ext4</c> of <c>/lib/modules/6.1.0/kernel/fs/ext4/ext4.ko.xz</c>; empty if the file is not a
    /// module.
    /// </summary>
    private static ReadOnlySpan<byte> ModuleOf(ReadOnlySpan<byte> dso)
    {
        var file = FileName(dso);
        var end = file.IndexOf(".ko"u8);
        return end > 0 && (end + 3 == file.Length || file[end + 3] == '.') ? file[..end] : default;
    }

    private int Function(ReadOnlySpan<byte> name, ReadOnlySpan<byte> dso, ulong? address, bool isStart)
    {
        var length = name.Length + 1 + dso.Length;
        var size = length + sizeof(ulong);
        var key = size <= LongestKeyOnStack ? stackalloc byte[size] : new byte[size];
        name.CopyTo(key);
        key[name.Length] = 0;
        dso.CopyTo(key[(name.Length + 1)..]);
        var known = _functions.Find(key[..length]);
        if (known is not (0 or ByAddress)) return known;
        // An address costs a key of its own, so it is looked at only where the symbol map has several functions of the name.
        BinaryPrimitives.WriteUInt64LittleEndian(key[length..], address ?? 0);
        if (known == ByAddress && _functions.Find(key) is not 0 and var found) return found;
        var text = NameText.Decode(name);
        var module = Module(dso);
        if (known == 0 && !names.IsAmbiguous(text, module))
        {
            var id = names.Function(text, module);
            return _functions.GetOrAdd(key[..length], _ => id);
        }
        _ = _functions.GetOrAdd(key[..length], _ => ByAddress);
        var here = address is not { } at || isStart ? names.Function(text, module, address) : names.FunctionAt(text, module, at);
        return _functions.GetOrAdd(key, _ => here);
    }

    private static string? Module(ReadOnlySpan<byte> dso)
        => dso is [(byte)'[', .., (byte)']'] && !IsKernelImage(dso) && !dso.SequenceEqual("[unknown]"u8)
            ? NameText.Decode(dso[1..^1])
            : ModuleOf(dso) is { IsEmpty: false } file ? NameText.Decode(file).Replace('-', '_')
            : null;
}
