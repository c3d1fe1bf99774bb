using System.IO.Compression;
using System.Text;
using KernelMagnifier.Traces.Formats;

namespace KernelMagnifier.Engine.Tests.Formats;

/// <summary>Formats of events, of which the recordings have only some, and hostile ones.</summary>
public class PrintFormatTests
{
    private const string Fields =
        "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
        + "\tfield:int a;\toffset:8;\tsize:4;\tsigned:1;\n\tfield:unsigned long long b;\toffset:16;\tsize:8;\tsigned:0;\n"
        + "\tfield:char comm[8];\toffset:24;\tsize:8;\tsigned:0;\n\tfield:__data_loc char[] text;\toffset:32;\tsize:4;\tsigned:0;\n"
        + "\tfield:__rel_loc u16[] words;\toffset:36;\tsize:4;\tsigned:0;\n\tfield:__u8 ip[4];\toffset:40;\tsize:4;\tsigned:0;\n"
        + "\tfield:__u8 ip6[16];\toffset:44;\tsize:16;\tsigned:0;\n\tfield:__data_loc unsigned long[] mask;\toffset:60;\tsize:4;\tsigned:0;\n"
        + "\tfield:char name[];\toffset:80;\tsize:0;\tsigned:0;\n";

    // text at 64, words at 72, mask at 80.
    private static readonly byte[] Body =
    [
        1, 0, 0, 0, 7, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x2a, 1, 0, 0, 0, 0, 0, 0x80, .. "nginx\0xx"u8, 64, 0, 6, 0,
        32, 0, 4, 0, 192, 168, 1, 20, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 80, 0, 8, 0,
        .. "hllo\0\0\0\0"u8, 1, 0, 255, 255, 0, 0, 0, 0, 0x2f, 0, 0, 0, 0, 0, 0, 0x80,
    ];

    [Theory]
    [InlineData("\"a=%d b=%llu\", REC->a, REC->b", "a=-2 b=9223372036854776106")]
    [InlineData("\"%u %x %#x %#lx %5d|%-5d|%05d|%+d\", REC->a, REC->a, REC->a, REC->b, 42, 42, 42, 42",
        "4294967294 fffffffe 0xfffffffe 0x800000000000012a    42|42   |00042|+42")]
    [InlineData("\"%hhx %hd %c %o %X %.3d %%\", REC->a, REC->a, 65, 8, 255, 7", "fe -2 A 10 FF 007 %")]
    [InlineData("\"%s|%10s|%-10s|%.3s|%*s|%.*s\", REC->comm, REC->comm, REC->comm, REC->comm, 7, REC->comm, 2, REC->comm",
        "nginx|     nginx|nginx     |ngi|  nginx|ng")]
    [InlineData("\"%s %s\" \" end\", __get_str(text), REC->a == 3 ? \"x\" : \"y\"", "hllo y end")]
    [InlineData("\"%s\", __print_symbolic(REC->b & 0xff, { 0x2a, \"A\" }, { 2, \"B\" })", "A")]
    [InlineData("\"%s\", __print_symbolic(REC->ip[0], { 1, \"A\" })", "0xc0")]
    [InlineData("\"%s\", __print_flags(REC->b & 0xff, \"|\", { (1 << 1), \"B\" }, { 8UL, \"D\" })", "B|D|0x20")]
    [InlineData("\"%s\", __print_flags_u64(REC->b & 0xa, \"\", { 2, \"B\" }, { 8, \"D\" })", "BD")]
    [InlineData("\"%pI4 %pI6 %pI6c\", REC->ip, REC->ip6, REC->ip6", "192.168.1.20 2001:0db8:0000:0000:0000:0000:0000:0001 2001:db8::1")]
    [InlineData("\"%s %s\", __print_hex(REC->ip, 4), __print_hex_str(REC->ip, 2)", "c0 a8 01 14 c0a8")]
    [InlineData("\"%s %s\", __print_array(__get_rel_dynamic_array(words), 2, 2), __print_dynamic_array(words, 2)", "{0x1,0xffff} {0x1,0xffff}")]
    [InlineData("\"%s %s %u\", __get_bitmask(mask), __get_cpumask(mask), __get_dynamic_array_len(mask)", "80000000,0000002f 0-3,5,63 8")]
    [InlineData("\"%*phD %*pbl\", 3, __get_dynamic_array(mask), 8, __get_dynamic_array(mask)", "2f-00-00 0-3,5")]
    [InlineData("\"%d %d %d\", (int)sizeof(REC->b), 1 + 2 * 3, (1 + 2) << 2", "8 7 12")]
    [InlineData("\"%d,%d\", ((unsigned int) ((REC->b) >> 5)), ((unsigned int) ((REC->b) & ((1U << 5) - 1)))", "9,10")]
    [InlineData("\"%d %x %d\", (REC)->a, ((u16 *)__get_rel_dynamic_array(words))[1], REC->words[0]", "-2 ffff 1")]
    [InlineData("\"%p %p %pK\", 0, 4096, 4096", "(nil) 0x1000 0x1000")]
    [InlineData("\"%d %s %u\", unknown_function(REC->a, 3), other(\"x\"), jiffies_to_msecs(0)", "unknown_function(4294967294, 3) other(x) 0")]
    [InlineData("\"%s\", REC->name", "/")]
    [InlineData("\"a\\tb\\n\"", "a\tb")]
    [InlineData("\"%s %s\", __print_ns_to_secs(5000000001), __get_str(nothing)", null)]
    [InlineData("\"%d %d\", REC->a", null)]
    [InlineData("\"%d\", REC->nothing", null)]
    [InlineData("\"%d\", REC->a +", null)]
    [InlineData("no string", null)]
    public void TextIsThatOfTheFormat(string format, string? expected)
    {
        var schema = Parse(format);
        Assert.Equal(expected is null, schema.Text is FieldListText);
        if (expected is not null) Assert.Equal(expected, schema.Message(Body));
        else Assert.StartsWith("a=-2 b=9223372036854776106 comm=nginx text=hllo words=01 00 ff ff ip=c0 a8 01 14", schema.Message(Body));
    }

