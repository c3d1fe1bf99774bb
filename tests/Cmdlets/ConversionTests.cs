using System.Management.Automation;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>What leaves the process comes back: objects with the properties of calls, edges or counts give the same answers.</summary>
public sealed class ConversionTests
{
    private const string Graph = "Export-KmGraph ./g.dot -Title x -Force; (Get-Content ./g.dot) -notmatch '^ +label=<<table'";
    private const string GraphMl =
        "Export-KmProfile ./g.graphml -Title x -Force; (Get-Content ./g.graphml) -notmatch 'key=\"(lost|title)\"'";

    private const string Json = "Select-Object * -ExcludeProperty Nesting | ConvertTo-Json";
    private const string Tree = "Format-KmCallTree *lock* -Charset Ascii";
    private const string Report = "Export-KmReport ./r.csv -Force; (Get-Content ./r.csv) -replace ',(Stack|Caller),', ','";

    /// <summary>Ways out of the process and back, of the objects in $live.</summary>
    private static readonly string[] Ways =
    [
        "$live | Export-Clixml ./a.xml; Import-Clixml ./a.xml",
        "$live | Export-Csv ./a.csv; Import-Csv ./a.csv",
        "$live | ConvertTo-Json -Compress | ConvertFrom-Json",
        "$live | ConvertTo-Json -Compress | ConvertFrom-Json -AsHashtable",
        "$live | Select-Object *",
    ];

    private static readonly string[] Calls =
    [
        "Import-KmTrace $timed -SymbolMap $map",
        "Import-KmTrace $echo -SymbolMap $map | Select-Object -First 500",
        "Import-KmTrace $timed, $echo | Select-Object -First 600",
    ];

    public static TheoryData<string, string, string[]> CallsAndUses => Combine(
        Calls,
        [
            "Measure-KmCall Function, Caller, Task, Context, Cpu, Recording | ConvertTo-Json",
            $"Select-KmCall -Function *lock*, *rcu* -ExcludeCpu 7 -Since 1 | {Json}", $"Select-KmCall -AsEdge | {Json}",
            "Export-KmProfile ./p.folded -Title x -Force; Get-Content ./p.folded",
            "Export-KmProfile ./p.speedscope.json -Title x -Force; Get-Content ./p.speedscope.json",
            Graph, GraphMl, Report,
        ]);

    // The stacks of a recording with returns do not leave the process, so what is below a function is known by caller links only.
    public static TheoryData<string, string, string[]> LinksAndUses => Combine(
        ["Import-KmTrace $echo -SymbolMap $map | Select-Object -First 500", "Import-KmTrace $echo -AsEdge"],
        [$"Select-KmCall -Root *page*, *clock*, *time* -Depth 2 -MinCount 2 | {Json}", Tree]);

    public static TheoryData<string, string, string[]> EdgesAndUses => Combine(
        ["Import-KmTrace $timed -AsEdge -SymbolMap $map", "Import-KmTrace $timed, $echo -AsEdge"],
        [
            "Measure-KmCall Edge, Recording | ConvertTo-Json", $"Select-KmCall -MinCount 2 | {Json}", Graph, GraphMl, Report,
        ]);

    public static TheoryData<string, string, string[]> CountsAndUses => Combine(
        [
            "Import-KmTrace $timed -SymbolMap $map | Measure-KmCall", "Import-KmTrace $echo | Measure-KmCall Task, Context",
            "Import-KmTrace $timed, $echo | Measure-KmCall Recording", "Import-KmTrace $echo | Measure-KmCall Edge, Cpu",
        ],
        [Report]);

    public static TheoryData<string, string, string[]> EdgeCountsAndUses => Combine(
        ["Import-KmTrace $timed | Measure-KmCall Edge", "Import-KmTrace $echo | Measure-KmCall Edge, Task | Select-Object -First 300"], [Graph, Report]);

