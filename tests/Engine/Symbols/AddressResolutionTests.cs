using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>Functions of one name are told apart by any address in them, and what cannot be is said.</summary>
public class AddressResolutionTests
{
    // show is at 1000 with 60 bytes in net/, and at 3000 with 20 bytes in fs/.
    private static readonly SymbolMap Map = new("x.map",
    [
        new("show", new("net/a.c", 1), "kernel") { Address = 0xffffffff81001000, Size = 0x60 },
        new("show", new("fs/b.c", 2), "kernel") { Address = 0xffffffff81003000, Size = 0x20 },
        new("main", new("drivers/net/c.c", 3), "kernel") { Address = 0xffffffff81005000, Size = 0x20 },
    ]);

    private static TraceReader Open(string text)
        => TraceFile.Open(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), "t", new() { SourceResolver = Map });

    private static (string[] Sources, TraceInfo Info) Sources(string text)
    {
        using var reader = Open(text);
        var info = reader.Read(new CallTally(CallGrouping.Edge));
        return ([.. reader.Names.Functions.Where(f => f.Name == "show").Select(f => f.SourceFile ?? "?")], info);
    }

    [Theory]
    // The kernel is loaded at an offset of a multiple of 2 MB.
    [InlineData("show <ffffffff9a201000>", "net/a.c")]
    [InlineData("show <ffffffff9a201030>", "net/a.c")]
    [InlineData("show <ffffffff9a203020>", "fs/b.c")]
    [InlineData("show+0x10/0x20 <ffffffff9a203010>", "fs/b.c")]
    [InlineData("show <ffffffff9a204000>", "fs/b.c | net/a.c")]
    [InlineData("show", "fs/b.c | net/a.c")]
    public void TextWithAddressesIsDecodedByThem(string function, string files)
    {
        var (sources, _) = Sources($"# tracer: function\n            bash-42      [000] .....     1.000000: {function} <-main <ffffffff9a205004>\n");
        Assert.Equal([files], sources);
    }

    [Theory]
    [InlineData("show", "show")]
    [InlineData("show+0x10", "show+0x8")]
    public void PerfScriptIsDecodedByAddresses(string first, string second)
    {
        var (sources, _) = Sources($"bash 42 [000] 1.000000: cycles:\n\tffffffff9a201010 {first} ([kernel.kallsyms])\n"
            + $"\tffffffff9a205008 main ([kernel.kallsyms])\n\nbash 42 [000] 2.000000: cycles:\n\tffffffff9a203008 {second} ([kernel.kallsyms])\n"
            + "\tffffffff9a205008 main ([kernel.kallsyms])\n\n");
        Assert.Equal(["fs/b.c", "net/a.c"], sources.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("42 0 1000000 ffffffff9a201030 ffffffff9a205004\n")]
    [InlineData("0000002a 00000000 00000000000f4240 ffffffff9a201030 ffffffff9a205004 \n")]
    public void ARecordingOfAddressesIsToldApartFromAnotherKernel(string line)
    {
        var (_, info) = Sources($"# tracer: function\n{line}{line}");
        Assert.Equal(2, info.Calls);
        var warning = Assert.Single(info.Warnings);
        Assert.Contains("has the addresses of the functions instead of their names", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("another kernel", warning, StringComparison.Ordinal);

        using var reader = Open($"# tracer: function\n{line}");
        reader.Read(new CallTally(CallGrouping.Edge));
        foreach (var filter in (CallFilter[])[new() { Function = ["show"] }, new() { SourcePath = ["net/"] }])
        {
            var found = new NothingFound();
            found.Add(reader.Names, reader.Info, 0);
            Assert.Contains("instead of their names", found.Explain([filter], name => name, ""), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AMapWithoutTheFunctionsIsSaid()
    {
        using var reader = Open("# tracer: function\n            bash-42      [000] .....     1.000000: a <-b\n");
        var info = reader.Read(new CallTally(CallGrouping.Edge));
        Assert.Contains("x.map contains no function of the recording", Assert.Single(info.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net/", "net/ipv4/tcp.c drivers/net/tun.c include/net/tcp.h", "fs/net.c")]
    [InlineData("/net/", "net/ipv4/tcp.c", "drivers/net/tun.c include/net/tcp.h fs/net.c")]
    [InlineData("/net/ipv4/tcp.c", "net/ipv4/tcp.c", "include/net/ipv4/tcp.c")]
    [InlineData("/net/*.c", "net/ipv4/tcp.c", "drivers/net/tun.c")]
    [InlineData("/build/", "/build/net/a.c build/b.c", "x/build/a.c")]
    public void ASlashInFrontIsTheTopOfTheSource(string path, string inside, string outside)
    {
        var list = new SourcePathList([path]);
        foreach (var file in inside.Split(' ')) Assert.True(list.Contains(Symbol(file)), file);
        foreach (var file in outside.Split(' ')) Assert.False(list.Contains(Symbol(file)), file);
    }

    /// <summary>The Python tool looks for the text in the path.</summary>
    [Fact]
    public void ASubstringIsOneEverywhere()
    {
        var list = new SourcePathList(["/net/"], areSubstrings: true);
        Assert.True(list.Contains(Symbol("drivers/net/tun.c")));
        Assert.False(list.Contains(Symbol("net/ipv4/tcp.c")));
    }

    [Fact]
    public void AFilterThatTakesFunctionsByNameSaysSo()
    {
        using var reader = Open("# tracer: function\n            bash-42      [000] .....     1.000000: show <-main\n");
        var filter = new CallFilter { SourcePath = ["/net/"], ExcludeSourcePath = ["/mm/"] };
        reader.Read(new CallTally(CallGrouping.Edge), filter);
        var found = new NothingFound();
        found.Add(reader.Names, reader.Info, 1, [filter]);
        Assert.Equal("-SourcePath /net/: 1 function is selected by name, and the symbol map has functions of the same name elsewhere "
            + "too: show (fs/b.c, net/a.c). Only a recording with addresses (trace.dat, or text with the trace option sym-addr) "
            + "tells them apart.", Assert.Single(found.Unmatched(name => $"-{name}")));

        using var exact = Open("# tracer: function\n            bash-42      [000] .....     1.000000: show <ffffffff9a201030> <-main\n");
        exact.Read(new CallTally(CallGrouping.Edge), filter);
        found = new NothingFound();
        found.Add(exact.Names, exact.Info, 1, [filter]);
        Assert.Empty(found.Unmatched(name => $"-{name}"));
    }

    private static FunctionSymbol Symbol(string file) => new(1, "f", null, null, [new SourceLocation(file, 1)]);
}
