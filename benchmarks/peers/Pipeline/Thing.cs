namespace KernelMagnifier.Benchmarks.Pipeline;

/// <summary>An object to send through a pipeline.</summary>
/// <param name="number">Its number.</param>
public sealed class Thing(long number)
{
    private static Thing[] _all = [];

    /// <summary>Its number.</summary>
    public long Number { get; } = number;

    /// <summary>The prebuilt objects.</summary>
    public static IReadOnlyList<Thing> All => _all;

    /// <summary>Builds objects before the measurement starts.</summary>
    public static void Build(long count)
    {
        var all = new Thing[count];
        for (var i = 0; i < all.Length; i++) all[i] = new Thing(i);
        _all = all;
    }
}
