using KernelMagnifier.Lab;

namespace KernelMagnifier.Engine.Tests.Lab;

/// <summary>Which kernels guests boot.</summary>
[Collection(LabCacheCollection.Name)]
public sealed class LabKernelTests : IDisposable
{
    private const string Variable = "KM_LIVE_CACHE";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("km-kernel-test-");
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void ACacheThatOthersCanWriteIsRefused(UnixFileMode mode)
    {
        var cache = _folder.CreateSubdirectory("live");
        cache.CreateSubdirectory("kernels/bookworm/boot");
        File.WriteAllText(Path.Combine(cache.FullName, "kernels", "bookworm", "boot", "vmlinuz-6.1.0-1-amd64"), "");
        Environment.SetEnvironmentVariable(Variable, cache.FullName);
        using var scripts = new LabScripts();
        Assert.Equal(Path.Combine(cache.FullName, "kernels", "bookworm"), LabKernel.Find(scripts, "bookworm", default).Folder);
        cache.UnixFileMode |= mode;
        var error = Assert.Throws<KernelMagnifierException>(() => LabKernel.Find(scripts, "bookworm", default));
        Assert.Equal(ErrorCode.OutputNotSafe, error.Code);
        Assert.Contains("others can change kernels in it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACacheBelowADirectoryThatOthersCanWriteIsRefused()
    {
        var above = _folder.CreateSubdirectory("above");
        above.UnixFileMode |= UnixFileMode.OtherWrite;
        Environment.SetEnvironmentVariable(Variable, Path.Combine(above.FullName, "live"));
        Assert.Equal(ErrorCode.OutputNotSafe, Assert.Throws<KernelMagnifierException>(LabCache.Create).Code);
    }

    [Fact]
    public void ANewCacheIsForTheOwnerOnly()
    {
        Environment.SetEnvironmentVariable(Variable, Path.Combine(_folder.FullName, "a", "live"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(LabCache.Create()));
    }

    [Theory]
    [InlineData("/nonexistent/kernel")]
    [InlineData("/etc/")]
    [InlineData("../escape")]
    public void ADirectoryWithoutAKernelIsRefused(string name)
    {
        using var scripts = new LabScripts();
        var error = Assert.Throws<KernelMagnifierException>(() => LabKernel.Find(scripts, name, default));
        Assert.Equal(ErrorCode.KernelUnreadable, error.Code);
    }

    [Fact]
    public void AnImageNeedsItsModules()
    {
        Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(() => LabKernel.OfImage("/etc/passwd", null)).Code);
        Assert.Equal(ErrorCode.KernelUnreadable, Assert.Throws<KernelMagnifierException>(() => LabKernel.OfImage("/nonexistent", "/")).Code);
        Assert.Equal(["-i", "/etc/passwd", "-M", "/etc"], LabKernel.OfImage("/etc/passwd", "/etc").Options);
    }

    [Fact]
    public void TheScriptsAreResources()
    {
        using var scripts = new LabScripts();
        foreach (var name in new[] { "guest.sh", "kernel.sh", "kernels.sh", "load-guest.sh", "attach.sh", "attach-guest.sh" })
            Assert.Equal(File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "src", "Module", "lab", name)), File.ReadAllText(scripts.Of(name)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(scripts.Folder));
    }

    [Theory]
    [InlineData("/tmp/x", true)]
    [InlineData("/root/.dotnet/dotnet", true)]
    [InlineData("/temporary/x", false)]
    [InlineData("/usr/bin/env", false)]
    public void SomeDirectoriesAreHiddenFromGuests(string path, bool isHidden) => Assert.Equal(isHidden, LabJob.IsHidden(path));
}
