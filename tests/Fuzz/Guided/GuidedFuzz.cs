using System.Runtime.InteropServices;

namespace KernelMagnifier.Fuzzing;

/// <summary>The functions that fuzz.c calls.</summary>
internal static unsafe class GuidedFuzz
{
    private static FuzzTarget? _target;

    /// <summary>
    /// Creates the target and the counters of the engine. If <c>KM_FUZZ_SEEDS</c> is set, writes the seeds to that directory
    /// instead; returns 2 then.
    /// </summary>
    [UnmanagedCallersOnly(EntryPoint = "km_fuzz_start")]
    public static int Start(byte* name, byte** counters, int* count)
    {
        try
        {
            FuzzCoverage.Counters = (byte*)NativeMemory.AlignedAlloc(FuzzCoverage.Count, 4096);
            NativeMemory.Clear(FuzzCoverage.Counters, FuzzCoverage.Count);
            *counters = FuzzCoverage.Counters;
            *count = FuzzCoverage.Count;
            FuzzTarget.Steps = () => FuzzCoverage.Steps;
            var target = Marshal.PtrToStringUTF8((nint)name) ?? "";
            if (Environment.GetEnvironmentVariable("KM_FUZZ_SEEDS") is { } folder)
            {
                var n = 0;
                foreach (var seed in Seeds.Of(target)) File.WriteAllBytes(Path.Combine(folder, $"seed-{n++:0000}"), seed);
                Console.Error.WriteLine($"{n} seeds for {target}");
                return 2;
            }
            _target = FuzzTargets.New(target);
            if (_target is not null) return 0;
            Console.Error.WriteLine($"KM_FUZZ_TARGET must be one of: {string.Join(" ", FuzzTargets.Names)}");
            return 1;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error);
            return 1;
        }
    }

    /// <summary>Reads one input; returns 1 if it violates a property.</summary>
    [UnmanagedCallersOnly(EntryPoint = "km_fuzz_one")]
    public static int One(byte* data, nuint size)
    {
        try
        {
            _target!.Run(new ReadOnlySpan<byte>(data, (int)size));
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine($"VIOLATION {_target!.Name}: {error}");
            return 1;
        }
    }

    /// <summary>Prints the highest cost of an input.</summary>
    [UnmanagedCallersOnly(EntryPoint = "km_fuzz_end")]
    public static void End() => Console.Error.WriteLine(FormattableString.Invariant(
        $"MOST {_target?.Name}: {_target?.Most.StepsPerByte:0} blocks per byte, {_target?.Most.Memory} bytes"));
}