    [Theory]
    [MemberData(nameof(CallsAndUses))]
    [MemberData(nameof(EdgesAndUses))]
    [MemberData(nameof(LinksAndUses))]
    [MemberData(nameof(CountsAndUses))]
    [MemberData(nameof(EdgeCountsAndUses))]
    public void What_comes_back_gives_the_same_answer(string source, string way, string[] uses)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        shell.Run($"$WarningPreference = 'Ignore'; $live = @({source}); $back = @({way})").WithoutErrors();
        foreach (var use in uses)
        {
            var direct = Lines(shell.Run($"$live | {use}"));
            Assert.True(direct.Count > 0, use);
            Assert.Equal(direct, Lines(shell.Run($"$back | {use}")));
        }
    }

    [Theory]
    [InlineData("Measure-KmCall -InputObject", "| ConvertTo-Json"), InlineData("Select-KmCall -Cpu 1 -InputObject", "| ConvertTo-Json")]
    [InlineData("Format-KmCallTree * -InputObject", ""), InlineData("Export-KmGraph ./g.dot -Force -InputObject", "; Get-Content ./g.dot")]
    [InlineData("Export-KmReport ./r.csv -Force -InputObject", "; Get-Content ./r.csv")]
    [InlineData("Export-KmProfile ./p.folded -Force -InputObject", "; Get-Content ./p.folded")]
    public void A_collection_is_the_same_as_a_pipeline(string command, string rest)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        shell.Run("$live = @(Import-KmTrace $timed); $live | Export-Clixml ./a.xml").WithoutErrors();
        var piped = command[..command.LastIndexOf(" -InputObject", StringComparison.Ordinal)];
        var direct = Lines(shell.Run($"$live | {piped} {rest}"));
        Assert.NotEmpty(direct);
        Assert.Equal(direct, Lines(shell.Run($"{command} $live {rest}")));
        Assert.Equal(direct, Lines(shell.Run($"{command} ([Collections.ArrayList]$live) {rest}")));
        if (!(command.Contains("Graph", StringComparison.Ordinal) || command.Contains("Tree", StringComparison.Ordinal)
            || command.Contains("Select", StringComparison.Ordinal)))
            Assert.Equal(direct, Lines(shell.Run($"{command} (Import-Clixml ./a.xml) {rest}")));
    }

    [Theory]
    [InlineData("Import-KmTrace $timed -AsEdge | Select-Object Caller, Callee, Count")]
    [InlineData("Import-KmTrace $timed -AsEdge | ForEach-Object { @{ caller = $_.Caller; CALLEE = $_.Callee; count = \"$($_.Count)\" } }")]
    [InlineData("Import-KmTrace $timed -AsEdge | ForEach-Object { [KernelMagnifier.Model.CallEdge]::new($_.Caller, $_.Callee, $_.Count) }")]
    [InlineData("Import-KmTrace $timed | Select-Object Caller, @{ n = 'Callee'; e = { $_.Function } }, @{ n = 'Count'; e = { 1 } }")]
    [InlineData("Import-KmTrace $timed | Select-Object Function, Caller")]
    [InlineData("Import-KmTrace $timed | ForEach-Object { [KernelMagnifier.Model.CallEvent]::new($_.Function, $_.Caller) }")]
    [InlineData("Import-KmTrace $timed | Measure-KmCall Edge | Select-Object Function, Caller, Calls")]
    public void Caller_callee_and_count_are_enough_for_a_graph(string script)
    {
        const string Use = "Measure-KmCall Edge | ForEach-Object { \"$($_.Caller) $($_.Function) $($_.Calls)\" }";
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        Assert.Equal(Lines(shell.Run($"Import-KmTrace $timed -AsEdge | {Use}")), Lines(shell.Run($"{script} | {Use}")));
        var drawn = shell.Run($"{script} | Export-KmGraph ./a.dot -PassThru; Import-KmTrace $timed | Export-KmGraph ./b.dot -PassThru")
            .WithoutErrors().Output;
        Assert.Equal(drawn[1].Properties["Edges"].Value, drawn[0].Properties["Edges"].Value);
    }

    [Theory]
    [InlineData("@{ Caller = 'a'; Callee = 'b' } | Export-KmGraph ./x.dot", "MissingProperty", "Count")]
    [InlineData("@{ Callee = 'b'; Count = 1 } | Export-KmGraph ./x.dot", "MissingProperty", "Caller")]
    [InlineData("@{ Caller = 'b'; Count = 1 } | Measure-KmCall", "MissingProperty", "Callee")]
    [InlineData("@{ Function = 'b' } | Format-KmCallTree b", "MissingProperty", "Caller")]
    [InlineData("@{ Function = 'b' } | Select-KmCall -AsEdge", "MissingProperty", "Caller")]
    [InlineData("@{ Calls = 4 } | Export-KmReport ./x.csv", "MissingProperty", "Function")]
    [InlineData("@{ Calls = 4 } | Export-KmGraph ./x.dot", "MissingProperty", "Function")]
    [InlineData("@{ Function = 'b' } | Measure-KmCall Task", "MissingProperty", "Comm")]
    [InlineData("@{ Function = 'b' } | Measure-KmCall Recording", "MissingProperty", "Recording")]
    [InlineData("@{ Function = 'b' } | Select-KmCall -Since 1", "MissingProperty", "Timestamp")]
    [InlineData("@{ Function = 'b' } | Select-KmCall -SourcePath net/", "MissingProperty", "Caller")]
    [InlineData("@{ Function = 'b'; Calls = 1 } | Export-KmGraph ./x.dot", "MissingProperty", "Caller")]
    [InlineData("@{ Function = 'b'; Caller = ''; Calls = 1 } | Export-KmGraph ./x.dot", "MissingProperty", "Caller")]
    [InlineData("Import-KmTrace $timed | Measure-KmCall | Export-KmGraph ./x.dot", "MissingProperty", "Caller")]
    [InlineData("@{ Caller = 'a'; Callee = 'b'; Count = 'many' } | Export-KmGraph ./x.dot", "InvalidProperty", "Count")]
    [InlineData("@{ Caller = 'a'; Callee = 'b'; Count = 1.5 } | Export-KmGraph ./x.dot", "InvalidProperty", "Count")]
    [InlineData("@{ Caller = 'a'; Callee = 'b'; Count = 0 } | Export-KmGraph ./x.dot", "InvalidProperty", "Count")]
    [InlineData("@{ Caller = 'a'; Callee = 'b'; Count = '9223372036854775807' } | Measure-KmCall", "InvalidProperty", "Count")]
    [InlineData("@{ Caller = 'a'; Callee = 'b'; Count = '1e99' } | Measure-KmCall", "InvalidProperty", "Count")]
    [InlineData("@{ Caller = 'a'; Callee = ''; Count = 1 } | Measure-KmCall", "InvalidProperty", "Callee")]
    [InlineData("@{ Caller = @(1, 2); Callee = 'b'; Count = 1 } | Measure-KmCall", "InvalidProperty", "Caller")]
    [InlineData("@{ Function = 'f'; Cpu = 16777216 } | Measure-KmCall", "InvalidProperty", "Cpu")]
    [InlineData("@{ Function = 'f'; Context = 'Kernel' } | Measure-KmCall", "InvalidProperty", "Context")]
    [InlineData("@{ Function = 'f'; Timestamp = [double]::NaN } | Measure-KmCall", "InvalidProperty", "Timestamp")]
    [InlineData("@{ Function = 'f'; Duration = -1 } | Measure-KmCall", "InvalidProperty", "Duration")]
    [InlineData("Import-KmTrace $timed -Info | Export-KmReport ./x.csv", "NotACount", "TraceInfo")]
    [InlineData("(Import-KmTrace $timed -Info).PerCpu | Export-KmReport ./x.csv", "NotACount", "CpuStatistics")]
    [InlineData("'a', 'b' | Group-Object | Export-KmGraph ./x.dot", "NotACall", "GroupInfo")]
    public void An_error_names_the_property(string script, string id, string named)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var error = shell.Run(script).SingleError();
        Assert.StartsWith($"{id},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(named, error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Empty(folder.Names);
    }

    [Fact]
    public void Stacks_of_calls_come_back_those_of_edges_do_not_and_the_tree_says_so()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        const string Back = "| ConvertTo-Json | ConvertFrom-Json | Format-KmCallTree *lock* -Charset Ascii";
        var lines = Lines(shell.Run($"Import-KmTrace $timed {Back}"));
        Assert.EndsWith("  Callees", lines[0], StringComparison.Ordinal);
        lines = Lines(shell.Run($"Import-KmTrace $timed -AsEdge {Back}"));
        Assert.EndsWith("Callees, by caller links", lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Export-Csv ./a.csv; Import-Csv ./a.csv", 1), InlineData("ConvertTo-Json | ConvertFrom-Json", 1)]
    [InlineData("Select-Object Caller, Callee, Count", 0), InlineData("Where-Object Count -gt 0", 0)]
    public void Stacks_of_edges_that_do_not_come_back_are_a_warning(string way, int warnings)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        foreach (var use in new[] { "Select-KmCall -Root *lock*", "Format-KmCallTree *lock*" })
        {
            var output = shell.Run($$"""
                $back = & { $edges = Import-KmTrace $timed -AsEdge -WarningAction Ignore; $edges | {{way}} }
                $null = $back | {{use}} -WarningVariable found -WarningAction SilentlyContinue
                @($found -like '*call stacks of the recording did not come back*').Count
                """).WithoutErrors().Output;
            Assert.Equal(warnings, (int)output.Single().BaseObject);
        }
        Assert.Equal(0, (int)shell.Run("$back | Select-KmCall -MinCount 2 -WarningVariable w -WarningAction Ignore | Out-Null; @($w).Count")
            .WithoutErrors().Output.Single().BaseObject);
    }

    [Fact]
    public void Sums_do_not_overflow()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var error = shell.Run("1..10000 | ForEach-Object { @{ Caller = 'a'; Callee = 'b'; Count = 1000000000000000 } } | Measure-KmCall")
            .SingleError();
        Assert.StartsWith("InvalidProperty,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Commas_and_days_of_other_cultures_change_nothing()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var call = shell.Run("""
            [cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture.Clone()
            [cultureinfo]::CurrentCulture.NumberFormat.NumberDecimalSeparator = ','
            [pscustomobject]@{ Function = 'f'; Timestamp = '167.477212345'; Duration = '1.5' } | Select-KmCall
            """).WithoutErrors().Output.Single();
        Assert.Equal(167.477212345, call.Properties["Timestamp"].Value);
        Assert.Equal(1.5, call.Properties["Duration"].Value);
    }

    [Theory]
    [InlineData(".", "-"), InlineData("\u00A0", "\u2212")]
    public void Csv_of_another_culture_gives_the_same_answer(string group, string minus)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var text = shell.Run($$"""
            {{Culture(group, minus)}}
            $live = @(Import-KmTrace $timed) + [KernelMagnifier.Model.CallEvent]::new('before', '', -1.5)
            $live | Export-Csv ./a.csv
            (Get-Content ./a.csv -Raw) -match '\d,\d'
            $live | {{Json}}
            '---'
            Import-Csv ./a.csv | Select-KmCall | {{Json}}
            """).WithoutErrors().Text;
        var parts = text.ReplaceLineEndings("\n").Split("\n---\n");
        Assert.Equal(parts[0], $"True\n{parts[1]}");
    }

    [Theory]
    [InlineData("1.234,5"), InlineData("1'234"), InlineData("1 234,5")]
    public void Separators_of_thousands_are_an_error(string number)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var error = shell.Run($$"""
            {{Culture(".", "-")}}
            [pscustomobject]@{ Function = 'f'; Timestamp = "{{number}}" } | Select-KmCall
            """).SingleError();
        Assert.StartsWith("InvalidProperty,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$edges | Select-KmCall -Function TCP_sendmsg", "-Function TCP_sendmsg: * Did you mean tcp_sendmsg?")]
    [InlineData("$edges | Select-KmCall -Root nosuchfn", "-Root nosuchfn: no function of the input has this name. *")]
    [InlineData("$calls | Select-KmCall -Comm nosuch", "-Comm nosuch: no task of the input has this name. Its tasks are *")]
    [InlineData("$calls | Select-KmCall -ProcessId 77777", "-ProcessId 77777: no task of the input has this pid. *")]
    [InlineData("$calls | Select-KmCall -Since 4e9", "-Since 4000000000: the input ends at * and begins at *")]
    [InlineData("$calls | Select-KmCall -Cpu 77", "-Cpu 77: the calls of the input are on *")]
    [InlineData("[KernelMagnifier.Model.CallEvent]::new('abc', 'b') | Select-KmCall -Function abd", "-Function abd: * Did you mean abc?")]
    [InlineData("[KernelMagnifier.Model.CallEdge]::new('abc', 'b', 1) | Select-KmCall -Caller abd", "-Caller abd: * Did you mean abc?")]
    public void A_filter_that_matches_nothing_is_explained(string script, string warning)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var output = shell.Run($$"""
            $live = Import-KmTrace $echo -WarningAction Ignore
            $live | Select-Object -First 2000 | Export-Csv ./c.csv; $live | Select-KmCall -AsEdge | Export-Csv ./e.csv
            $calls = Import-Csv ./c.csv; $edges = Import-Csv ./e.csv
            & { {{script}} } 3>&1 | ForEach-Object { "$_" -like 'No call passes the filter: {{warning}}' }
            """).WithoutErrors().Lines;
        Assert.Equal("True", Assert.Single(output));
    }

    [Fact]
    public void Counts_that_a_script_makes_are_reported()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var lines = Lines(shell.Run("""
            [KernelMagnifier.Counting.FunctionCallCount]::new('tcp_push', 3), [KernelMagnifier.Counting.FunctionCallCount]::new('vfs_read', 2) |
                Export-KmReport ./r.csv
            Get-Content ./r.csv
            """));
        Assert.Contains(lines, line => line.StartsWith("tcp_push,3", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("vfs_read,2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[KernelMagnifier.Counting.FunctionCallCount]::new('', 1)"), InlineData("[KernelMagnifier.Counting.FunctionCallCount]::new('f', 0)")]
    [InlineData("[KernelMagnifier.Model.CallEdge]::new('a', '', 1)"), InlineData("[KernelMagnifier.Model.CallEdge]::new('a', 'b', 0)")]
    [InlineData("[KernelMagnifier.Model.CallEvent]::new('')"), InlineData("[KernelMagnifier.Model.CallEvent]::new('f', '', -1e99)")]
    [InlineData("[KernelMagnifier.Model.CallEvent]::new('f', '', 1, 70000)")]
    [InlineData("[KernelMagnifier.Model.CallEvent]::new('f', '', 1, 1, 1, 'comm', 'Kernel')")]
    public void Constructors_reject_values_that_are_not_possible(string script)
    {
        using var shell = Shell.Open();
        Assert.IsType<ArgumentException>(
            shell.Run(script).SingleError().Exception.InnerException, exactMatch: false);
    }

    [Fact]
    public void Contexts_are_names_in_objects_and_json()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var outcome = shell.Run("""
            $calls = Import-KmTrace $echo | Select-Object -First 5000
            @($calls | Where-Object Context -eq HardIrq).Count
            @($calls | Where-Object { $_.Context -eq [KernelMagnifier.Model.ExecutionContext]::HardIrq }).Count
            @($calls | Select-KmCall -Context HardIrq).Count
            @($calls | ConvertTo-Json | ConvertFrom-Json | Where-Object context -eq 'HardIrq').Count
            """).WithoutErrors().Output.Select(count => (int)count.BaseObject).ToList();
        Assert.True(outcome[0] > 100);
        Assert.All(outcome, count => Assert.Equal(outcome[0], count));
    }

    /// <summary>A script that sets a culture with a decimal comma, as Germany and Sweden have it. Those need data of ICU.</summary>
    private static string Culture(string group, string minus) => $"""
        [cultureinfo]::CurrentCulture = [cultureinfo]::InvariantCulture.Clone()
        $format = [cultureinfo]::CurrentCulture.NumberFormat
        $format.NumberDecimalSeparator, $format.NumberGroupSeparator, $format.NegativeSign = ',', '{group}', '{minus}'
        """;

    private static TheoryData<string, string, string[]> Combine(string[] sources, string[] uses)
    {
        var data = new TheoryData<string, string, string[]>();
        foreach (var source in sources)
            foreach (var way in Ways)
                data.Add(source, way, uses);
        return data;
    }

    /// <summary>The output. Objects that come back do not contain the losses of their recording, and a profile says so.</summary>
    private static List<string> Lines(Outcome outcome)
        => [.. outcome.WithoutErrors().Lines.Select(line => line.Replace(": the recording was not read to its end", "", StringComparison.Ordinal)
            .Replace(" Unknown whether events were lost.", "", StringComparison.Ordinal))];

    private static Shell Open(TemporaryFolder folder)
    {
        var shell = Shell.Open(folder.Path);
        shell.Set("echo", Repository.Echo);
        shell.Set("timed", Repository.Timed);
        shell.Set("map", Repository.Map);
        return shell;
    }
}
