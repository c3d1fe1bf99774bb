using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Parses the last column of function_graph text: calls, closing braces, interrupt marks and other events. One instance per
/// thread.
/// </summary>
/// <param name="hasDuration">Whether the text has <see cref="FunctionGraphColumns.Duration"/>: then a leaf and a closing brace
/// have a duration, and nothing else has one.</param>
/// <param name="names">Takes the functions.</param>
/// <remarks><c>print_graph_entry_leaf</c>, <c>print_graph_entry_nested</c>, <c>print_graph_return</c>,
/// <c>print_graph_comment</c> and <c>print_graph_irq</c> in <c>kernel/trace/trace_functions_graph.c</c>.</remarks>
internal sealed class FunctionGraphCallParser(bool hasDuration, CallNames names)
{
    /// <summary>
    /// The kernel's shadow stack has room for fewer calls (<c>SHADOW_STACK_SIZE</c> in <c>kernel/trace/fgraph.c</c>).
    /// </summary>
    private const int DeepestCall = 1000;

    // A name has none of them, so program text and damaged lines are no calls.
    private static readonly SearchValues<byte> NotInNames = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(control => (byte)control), .. "(){};|"u8]);

    private readonly EventKindNames _kinds = new();
    private int _event;

    /// <summary>Where the last call or event starts in its line.</summary>
    public int From { get; private set; }

    /// <summary>Parses the column that starts at a position.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">Position of the column.</param>
    /// <param name="token">Has the duration already, and takes depth, kind, function and caller.</param>
    /// <param name="isEvent">Set to true if the line is an event that is not a call.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryParse(ReadOnlySpan<byte> line, int at, ref FunctionGraphToken token, ref bool isEvent)
    {
        var from = SkipSpaces(line, at);
        var indent = from - at;
        if (from >= line.Length || indent > DeepestCall * 2) return false;
        token.Depth = (short)(indent >> 1);
        From = from;
        var text = line[from..];
        if (text[0] == '}') return (indent & 1) == 0 && TryParseClose(text, ref token);
        if (text[0] is (byte)'/' or (byte)'=' or (byte)'<') return TryParseEvent(line, from, ref token, ref isEvent);
        if ((indent & 1) != 0) return false;
        ReadOnlySpan<byte> name;
        if (text.EndsWith("();"u8) && (!hasDuration || token.Duration >= 0))
        {
            token.Kind = FunctionGraphTokenKind.Leaf;
            name = text[..^3];
        }
        else if (text.EndsWith("() {"u8))
        {
            token.Kind = FunctionGraphTokenKind.Open;
            name = text[..^4];
        }
        else
        {
            return TryParseLongCall(text, ref token);
        }
        return TryGetFunction(name, out token.Function);
    }

    /// <summary>
    /// Parses <c> ==========> |</c> and <c> &lt;========== |</c>: a function of the interrupt entry code starts or has
    /// returned.
    /// </summary>
    public static bool TryParseInterruptMark(ReadOnlySpan<byte> text, ref FunctionGraphToken token)
    {
        text = text.Trim(" |\r"u8);
        token.Depth = 0;
        token.Kind = text.SequenceEqual("==========>"u8) ? FunctionGraphTokenKind.Interrupt : FunctionGraphTokenKind.Ignored;
        return token.Kind == FunctionGraphTokenKind.Interrupt || text.SequenceEqual("<=========="u8);
    }

    /// <summary>The kind of the event that <see cref="TryParse"/> found in the line.</summary>
    public string EventKind(ReadOnlySpan<byte> line)
    {
        var found = Event(line);
        return _kinds.Get(found.NamePrefix, found.Name);
    }

    /// <summary>The event that <see cref="TryParse"/> found in the line.</summary>
    /// <remarks><c>print_graph_comment</c> prints messages without a name (<c>print</c>), and system calls have their own format
    /// (<c>print_syscall_enter</c> and <c>print_syscall_exit</c> in <c>kernel/trace/trace_syscalls.c</c>).</remarks>
    public FunctionTextEvent Event(ReadOnlySpan<byte> line)
    {
        var text = line[_event..];
        if (text.EndsWith(" */"u8)) text = text[..^3];
        return FunctionTextEvent.ParseComment(text);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SkipSpaces(ReadOnlySpan<byte> line, int from)
    {
        while (from + 8 <= line.Length)
        {
            var rest = BinaryPrimitives.ReadUInt64LittleEndian(line[from..]) ^ FunctionGraphColumn.Spaces;
            if (rest != 0)
            {
                from += BitOperations.TrailingZeroCount(rest) >> 3;
                break;
            }
            from += 8;
        }
        while ((uint)from < (uint)line.Length && line[from] == ' ') from++;
        return from;
    }

    /// <summary>
    /// Parses a call with arguments (option <c>funcgraph-args</c>), or with a comment that holds the return address or the
    /// return value.
    /// </summary>
    private bool TryParseLongCall(ReadOnlySpan<byte> text, ref FunctionGraphToken token)
    {
        var comment = ReadOnlySpan<byte>.Empty;
        if (text.EndsWith(" */"u8) && text.LastIndexOf(" /* "u8) is > 0 and var start && start + 4 <= text.Length - 3)
        {
            comment = text[(start + 4)..^3];
            text = text[..start];
        }
        if (text.EndsWith(");"u8)) token.Kind = FunctionGraphTokenKind.Leaf;
        else if (text.EndsWith(") {"u8)) token.Kind = FunctionGraphTokenKind.Open;
        else return false;
        if (hasDuration && (token.Kind == FunctionGraphTokenKind.Leaf) != (token.Duration >= 0)) return false;
        var name = text.IndexOf((byte)'(');
        if (name <= 0 || !TryGetFunction(text[..name], out token.Function)) return false;
        if (comment.StartsWith("<-"u8))
        {
            var caller = WithoutValue(comment[2..]);
            if (!caller.IsEmpty) token.Operand = names.Function(caller);
        }
        return true;
    }

    /// <summary>
    /// Parses <c>}</c>, or <c>} /* name ret=0x0 */</c> (options <c>funcgraph-tail</c> and <c>funcgraph-retval</c>);
    /// <c>} /* name = 0x0 */</c> in Linux 6.5 to 6.12.
    /// </summary>
    private bool TryParseClose(ReadOnlySpan<byte> text, ref FunctionGraphToken token)
    {
        token.Kind = FunctionGraphTokenKind.Close;
        token.Function = 0;
        if (text.Length == 1) return !hasDuration || token.Duration >= 0;
        if ((hasDuration && token.Duration < 0) || !text.StartsWith("} /* "u8) || !text.EndsWith(" */"u8) || text.Length <= 8)
            return false;
        return TryGetFunction(WithoutValue(text[5..^3]), out token.Function);
    }

    /// <summary>The name in a comment, without the return value after it.</summary>
    /// <remarks><c>print_graph_retval</c>: <c>" ret="</c>, and <c>" = "</c> before Linux 6.13.</remarks>
    private static ReadOnlySpan<byte> WithoutValue(ReadOnlySpan<byte> comment)
    {
        var value = comment.LastIndexOf(" ret="u8);
        if (value < 0) value = comment.LastIndexOf(" = "u8);
        return value > 0 ? comment[..value] : comment;
    }

    /// <summary>Parses another event, or an interrupt mark in text without a column for durations.</summary>
    private bool TryParseEvent(ReadOnlySpan<byte> line, int from, ref FunctionGraphToken token, ref bool isEvent)
    {
        var text = line[from..];
        if (!text.StartsWith("/* "u8)) return TryParseInterruptMark(text, ref token);
        isEvent = true;
        var isWhole = text.Length > 5 && text.EndsWith(" */"u8);
        token.Kind = isWhole ? FunctionGraphTokenKind.Ignored : FunctionGraphTokenKind.OpenEvent;
        _event = from + 3;
        return true;
    }

    private bool TryGetFunction(ReadOnlySpan<byte> name, out int function)
    {
        function = 0;
        var bare = name is [.., (byte)']'] && name.LastIndexOf(" ["u8) is > 0 and var module ? name[..module] : name;
        if (bare.IsEmpty || bare.IndexOf((byte)' ') >= 0) return false;
        if (name.ContainsAny(NotInNames)) return false;
        function = names.Function(name);
        return true;
    }
}
