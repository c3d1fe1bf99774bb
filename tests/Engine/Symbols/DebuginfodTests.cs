using System.Net;
using System.Net.Sockets;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>A server that accepts a connection and says nothing.</summary>
public sealed class DebuginfodTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-debuginfod-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public async Task Waiting_for_a_silent_server_is_cancelled()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var options = new SymbolMapOptions
        {
            DebugRoots = [], CacheFolder = _folder, KernelRelease = "9.9.9-none", BuildId = new string('a', 40),
            DebuginfodUrls = $"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}",
        };
        using var cancel = new CancellationTokenSource();
        var work = Task.Run(() => SymbolMap.OfKernel(options, cancel.Token));
        using var connection = await server.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(10));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData(null, 15, 30)]
    [InlineData("", 15, 30)]
    [InlineData("-1", 15, 30)]
    [InlineData("90", 90, 90)]
    public void The_limits_are_those_of_the_environment(string? specified, int begin, int next)
        => Assert.Equal((TimeSpan.FromSeconds(begin), TimeSpan.FromSeconds(next)), Debuginfod.Limits(specified));
}
