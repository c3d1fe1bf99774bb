using KernelMagnifier.Probes.Kernels;

namespace KernelMagnifier.Fuzzing;

/// <summary>BTF: its functions are read, or it is damaged.</summary>
internal sealed class BtfTarget() : FuzzTarget("btf")
{
    /// <summary>A header, one function and its name.</summary>
    public static readonly byte[] Seed =
    [
        0x9F, 0xEB, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28, 0, 0, 0, 4, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 12, 1, 0, 0, 0, 0, (byte)'f', (byte)'g', 0,
    ];

    protected override void Read(ReadOnlySpan<byte> input)
    {
        try
        {
            Check(BtfReader.Functions(input).Count <= input.Length / 12, $"more functions than types");
        }
        catch (InvalidDataException)
        {
            // It says that the BTF is damaged.
        }
    }
}
