using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using System.Text;
using System.Xml.Linq;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>The views of the output types, and the hidden properties that they show.</summary>
public sealed class ViewTests
{
    private const string Hostile = "x\u001b]52;c;aGk=\a\u009b31m\u202E\ny";

    /// <summary>The output types that the types file extends.</summary>
    public static TheoryData<string> Types => [.. TypesFile.Root!.Elements("Type").Select(Name).Where(name => !name.StartsWith("Deserialized.", StringComparison.Ordinal) && name is not ("KernelMagnifier.Model.KernelEvent" or "KernelMagnifier.Model.SymbolicNumber"))];

    private static XDocument TypesFile { get; } = XDocument.Load(Path.Combine(Repository.Root, "src/Module/KernelMagnifier.Types.ps1xml"));

    private static string Name(XElement element) => element.Element("Name")!.Value;

    [Fact]
    public void AnObjectIsShownEscapedInEveryViewAndSoIsItsCopy()
    {
        using var shell = Shell.Open();
        shell.Set("n", Hostile);
        var found = shell.Run("""
            $call = [KernelMagnifier.Model.CallEvent]::new($n, $n, 1.5, 0, 7, $n, 'Task', 3.5, 1, $n)
            $edge = [KernelMagnifier.Model.CallEdge]::new($n, $n, 3)
            $row = [KernelMagnifier.Symbols.SymbolSource]::new($n, [KernelMagnifier.Model.SourceLocation]::new($n, 3), $n)
            $map = [KernelMagnifier.Symbols.SymbolMap]::new($n, [KernelMagnifier.Symbols.SymbolSource[]]@($row))
            $counts = foreach ($by in 0..63) { $call | Measure-KmCall ([KernelMagnifier.Counting.CallGrouping]$by) }
            $export = [KernelMagnifier.Rendering.Graphs.GraphExport]::new($n, 1, 2, 3, 4, 5, $n, $false, $false)
            $problem = [KernelMagnifier.Recording.HostProblem]::new('BadSetting', $n, $n, $true)
            foreach ($live in @($call, $edge, $row, $map, $export, $problem) + $counts) {
                $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live))
                foreach ($one in $live, $copy) {
                    $one | Out-String; $one | Format-Table | Out-String; $one | Format-List | Out-String; $one | Format-Custom | Out-String
                    $one | Format-Wide | Out-String; "$one"
                }
            }
            """).WithoutErrors().Lines.ToList();
        Assert.True(found.Count > 700);
        Assert.All(found, text => Assert.DoesNotContain(text, c => (char.IsControl(c) && c is not ('\n' or '\r')) || c == '\u202E'));
        Assert.True(found.Count(text => text.Contains("x\\x1b]52;c;", StringComparison.Ordinal)) > 500);
    }

