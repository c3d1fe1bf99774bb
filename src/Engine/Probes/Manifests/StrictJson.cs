using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KernelMagnifier.Probes.Manifests;

/// <summary>Reads and writes the small JSON files of probes: manifests, policies and statements of reviewers.</summary>
internal static class StrictJson
{
    /// <summary>The most bytes of such a file.</summary>
    public const int Largest = 256 * 1024;

    private static readonly JsonWriterOptions Written = new()
    {
        // The files are for people: an apostrophe is not written as \u0027. They are never a part of a page.
        Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="code">The code of errors.</param>
    /// <param name="action">The recommended action.</param>
    /// <param name="read">Makes the value; throws <see cref="FormatException"/>.</param>
    /// <exception cref="KernelMagnifierException">The file is damaged, or a value is not allowed.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, string path, ErrorCode code, string action, Func<JsonElement, T> read)
    {
        if (json.Length > Largest)
            throw new KernelMagnifierException(code, path,
                string.Create(CultureInfo.InvariantCulture, $"it is larger than {Largest / 1024} KiB."), action);
        try
        {
            // A property that is there twice is found by StrictObject, which names it.
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            return read(document.RootElement);
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" in line {line + 1}") : "";
            throw new KernelMagnifierException(code, path, $"it is not JSON{place}, or is cut.", action, error);
        }
        catch (FormatException error)
        {
            throw new KernelMagnifierException(code, path, error.Message, action, error);
        }
        catch (InvalidOperationException error)
        {
            throw new KernelMagnifierException(code, path, "a text is not Unicode.", action, error);
        }
    }

    /// <summary>Writes a file: indented by two, with a line feed at its end.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Written)) write(json);
        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }
}
