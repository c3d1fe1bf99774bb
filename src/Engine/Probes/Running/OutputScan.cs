using System.Buffers.Text;

namespace KernelMagnifier.Probes.Running;

/// <summary>Splits the output of bpftrace into lines, and notes what the runner must know of them.</summary>
/// <param name="take">Takes each line without its end.</param>
internal sealed class OutputScan(Action<byte[]> take)
{
    private byte[] _kept = new byte[4096];
    private int _length;

    private static ReadOnlySpan<byte> Attached => "{\"type\": \"attached_probes\""u8;

    private static ReadOnlySpan<byte> Lost => "{\"type\": \"lost_events\""u8;

    private static ReadOnlySpan<byte> Events => "\"events\":"u8;

    private static ReadOnlySpan<byte> Probes => "\"probes\":"u8;

    /// <summary>Whether bpftrace has said that it attaches.</summary>
    public bool IsAttached { get; private set; }

    /// <summary>The probes that bpftrace has said it attaches; 0 if it has not.</summary>
    public long AnnouncedProbes { get; private set; }

    /// <summary>The events that bpftrace says it lost.</summary>
    public long LostEvents { get; private set; }

    /// <summary>Whether the output ended within a line.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Takes more of the output.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            Keep(bytes[..end]);
            Emit();
        }
        Keep(bytes);
    }

    /// <summary>Takes the last line if it has no end.</summary>
    public void Finish()
    {
        if (_length == 0) return;
        IsCut = true;
        Emit();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _kept.Length) Array.Resize(ref _kept, Math.Max(_kept.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_kept.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Emit()
    {
        var line = _kept.AsSpan(0, _length);
        if (line.StartsWith(Attached)) (IsAttached, AnnouncedProbes) = (true, NumberAfter(line, Probes));
        else if (line.StartsWith(Lost)) LostEvents += NumberAfter(line, Events);
        take(line.ToArray());
        _length = 0;
    }

    private static long NumberAfter(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
        => line.IndexOf(name) is var at and >= 0
            && Utf8Parser.TryParse(line[(at + name.Length)..].TrimStart((byte)' '), out long number, out _)
            && number > 0 ? number : 0;
}
