using System.Text;
using KernelMagnifier.Lab;

namespace KernelMagnifier.Engine.Tests.Lab;

/// <summary>What a guest prints on its console, which may be anything.</summary>
public sealed class LabConsoleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("km-console-test-");

    private string Log => Path.Combine(_folder.FullName, "console.log");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ControlCharactersAreRemovedFromTheLogAndTheLines()
    {
        var lines = Read("\u001b]0;title\u0007one\r\n\ttwo\u001b[31m\u202e\u009b\nthree\b\b\0");
        Assert.Equal(["]0;titleone", " two[31m\\u{202e}", "three"], lines);
        var log = File.ReadAllText(Log);
        Assert.Equal(3, log.Count(c => c == '\n'));
        Assert.DoesNotContain(log, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void ALineWithoutEndIsCut()
    {
        var line = Assert.Single(Read(new string('x', 100_000)));
        Assert.Equal(400, line.Length);
        Assert.Equal(401, new FileInfo(Log).Length);
    }

    [Fact]
    public void OnlyTheLastLinesAreKept()
    {
        var lines = Read(string.Concat(Enumerable.Range(1, 1000).Select(number => $"line {number}\n\n")));
        Assert.Equal(Enumerable.Range(981, 20).Select(number => $"line {number}"), lines);
    }

    [Fact]
    public void TheLogIsBounded()
    {
        var line = Encoding.UTF8.GetBytes(new string('x', 399) + "\n");
        using (var console = new LabConsole(Log))
            for (var i = 0; i < 20; i++) console.Read(new StreamReader(new MemoryStream([.. Enumerable.Repeat(line, 2600).SelectMany(one => one)])));
        Assert.InRange(new FileInfo(Log).Length, 16 << 20, (16 << 20) + 1000);
        Assert.EndsWith("(the log ends here: the guest wrote more)\n", File.ReadAllText(Log), StringComparison.Ordinal);
    }

    [Fact]
    public void APanicIsFoundWhereverItIs()
    {
        using var console = new LabConsole(Log);
        console.Read(Text($"[ 1.0] Kernel panic - not syncing: \u001b[31mhere\n{string.Concat(Enumerable.Repeat("trace\n", 100))}"));
        Assert.Equal("[ 1.0] Kernel panic - not syncing: [31mhere", console.Panic);
        Assert.Equal(console.Panic, console.LastLines[0]);
        Assert.Equal(21, console.LastLines.Count);
    }

    private IReadOnlyList<string> Read(string text)
    {
        using var console = new LabConsole(Log);
        console.Read(Text(text));
        Assert.Null(console.Panic);
        return console.LastLines;
    }

    private static StreamReader Text(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
