namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>The tool works without the cache of symbol maps.</summary>
public class CacheFaultTests
{
    private static void Image(TemporaryFolder folder)
    {
        folder.Write("k.c", "int alpha(int a) { return a + 1; }\nint beta(int b) { return alpha(b) * 2; }\n");
        Tool.Bash("gcc -g -O0 -shared -fPIC -Wl,--build-id -o vmlinux k.c", folder.Path).Succeeds();
    }

    [Theory]
    [InlineData("-u HOME -u XDG_CACHE_HOME")]
    [InlineData("-u XDG_CACHE_HOME HOME=/proc")]
    [InlineData("XDG_CACHE_HOME=/proc/none")]
    [InlineData("XDG_CACHE_HOME=/dev/null")]
    [InlineData("XDG_CACHE_HOME=relative HOME=")]
    public void ASymbolMapIsCreatedWithoutACacheDirectory(string environment)
    {
        using var folder = Tool.Folder();
        Image(folder);
        var outcome = Native.Bash(
            $"env {environment} kernel-magnifier generate-symbol-map -k vmlinux -o out.map && ls -A", folder.Path).Succeeds();
        Assert.Equal(["k.c", "out.map", "vmlinux"], outcome.Lines);
        Assert.Contains("beta", File.ReadAllText(folder["out.map"]), StringComparison.Ordinal);
    }

    [Fact]
    public void ConcurrentProcessesShareTheCache()
    {
        using var folder = Tool.Folder();
        Image(folder);
        var outcome = Native.Bash("""
            export XDG_CACHE_HOME="$PWD/cache"
            for n in 1 2 3 4 5 6; do kernel-magnifier generate-symbol-map -k vmlinux -o $n.map 2> /dev/null || echo failed & done; wait
            for n in 2 3 4 5 6; do cmp 1.map $n.map; done; find cache -type f | wc -l
            """, folder.Path).Succeeds();
        Assert.Equal(["1"], outcome.Lines);
        Assert.Contains("beta", File.ReadAllText(folder["1.map"]), StringComparison.Ordinal);
    }

    [Fact]
    public void TheCacheWorksAfterAKilledRun()
    {
        using var folder = Tool.Folder();
        Image(folder);
        for (var i = 0; i < Native.Moments; i++)
            Native.Bash(
                $"XDG_CACHE_HOME=\"$PWD/cache{i}\" timeout -s KILL {(0.003 * (i + 1)).ToString(System.Globalization.CultureInfo.InvariantCulture)} kernel-magnifier generate-symbol-map -k vmlinux -o killed.map 2> /dev/null; XDG_CACHE_HOME=\"$PWD/cache{i}\" kernel-magnifier generate-symbol-map -k vmlinux -o out.map && grep -q beta out.map",
                folder.Path).Succeeds();
    }
}
