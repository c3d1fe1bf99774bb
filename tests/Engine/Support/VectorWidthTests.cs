using System.Runtime.Intrinsics;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>The readers' tests are run with several widths of vectors: whether the runtime has the width that a run is meant to have.</summary>
public sealed class VectorWidthTests
{
    [Fact]
    public void TheWidestVectorIsTheOneThatIsTested()
    {
        var widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        if (int.TryParse(Environment.GetEnvironmentVariable("KM_TEST_VECTOR_BITS"), out var most)) Assert.InRange(widest, 0, most);
        else Assert.InRange(widest, 0, 512);
    }
}
