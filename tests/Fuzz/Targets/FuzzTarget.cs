namespace KernelMagnifier.Fuzzing;

/// <summary>
/// One reader under test. The target reads any bytes as the format of the reader, and checks the properties of all readers: no
/// exception except <see cref="KernelMagnifierException"/>; bounded memory; work in proportion to the size of the input; every
/// line or record counted once; the same result in whatever way the input is read.
/// </summary>
internal abstract class FuzzTarget(string name)
{
    // Readers have buffers of fixed sizes, for blocks of lines, pieces of pages and names.
    private const long FixedMemory = 64 << 20;

    private static Func<long>? _steps;

    /// <summary>The name of the target.</summary>
    public string Name { get; } = name;

    /// <summary>Longest useful input, in bytes; a longer one is cut.</summary>
    public virtual int Longest => 16 << 10;

    /// <summary>Most bytes that the reader may allocate for each byte of the input.</summary>
    protected virtual long MemoryPerByte => 4096;

    /// <summary>
    /// Most basic blocks that the reader may run for each byte of the input. Only an instrumented engine counts them.
    /// </summary>
    protected virtual long StepsPerByte => 4096;

    /// <summary>Basic blocks that the reader may run in addition to <see cref="StepsPerByte"/>.</summary>
    protected virtual long FixedSteps => 4_000_000;

    /// <summary>Returns the number of basic blocks that an instrumented engine has run.</summary>
    public static Func<long>? Steps { set => _steps = value; }

    /// <summary>The most basic blocks per byte, and the most bytes allocated, of one input so far.</summary>
    public (double StepsPerByte, long Memory) Most { get; private set; }

    /// <summary>Reads an input.</summary>
    /// <exception cref="PropertyViolationException">A property does not hold. (Any other exception is a violation
    /// too.)</exception>
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
            // The engine reports that it cannot read this input.
        }
        memory = GC.GetAllocatedBytesForCurrentThread() - memory;
        steps = (_steps?.Invoke() ?? 0) - steps;
        Most = (Math.Max(Most.StepsPerByte, steps / (double)(input.Length + 1024)), Math.Max(Most.Memory, memory));
        Check(memory <= FixedMemory + MemoryPerByte * input.Length,
            $"{memory} bytes were allocated for an input of {input.Length}");
        Check(steps <= FixedSteps + StepsPerByte * input.Length,
            $"{steps} blocks of code ran for an input of {input.Length} bytes");
    }

    /// <summary>Reads the input and checks the result.</summary>
    protected abstract void Read(ReadOnlySpan<byte> input);

    /// <summary>Throws an exception unless a condition holds.</summary>
    internal static void Check(bool holds, FormattableString otherwise)
    {
        if (!holds) throw new PropertyViolationException(FormattableString.Invariant(otherwise));
    }

    /// <summary>
    /// A number that depends only on the bytes of an input. It selects the inputs for checks that are too slow for every input.
    /// </summary>
    protected static uint Draw(ReadOnlySpan<byte> input)
    {
        var hash = 2166136261u;
        foreach (var b in input.Length > 512 ? input[..512] : input) hash = (hash ^ b) * 16777619;
        return (hash ^ (uint)input.Length) * 2654435761 >> 8;
    }
}
