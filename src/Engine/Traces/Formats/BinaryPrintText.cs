using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>
/// The text of <c>ftrace:bprint</c> (<c>trace_printk</c>): the record has the address of its format string, and the values of the
/// format's arguments in 32-bit words.
/// </summary>
internal sealed class BinaryPrintText : EventText
{
    // A kernel has some hundred calls of trace_printk at most.
    private const int MostFormats = 4096;

    private readonly EventFieldFormat _address, _format, _values;
    private readonly IEventEnvironment _environment;
    private readonly NumberTable<PrintFormat> _formats = new();

    private BinaryPrintText(
        EventFieldFormat address, EventFieldFormat format, EventFieldFormat values, IEventEnvironment environment)
        => (_address, _format, _values, _environment) = (address, format, values, environment);

    /// <summary>Creates it; null if the format file lacks a field.</summary>
    public static BinaryPrintText? TryCreate(IReadOnlyList<EventFieldFormat> fields, IEventEnvironment environment)
    {
        var address = fields.FirstOrDefault(f => f.Name == "ip");
        var format = fields.FirstOrDefault(f => f.Name == "fmt");
        var values = fields.FirstOrDefault(f => f.Name == "buf");
        return address is { IsNumber: true } && format is { IsNumber: true } && values is not null
            ? new BinaryPrintText(address, format, values, environment) : null;
    }

    /// <inheritdoc/>
    protected override void Append(PrintText text, ReadOnlySpan<byte> body)
    {
        var needed = Math.Max(_values.Offset, Math.Max(_format.Offset + _format.Size, _address.Offset + _address.Size));
        if (body.Length < needed) return;
        var evaluator = new PrintEvaluator(body, _environment);
        evaluator.WriteFunction(text, Number(_address, body), withOffset: false);
        text.Append(": "u8);
        var address = Number(_format, body);
        if (Find(address) is not { } format)
        {
            text.Append("(NO FORMAT FOUND at "u8);
            text.AppendHex(address);
            text.Append(")\n"u8);
            return;
        }
        var values = new BinaryPrintValues(body, _values.Offset, _environment);
        foreach (var part in format.Parts)
        {
            text.Append(part.Literal);
            if (part.Type != 0 && !values.Write(text, part, evaluator)) return;
        }
    }

    private ulong Number(EventFieldFormat field, ReadOnlySpan<byte> body)
        => FieldDecoder.Unsigned(body.Slice(field.Offset, field.Size), _environment.IsBigEndian);

    private PrintFormat? Find(ulong address)
    {
        lock (_formats)
        {
            if (_formats.TryGetValue(address, out var known)) return known;
            if (_environment.TextAt(address) is not { } text || text.Length > 4096) return null;
            var format = new PrintFormat(PrintConversionParser.Parse(NameText.Encode(text)));
            if (_formats.Count < MostFormats) _formats.Set(address, format);
            return format;
        }
    }
}
