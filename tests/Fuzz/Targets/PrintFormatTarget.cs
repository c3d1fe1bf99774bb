using System.Text;
using KernelMagnifier.Traces.Formats;

namespace KernelMagnifier.Fuzzing;

/// <summary>Format files with their <c>print fmt</c>: any text is parsed, and made of records of any length.</summary>
internal sealed class PrintFormatTarget() : FuzzTarget("print-format")
{
    private const string Fields = "name: event\nID: 7\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
        + "\tfield:int a;\toffset:8;\tsize:4;\tsigned:1;\n\tfield:char comm[8];\toffset:12;\tsize:8;\tsigned:0;\n"
        + "\tfield:__data_loc char[] text;\toffset:20;\tsize:4;\tsigned:0;\n\tfield:__rel_loc u16[] words;\toffset:24;\tsize:4;\tsigned:0;\n"
        + "\tfield:const char * p;\toffset:32;\tsize:8;\tsigned:0;\n\tfield:u8 ip[16];\toffset:40;\tsize:16;\tsigned:0;\n\nprint fmt: ";

    private static readonly string[] Texts =
    [
        "\"%d,%5u %-8s|%.*s %*d\\n\", REC->a, (unsigned int)(REC->a >> 3) & ((1U << 2) - 1), REC->comm, 3, REC->comm, 9, ~REC->a",
        "\"%s %s%s\", __print_symbolic(REC->a, { 0, \"A\" }, { -1, ((void *)0) }), (REC->a & (1 | 2)) ? __print_flags(REC->a & 3, \"|\", "
            + "{ 0x1, \"S\" }, { (1UL << (1)), \"D\" }) : \"R\", REC->a & 0x100 ? \"+\" : \"\"",
        "\"%s %pI6c %pI4 %pM %pU %*phC %pS\", __get_str(text), REC->ip, REC->ip, REC->ip, REC->ip, REC->a, __get_dynamic_array(words), "
            + "(void *)REC->p",
        "\"%s %s %s %s %d\", __get_bitmask(words), __get_cpumask(words), __print_array(__get_rel_dynamic_array(words), REC->a, 2), "
            + "__print_hex(REC->ip, REC->a), ((u16 *)__get_rel_dynamic_array(words))[REC->a]",
        "\"%pISpc %s %d %d %s\", REC->ip, REC->p, sizeof(REC->ip), jiffies_to_msecs(REC->a), __print_dynamic_array(words, 2)",
    ];

    /// <summary>Format files with all that a format can have.</summary>
    public static IEnumerable<byte[]> Seeds => Texts.Select(t => Encoding.UTF8.GetBytes($"{Fields}{t}\n"));

    protected override long MemoryPerByte => 16 << 10;

    /// <summary>The first format file of an input of several.</summary>
    public static byte[] Seed(byte[] formats) => formats.AsSpan().IndexOf((byte)0) is >= 0 and var end ? formats[..end] : formats;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var schema = BinaryEventSchema.Parse("fuzz", "event", input.ToArray(), NoEnvironment.Instance);
        Span<byte> body = stackalloc byte[80];
        for (var i = 0; i < body.Length; i++) body[i] = (byte)(i * 37);
        foreach (var length in (ReadOnlySpan<int>)[0, 9, 30, 80]) EventBodyTarget.CheckRecord(schema, body[..length]);
    }
}
