using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Reads what identifies a block request from the events of its issue and completion.</summary>
internal readonly struct BlockRequestReader(EventSchema schema)
{
    // dev_t inside the kernel.
    private const int MinorBits = 20;
    private const ulong Flush = 1UL << 40;

    private readonly FieldReader _dev = schema.Reader("dev"), _sector = schema.Reader("sector"), _rwbs = schema.Reader("rwbs");

    /// <summary>Reads the identity of a request.</summary>
    /// <param name="body">The record.</param>
    /// <param name="device">The device, and whether it is a flush.</param>
    /// <param name="sector">The start sector.</param>
    /// <returns>False if the record does not contain it.</returns>
    public bool TryRead(ReadOnlySpan<byte> body, out ulong device, out ulong sector)
    {
        (device, sector) = (0, 0);
        if (!_dev.TryNumber(body, out var number) || !_sector.TryNumber(body, out var first)) return false;
        var operation = _rwbs.Text(body);
        if (operation.IsEmpty) return false;
        // A flush is issued at sector 0 and completed at sector -1.
        var isFlush = operation.StartsWith("FF"u8);
        device = (uint)number | (isFlush ? Flush : 0);
        sector = isFlush ? 0 : (ulong)first;
        return true;
    }

    /// <summary>The name of a device, such as <c>254,0</c>.</summary>
    public static string Name(ulong device)
        => string.Create(CultureInfo.InvariantCulture, $"{(uint)device >> MinorBits},{device & ((1 << MinorBits) - 1)}");
}
