using System.IO.Compression;
using System.Security.Cryptography;

namespace KernelMagnifier.Compression;

/// <summary>
/// Tests whether zlib data that have ended are complete. .NET's zlib takes the end of its input for the end of the data, even in
/// the middle of them. So it gets random bytes: only complete data decompress to nothing more and are not damaged by them.
/// </summary>
internal static class ZlibProbe
{
    private const int Size = 4096;

    /// <summary>Whether the data are complete.</summary>
    /// <param name="decompressor">The stream that has returned all bytes.</param>
    /// <param name="compressed">Its input.</param>
    public static bool IsComplete(ZLibStream decompressor, CompressedBytes compressed)
    {
        compressed.Append(RandomNumberGenerator.GetBytes(Size));
        try
        {
            return decompressor.ReadByte() < 0;
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return false;
        }
    }
}
