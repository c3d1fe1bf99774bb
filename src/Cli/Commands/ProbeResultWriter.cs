using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Writes results of probes as they come: a line for each, as text or as JSON.</summary>
/// <param name="output">Standard output.</param>
/// <param name="isJson">Whether each line is an object of JSON.</param>
/// <param name="isLive">Whether each line is written at once.</param>
internal sealed class ProbeResultWriter(Stream output, bool isJson, bool isLive = false)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int BlockSize = 1 << 16;

    private readonly ArrayBufferWriter<byte> _lines = new();

    /// <summary>Writes a result.</summary>
    public void Write(ProbeResult result)
    {
        if (isJson)
        {
            using var json = new Utf8JsonWriter(_lines, Options);
            ProbeResultJson.Write(json, result);
        }
        else
        {
            // Lines of the program stay as they were printed, so that a text has the columns of the program.
            var text = result.Kind is ResultKind.Line or ResultKind.Text or ResultKind.Time ? result.Text ?? ""
                : ProbeResultText.Of(result);
            _lines.Write(Encoding.UTF8.GetBytes(TerminalText.Escape(text)));
        }
        _lines.Write("\n"u8);
        if (isLive || _lines.WrittenCount >= BlockSize) Finish();
    }

    /// <summary>Writes what is left.</summary>
    public void Finish()
    {
        output.Write(_lines.WrittenSpan);
        output.Flush();
        _lines.ResetWrittenCount();
    }
}
