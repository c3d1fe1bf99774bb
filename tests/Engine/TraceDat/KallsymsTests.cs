using System.Globalization;
using System.Text;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>The table of symbols equals what a complete, simple parse of the same text and a stable sort give.</summary>
public class KallsymsTests
{
    public static TheoryData<string> Recordings
        => [.. Directory.GetFiles(SharedData.Local("trace-dat"), "*.dat").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void SymbolsOfRecordings(string file)
    {
        var text = TextOf(SharedData.Local($"trace-dat/{file}"));
        Check(text);
        Check(Shuffled(text, new Random(1)));
    }

    [SharedDataFact]
    public void SymbolsOfAWholeKernel()
    {
        var text = TextOf(SharedData.Shared("dat/fn-small.dat"));
        Assert.True(new Kallsyms(text).Count > 90_000);
        Check(text);
        Check(Shuffled(text, new Random(2)));
        // As on arm64: the modules are below the kernel.
        var modules = Encoding.Latin1.GetString(text).Replace("ffffffffc0", "ffff8000c0", StringComparison.Ordinal);
        Check(Encoding.Latin1.GetBytes(modules));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("ffffffff81000000 T _text")]
    [InlineData("ffffffff81000000 T _text\r\nffffffff81000010 t b\t[m]\r\n")]
    [InlineData("FFFFFFFF81000000 T upper\nffffFFFF81000010 T mixed\n")]
    [InlineData("ffff1000 T alpha\nffff2000 t beta\t[mod]\nffff1000 T again\n1 T a")]
    [InlineData("0123456789abcdef0 T seventeen\n0123456789abcdeg T other\n0123456789abcde  T space\n0123456789abcdef\tT tab\n")]
    [InlineData("\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019ABCDEF T control\n")]
    [InlineData("0123456789:;<=>? T after\n@ABCDEFGHIJKLMNO T letters\n")]
    [InlineData("ffffffff81000000 A percpu\nffffffff81000001 a percpu\nffffffff81000002 t $x\n")]
    [InlineData("ffffffff81000003 t  b\nffffffff81000004 t\n")]
    [InlineData("ffffffff81000004 T last\nffffffff81000004 T same\nffffffff81000004 T third\nffffffff81000000 T first\n")]
    [InlineData("0000000000000000 T hidden\n0000000000000000 T all\n0000000000000000 t zero\n")]
    public void ChosenLines(string text) => Check(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void RandomLines()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var text = new StringBuilder();
            // Few different addresses, so that many are equal, in an order that is ascending for a while.
            var ascending = random.Next(40);
            for (var line = 0; line < 60; line++)
            {
                var address = line < ascending ? (ulong)line / 3 + 20 : (ulong)random.Next(30);
                var digits = random.Next(4) == 0 ? "x" : "x16";
                text.Append(address.ToString(digits, CultureInfo.InvariantCulture)).Append(" T s").Append(line).Append('\n');
            }
            var bytes = Encoding.ASCII.GetBytes(text.ToString());
            if (round % 2 == 1) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Check(bytes);
        }
    }

    [Fact]
    public void RandomBytes()
    {
        var random = new Random(4);
        var alphabet = "0019afAFgG@` \t\r\n\nTtA$:/\0\u00ff"u8.ToArray();
        for (var round = 0; round < 2000; round++) Check(random.GetItems(alphabet, random.Next(120)));
    }

    private static void Check(byte[] text)
    {
        var expected = Symbols(text);
        var symbols = new Kallsyms(text);
        Assert.Equal(expected.Count, symbols.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            var (address, line) = expected[i];
            var (name, module, start) = symbols[i];
            Assert.Equal(address, start);
            Assert.Equal(line.Split(' ', '\t', '\r')[0], Encoding.Latin1.GetString(NameText.Encode(name)));
            Assert.True(module is null || line.Contains('[', StringComparison.Ordinal), line);
        }
        for (var i = 0; i < expected.Count; i += 1 + expected.Count / 500)
            foreach (var address in (ulong[])[expected[i].Address, expected[i].Address + 1, expected[i].Address - 1])
                Assert.Equal(Find(expected, address), symbols.Find(address));
    }

    /// <summary>
    /// The address and the rest of the line, from the name on, of each symbol: ascending, the last of equal ones first.
    /// </summary>
    private static List<(ulong Address, string Line)> Symbols(byte[] text)
    {
        var found = new List<(ulong, string)>();
        foreach (var line in Encoding.Latin1.GetString(text).Split('\n'))
        {
            var digits = line.TakeWhile(char.IsAsciiHexDigit).Take(16).Count();
            if (digits == 0 || line.Length < digits + 4 || line[digits] != ' ' || line[digits + 2] != ' ') continue;
            if (line[digits + 1] is 'A' or 'a' || line[digits + 3] is '$' or ' ' or '\t') continue;
            found.Add((ulong.Parse(line[..digits], NumberStyles.HexNumber, CultureInfo.InvariantCulture), line[(digits + 3)..]));
        }
        found.Reverse();
        return [.. found.OrderBy(s => s.Item1)];
    }

    private static int Find(List<(ulong Address, string Line)> symbols, ulong address)
    {
        int low = 0, high = symbols.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var next = middle + 1 < symbols.Count ? symbols[middle + 1].Address : 0;
            if (address == symbols[middle].Address || (address > symbols[middle].Address && address < next)) return middle;
            if (address < symbols[middle].Address) high = middle;
            else low = middle + 1;
        }
        return -1;
    }

    private static byte[] TextOf(string path)
    {
        using var handle = File.OpenHandle(path);
        return DatMetadata.Read(new DatFile(handle, RandomAccess.GetLength(handle)), path).Kernel.Symbols.ToArray();
    }

    private static byte[] Shuffled(byte[] text, Random random)
    {
        var lines = Encoding.Latin1.GetString(text).Split('\n');
        random.Shuffle(lines);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
