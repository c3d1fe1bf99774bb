using System.Buffers.Binary;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Recording;

/// <summary>
/// The sections of a trace.dat that describe the kernel: page header, event formats, symbols, modules. They are written to a file
/// of their own when the recording starts, because after a reboot they would be lost.
/// </summary>
internal static class KernelMetadata
{
    /// <summary>Writes the sections.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="directory">Where the recording is made: the sub-buffers of an instance may have another size.</param>
    /// <param name="events">The events whose formats are written.</param>
    /// <param name="withSymbols">Whether addresses will be resolved: the symbols are far larger than the rest.</param>
    public static void Write(
        Stream stream, TracingDirectory directory, IReadOnlyList<ChosenEvent> events, bool withSymbols = true)
    {
        var top = directory.Top;
        var writer = new SectionWriter(stream);
        writer.Section(DatOptions.HeaderInfo, s =>
        {
            foreach (var name in (string[])["header_page", "header_event"])
            {
                s.String(name);
                s.Text(directory.Tracing.TryReadBytes("events/" + name) ?? top.TryReadBytes("events/" + name) ?? [], 8);
            }
        });
        writer.Section(DatOptions.FtraceEvents, s => WriteFormats(s, top, "ftrace", top.Directories("events/ftrace")));
        writer.Section(DatOptions.EventFormats, s =>
        {
            var systems = events.GroupBy(e => e.System).ToList();
            s.Number(systems.Count, 4);
            foreach (var system in systems)
            {
                s.String(system.Key);
                WriteFormats(s, top, system.Key, system.Select(e => e.Name));
            }
        });
        if (!withSymbols) return;
        writer.Section(DatOptions.Kallsyms, s => s.Text(TraceFs.ReadBytes("/proc/kallsyms").Bytes, 4));
        writer.Section(DatOptions.Printk, s => s.Text(top.TryReadBytes("printk_formats") ?? [], 4));
        writer.Section(DatOptions.Modules, s => s.Text(KernelFacts.Modules, 8));
    }

    /// <summary>Reads the sections of such a file. An incomplete last section is ignored.</summary>
    public static IEnumerable<(int Id, byte[] Content)> Read(Stream stream)
    {
        var header = new byte[SectionWriter.HeaderSize];
        for (long at = 0; at + header.Length <= stream.Length;)
        {
            stream.Position = at;
            stream.ReadExactly(header);
            var size = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8));
            if (size < 0 || size > stream.Length - at - header.Length || size > Array.MaxLength) yield break;
            var content = new byte[size];
            stream.ReadExactly(content);
            yield return (BinaryPrimitives.ReadUInt16LittleEndian(header), content);
            at += header.Length + size;
        }
    }

    private static void WriteFormats(SectionWriter writer, TraceFs top, string system, IEnumerable<string> events)
    {
        var formats = events.Select(e => top.TryReadBytes($"events/{system}/{e}/format"))
            .Where(f => f is { Length: > 0 }).ToList();
        writer.Number(formats.Count, 4);
        foreach (var format in formats) writer.Text(format!, 8);
    }
}
