using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMagnifier.Native;

namespace KernelMagnifier.Model;

/// <summary>
/// Random numbers that nobody outside the process knows, from the kernel. They never reach an output: no result may depend on them.
/// </summary>
internal static class Secrets
{
    // What getrandom(2) returns completely, whatever signals arrive.
    private const int Most = 256;

    /// <summary>
    /// Replaces the random numbers by a sequence that starts with this number, on this thread and those that it starts. For tests,
    /// which compare the results of different secrets.
    /// </summary>
    internal static AsyncLocal<StrongBox<ulong>?> Fixed { get; } = new();

    /// <summary>Fills a buffer.</summary>
    public static void Fill(Span<byte> bytes)
    {
        if (Fixed.Value is { } seed)
        {
            FillFrom(ref seed.Value, bytes);
            return;
        }
        for (; bytes.Length > 0; bytes = bytes[Math.Min(Most, bytes.Length)..])
            if (!ProcessCalls.TryGetRandom(bytes[..Math.Min(Most, bytes.Length)]))
                Random.Shared.NextBytes(bytes[..Math.Min(Most, bytes.Length)]);
    }

    /// <summary>Fills a buffer of numbers.</summary>
    public static void Fill(Span<ulong> numbers) => Fill(MemoryMarshal.AsBytes(numbers));

    /// <summary>The generator SplitMix64.</summary>
    private static void FillFrom(ref ulong seed, Span<byte> bytes)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (; bytes.Length > 0; bytes = bytes[Math.Min(sizeof(ulong), bytes.Length)..])
        {
            var mixed = Interlocked.Add(ref seed, 0x9E3779B97F4A7C15);
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            BinaryPrimitives.WriteUInt64LittleEndian(word, mixed ^ (mixed >> 31));
            word[..Math.Min(sizeof(ulong), bytes.Length)].CopyTo(bytes);
        }
    }
}
