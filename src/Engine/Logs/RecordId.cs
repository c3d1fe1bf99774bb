using System.Runtime.InteropServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Logs;

/// <summary>The id of a record, as a key of a table.</summary>
/// <param name="High">The first half of its bytes.</param>
/// <param name="Low">The second half.</param>
internal readonly record struct RecordId(ulong High, ulong Low) : IHashed
{
    /// <summary>The key of an id.</summary>
    public static RecordId Of(Guid id)
    {
        var halves = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in id));
        return new RecordId(halves[0], halves[1]);
    }

    /// <inheritdoc/>
    public ulong Hash(in SeededHash with) => with.Of(High, Low);
}
