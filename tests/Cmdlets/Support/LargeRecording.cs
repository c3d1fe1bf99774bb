using System.Globalization;
using System.Text;

namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>A recording that is large enough to interrupt its reading, with a symbol map of its functions.</summary>
public sealed class LargeRecording : IDisposable
{
    /// <summary>The number of calls in the recording.</summary>
    public const int Calls = 400_000;

    private const int Functions = 60;
    private const int SymbolsInMap = 200_000;
    private readonly TemporaryFolder _folder = new();

    public LargeRecording()
    {
        using (var trace = new StreamWriter(Path, false, Encoding.ASCII, 1 << 20))
        {
            trace.Write("# tracer: function\n#\n");
            trace.Write("#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n");
            trace.Write("#              | |         |   |||||     |         |\n");
            for (var i = 0; i < Calls; i++)
            {
                // A hash mixes callers and callees, in the same way in each run.
                var scrambled = (uint)i * 2_654_435_761u;
                var (callee, caller) = ($"function_{scrambled % Functions}", $"function_{(scrambled >> 12) % Functions}");
                trace.Write(string.Create(CultureInfo.InvariantCulture,
                    $"          worker-{100 + i % 7,-5} [{i % 4:000}] ..... 100.{i:000000}: {callee} <-{caller}\n"));
            }
        }
        using var map = new StreamWriter(Map, false, Encoding.ASCII, 1 << 20);
        for (var i = 0; i < SymbolsInMap; i++)
            map.Write(string.Create(CultureInfo.InvariantCulture, $"function_{i}|net/part{i % 100}/file{i % 1000}.c\n"));
    }

    /// <summary>The recording: text of the function tracer.</summary>
    public string Path => _folder.File("large.trace");

    /// <summary>The symbol map.</summary>
    public string Map => _folder.File("large.map");

    /// <summary>True while this process has the recording or its map open.</summary>
    public bool IsOpen
        => Directory.EnumerateFiles("/proc/self/fd").Select(TargetOf).Any(target => target == Path || target == Map);

    public void Dispose() => _folder.Dispose();

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, false)?.FullName;
        }
        catch (IOException)
        {
            // The file was closed after it was listed.
            return null;
        }
    }
}