    /// <summary>trace-cmd applies operators in another order than C where parentheses enclose a weaker one.</summary>
    [Fact]
    public void SymbolIsThatOfCWhereTraceCmdIsWrong()
    {
        var schema = Parse("\"%s\", __print_flags(REC->a & (0x1 | 0x2), \"|\", { 1, \"A\" }, { 2, \"B\" })");
        Assert.Equal("B", Symbol(schema, "a"));
        Assert.Equal("B", schema.Message(Body));
        Assert.Equal("A|B", Parse("\"%s\", __print_flags(REC->a & (0x4 | 0x3), \"|\", { 1, \"A\" }, { 2, \"B\" }, { 4, \"C\" })").Message(Body)[..3]);
    }

    [Fact]
    public void FieldsHaveTheirRawValues()
    {
        var fields = Parse("\"%s%s\", REC->b & 2 ? __print_flags(REC->b & 2, \"|\", { 2, \"R\" }) : \"S\", REC->b & 8 ? \"+\" : \"\"").Decode(Body);
        Assert.Equal(["a", "b", "comm", "text", "words", "ip", "ip6", "mask", "name"], fields.Select(f => f.Name));
        Assert.Equal(-2, fields[0].Value);
        Assert.Equal(0x800000000000012aul, fields[1].Value);
        Assert.Equal("R+", fields[1].Symbol);
        Assert.Equal("nginx", fields[2].Value);
        Assert.Equal("hllo", fields[3].Value);
        Assert.Equal(new ushort[] { 1, 0xffff }, fields[4].Value);
        Assert.Equal(new byte[] { 192, 168, 1, 20 }, fields[5].Value);
        Assert.Equal(new[] { 0x800000000000002ful }, fields[7].Value);
        Assert.All(fields.Where(f => f.Name != "b"), f => Assert.Null(f.Symbol));
    }

    [Fact]
    public void CutRecordHasNullsAndNoException()
    {
        var schema = Parse("\"%d %s %s %pI6c %s\", REC->a, REC->comm, __get_str(text), REC->ip6, __print_array(__get_rel_dynamic_array(words), 99, 2)");
        for (var length = 0; length <= Body.Length; length++)
        {
            var body = Body.AsSpan(0, length);
            _ = schema.Message(body);
            Assert.Equal(length >= 12, schema.Decode(body)[0].Value is not null);
            Assert.Equal(length >= 12, schema.Reader("a").TryNumber(body, out _));
            Assert.Equal(length >= 70, schema.Reader("text").Text(body).Length > 0);
        }
    }

    [Fact]
    public void DeepAndLongFormatsEnd()
    {
        foreach (var (open, close) in new[] { ("(", ")"), ("~", ""), ("(int)", ""), ("1 ? ", " : 0"), ("1 + (", ")"), ("x(", ")") })
        {
            var deep = $"\"%d\", {string.Concat(Enumerable.Repeat(open, 50_000))}REC->a{string.Concat(Enumerable.Repeat(close, 50_000))}";
            Assert.IsType<FieldListText>(Parse(deep).Text);
        }
        Assert.IsType<FieldListText>(Parse($"\"%d\", 1{string.Concat(Enumerable.Repeat(" + REC->a", 50_000))}").Text);
        Assert.True(Parse("\"%2000000000d%.2000000000d%*d\", 1, 2, 2147483647, 3").Message(Body).Length <= PrintText.Longest);
    }

    [SharedDataFact]
    public void EveryFormatOfAKernelIsParsed()
    {
        using var file = new GZipStream(File.OpenRead(SharedData.Shared("meta/all-event-formats.txt.gz")), CompressionMode.Decompress);
        using var text = new StreamReader(file);
        var formats = text.ReadToEnd().Split("=== events/")[1..];
        Assert.Equal(1491, formats.Length);
        foreach (var format in formats)
        {
            var path = format[..format.IndexOf('\n', StringComparison.Ordinal)].Split('/');
            var schema = BinaryEventSchema.Parse(path[0], path[1], Encoding.UTF8.GetBytes(format), NoEnvironment.Instance);
            Assert.False(schema.Text is FieldListText, path[1]);
            _ = schema.Message(new byte[200]);
            Assert.Equal(schema.Fields.Count, schema.Decode(new byte[200]).Count);
        }
    }

    private static BinaryEventSchema Parse(string format)
        => BinaryEventSchema.Parse("test", "event", Encoding.UTF8.GetBytes($"name: event\nID: 1\nformat:\n{Fields}\nprint fmt: {format}\n"),
            NoEnvironment.Instance);

    private static string? Symbol(BinaryEventSchema schema, string field) => schema.Decode(Body).Single(f => f.Name == field).Symbol;
}
