using System.IO.Compression;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>
/// A test on the debug package of Debian's kernel 6.1.0-56-amd64, extracted (about 600 MB). KM_TEST_KERNEL_DEBUG is the path of
/// its vmlinux.
/// </summary>
public sealed class DebianKernelTests
{
    private static string Image => Environment.GetEnvironmentVariable("KM_TEST_KERNEL_DEBUG")!;

    private sealed class DebianKernelFactAttribute : FactAttribute
    {
        public DebianKernelFactAttribute()
        {
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KM_TEST_KERNEL_DEBUG")))
                Skip = "KM_TEST_KERNEL_DEBUG is not set. Set it to the path of the vmlinux of Debian's "
                    + "linux-image-6.1.0-56-amd64-dbg (apt-get download, dpkg -x).";
            else if (SharedData.Folder is null)
                Skip = "The recorded kernel's available_filter_functions are missing: set KM_SHARED_DATA.";
        }
    }

    [DebianKernelFact]
    public void EveryTraceableFunctionHasASource()
    {
        var map = SymbolMap.OfImage(Image, new SymbolMapOptions { NoCache = true, IncludeModules = true });
        var functions = File.OpenRead(SharedData.Shared("meta/available_filter_functions.gz"));
        using var decompressed = new GZipStream(functions, CompressionMode.Decompress);
        using var reader = new StreamReader(decompressed);
        var (all, known) = (0, 0);
        while (reader.ReadLine() is { } line)
        {
            // Functions that the linker removed; they have no name.
            if (line.StartsWith("__ftrace_invalid_address__", StringComparison.Ordinal)) continue;
            var parts = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            all++;
            if (map.Resolve(parts[0], parts.Length > 1 ? parts[1].Trim('[', ']') : null, null).Length > 0) known++;
        }
        Assert.True(known >= 0.995 * all, $"{known} of {all}");
    }
}
