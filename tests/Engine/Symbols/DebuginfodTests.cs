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
    [InlineData("9999999", 86_400, 86_400)]
    public void The_limits_are_those_of_the_environment(string? specified, int begin, int next)
        => Assert.Equal((TimeSpan.FromSeconds(begin), TimeSpan.FromSeconds(next)), Debuginfod.Limits(specified));

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_damaged_encoding_is_a_failure_of_that_server(string encoding)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}";
        var options = new SymbolMapOptions
        {
            DebugRoots = [], CacheFolder = _folder, BuildId = new string('a', 40), DebuginfodUrls = $"{url} {url}/second",
        };
        var work = Task.Run(() => SymbolMap.OfKernel(options));
        for (var i = 0; i < 2; i++)
        {
            using var connection = await server.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(10));
            var answer = $"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: 16\r\nConnection: close\r\n\r\n\u0001not compressed\u007f\u007f";
            await connection.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        }
        var error = await Assert.ThrowsAsync<KernelMagnifierException>(() => work.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(ErrorCode.DebugInformationNotFound, error.Code);
        Assert.Contains($"{url}/second: ", error.Cause, StringComparison.Ordinal);
    }
}
