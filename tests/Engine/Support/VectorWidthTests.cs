using System.Runtime.Intrinsics;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>The readers' tests run with several vector widths. This checks that the runtime uses the width that a run sets.</summary>
public sealed class VectorWidthTests
{
    [Fact]
    public void TheWidestVectorIsTheWidthUnderTest()
    {
        var widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        if (int.TryParse(Environment.GetEnvironmentVariable("KM_TEST_VECTOR_BITS"), out var most)) Assert.InRange(widest, 0, most);
        else Assert.InRange(widest, 0, 512);
    }
}
