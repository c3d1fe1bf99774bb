using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One thread's digests: what to do with each event id.</summary>
/// <param name="wanted">The events that the sink wants.</param>
/// <param name="digester">The thread's digester; null if the sink takes only whole records.</param>
/// <param name="wantsMessages">Whether the texts of events are made.</param>
internal sealed class EventDigests(WantedEvents wanted, EventDigester? digester, bool wantsMessages)
{
    /// <summary>The sink does not want the event.</summary>
    public const byte NotWanted = 255;

    private const byte NotAsked = 254;

    // Texts take about as much room as the records of a piece. A file can have a format that makes 256 KB of each record.
    private const int MostMessageBytes = 8 << 20;

    /// <summary>Whether a kind is one of digests.</summary>
    public static bool IsDigest(byte kind) => (byte)(kind - 1) < NotAsked - 1;

    private readonly byte[] _kinds = NewKinds(wanted.Count);

    /// <summary>The kind of the digests of an event id, 0 for whole records, or <see cref="NotWanted"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte KindOf(int id)
    {
        if ((uint)id >= (uint)_kinds.Length) return NotWanted;
        var kind = _kinds[id];
        return kind != NotAsked ? kind : _kinds[id] = Ask(id);
    }

    /// <summary>Makes the text of a whole record, if the sink wants it and there is room; otherwise the sink makes it.</summary>
    public void AddMessage(EventBlock block, ref EventEntry entry, ReadOnlySpan<byte> body)
    {
        (entry.MessageOffset, entry.MessageLength) = (block.Messages.WrittenCount, 0);
        if (!wantsMessages || block.Messages.WrittenCount > MostMessageBytes) return;
        wanted.Schema(entry.Id).WriteMessage(block.Messages, body);
        entry.MessageLength = block.Messages.WrittenCount - entry.MessageOffset;
    }

    /// <summary>A piece begins.</summary>
    public void Restart() => digester?.Restart();

    /// <summary>Makes the digest of a record.</summary>
    public bool TryDigest(byte kind, ReadOnlySpan<byte> body, ref EventDigest digest) => digester!.TryDigest(kind, body, ref digest);

    private byte Ask(int id) => !wanted.Contains(id) ? NotWanted : digester?.KindOf(wanted.Schema(id)) ?? 0;

    private static byte[] NewKinds(int count)
    {
        var kinds = new byte[count];
        Array.Fill(kinds, NotAsked);
        return kinds;
    }
}
