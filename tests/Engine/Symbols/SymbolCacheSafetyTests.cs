using System.Net;
using System.Net.Sockets;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>What is read from the caches was put there by this user or root.</summary>
public sealed class SymbolCacheSafetyTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly SmallKernel _kernel = new();

    private string Cache => Path.Combine(_kernel.Folder, "home", "cache");

    private SymbolMapOptions Options
        => new() { CacheFolder = Cache, DebugRoots = [Path.Combine(_kernel.Folder, "none")], DebuginfodUrls = "", Threads = 1 };

    public void Dispose() => _kernel.Dispose();

    [ToolTheory("gcc", "ld")]
    [InlineData("home/cache/symbols", UnixFileMode.GroupWrite)]
    [InlineData("home/cache/symbols", UnixFileMode.OtherWrite)]
    [InlineData("home/cache/symbols", UnixFileMode.OtherWrite | UnixFileMode.StickyBit)]
    [InlineData("home/cache", UnixFileMode.OtherWrite)]
    [InlineData("home", UnixFileMode.OtherWrite)]
    public void ACacheThatOthersCanWriteIsRefused(string place, UnixFileMode mode)
    {
        var image = _kernel.Build("-gdwarf-5");
        Assert.Empty(SymbolMap.OfImage(image, Options).Warnings);
        var folder = Path.Combine(_kernel.Folder, place);
        File.SetUnixFileMode(folder, Private | mode);
        var steps = new List<string>();
        var map = SymbolMap.OfImage(image, Options with { Progress = steps.Add });
        // The image was read, not the cache.
        Assert.Single(steps);
        Assert.Contains($"is not used: other users can write to {folder}", Assert.Single(map.Warnings), StringComparison.Ordinal);
        File.SetUnixFileMode(folder, Private);
        Assert.Empty(SymbolMap.OfImage(image, Options with { Progress = steps.Add }).Warnings);
        Assert.Single(steps);
    }

    [Fact]
    public void TheOwnersOfLinksAndOfDirectoriesCount()
    {
        var real = Path.Combine(_kernel.Folder, "real");
        var link = Path.Combine(_kernel.Folder, "link");
        PrivateDirectory.Create(Path.Combine(real, "a/b"));
        File.CreateSymbolicLink(link, "real/a");
        Assert.Null(PrivateDirectory.WhyShared(Path.Combine(link, "b")));
        Assert.Null(PrivateDirectory.WhyShared(Path.Combine(link, "not/yet")));
        File.SetUnixFileMode(real, Private | UnixFileMode.OtherWrite);
        Assert.Equal($"other users can write to {real}", PrivateDirectory.WhyShared(Path.Combine(link, "b")));
        File.SetUnixFileMode(real, Private | UnixFileMode.OtherWrite | UnixFileMode.StickyBit);
        Assert.Null(PrivateDirectory.WhyShared(Path.Combine(link, "b")));
        File.CreateSymbolicLink(Path.Combine(real, "loop"), "loop");
        Assert.Contains("leads nowhere", PrivateDirectory.WhyShared(Path.Combine(real, "loop")), StringComparison.Ordinal);
        // /tmp is writable by all, and sticky: safe above a directory, and not as one.
        Assert.NotNull(PrivateDirectory.WhyShared("/tmp"));
    }

    [ToolFact("gcc", "ld")]
    public void EveryDirectoryHasTheSameMode()
    {
        SymbolMap.OfImage(_kernel.Build("-gdwarf-5"), Options);
        foreach (var folder in (string[])["home", "home/cache", "home/cache/symbols"])
            Assert.Equal(Private, File.GetUnixFileMode(Path.Combine(_kernel.Folder, folder)));
    }

    [Theory]
    [InlineData("file:///etc/passwd", "it redirects to file:///etc/passwd, and only http and https are followed")]
    [InlineData("gopher://127.0.0.1/x", "it redirects to gopher://127.0.0.1/x, and only http and https are followed")]
    [InlineData("http://[", "302 Found")]
    [InlineData("/again", "more than 10 redirects")]
    public void ARedirectThatIsNotFollowedIsNamed(string location, string cause)
    {
        using var server = new RedirectingServer(location);
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfKernel(
            Options with { BuildId = new string('a', 40), DebuginfodUrls = server.Url }));
        Assert.Equal(ErrorCode.DebugInformationNotFound, error.Code);
        Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
        // Nothing is left of it.
        Assert.False(Directory.Exists(Path.Combine(_kernel.Folder, "home")));
    }

    [Fact]
    public void NothingIsFetchedToADirectoryOfOthers()
    {
        PrivateDirectory.Create(Cache);
        File.SetUnixFileMode(Cache, Private | UnixFileMode.OtherWrite);
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfKernel(
            Options with { BuildId = new string('a', 40), DebuginfodUrls = "http://127.0.0.1:1" }));
        Assert.Contains($"other users can write to {Cache}", error.Cause, StringComparison.Ordinal);
    }

    /// <summary>A server that answers every request with a redirect.</summary>
    private sealed class RedirectingServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public RedirectingServer(string location)
        {
            _listener.Start();
            _ = Task.Run(async () =>
            {
                var buffer = new byte[4096];
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    var stream = client.GetStream();
                    _ = await stream.ReadAsync(buffer);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(
                        $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                }
            });
        }

        public string Url => $"http://{_listener.LocalEndpoint}";

        public void Dispose() => _listener.Dispose();
    }
}