    /// <summary>Names of a workload, which comes from a file.</summary>
    [Fact]
    public void APartOfAWorkloadIsShownEscapedInEveryViewAndSoIsItsCopy()
    {
        using var shell = Shell.Open();
        shell.Set("n", Hostile);
        var found = shell.Run("""
            $wake = [KernelMagnifier.Workloads.WorkloadWake]::new($n, 5)
            $step = [KernelMagnifier.Workloads.WorkloadStep]@{ Trigger = $n; By = $n; Block = $n; Wakes = [KernelMagnifier.Workloads.WorkloadWake[]]$wake }
            $io = [KernelMagnifier.Workloads.WorkloadIo]@{ Device = $n; Operation = $n }
            $task = [KernelMagnifier.Workloads.WorkloadTask]@{
                Name = $n; Comm = $n; Loop = $n; Policy = $n; Parent = $n
                Steps = [KernelMagnifier.Workloads.WorkloadStep[]]$step; Io = [KernelMagnifier.Workloads.WorkloadIo[]]$io
            }
            $gap = [KernelMagnifier.Workloads.WorkloadGap]::new($n, $n, 1, 2, 3)
            $coverage = [KernelMagnifier.Workloads.WorkloadCoverage]@{ Gaps = [KernelMagnifier.Workloads.WorkloadGap[]]$gap }
            $edge = [KernelMagnifier.Workloads.WorkloadEdge]::new($n, $n, 3, $true)
            $source = [KernelMagnifier.Workloads.WorkloadSource]@{ Recording = $n; KernelRelease = $n; Machine = $n }
            foreach ($live in $wake, $step, $io, $task, $gap, $coverage, $edge, $source) {
                $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live))
                foreach ($one in $live, $copy) {
                    foreach ($view in 'Table', 'List', 'Custom', 'Wide') { $one | & "Format-$view" | Out-String -Width 160 }
                }
            }
            """).WithoutErrors().Output.Select(item => item.ToString()).ToList();
        Assert.Equal(8 * 2 * 4, found.Count);
        Assert.All(found, text => Assert.DoesNotContain(text, c => (char.IsControl(c) && c is not ('\n' or '\r')) || c == '\u202E'));
        // The tables of requests have narrow columns, and those of coverage no names.
        Assert.Equal(found.Count - 6, found.Count(text => text.Contains("x\\x1b]52;c;", StringComparison.Ordinal)));
    }

    /// <summary>PowerShell does not index each kind of list.</summary>
    [Fact]
    public void ThePartsOfAWorkloadAreIndexed()
    {
        using var shell = Shell.Open();
        shell.Set("sched", Repository.Data("latency/sched.txt.zst"));
        Assert.Equal("WorkloadTask WorkloadStep WorkloadEdge WorkloadGap Int32", shell.Run("""
            $workload = ConvertTo-KmWorkload $sched -WarningAction Ignore
            $parts = $workload.Tasks[0], $workload.Tasks[0].Steps[0], $workload.Edges[0], $workload.Coverage.Gaps[0], $workload.Tasks[0].ProcessIds[0]
            $parts.ForEach({ $_.GetType().Name }) -join ' '
            """).WithoutErrors().Text);
    }

