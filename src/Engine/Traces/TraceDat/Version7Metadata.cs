using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Reads the metadata of a version 7 file. Options hold the offsets of the sections; sections whose offset is lost are found by
/// walking from one section header to the next.
/// </summary>
/// <remarks>trace-cmd.dat.v7(5).</remarks>
internal sealed class Version7Metadata(
    DatFile file, DatHeader header, DatOptions options, MetadataParser parser, List<string> warnings)
{
    private readonly DatSections _sections = new(file, header);
    private readonly List<BufferInstance> _buffers = [];

    /// <summary>Reads everything and returns the buffer instances.</summary>
    public List<BufferInstance> Read()
    {
        var damage = ReadOptions();
        ReadBuffers();
        if (damage is not null || _buffers.Count == 0)
        {
            warnings.Add($"the file is cut or damaged: {damage?.ToString() ?? "no option contains the offset of the events"}. "
                + "The sections were found by their headers; numbers of CPUs and names of buffers may be missing.");
            RecoverSections();
        }
        var symbols = StartSymbols();
        try
        {
            Read(DatOptions.HeaderInfo, "header_page", parser.ReadHeaderInfo);
            Read(DatOptions.FtraceEvents, "formats of the tracers' events", parser.ReadFtraceEvents);
            Read(DatOptions.EventFormats, "event formats", parser.ReadEventFormats);
            var earlier = warnings.Count;
            Read(DatOptions.Printk, "printk formats", parser.ReadPrintkFormats);
            Read(DatOptions.CommandLines, "saved_cmdlines", parser.ReadCommandLines);
            if (symbols.GetAwaiter().GetResult() is { } warning) warnings.Insert(earlier, warning);
            return _buffers;
        }
        finally
        {
            // It reads the file, which the caller closes after an error.
            Task.WaitAny(symbols);
        }
    }

    /// <summary>Reads the symbols, the largest section, on another thread.</summary>
    /// <returns>The warning about the section, or null, when it was read.</returns>
    private Task<string?> StartSymbols()
    {
        var read = new TaskCompletionSource<string?>();
        new Thread(() =>
        {
            try
            {
                read.SetResult(TryRead(DatOptions.Kallsyms, "kallsyms", parser.ReadKallsyms));
            }
            catch (Exception error)
            {
                // It is thrown where the symbols are waited for.
                read.SetException(error);
            }
        })
        { IsBackground = true, Name = "kernel-magnifier symbols" }.Start();
        return read.Task;
    }

    /// <summary>Reads the chain of options sections; returns the damage that ended it, or null.</summary>
    private DatDamage? ReadOptions()
    {
        var seen = new HashSet<long>(new NumberComparer());
        try
        {
            for (var at = header.Options; at != 0;)
            {
                if (!seen.Add(at)) throw new DatDamage("the options sections refer to each other in a loop", at);
                var cursor = _sections.Open(at, DatOptions.Done);
                var from = cursor.Offset;
                var next = options.Read(cursor);
                _sections.Spend(cursor.Offset - from, at);
                at = next;
            }
            return null;
        }
        catch (DatDamage damage)
        {
            return damage;
        }
    }

    private void ReadBuffers()
    {
        foreach (var (buffer, offset) in options.Buffers)
        {
            try
            {
                var section = _sections.ReadHeader(offset);
                if (section.Id != DatOptions.Buffer) throw new DatDamage("its option contains a wrong offset", offset);
                _buffers.Add(buffer with { IsCompressed = section.IsCompressed });
            }
            catch (DatDamage damage)
            {
                warnings.Add($"{buffer.Title} cannot be read: {damage}");
            }
        }
    }

    private void RecoverSections()
    {
        var referenced = options.Buffers.Select(b => b.Section).ToHashSet(new NumberComparer());
        try
        {
            foreach (var section in _sections.Walk())
            {
                if (section.Id != DatOptions.Buffer) options.Sections.TryAdd(section.Id, section.HeaderOffset);
                else RecoverBuffer(section, referenced);
            }
        }
        catch (DatDamage damage)
        {
            warnings.Add($"the sections after a damaged one could not be found: {damage}");
        }
    }

    private void RecoverBuffer(DatSections.Section section, HashSet<long> referenced)
    {
        // A section without a size extends to the end of the file, so several of them overlap.
        _sections.Spend(section.Size == 0 ? file.Length - section.Start : Math.Min(section.Size, file.Length), section.Start);
        if (referenced.Contains(section.HeaderOffset)) return;
        var name = _buffers.Count == 0 ? "" : $"(buffer {_buffers.Count + 1})";
        _buffers.Add(new CpuTableRecovery(file, header, parser.Page).Recover(section, name, options.Clock));
    }

    private void Read(int id, string what, Action<DatCursor> read)
    {
        if (TryRead(id, what, read) is { } warning) warnings.Add(warning);
    }

    private string? TryRead(int id, string what, Action<DatCursor> read)
    {
        try
        {
            if (options.Sections.TryGetValue(id, out var offset)) read(_sections.Open(offset, id));
            else if (id is not (DatOptions.CommandLines or DatOptions.Printk)) return $"the file contains no {what}";
            return null;
        }
        catch (DatDamage damage)
        {
            return $"the {what} section is damaged: {damage}";
        }
    }
}
