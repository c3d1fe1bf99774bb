using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>The errors of the cmdlets: their ids, categories and recommended actions.</summary>
public sealed class ErrorTests : IClassFixture<OpenShell>
{
    private static readonly char[] Control =
        [.. Enumerable.Range(0, 32).Select(code => (char)code).Where(code => code != '\n'), '\x7f'];
    private readonly TemporaryFolder _folder;
    private readonly Shell _shell;

    public ErrorTests(OpenShell open)
    {
        (_shell, _folder) = (open.Shell, open.Folder);
        _shell.Set("echo", Repository.Echo);
        _shell.Set("timed", Repository.Timed);
        _shell.Set("mix", Repository.Mix);
        _shell.Set("instances", Repository.Data("trace-dat/instances.dat"));
        _shell.Set("map", Repository.Map);
        _shell.Set("WarningPreference", ActionPreference.SilentlyContinue);
        _folder.Write("there.dot", "mine");
        _folder.Write("there.csv", "mine");
        _folder.Write("there.folded", "mine");
        _folder.Write("there.map", "mine");
        _folder.Write("text.txt", "no line of a trace\n");
    }

    [Theory]
    [InlineData("Import-KmTrace ./none", "TraceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace -LiteralPath ./none", "TraceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace nodrive:none", "TraceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace noprovider::none", "TraceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace \"/tmp/d`e]52;c;QQ==`a[x/y.dat\"", "TraceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace ./text.txt", "TraceUnreadable", ErrorCategory.InvalidData)]
    [InlineData("Import-KmTrace .", "TraceUnreadable", ErrorCategory.InvalidData)]
    [InlineData("Import-KmTrace $instances -Instance none", "InstanceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace $timed -Instance none", "InstanceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace ./text.txt -Instance none", "TraceUnreadable", ErrorCategory.InvalidData)]
    [InlineData(",[byte[]](1, 2, 3) | Import-KmTrace", "TraceUnreadable", ErrorCategory.InvalidData)]
    [InlineData("Import-KmTrace Env:PATH", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace -LiteralPath Env:PATH", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -SymbolMap Env:PATH", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -SymbolMap nodrive:map", "SymbolMapNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-KmSymbolMap Env:PATH", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Get-KmSymbolMap $map -OutFile Env:map", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Get-KmSymbolMap $map -OutFile nodrive:map", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Get-KmSymbolMap -KernelRelease 0.0.0 -ModulePath nodrive:map", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Get-KmSymbolMap -KernelRelease 0.0.0 -DebugRoot Env:map", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Export-KmGraph Env:x.dot", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Export-KmGraph nodrive:x.dot", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Export-KmReport Env:x.csv", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Export-KmReport noprovider::x.csv", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Export-KmProfile Env:x.folded", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Start-KmRecording Env:x.dat -Duration 1 -WhatIf", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Start-KmRecording nodrive:x.dat -Duration 1", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -SymbolMap ./none", "SymbolMapNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace $timed -SymbolMap ./text.txt", "SymbolMapUnreadable", ErrorCategory.InvalidData)]
    [InlineData("Get-KmSymbolMap ./text.txt", "SymbolMapUnreadable", ErrorCategory.InvalidData)]
    [InlineData("Get-KmSymbolMap .", "SymbolMapUnreadable", ErrorCategory.InvalidData)]
    [InlineData("Get-KmSymbolMap ./none", "SymbolMapNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-KmSymbolMap \"/tmp/d`e]52;c;QQ==`a[x/y.map\"", "SymbolMapNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-KmSymbolMap nodrive:none", "SymbolMapNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-KmSymbolMap -LiteralPath ./none", "SymbolMapNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-KmSymbolMap -KernelRelease 0.0.0", "DebugInformationNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-KmSymbolMap $map -OutFile ./there.map", "OutputExists", ErrorCategory.ResourceExists)]
    [InlineData("Get-KmSymbolMap $map -OutFile ./none/x.map", "OutputNotWritable", ErrorCategory.WriteError)]
    [InlineData("Get-KmSymbolMap $map -OutFile \"a`0b\"", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -SymbolMap \"a`0b\"", "NotAFile", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -SymbolMap 3", "NotASymbolMap", ErrorCategory.InvalidType)]
    [InlineData("Import-KmTrace $timed -SymbolMap @()", "NotASymbolMap", ErrorCategory.InvalidType)]
    [InlineData("Import-KmTrace $timed -SymbolMap 'a', 'b'", "NotASymbolMap", ErrorCategory.InvalidType)]
    [InlineData("1 | Select-KmCall", "NotACall", ErrorCategory.InvalidType)]
    [InlineData("'text' | Measure-KmCall", "NotACall", ErrorCategory.InvalidType)]
    [InlineData("@{} | Format-KmCallTree x", "NotACall", ErrorCategory.InvalidType)]
    [InlineData("[pscustomobject]@{ Function = 'f' } | Export-KmGraph ./x.dot", "MissingProperty", ErrorCategory.InvalidData)]
    [InlineData("1 | Export-KmProfile ./x.folded", "NotACall", ErrorCategory.InvalidType)]
    [InlineData("1 | Export-KmReport ./x.csv", "NotACount", ErrorCategory.InvalidType)]
    [InlineData("1 | Measure-KmLatency", "NotAnEvent", ErrorCategory.InvalidType)]
    [InlineData("Measure-KmLatency x -Kind waiting", "UnknownKind", ErrorCategory.InvalidArgument)]
    [InlineData("(Import-KmTrace $mix) + (Import-KmTrace $mix | Measure-KmCall) | Export-KmReport ./x.csv", "MixedInput",
        ErrorCategory.InvalidType)]
    [InlineData("Import-KmTrace $timed -AsEdge | Select-KmCall -Cpu 1", "NotForEdges", ErrorCategory.InvalidOperation)]
    [InlineData("Import-KmTrace $timed -AsEdge | Measure-KmCall Task", "NotForEdges", ErrorCategory.InvalidOperation)]
    [InlineData("Import-KmTrace $timed -SourcePath net/", "NeedsSymbolMap", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Select-KmCall -ExcludeSourcePath net/", "NeedsSymbolMap", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -Depth 3", "ParametersContradict", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -Strict", "ParametersContradict", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -Since 3 -Until 2", "ParametersContradict", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -Info -AsEdge", "ParametersContradict", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -Info -Cpu 1", "InfoTakesNoFilter", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./x.bmp", "FormatUnknown", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Export-KmReport ./x", "FormatUnknown", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed | Export-KmProfile ./x.txt", "FormatUnknown", ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -AsEdge | Export-KmProfile ./x.folded", "EdgesHaveNoStacks", ErrorCategory.InvalidType)]
    [InlineData("Import-KmTrace $timed | Format-KmCallTree none", "FunctionNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./there.dot", "OutputExists", ErrorCategory.ResourceExists)]
    [InlineData("Import-KmTrace $timed | Export-KmReport ./there.csv", "OutputExists", ErrorCategory.ResourceExists)]
    [InlineData("Import-KmTrace $timed | Export-KmProfile ./there.folded", "OutputExists", ErrorCategory.ResourceExists)]
    [InlineData("Import-KmTrace $timed -Function none | Export-KmGraph ./x.dot", "NothingToDraw", ErrorCategory.InvalidData)]
    [InlineData("Import-KmTrace $timed -Function none | Export-KmReport ./x.csv", "NothingToReport", ErrorCategory.InvalidData)]
    [InlineData("Import-KmTrace $timed -Function none | Export-KmProfile ./x.gv", "NothingToReport", ErrorCategory.InvalidData)]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./none/x.dot", "OutputNotWritable", ErrorCategory.WriteError)]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./x.dot -From none", "FunctionNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./x.dot -ClusterBy Directory", "NeedsSymbolMap",
        ErrorCategory.InvalidArgument)]
    [InlineData("Import-KmTrace $timed -AsEdge | Export-KmGraph ./x.dot -ClusterBy Context", "NotForEdges",
        ErrorCategory.InvalidOperation)]
    [InlineData("Import-KmTrace $echo | Export-KmProfile ./x.folded -Weight Time", "NoDurations", ErrorCategory.InvalidData)]
    [InlineData("Import-KmTrace $timed | Export-KmReport ./none/x.csv", "OutputNotWritable", ErrorCategory.WriteError)]
    [InlineData("Import-KmTrace $timed | Export-KmProfile ./none/x.folded", "OutputNotWritable", ErrorCategory.WriteError)]
    public void HasAStableIdACategoryAndARecommendedAction(string script, string id, ErrorCategory category)
    {
        var before = _folder.Names.ToList();
        var error = _shell.Run(script).SingleError();
        Assert.StartsWith($"{id},KernelMagnifier.Cmdlets.", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        AssertComplete(error, category);
        Assert.Equal(before, _folder.Names);
    }

    [Theory]
    [InlineData("Import-KmTrace $name")]
    [InlineData("Import-KmTrace -LiteralPath $name")]
    [InlineData("Import-KmTrace $instances -Instance $name")]
    [InlineData("Import-KmTrace $timed -SymbolMap $name")]
    [InlineData("Get-KmSymbolMap -LiteralPath $name")]
    [InlineData("Get-KmSymbolMap $map -OutFile ./none/$name")]
    [InlineData("$name | Select-KmCall")]
    [InlineData("$name | Export-KmReport ./x.csv")]
    [InlineData("Import-KmTrace $timed | Format-KmCallTree $name")]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./$name")]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./none/$name.dot")]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./x.dot -From $name")]
    [InlineData("Import-KmTrace $timed | Export-KmReport ./none/$name.csv")]
    [InlineData("Import-KmTrace $timed | Export-KmProfile ./none/$name.folded")]
    [InlineData("Start-KmRecording ./none/$name.dat -Duration 1 -Function $name")]
    public void IsShownWithoutControlCharacters(string script)
    {
        _shell.Set("name", "a\u001b(red\u0007");
        var error = _shell.Run(script).SingleError();
        Assert.Equal(-1, $"{error}".IndexOfAny(Control));
        Assert.Equal(-1, error.ErrorDetails.RecommendedAction.IndexOfAny(Control));
    }

    [Theory]
    [InlineData("Import-KmTrace $timed | Export-KmGraph Env:x.dot; 'next'", 1)]
    [InlineData("Import-KmTrace $timed | Export-KmReport nodrive:x.csv; 'next'", 1)]
    [InlineData("Import-KmTrace $timed | Export-KmProfile noprovider::x.folded; 'next'", 1)]
    [InlineData("Get-KmSymbolMap $map -OutFile nodrive:map; 'next'", 1)]
    [InlineData("Import-KmTrace ./none, $mix, ./text.txt | Measure-KmCall None | ForEach-Object Calls; 'next'", 2)]
    [InlineData("'none', $mix | Import-KmTrace -AsEdge | Out-Null; 'next'", 1)]
    public void DoesNotEndTheScript(string script, int errors)
    {
        var outcome = _shell.Run(script);
        Assert.Equal(PSInvocationState.Completed, outcome.State);
        Assert.Equal("next", $"{outcome.Output[^1]}");
        Assert.Equal(errors, outcome.Errors.Count);
    }

    [Theory]
    [InlineData("Import-KmTrace $timed | Export-KmReport ./there.csv", "Add -Force to replace the file, or choose another path.")]
    [InlineData("Get-KmSymbolMap $map -OutFile ./there.map", "Add -Force to replace the file, or choose another path.")]
    [InlineData("Import-KmTrace $timed -SourcePath net/",
        "Add -SymbolMap with the path of a symbol map or the output of Get-KmSymbolMap.")]
    [InlineData("Import-KmTrace $timed | Select-KmCall -SourcePath net/",
        "Add -SymbolMap with the path of a symbol map or the output of Get-KmSymbolMap.")]
    [InlineData("Import-KmTrace $timed -AsEdge | Select-KmCall -Cpu 1",
        "Use call events instead: omit -AsEdge, or give the filter to Import-KmTrace.")]
    public void RecommendsParametersOfTheCmdlets(string script, string action)
    {
        var error = _shell.Run(script).SingleError();
        Assert.Equal(action, error.ErrorDetails.RecommendedAction);
        // PowerShell shows the recommended action beside the message.
        Assert.DoesNotContain(action, $"{error}", StringComparison.Ordinal);
        Assert.DoesNotContain("--", $"{error}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Import-KmTrace ./*.none")]
    [InlineData("Import-KmTrace ./*.none -Info")]
    [InlineData("'./*.none' | Import-KmTrace -AsEdge")]
    [InlineData("Get-KmSymbolMap ./*.none")]
    public void AWildcardWithoutAMatchIsAWarning(string script)
    {
        var outcome = _shell.Run($"& {{ $WarningPreference = 'Continue'; {script} }}").WithoutErrors();
        Assert.Empty(outcome.Output);
        Assert.Equal(["No file matches ./*.none."], outcome.Warnings);
    }

    [Fact]
    public void ContinuesAfterAFileThatCannotBeRead()
    {
        var outcome = _shell.Run("Import-KmTrace ./none, $mix, ./text.txt | Measure-KmCall None");
        Assert.Equal(2857L, Assert.Single(outcome.Output).Properties["Calls"].Value);
        var ids = outcome.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Equal(["TraceNotFound", "TraceUnreadable"], ids);
    }

    [Fact]
    public void AFailedRecordingHasTheIdOfItsReason()
    {
        var report = _shell.Run("Test-KmHost").WithoutErrors().Output[0];
        // A program that does not exist cannot be recorded, so this test never records.
        var error = _shell.Run("Start-KmRecording ./x.dat -Duration 1 -Command ./no-such-program").SingleError();
        var problems = ((IEnumerable)report.Properties["Problems"].Value).Cast<object>().Select(PSObject.AsPSObject);
        var fatal = problems.FirstOrDefault(problem => (bool)problem.Properties["IsFatal"].Value);
        var id = fatal?.Properties["Code"].Value ?? "CommandNotFound";
        Assert.StartsWith($"{id},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        AssertComplete(error, error.CategoryInfo.Category);
        Assert.NotEqual(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
        Assert.DoesNotContain("x.dat", _folder.Names);
    }

    [UnprivilegedFact]
    public void AFileWithoutReadPermissionIsNotPermitted()
    {
        File.SetUnixFileMode(_folder.Write("secret.dat", "# tracer: function\n"), UnixFileMode.None);
        var error = _shell.Run("Import-KmTrace ./secret.dat").SingleError();
        Assert.StartsWith("TraceNotPermitted,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        AssertComplete(error, ErrorCategory.PermissionDenied);
    }

    private static void AssertComplete(ErrorRecord error, ErrorCategory category)
    {
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.False(string.IsNullOrWhiteSpace(error.Exception.Message));
        Assert.False(string.IsNullOrWhiteSpace(error.ErrorDetails?.RecommendedAction), "No recommended action.");
    }
}
