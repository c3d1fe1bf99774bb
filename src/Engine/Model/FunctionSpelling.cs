using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>
/// The parts of a function as trace text spells it: <c>name+0x5/0x90 [module] &lt;ffffffff81000000&gt;</c>, where all but the
/// name are optional.
/// </summary>
internal readonly ref struct FunctionSpelling
{
    private FunctionSpelling(ReadOnlySpan<byte> name, string? module, ulong? address, bool isStart)
    {
        Name = name;
        (Module, Address, IsStart) = (module, address, isStart);
    }

    /// <summary>The name.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The module; null if the function is built into the kernel.</summary>
    public string? Module { get; }

    /// <summary>An address in the function; null if the spelling does not contain one.</summary>
    public ulong? Address { get; }

    /// <summary>Whether the address is the start of the function. Without an offset it can be anywhere in it.</summary>
    public bool IsStart { get; }

    /// <summary>Splits a spelling into its parts.</summary>
    public static FunctionSpelling Parse(ReadOnlySpan<byte> text)
    {
        var module = TakeModule(ref text);
        ulong? address = null;
        if (text is [.., (byte)'>'] && text.LastIndexOf(" <"u8) is > 0 and var angle
            && Utf8Parser.TryParse(text[(angle + 2)..^1], out ulong value, out var used, 'x') && used == text.Length - angle - 3)
        {
            address = value;
            text = text[..angle];
            // With sym-addr and sym-offset both set, the module can precede the address.
            module ??= TakeModule(ref text);
        }
        var plus = text.LastIndexOf("+0x"u8);
        if (plus <= 0) return new FunctionSpelling(text, module, address, isStart: false);
        address = Utf8Parser.TryParse(text[(plus + 3)..], out ulong offset, out _, 'x') ? address - offset : null;
        return new FunctionSpelling(text[..plus], module, address, isStart: address is not null);
    }

    private static string? TakeModule(ref ReadOnlySpan<byte> text)
    {
        if (text is not [.., (byte)']'] || text.LastIndexOf(" ["u8) is not (> 0 and var bracket)) return null;
        var module = NameText.Decode(text[(bracket + 2)..^1]);
        text = text[..bracket];
        return module;
    }
}