    /// <summary>Texts in the fields of an event, and in the name of one.</summary>
    [Theory]
    [InlineData("\u001b]52;c;aGk=\a\n", "x\\x1b]52;c;")]
    [InlineData("\u001b[31mred\r\nx", "x\\x1b[31m")]
    [InlineData("\u009b31m\u202Ey\n", "x\\u{9b}31m")]
    [InlineData("=cmd|' /C x'!A0", "x=cmd|' /C x'")]
    [InlineData("</script>,\"a'b\"", "x</script>,\"a'")]
    public void AHostileFieldIsShownEscapedInEveryViewAndSoIsItsCopy(string text, string shown)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("hostile.dat"), MixWithHostileNames(text));
        using var shell = Shell.Open(folder.Path);
        var found = shell.Run("""
            $mixed = Import-KmTrace ./hostile.dat -Event * -WithCall
            $mixed | Out-String -Width 160
            foreach ($part in $mixed[0..99], $mixed[99..0]) {
                $part | Format-Table | Out-String; $part | Format-List | Out-String; $part | Format-Custom | Out-String; $part | Format-Wide | Out-String
            }
            foreach ($live in Import-KmTrace ./hostile.dat -Event sched:*, irq:irq_handler_entry) {
                $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live))
                foreach ($one in $live, $copy) {
                    $one | Out-String -Width 160; $one | Format-Table | Out-String -Width 160; $one | Format-List | Out-String -Width 160
                    $one | Format-Custom | Out-String -Width 160; $one | Format-Wide | Out-String; "$one"
                }
            }
            """).WithoutErrors().Output.Select(item => item.ToString()).ToList();
        // Calls and events are rows of one table.
        Assert.Equal(2895 + 2, found[0].Split('\n').Count(line => line.Trim().Length > 0));
        Assert.Equal((10 * 12) + 9, found.Count);
        Assert.All(found, item => Assert.DoesNotContain(item, c => (char.IsControl(c) && c is not ('\n' or '\r')) || c == '\u202E'));
        // A table has one line for the event, however many lines its fields have.
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(3, found[(i * 6) + 10].Split('\n').Count(line => line.Trim().Length > 0)));
        Assert.True(found.Count(item => item.Contains(shown, StringComparison.Ordinal)) > 60);
    }

    /// <summary>Texts in the names of tasks and interrupt handlers, and a hostile name of the recording.</summary>
    [Theory]
    [InlineData("\u001b]52;c;aGk=\a\n", "x\\x1b]52;c;")]
    [InlineData("\u001b[31mred\r\nx", "x\\x1b[31m")]
    [InlineData("\u009b31m\u202Ey\n", "x\\u{9b}31m")]
    public void AHostileLatencyIsShownEscapedInEveryViewAndSoIsItsCopy(string text, string shown)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("hostile\u202E.dat"), MixWithHostileNames(text));
        using var shell = Shell.Open(folder.Path);
        var found = shell.Run("""
            $measured = @(
                foreach ($by in 'None', 'Task', 'Key', 'Cpu', 'Recording') { Measure-KmLatency ./hostile*.dat -By $by -WarningAction Ignore | Select-Object -First 12 }
                Measure-KmLatency ./hostile*.dat -By Task -Every 1s -WarningAction Ignore | Select-Object -First 12
                Measure-KmLatency ./hostile*.dat -AsInterval -WarningAction Ignore | Where-Object { "$($_.Comm)$($_.Name)$($_.WakerComm)" -like 'x*' } | Select-Object -First 12
                $causes = Trace-KmLatencyCause ./hostile*.dat -Kind Wakeup, OnCpu, Irq -Above 0 -WarningAction Ignore |
                    Where-Object { "$($_.Comm)$($_.Key)$($_.Sentence)" -match '\bx\W' }
                $causes | Select-Object -First 12
                $causes | Select-Object -First 4 | ForEach-Object Shares
                Trace-KmLatencyCause ./hostile*.dat -Above p50 -Total -WarningAction Ignore
                $task = $causes | Where-Object Comm -Like 'x*' | Select-Object -First 1
                Get-KmCriticalPath ./hostile*.dat -ProcessId $task.ProcessId | Select-Object -First 12
                Compare-KmTrace ./hostile*.dat ./hostile*.dat -Kind Irq -By Key -WarningAction Ignore | Select-Object -First 12)
            foreach ($live in $measured) {
                $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live))
                foreach ($one in $live, $copy) {
                    $type = $live.GetType().Name
                    foreach ($view in 'Table', 'List', 'Custom', 'Wide') { "$type ${view}: $($one | & "Format-$view" | Out-String -Width 160)" }
                    "$type String: $one"
                }
            }
            """).WithoutErrors().Output.Select(item => item.ToString()).ToList();
        Assert.All(found, item => Assert.DoesNotContain(item, c => (char.IsControl(c) && c is not ('\n' or '\r')) || c == '\u202E'));
        foreach (var type in new[] { "LatencyCause", "CauseShare", "PathSegment", "TraceDifference" })
            Assert.Contains(found, item => item.StartsWith($"{type} List: ", StringComparison.Ordinal)
                && item.Contains(shown, StringComparison.Ordinal));
        foreach (var type in new[] { "Latency", "Interval" })
            foreach (var view in new[] { "Table", "List", "Custom" })
            {
                var views = found.Where(item => item.StartsWith($"{type} {view}: ", StringComparison.Ordinal)).ToList();
                Assert.True(views.Count >= 8, $"{views.Count} {type} {view}");
                Assert.Contains(views, item => item.Contains(shown, StringComparison.Ordinal));
                if (view == "Table") continue;
                Assert.All(views, item => Assert.Contains("hostile\\u{202e}", item, StringComparison.Ordinal));
                // Nested objects are lines of text.
                Assert.All(views, item => Assert.DoesNotContain("KernelMagnifier.Latency.", item, StringComparison.Ordinal));
            }
    }

    /// <summary>A recording whose names of a task and of an interrupt handler start with x and have a text behind it.</summary>
    private static byte[] MixWithHostileNames(string text)
    {
        var file = File.ReadAllBytes(Repository.Mix);
        byte[] comm = [(byte)'x', .. Encoding.UTF8.GetBytes(text).Take(15)];
        foreach (var name in new[] { "trace-cmd\0\0\0\0\0\0\0", "virtio0-requests" })
        {
            var from = Encoding.ASCII.GetBytes(name);
            for (int at; (at = file.AsSpan().IndexOf(from)) >= 0;) ((byte[])[.. comm, .. new byte[16 - comm.Length]]).CopyTo(file, at);
        }
        return file;
    }

    [Theory]
    [InlineData("a'b;$(1)\"c|d&", true)]
    [InlineData("a\u001b[31mm'b;$c\"", false)]
    public void CompletionOffersNoNameOfAnEventThatActs(string name, bool isOffered)
    {
        using var folder = new TemporaryFolder();
        var file = File.ReadAllBytes(Repository.Mix);
        var at = file.AsSpan().IndexOf("name: softirq_raise\n"u8);
        Assert.True(at > 0);
        Assert.Equal("softirq_raise".Length, name.Length);
        Encoding.ASCII.GetBytes(name).CopyTo(file, at + 6);
        File.WriteAllBytes(folder.File("hostile.dat"), file);
        using var shell = Shell.Open(folder.Path);
        Assert.Contains(name, shell.Run("(Import-KmTrace ./hostile.dat -Event * | Select-Object Name -Unique).Name -join ' '").WithoutErrors().Text, StringComparison.Ordinal);
        var offered = new List<string>();
        foreach (var word in new[] { "", "irq:", "'irq:", "\"irq:", "irq:a", "'irq:a", "sched:*,irq:" })
        {
            var line = $"Import-KmTrace ./hostile.dat -Event {word}";
            shell.Set("line", line);
            var found = shell.Run("$c = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null); $c.ReplacementIndex; $c.ReplacementLength; $c.CompletionMatches.Where({ $_.ResultType -eq 'ParameterValue' })").WithoutErrors().Output;
            foreach (var match in found.Skip(2).Select(item => (CompletionResult)item.BaseObject))
            {
                offered.Add(match.ListItemText);
                Assert.DoesNotContain(match.CompletionText + match.ListItemText + match.ToolTip, c => char.IsControl(c));
                var (index, length) = ((int)found[0].BaseObject, (int)found[1].BaseObject);
                var code = Parser.ParseInput(string.Concat(line.AsSpan(0, index), match.CompletionText, line.AsSpan(index + length)), out _, out _);
                Assert.Single(code.EndBlock.Statements);
                Assert.Single(code.FindAll(part => part is CommandAst, true));
            }
        }
        Assert.Contains("irq:softirq_entry", offered);
        Assert.Equal(isOffered, offered.Contains($"irq:{name}"));
        Assert.Equal(isOffered, offered.Exists(text => text.Contains("'b;$", StringComparison.Ordinal)));
    }

    [Fact]
    public void HiddenPropertiesAppearNowhereElse()
    {
        using var shell = Shell.Open();
        shell.Set("echo", Repository.Echo);
        var texts = shell.Run("""
            $call = Import-KmTrace $echo -WarningAction Ignore | Select-Object -First 1
            $call.ShownFunction -eq $call.Function
            $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($call))
            foreach ($one in $call, $copy, ($call | Measure-KmCall), (Test-KmHost), (Import-KmTrace $echo -Info -WarningAction Ignore)) {
                $one | ConvertTo-Csv; $one | ConvertTo-Json -Depth 1 -WarningAction Ignore; $one | Select-Object * | ConvertTo-Json -Depth 1 -WarningAction Ignore
                ($one | Get-Member).Name; $one.psobject.Properties.Name; [System.Management.Automation.PSSerializer]::Serialize($one); $one | Format-List * | Out-String
            }
            """).WithoutErrors().Lines.ToList();
        Assert.Equal("True", texts[0]);
        Assert.All(texts, text => Assert.DoesNotContain("Shown", text, StringComparison.Ordinal));
    }

    /// <summary>The adapter of kernel events lists every property of the object, with fields behind them.</summary>
    [Fact]
    public void TheAdapterOfEventsListsEveryProperty()
    {
        using var shell = Shell.Open();
        var type = (Type)Assert.Single(shell.Run("[KernelMagnifier.Model.KernelEvent]").WithoutErrors().Output).BaseObject;
        var adapter = (Type)Assert.Single(shell.Run("[KernelMagnifier.Cmdlets.Views.KernelEventAdapter]").WithoutErrors().Output).BaseObject;
        var listed = (System.Collections.IEnumerable)adapter.GetField("Properties", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        var names = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Order(StringComparer.Ordinal);
        Assert.Equal(names, listed.Cast<object>().Select(own => (string)own.GetType().GetProperty("Name")!.GetValue(own)!).Order(StringComparer.Ordinal));
    }

    /// <summary>A type with a set of properties is serialized with these only, so each new property has to be added to the types file.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void EveryPropertyIsSerialized(string name)
    {
        using var shell = Shell.Open();
        Type Find(string known) => (Type)Assert.Single(shell.Run($"[{known}]").WithoutErrors().Output).BaseObject;
        var type = Find(name);
        var names = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Order(StringComparer.Ordinal);
        // What the types file adds can be serialized too, and has no property of the type.
        var added = TypesFile.Root!.Elements("Type").Single(element => Name(element) == name).Descendants("CodeProperty").Select(Name).ToHashSet();
        foreach (var known in new[] { name, $"Deserialized.{name}" })
        {
            var entry = Assert.Single(TypesFile.Root!.Elements("Type"), element => Name(element) == known);
            var set = entry.Descendants("PropertySet").Single().Element("ReferencedProperties")!.Elements("Name").Select(element => element.Value);
            Assert.Equal(names, set.Where(property => !added.Contains(property)).Order(StringComparer.Ordinal));
            foreach (var property in entry.Descendants("CodeProperty"))
            {
                Assert.Equal("true", property.Attribute("IsHidden")?.Value);
                var texts = property.Descendants("TypeName").Single().Value;
                Assert.StartsWith("KernelMagnifier.Cmdlets.Views.", texts, StringComparison.Ordinal);
                Assert.NotNull(Find(texts).GetMethod(property.Descendants("MethodName").Single().Value));
            }
        }
    }

    [Fact]
    public void NoViewHasAScriptBlock()
        => Assert.DoesNotContain("ScriptBlock", File.ReadAllText(Path.Combine(Repository.Root, "src/Module/KernelMagnifier.Format.ps1xml")), StringComparison.Ordinal);

    [Fact]
    public void ErrorsAreEscapedInEveryErrorView()
    {
        using var shell = Shell.Open();
        shell.Set("n", Hostile);
        foreach (var script in new[]
        {
            "$n | Measure-KmCall", "$n | Export-KmReport ./r.csv", "Import-KmTrace -LiteralPath \"./$n\"", "[pscustomobject]@{ Function = $n; Calls = $n } | Export-KmReport ./r.csv",
            "[pscustomobject]@{ Function = 'f'; Context = $n } | Measure-KmCall", "1 | Export-KmGraph \"./$n.svg\"",
        })
        {
            var errors = shell.Run(script).Errors;
            Assert.True(errors.Count == 1, script);
            var error = errors[0];
            string?[] shown = [error.ToString(), error.Exception.Message, error.ErrorDetails?.Message, error.ErrorDetails?.RecommendedAction, error.CategoryInfo.ToString(), error.CategoryInfo.GetMessage()];
            Assert.All(shown, text => Assert.DoesNotContain(text ?? "", c => char.IsControl(c) || c == '\u202E'));
            if (error.TargetObject is string target) Assert.DoesNotContain(target, char.IsControl);
        }
    }

    [Theory]
    [InlineData("a;'=1+1", "a;=1+1")]
    [InlineData("''=1", "'=1")]
    [InlineData("'＝x", "＝x")]
    [InlineData("a\t'@x", "a\\t@x")]
    [InlineData("a;'b", "a;'b")]
    [InlineData("plain", "plain")]
    public void NamesComeBackFromTheCsvOfTheCommandLine(string field, string name)
    {
        using var shell = Shell.Open();
        shell.Set("csv", $"caller,callee,count\r\np,\"{field}\",5\r\n");
        Assert.Equal($"{name}: 5", shell.Run("$csv | ConvertFrom-Csv | Measure-KmCall").WithoutErrors().Text);
        // Columns with a capital letter are Export-Csv's, which does not change names.
        shell.Set("csv", $"Caller,Callee,Count\r\np,\"'=x\",5\r\n");
        Assert.Equal("'=x: 5", shell.Run("$csv | ConvertFrom-Csv | Measure-KmCall").WithoutErrors().Text);
    }

    [Fact]
    public void CompletionOffersNoCodeAndNoNameThatActs()
    {
        using var shell = Shell.Open();
        string[] names = ["a'b;calc", "x; Remove-Item y", "a$(calc)b", "a’;calc;'", "a\"b", Hostile, "bidi\u202Ex", "c\u009b1", "line\u2028x", "tab\tx", "@x", "-Force", "n,m", "plain"];
        shell.Set("names", names);
        shell.Run("$calls = $names.ForEach({ [KernelMagnifier.Model.CallEvent]::new($_, 'caller', 1.0, 0, 1, $_, $null, $null, $null, $null) })").WithoutErrors();
        var offered = new List<string>();
        foreach (var word in new[] { "", "`", "``", "'", "\"", "\"`", "'`", "$", "(", "@", "a`", "a,`", "plain,", "{", "x`;", "‘", "“", "` ", "`\n", "a,`\n" })
            foreach (var parameter in new[] { "Function", "Comm" })
            {
                var line = $"$calls | Select-KmCall -{parameter} {word}";
                foreach (var at in new[] { line.Length, line.TrimEnd(' ', '\n').Length }.Distinct())
                {
                    shell.Set("line", line);
                    shell.Set("at", at);
                    var found = shell.Run("$c = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $at, $null); $c.ReplacementIndex; $c.ReplacementLength; $c.CompletionMatches.Where({ $_.ResultType -eq 'ParameterValue' })").WithoutErrors().Output;
                    foreach (var match in found.Skip(2).Select(item => (CompletionResult)item.BaseObject))
                    {
                        offered.Add(match.ListItemText);
                        Assert.DoesNotContain(match.CompletionText + match.ListItemText + match.ToolTip, c => char.IsControl(c) || c is '\u202E' or '\u2028');
                        var (index, length) = ((int)found[0].BaseObject, (int)found[1].BaseObject);
                        var done = string.Concat(line.AsSpan(0, index), match.CompletionText, line.AsSpan(index + length));
                        var code = Parser.ParseInput(done, out _, out _);
                        Assert.Single(code.EndBlock.Statements);
                        Assert.Single(code.FindAll(part => part is CommandAst, true));
                    }
                }
            }
        Assert.Contains("plain", offered);
        Assert.Contains("x; Remove-Item y", offered);
    }
}
