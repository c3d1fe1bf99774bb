using System.Text;

namespace KernelMagnifier.Traces.Formats;

internal ref partial struct PrintExpressionParser
{
    /// <summary>What <c>REC</c> stands for until a field follows.</summary>
    private static readonly PrintExpression Record = new() { Kind = PrintExpressionKind.Number };

    /// <summary>Values of constants that old kernels leave as names in their formats.</summary>
    private static readonly string[] SoftIrqs =
    [
        "HI_SOFTIRQ", "TIMER_SOFTIRQ", "NET_TX_SOFTIRQ", "NET_RX_SOFTIRQ", "BLOCK_SOFTIRQ", "IRQ_POLL_SOFTIRQ", "TASKLET_SOFTIRQ",
        "SCHED_SOFTIRQ", "HRTIMER_SOFTIRQ", "RCU_SOFTIRQ",
    ];

    private PrintExpression? Identifier(ReadOnlySpan<byte> name)
    {
        if (KnownConstant(name) is { } value) return Number(value);
        return name.SequenceEqual("NULL"u8) || name.SequenceEqual("false"u8) ? Number(0)
            : name.SequenceEqual("true"u8) ? Number(1)
            // The name of a constant that the format does not tell: 0 as a number, no value in a list of names.
            : Count() ? new PrintExpression { Kind = PrintExpressionKind.Call, Text = name.ToArray(), Value = 1 } : null;
    }

    private static ulong? KnownConstant(ReadOnlySpan<byte> name)
    {
        if (name.EndsWith("_SOFTIRQ"u8) && Array.IndexOf(SoftIrqs, Encoding.ASCII.GetString(name)) is >= 0 and var number)
            return (ulong)number;
        return name.SequenceEqual("HRTIMER_NORESTART"u8) ? 0 : name.SequenceEqual("HRTIMER_RESTART"u8) ? 1 : null;
    }

    private PrintExpression? Function(ReadOnlySpan<byte> name)
    {
        _at++;
        switch (Encoding.ASCII.GetString(name.Length > 32 ? name[..32] : name))
        {
            case "__print_symbolic" or "__print_symbolic_u64": return Names(PrintExpressionKind.Symbolic);
            case "__print_flags" or "__print_flags_u64": return Names(PrintExpressionKind.Flags);
            case "__get_str" or "__get_rel_str" or "__print_untrusted_str": return OfField(PrintExpressionKind.FieldText);
            case "__get_bitmask" or "__get_rel_bitmask": return OfField(PrintExpressionKind.Bitmask);
            case "__get_cpumask" or "__get_rel_cpumask": return OfField(PrintExpressionKind.CpuMask);
            case "__get_dynamic_array" or "__get_rel_dynamic_array" or "__get_sockaddr" or "__get_sockaddr_rel" or "__get_rel_sockaddr":
                return OfField(PrintExpressionKind.FieldData);
            case "__get_dynamic_array_len" or "__get_rel_dynamic_array_len": return OfField(PrintExpressionKind.FieldLength);
            case "__print_hex": return Of(PrintExpressionKind.Hex, 2);
            case "__print_hex_str": return Of(PrintExpressionKind.HexText, 2);
            case "__print_array": return Of(PrintExpressionKind.Array, 3);
            case "__print_dynamic_array": return DynamicArray();
            case "__print_ns_to_secs": return WithConstant(PrintExpressionKind.Divide);
            case "__print_ns_without_secs": return WithConstant(PrintExpressionKind.Modulo);
            case "sizeof": return SizeOf();
        }
        if (!TryArguments(out var arguments)) return null;
        // Functions that pass their argument on.
        if (name.SequenceEqual("__builtin_expect"u8) || (arguments.Count == 1 && (name.StartsWith("native_make_"u8)
            || name.EndsWith("_val"u8) || name.SequenceEqual("READ_ONCE"u8))))
            return arguments.Count > 0 ? arguments[0] : null;
        return arguments.Count > 3 ? null : Bounded(new PrintExpression
        {
            Kind = PrintExpressionKind.Call, Text = name.ToArray(), Left = arguments.ElementAtOrDefault(0),
            Right = arguments.ElementAtOrDefault(1), Third = arguments.ElementAtOrDefault(2),
        });
    }

    private bool TryArguments(out List<PrintExpression> arguments)
    {
        arguments = [];
        if (TryTake((byte)')')) return true;
        do
        {
            if (Parse() is not { } argument) return false;
            arguments.Add(argument);
        }
        while (TryTake((byte)','));
        return TryTake((byte)')');
    }

    private PrintExpression? Of(PrintExpressionKind kind, int count)
        => TryArguments(out var arguments) && arguments.Count == count
            ? Node(kind, arguments[0], arguments[1], arguments.ElementAtOrDefault(2)) : null;

    private PrintExpression? OfField(PrintExpressionKind kind)
        => Find(Name()) is { } field && TryTake((byte)')') && Count() ? new PrintExpression { Kind = kind, Field = field } : null;

    private PrintExpression? WithConstant(PrintExpressionKind kind)
        => TryArguments(out var arguments) && arguments.Count == 1 && Number(1_000_000_000) is { } second
            ? Node(kind, arguments[0], second) : null;

    private PrintExpression? DynamicArray()
    {
        if (Find(Name()) is not { } field || !TryTake((byte)',') || Parse() is not { } size || !TryTake((byte)')')) return null;
        var data = new PrintExpression { Kind = PrintExpressionKind.FieldData, Field = field };
        var length = new PrintExpression { Kind = PrintExpressionKind.FieldLength, Field = field };
        return Node(PrintExpressionKind.Divide, length, size) is { } count ? Node(PrintExpressionKind.Array, data, count, size) : null;
    }

    /// <summary>Parses the size of a type or of a field.</summary>
    private PrintExpression? SizeOf()
    {
        var close = _text[_at..].IndexOf((byte)')');
        if (close < 0) return null;
        var type = _text.Slice(_at, close);
        if (CTypes.SizeOf(type, _longSize) is > 0 and var size)
        {
            _at += close + 1;
            return Number((ulong)size);
        }
        return TryArguments(out var arguments) && arguments is [{ Field: { } field, Kind: var kind }]
            ? Number((ulong)(kind == PrintExpressionKind.Element ? field.ElementSize : field.Size)) : null;
    }

    /// <summary>Parses <c>value, { 1, "A" }, …</c>, for flags with the delimiter before the names.</summary>
    private PrintExpression? Names(PrintExpressionKind kind)
    {
        if (Parse() is not { } value) return null;
        byte[] delimiter = [];
        if (kind == PrintExpressionKind.Flags && !(TryTake((byte)',') && TryLiteral(out delimiter))) return null;
        var names = new List<PrintName>();
        while (TryTake((byte)','))
        {
            if (!TryTake((byte)'{')) return null;
            if (TryTake((byte)'}')) continue;
            if (Parse() is not { } number || !TryTake((byte)',')) return null;
            // "{ -1, NULL }" ends the list of some formats.
            if (!TryLiteral(out var name) && !Name().SequenceEqual("NULL"u8)) return null;
            if (!TryTake((byte)'}') || !Count()) return null;
            if (name.Length > 0 || kind == PrintExpressionKind.Symbolic) names.Add(new PrintName(ConstantOf(number), Unescape(name)));
        }
        return !TryTake((byte)')') ? null : Bounded(new PrintExpression
        {
            Kind = kind, Left = value, Text = Unescape(delimiter), Names = [.. names],
        });
    }

    /// <summary>
    /// The value of a constant; all bits if it is none that the format tells. libtraceevent reads every negative number as -1.
    /// </summary>
    private static ulong ConstantOf(PrintExpression e)
        => e.Kind == PrintExpressionKind.Number && (long)e.Value >= 0 ? e.Value : ulong.MaxValue;
}
