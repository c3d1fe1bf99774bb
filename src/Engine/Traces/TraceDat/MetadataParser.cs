using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Parses the parts that both versions contain: header_page, event formats, kallsyms and saved_cmdlines.</summary>
internal sealed class MetadataParser(DatHeader header, List<string> warnings)
{
    private const int LongestText = 64 << 20;
    private const int LongestKallsyms = 128 << 20;

    // More warnings than this are of no use to anyone.
    private const int MostWarnings = 100;

    /// <summary>The layout of ring buffer pages.</summary>
    public RingBufferPageLayout Page { get; private set; } = RingBufferPageLayout.Default(header.LongSize);

    /// <summary>The event formats.</summary>
    public EventFormats Events { get; } = new();

    /// <summary>The kernel's symbols.</summary>
    public Kallsyms Symbols { get; private set; } = Kallsyms.None;

    /// <summary>The kernel's constant texts.</summary>
    public PrintkFormats Texts { get; private set; } = PrintkFormats.None;

    /// <summary>Where the recorded kernel was loaded.</summary>
    public RecordedKernel Kernel { get; private set; }

    /// <summary>The task names.</summary>
    public SavedCommandLines Tasks { get; init; } = new();

    /// <summary>Parses a section; those that only a file has are ignored.</summary>
    public void ReadSection(int id, DatCursor cursor)
    {
        switch (id)
        {
            case DatOptions.HeaderInfo: ReadHeaderInfo(cursor); break;
            case DatOptions.FtraceEvents: ReadFtraceEvents(cursor); break;
            case DatOptions.EventFormats: ReadEventFormats(cursor); break;
            case DatOptions.Kallsyms: ReadKallsyms(cursor); break;
            case DatOptions.Printk: ReadPrintkFormats(cursor); break;
            case DatOptions.CommandLines: ReadCommandLines(cursor); break;
        }
    }

    /// <summary>Parses header_page and skips header_event.</summary>
    public void ReadHeaderInfo(DatCursor cursor)
    {
        Expect(cursor, "header_page\0"u8, "header_page");
        var at = cursor.Offset;
        var text = cursor.Bytes(cursor.UInt64(), "header_page", 1 << 20);
        Expect(cursor, "header_event\0"u8, "header_event");
        cursor.Skip(cursor.UInt64(), "header_event");
        if (text.Length > 0) Page = RingBufferPageLayout.Parse(text, header.LongSize);
        else warnings.Add(
            $"the recording does not describe the layout of ring buffer pages (at byte {at}); the usual layout is assumed");
    }

    /// <summary>Parses the formats of the tracers' own events.</summary>
    public void ReadFtraceEvents(DatCursor cursor)
    {
        var count = cursor.UInt32();
        for (var i = 0u; i < count; i++) ReadFormat(cursor, EventFormats.Ftrace);
    }

    /// <summary>Parses the formats of all other events.</summary>
    public void ReadEventFormats(DatCursor cursor)
    {
        var systems = cursor.UInt32();
        for (var i = 0u; i < systems; i++)
        {
            var system = cursor.Text(4096);
            var events = cursor.UInt32();
            for (var e = 0u; e < events; e++) ReadFormat(cursor, system);
        }
    }

    /// <summary>Parses the kernel's symbols.</summary>
    public void ReadKallsyms(DatCursor cursor)
    {
        var text = cursor.Memory(cursor.UInt32(), "kallsyms", LongestKallsyms);
        Symbols = new Kallsyms(text);
        Kernel = RecordedKernel.FromKallsyms(text.Span) with { Symbols = text };
    }

    /// <summary>Parses the kernel's constant texts.</summary>
    public void ReadPrintkFormats(DatCursor cursor)
        => Texts = new PrintkFormats(cursor.Bytes(cursor.UInt32(), "the printk formats", LongestText));

    /// <summary>Parses the task names.</summary>
    public void ReadCommandLines(DatCursor cursor) => Tasks.Add(cursor.Bytes(cursor.UInt64(), "saved_cmdlines", LongestText));

    private void ReadFormat(DatCursor cursor, string system)
    {
        var text = cursor.Memory(cursor.UInt64(), "an event format", LongestText);
        if (!Events.Add(text, system) && warnings.Count < MostWarnings)
            warnings.Add($"an event format cannot be parsed (at byte {cursor.Offset - text.Length})");
    }

    private static void Expect(DatCursor cursor, ReadOnlySpan<byte> word, string name)
    {
        if (!cursor.Bytes((ulong)word.Length, $"the word {name}", word.Length).AsSpan().SequenceEqual(word))
            throw new DatDamage($"expected '{name}'", cursor.Offset - word.Length);
    }
}
