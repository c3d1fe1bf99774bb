using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Text;

/// <summary>Names are bytes; different ones stay different.</summary>
public sealed class NameTextTests
{
    [Theory]
    [InlineData("vfs_read", "vfs_read")]
    [InlineData("ünï", "ünï")]
    [InlineData("caf\u00E9", "caf\\xe9", true)]
    [InlineData("a\u00E8\u0080", "a\\xe8\\x80", true)]
    [InlineData("\u00ED\u00A0\u0080", "\\xed\\xa0\\x80", true)] // a surrogate, which is not a character
    [InlineData("\u00FF\u00FE", "\\xff\\xfe", true)]
    [InlineData("lit\\xe9", "lit\\x5cxe9")] // not the byte E9
    [InlineData("lit\\x5c", "lit\\x5cx5c")]
    [InlineData("dev-by\\x2duuid", "dev-by\\x2duuid")] // as systemd names its units
    [InlineData("up\\xE9", "up\\xE9")]
    [InlineData("a\\", "a\\")]
    [InlineData("a\0b", "a\0b")]
    public void BytesThatAreNotUtf8AreEscaped(string name, string text, bool isLatin1 = false)
    {
        var bytes = (isLatin1 ? Encoding.Latin1 : Encoding.UTF8).GetBytes(name);
        Assert.Equal(text, NameText.Decode(bytes));
        Assert.Equal(bytes, NameText.Encode(text));
    }

    [Fact]
    public void DifferentNamesHaveDifferentTexts()
    {
        var random = new Random(5);
        var parts = new byte[][] { [0xE9], [0xC3, 0xA9], [0xE2, 0x82], "\\"u8.ToArray(), "x"u8.ToArray(), "e9"u8.ToArray(), "5c"u8.ToArray(), "8"u8.ToArray(), [0] };
        var texts = new Dictionary<string, string>();
        for (var i = 0; i < 20_000; i++)
        {
            byte[] name = [.. Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ => parts[random.Next(parts.Length)])];
            var text = NameText.Decode(name);
            var hex = Convert.ToHexString(name);
            Assert.Equal(hex, Convert.ToHexString(NameText.Encode(text)));
            Assert.Equal(hex, texts.GetValueOrDefault(text, hex));
            texts[text] = hex;
            Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Fact]
    public void NamesKeepTheirBytesOnTheirWayThroughATally()
    {
        var names = new CallNames();
        var (acute, grave) = (names.Task(Latin1("caf\u00E9"), 1), names.Task(Latin1("caf\u00E8"), 1));
        Assert.NotEqual(acute, grave);
        Assert.Equal("caf\\xe9", names.Tasks[acute].Comm);
        var again = new CallNames();
        Assert.Equal("caf\\xe9", again.Tasks[again.Task(NameText.Encode(names.Tasks[acute].Comm), 1)].Comm);
        Assert.NotEqual(names.Function(Latin1("f\u00E9 [m\u00E9]")), names.Function(Latin1("f\u00E8 [m\u00E9]")));
        Assert.Equal(("f\\xe9", "m\\xe9"), (names.Functions[1].Name, names.Functions[1].Module));
    }

    [Fact]
    public void ASymbolMapKeepsTheBytesOfNames()
    {
        byte[] lines = [.. "# symbol map\n"u8, .. Latin1("f\u00E9|a\u00E9.c|3|m\n"), .. Latin1("f\u00E8|b.c|4|m\n"), .. "lit\\xe9|c.c|5|m\n"u8];
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, lines);
            var map = SymbolMap.Load(path);
            Assert.Equal(["f\\xe8", "f\\xe9", "lit\\x5cxe9"], map.Rows.Select(row => row.Function).Order(StringComparer.Ordinal));
            Assert.Equal("a\\xe9.c", Assert.Single(map.Resolve("f\\xe9", "m", null)).File);
            using var written = new MemoryStream();
            map.Write(written);
            Assert.Contains("f\u00E9|a\u00E9.c|3|m\n", Encoding.Latin1.GetString(written.ToArray()), StringComparison.Ordinal);
            Assert.Contains("lit\\xe9|c.c|5|m\n", Encoding.Latin1.GetString(written.ToArray()), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("\u001b[31m", "\\x1b[31m")]
    [InlineData("\u009b31m", "\\u{9b}31m")] // \x9b would be the byte
    [InlineData("a\nb\tc\rd\0", "a\\nb\\tc\\rd\\x00")]
    [InlineData("\u202Eevil", "\\u{202e}evil")]
    [InlineData("caf\\xe9", "caf\\xe9")]
    public void ATerminalGetsNoCharacterThatActs(string text, string shown)
    {
        Assert.Equal(shown, TerminalText.Escape(text));
        Assert.Equal(shown, TerminalText.Escape(shown));
        // Half of a character, which an attribute cannot have.
        Assert.Equal("\\u{d800}" + shown, TerminalText.Escape((char)0xD800 + text));
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    [Fact]
    public void MessagesAndTextsOfObjectsAreEscaped()
    {
        const string Name = "x\u001b]52;c;aGk=\a\u009b\u202E\n";
        string[] texts =
        [
            new KernelMagnifierException(ErrorCode.TraceUnreadable, Name, Name, Name).Message,
            new CallEvent(Name, Name).ToString(), new CallEdge(Name, Name, 1).ToString(),
            new FunctionCallCount(Name, 1).ToString(), new SourceLocation(Name, 1).ToString(),
            new SymbolSource(Name, new SourceLocation(Name, 1)).ToString(), new SymbolMap(Name, []).ToString(),
            new HostProblem(ErrorCode.BadSetting, Name, Name, false).ToString(),
        ];
        Assert.All(texts, text => Assert.DoesNotContain(text, c => char.IsControl(c) || c == '\u202E'));
        Assert.All(texts, text => Assert.Contains("x\\x1b]52;c;aGk=\\x07\\u{9b}\\u{202e}\\n", text, StringComparison.Ordinal));
    }
}
