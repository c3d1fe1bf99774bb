using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Engine.Tests.Probes.Results;

/// <summary>printf turned around.</summary>
public class LineFormatTests
{
    [Theory]
    [InlineData(@"%s %d\n", "bash 12\n", "bash|12")]
    [InlineData(@"exit <%s> %d\n", "exit <a> 5> 1280\n", "a> 5|1280")]
    [InlineData(@"exit <%s> %d\n", "exit <> 1281\n", "|1281")]
    [InlineData(@"exit <%s> %d\n", "exit <nl\nhere> 1283\n", "nl\nhere|1283")]
    [InlineData(@"%5d|%-8s|%08x|%llx|%c|%p\n", "   42|left    |000000ff|deadbeef|A|0x1000\n", "42|left|000000ff|deadbeef|A|0x1000")]
    [InlineData(@"%-16s %6d\n", "bash                 12\n", "bash|12")]
    [InlineData(@"%-16s %3d\n", "bash             123456\n", "bash|123456")]
    [InlineData(@"%d%% of %s", "7% of x", "7|x")]
    [InlineData(@"%lld\t%u\x21\n", "-5\t18446744073709551615!\n", "-5|18446744073709551615")]
    [InlineData(@"%s %d %d\n", "my task 16 -105\n", "my task|16|-105")]
    public void AnUnambiguousLineIsDivided(string format, string line, string values)
    {
        var found = LineFormat.Parse(format)!.Match(line, out var isAmbiguous);
        Assert.Equal((values, false), (found is null ? null : string.Join('|', found), isAmbiguous));
    }

    [Theory]
    [InlineData(@"%s %s %d\n", "my task x 5\n", true)]
    [InlineData(@"%s (%d) %s\n", "a (1) (2) b\n", true)]
    [InlineData(@"%d%d", "123", true)]
    [InlineData(@"%s %d\n", "bash 12", false)]
    [InlineData(@"%s %d\n", "bash x\n", false)]
    [InlineData(@"%6d\n", "  12\n", false)]
    public void AnotherLineHasNoValues(string format, string line, bool isAmbiguous)
    {
        Assert.Null(LineFormat.Parse(format)!.Match(line, out var several));
        Assert.Equal(isAmbiguous, several);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%y")]
    [InlineData("%99999d")]
    [InlineData("")]
    public void WhatIsNoFormatIsRefused(string format) => Assert.Null(LineFormat.Parse(format));

    /// <summary>A long line of what separates values takes time in proportion to its length, or is not divided.</summary>
    [Fact]
    public void AHostileLineIsBounded()
    {
        var format = LineFormat.Parse(string.Concat(Enumerable.Repeat("%s %d ", 12)))!;
        Assert.Null(format.Match(string.Concat(Enumerable.Repeat("1 ", 20_000)), out var isAmbiguous));
        Assert.True(isAmbiguous);
        Assert.Null(format.Match(new string(' ', 1 << 20), out isAmbiguous));
        Assert.True(isAmbiguous);
    }

    [Fact]
    public void DeclaredFieldsAreTyped()
    {
        var manifest = ProbeOutputReaderTests.Manifest() with
        {
            Lines = [new OutputLine("exit", @"exit <%s> %d\n", [new("comm", "text", null), new("pid", "integer", null)], "")],
        };
        var (results, findings) = ProbeOutputReaderTests.Read(File.ReadAllBytes(SharedData.Local("probes/12-hostile.json")), manifest);
        var lines = results.Where(r => r.Kind == "Line").ToList();
        Assert.Equal(0, findings.AmbiguousLines);
        Assert.All(lines, line => Assert.Equal(("exit", typeof(long)), (line.Name, line.Fields!["PID"]!.GetType())));
        Assert.Equal(1267L, Assert.Single(lines, line => (string)line.Fields!["comm"]! == "we->ird" && line.Fields["pid"] is 1267L).Fields!["pid"]);
        Assert.Contains(lines, line => (string)line.Fields!["comm"]! == "CPU:1 [LOST 5]");
    }

    [Fact]
    public void ALineOfTwoSchemasHasNoFields()
    {
        var manifest = ProbeOutputReaderTests.Manifest() with
        {
            Lines =
            [
                new OutputLine("any", @"%s\n", [new("text", "text", null)], ""),
                new OutputLine("pair", @"%s %d\n", [new("comm", "text", null), new("pid", "integer", null)], ""),
                new OutputLine("wrong", @"%s %d\n", [new("comm", "text", null)], ""),
            ],
        };
        var (results, findings) = ProbeOutputReaderTests.Read("""
            {"type": "printf", "data": "bash 5\n"}
            {"type": "printf", "data": "bash\n"}

            """, manifest);
        Assert.Equal([null, "any"], results.Select(r => r.Name));
        Assert.Equal(1, findings.AmbiguousLines);
    }
}
