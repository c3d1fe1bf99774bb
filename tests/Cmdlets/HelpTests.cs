using System.Management.Automation;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>The manifest, the commands and the help of the module.</summary>
public sealed class HelpTests(OpenShell open) : IClassFixture<OpenShell>
{
    private readonly Shell _shell = open.Shell;

    /// <summary>The cmdlets that the manifest exports.</summary>
    public static TheoryData<string> Cmdlets => [.. Exported];

    private static List<string> Exported { get; } = ReadManifest();

    [Fact]
    public void TheManifestIsValidAndExportsAllCmdlets()
    {
        var module = Assert.Single(_shell.Run($"Test-ModuleManifest '{Repository.Manifest}'").WithoutErrors().Output);
        Assert.Empty(_shell.Run($"Test-ModuleManifest '{Repository.Manifest}'").Warnings);
        foreach (var name in new[] { "Author", "Description", "Copyright", "CompanyName", "PowerShellVersion" })
            Assert.NotEmpty($"{module.Properties[name].Value}");
        var exported = Lines("Get-Command -Module KernelMagnifier -CommandType Cmdlet | ForEach-Object Name").Order(StringComparer.Ordinal);
        Assert.Equal(Exported.Order(StringComparer.Ordinal), exported);
        var defined = Lines("""
            (Get-Command Import-KmTrace).ImplementingType.Assembly.GetExportedTypes() |
                ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } |
                ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
            """).Order(StringComparer.Ordinal);
        Assert.Equal(defined, exported);
        var aliases = Lines("Get-Command -Module KernelMagnifier -CommandType Alias | ForEach-Object { \"$($_.Name) $($_.ResolvedCommandName)\" }");
        Assert.Equal(["Should-KmCall Assert-KmCall", "Should-KmLatency Assert-KmLatency"], aliases.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryFileInTheManifestExists()
    {
        var folder = Path.GetDirectoryName(Repository.Manifest)!;
        var files = Lines($$"""
            Import-PowerShellDataFile '{{Repository.Manifest}}' | ForEach-Object { $_.RootModule; $_.FormatsToProcess }
            """).ToList();
        Assert.True(files.Count >= 2);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(folder, $"{file}")), $"{file}"));
        // pwsh has its own copy.
        Assert.Empty(Directory.EnumerateFiles(folder, "System.Management.Automation*", SearchOption.AllDirectories));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void UsesAnApprovedVerbAndDeclaresItsOutput(string cmdlet)
    {
        Assert.Equal("True", _shell.Run($"(Get-Command {cmdlet}).Verb -in (Get-Verb).Verb").WithoutErrors().Text);
        Assert.StartsWith("Km", _shell.Run($"(Get-Command {cmdlet}).Noun").WithoutErrors().Text, StringComparison.Ordinal);
        Assert.NotEmpty(_shell.Run($"(Get-Command {cmdlet}).OutputType.Name").WithoutErrors().Text);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void HasHelpWithExamplesForEveryParameter(string cmdlet)
    {
        var help = Assert.Single(_shell.Run($"Get-Help {cmdlet} -Full").WithoutErrors().Output);
        var synopsis = Text(help, "Synopsis");
        Assert.NotEmpty(synopsis);
        // Without a help file, the synopsis is the syntax.
        Assert.DoesNotContain("<CommonParameters>", synopsis, StringComparison.Ordinal);
        Assert.NotEmpty(_shell.Run($"(Get-Help {cmdlet}).description.Text").WithoutErrors().Text);
        var examples = _shell.Run($"(Get-Help {cmdlet} -Examples).examples.example.code").WithoutErrors().Output;
        Assert.True(examples.Count >= 2);
        Assert.All(examples, example => Assert.Contains("-Km", $"{example}", StringComparison.Ordinal));
        // A page without a section has no text of it, and no value of a script either.
        Assert.DoesNotMatch(@"(?m)^\s*(True|False)\s*$", _shell.Run($"(Get-Help {cmdlet} -Full).alertSet | Out-String").WithoutErrors().Text);
        var described = Lines($$"""
            (Get-Help {{cmdlet}} -Full).parameters.parameter | Where-Object { $_.description.Text } | ForEach-Object name
            """).ToHashSet();
        var own = _shell.Run($$"""
            $common = [System.Management.Automation.Cmdlet]::CommonParameters
            (Get-Command {{cmdlet}}).Parameters.Keys | Where-Object { $_ -notin $common }
            """).WithoutErrors().Lines.ToList();
        Assert.DoesNotContain(own, name => !described.Contains(name));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void ExamplesUseParametersThatExist(string cmdlet)
    {
        _shell.Set("cmdlet", cmdlet);
        var unknown = _shell.Run("""
            using namespace System.Management.Automation.Language
            foreach ($example in (Get-Help $cmdlet -Examples).examples.example) {
                $errors = $null
                $tree = [Parser]::ParseInput($example.code, [ref] $null, [ref] $errors)
                foreach ($problem in $errors) { "$($example.title): $problem" }
                foreach ($command in $tree.FindAll({ $args[0] -is [CommandAst] }, $true)) {
                    $known = Get-Command $command.GetCommandName() -Module KernelMagnifier -ErrorAction Ignore
                    if (-not $known) { continue }
                    if ($known -is [System.Management.Automation.AliasInfo]) { $known = $known.ResolvedCommand }
                    foreach ($parameter in $command.CommandElements | Where-Object { $_ -is [CommandParameterAst] }) {
                        $name = $parameter.ParameterName
                        try { $null = $known.ResolveParameter($name) } catch { "$($example.title): -$name" }
                    }
                }
            }
            """).WithoutErrors();
        Assert.Equal("", unknown.Text);
    }

    [Theory]
    [InlineData("Format-KmCallTree", "Depth", "4")]
    [InlineData("Format-KmCallTree", "Direction", "Callees")]
    [InlineData("Measure-KmCall", "By", "Function")]
    [InlineData("Start-KmRecording", "MinFree", "256MB")]
    [InlineData("Export-KmGraph", "Force", "False")]
    [InlineData("Import-KmTrace", "Function", "None")]
    public void HelpHasDefaultValues(string cmdlet, string parameter, string value)
        => Assert.Equal(value, _shell.Run($"(Get-Help {cmdlet} -Parameter {parameter}).defaultValue").WithoutErrors().Text);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void HelpHasTheWildcardsOfEachParameter(string cmdlet)
    {
        var different = _shell.Run($$"""
            foreach ($parameter in (Get-Help {{cmdlet}} -Full).parameters.parameter) {
                $attributes = (Get-Command {{cmdlet}}).Parameters[$parameter.name].Attributes
                $isPattern = [bool] $attributes.Where({ $_ -is [SupportsWildcards] })
                if ("$isPattern" -ne $parameter.globbing) { $parameter.name }
            }
            """).WithoutErrors();
        Assert.Equal("", different.Text);
    }

    [Theory]
    [InlineData("Import-KmTrace")]
    [InlineData("Get-KmSymbolMap")]
    public void ReadsFilesByPathAndByLiteralPath(string cmdlet)
    {
        var parameters = _shell.Run($$"""
            $command = Get-Command {{cmdlet}}
            foreach ($name in 'Path', 'LiteralPath') {
                $parameter = $command.Parameters[$name]
                $attribute = $parameter.Attributes.Where({ $_ -is [Parameter] })[0]
                $isPattern = [bool] $parameter.Attributes.Where({ $_ -is [SupportsWildcards] })
                $parameter.ParameterType.Name, $attribute.Mandatory, $attribute.ValueFromPipelineByPropertyName -join ' '
                "wildcards: $isPattern, PSPath: $($parameter.Aliases -contains 'PSPath')"
            }
            """).WithoutErrors();
        string[] path = ["String[] True True", "wildcards: True, PSPath: False"];
        string[] literalPath = ["String[] True True", "wildcards: False, PSPath: True"];
        Assert.Equal([.. path, .. literalPath], parameters.Lines);
    }

    [Fact]
    public void ALiteralPathHasNoWildcards()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.Mix, folder.File("a[1].dat"));
        File.Copy(Repository.Mix, folder.File("a1.dat"));
        _shell.Set("folder", folder.Path);
        Assert.Equal([folder.File("a[1].dat")], Lines("(Import-KmTrace -LiteralPath $folder/a[1].dat -Info).Path"));
        Assert.Equal([folder.File("a1.dat")], Lines("(Import-KmTrace $folder/a[1].dat -Info).Path"));
        Assert.Equal(2, _shell.Run("Import-KmTrace $folder/a*.dat -Info").WithoutErrors().Output.Count);
        Assert.Equal(2, _shell.Run("Get-ChildItem $folder | Import-KmTrace -Info").WithoutErrors().Output.Count);
    }

    [Fact]
    public void CmdletsThatChangeFilesSupportShouldProcess()
    {
        var careless = _shell.Run("""
            Get-Command -Module KernelMagnifier | Where-Object Verb -in Export, Save, Start, Stop |
                Where-Object { -not ($_.Parameters.ContainsKey('WhatIf') -and $_.Parameters.ContainsKey('Confirm')) } |
                ForEach-Object Name
            """).WithoutErrors();
        Assert.Equal("", careless.Text);
    }

    [Fact]
    public void HasAnAboutTopic()
    {
        var topic = _shell.Run("Get-Help about_KernelMagnifier | Out-String").WithoutErrors();
        Assert.Contains("FILTERS", topic.Text, StringComparison.Ordinal);
    }

    private IEnumerable<string> Lines(string script) => _shell.Run(script).WithoutErrors().Lines;

    private static List<string> ReadManifest()
    {
        using var shell = Shell.OpenEmpty();
        return [.. shell.Run($"(Import-PowerShellDataFile '{Repository.Manifest}').CmdletsToExport").WithoutErrors().Lines];
    }

    private static string Text(PSObject item, string property) => $"{item.Properties[property]?.Value}".Trim();
}
