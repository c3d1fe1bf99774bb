
namespace KernelMagnifier.Fuzzing;

/// <summary>A promise of a reader that an input has broken.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);

/// <summary>
/// One reader under test: takes any bytes, reads them as its format, and holds the reader to what is promised. No exception but the engine's own;
/// memory within a budget; the work of an input in proportion to its size; every line or record counted once; one result, whichever way it is read.
/// </summary>
internal abstract class FuzzTarget(string name)
{
    // Readers have buffers of fixed sizes: of blocks of lines, of pieces of pages, of names.
    private const long FixedMemory = 64 << 20;

    private static Func<long>? _steps;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>The longest input worth trying.</summary>
    public virtual int Longest => 16 << 10;

    /// <summary>Bytes an input may make the reader allocate, for each of its own.</summary>
    protected virtual long MemoryPerByte => 4096;

    /// <summary>Blocks of code an input may make the reader run, for each of its bytes; only an instrumented engine counts them.</summary>
    protected virtual long StepsPerByte => 4096;

    /// <summary>Blocks of code any input may make the reader run.</summary>
    protected virtual long FixedSteps => 4_000_000;

    /// <summary>How an instrumented engine tells the number of blocks it ran.</summary>
    public static Func<long>? Steps { set => _steps = value; }

    /// <summary>The most steps per byte met, and the most bytes allocated by one input.</summary>
    public (double StepsPerByte, long Memory) Most { get; private set; }

    /// <summary>Reads an input.</summary>
    /// <exception cref="BrokenPromiseException">A promise is broken. (Any other exception breaks one too.)</exception>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length > Longest) input = input[..Longest];
        var memory = GC.GetAllocatedBytesForCurrentThread();
        var steps = _steps?.Invoke() ?? 0;
        try
        {
            Read(input);
        }
        catch (KernelMagnifierException)
        {
            // The engine's own way to say that it cannot read this.
        }
        memory = GC.GetAllocatedBytesForCurrentThread() - memory;
        steps = (_steps?.Invoke() ?? 0) - steps;
        Most = (Math.Max(Most.StepsPerByte, steps / (double)(input.Length + 1024)), Math.Max(Most.Memory, memory));
        Promise(memory <= FixedMemory + MemoryPerByte * input.Length, $"{memory} bytes were allocated for an input of {input.Length}");
        Promise(steps <= FixedSteps + StepsPerByte * input.Length, $"{steps} blocks of code ran for an input of {input.Length} bytes");
    }

    /// <summary>Reads the input and checks what came of it.</summary>
    protected abstract void Read(ReadOnlySpan<byte> input);

    /// <summary>Fails with a message unless it holds.</summary>
    protected static void Promise(bool holds, FormattableString otherwise)
    {
        if (!holds) throw new BrokenPromiseException(FormattableString.Invariant(otherwise));
    }

    /// <summary>A number that depends on the bytes alone: what is too dear for every input is done for some, and for those always.</summary>
    protected static uint Draw(ReadOnlySpan<byte> input)
    {
        var hash = 2166136261u;
        foreach (var b in input.Length > 512 ? input[..512] : input) hash = (hash ^ b) * 16777619;
        return (hash ^ (uint)input.Length) * 2654435761 >> 8;
    }
}
