using System.Management.Automation;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>What a user finds out about the module in a shell: its manifest, its commands, their help.</summary>
public sealed class HelpTests(OpenShell open) : IClassFixture<OpenShell>
{
    private readonly Shell _shell = open.Shell;

    /// <summary>The cmdlets that the manifest exports.</summary>
    public static TheoryData<string> Cmdlets => [.. Exported];

    private static List<string> Exported { get; } = ReadManifest();

    [Fact]
    public void TheManifestIsValidAndExportsWhatTheModuleHas()
    {
        var module = Assert.Single(_shell.Run($"Test-ModuleManifest '{Repository.Manifest}'").WithoutErrors().Output);
        Assert.Empty(_shell.Run($"Test-ModuleManifest '{Repository.Manifest}'").Warnings);
        foreach (var name in new[] { "Author", "Description", "Copyright", "CompanyName", "PowerShellVersion" }) Assert.NotEmpty($"{module.Properties[name].Value}");
        var exported = _shell.Run("Get-Command -Module KernelMagnifier | ForEach-Object Name").WithoutErrors().Output.Select(name => $"{name}").Order(StringComparer.Ordinal);
        Assert.Equal(Exported.Order(StringComparer.Ordinal), exported);
        var defined = _shell.Run("""
            $assembly = (Get-Command Import-KmTrace).ImplementingType.Assembly
            $assembly.GetExportedTypes() | ForEach-Object { $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false) } | ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
            """).WithoutErrors().Output.Select(name => $"{name}").Order(StringComparer.Ordinal);
        Assert.Equal(defined, exported);
    }

    [Fact]
    public void EveryFileOfTheManifestIsThere()
    {
        var folder = Path.GetDirectoryName(Repository.Manifest)!;
        var files = _shell.Run($"$m = Import-PowerShellDataFile '{Repository.Manifest}'; $m.RootModule; $m.FormatsToProcess; $m.TypesToProcess").WithoutErrors().Output.Where(file => file is not null).ToList();
        Assert.True(files.Count >= 2);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(folder, $"{file}")), $"{file}"));
        // The shell brings its own.
        Assert.DoesNotContain(Directory.EnumerateFiles(folder, "*.dll", SearchOption.AllDirectories), file => Path.GetFileName(file).StartsWith("System.Management.Automation", StringComparison.Ordinal));
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
        var described = _shell.Run($"(Get-Help {cmdlet} -Full).parameters.parameter | Where-Object {{ $_.description.Text }} | ForEach-Object name").WithoutErrors().Output.Select(name => $"{name}").ToHashSet();
        var own = _shell.Run($$"""
            $common = [System.Management.Automation.Cmdlet]::CommonParameters
            (Get-Command {{cmdlet}}).Parameters.Keys | Where-Object { $_ -notin $common }
            """).WithoutErrors().Output.Select(name => $"{name}").ToList();
        Assert.DoesNotContain(own, name => !described.Contains(name));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void ExamplesUseParametersThatExist(string cmdlet)
    {
        _shell.Set("cmdlet", cmdlet);
        var unknown = _shell.Run("""
            foreach ($example in (Get-Help $cmdlet -Examples).examples.example) {
                $errors = $null
                $tree = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $errors)
                foreach ($problem in $errors) { "$($example.title): $problem" }
                foreach ($command in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                    $known = Get-Command $command.GetCommandName() -Module KernelMagnifier -ErrorAction Ignore
                    if (-not $known) { continue }
                    foreach ($parameter in $command.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                        try { $null = $known.ResolveParameter($parameter.ParameterName) } catch { "$($example.title): -$($parameter.ParameterName)" }
                    }
                }
            }
            """).WithoutErrors();
        Assert.Equal("", unknown.Text);
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
                "$name $($parameter.ParameterType.Name) $($attribute.Mandatory) $($attribute.ValueFromPipelineByPropertyName) $($parameter.Attributes.Where({ $_ -is [SupportsWildcards] }).Count) $($parameter.Aliases -contains 'PSPath')"
            }
            """).WithoutErrors();
        Assert.Equal("Path String[] True True 1 False\nLiteralPath String[] True True 0 True", parameters.Text);
    }

    [Fact]
    public void ALiteralPathIsNoPattern()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Repository.Data("trace-dat/mix-plain.dat"), folder.File("a[1].dat"));
        File.Copy(Repository.Data("trace-dat/mix-plain.dat"), folder.File("a1.dat"));
        _shell.Set("folder", folder.Path);
        Assert.Equal(folder.File("a[1].dat"), _shell.Run("(Import-KmTrace -LiteralPath $folder/a[1].dat -Info).Path").WithoutErrors().Text);
        Assert.Equal(folder.File("a1.dat"), _shell.Run("(Import-KmTrace $folder/a[1].dat -Info).Path").WithoutErrors().Text);
        Assert.Equal(2, _shell.Run("Import-KmTrace $folder/a*.dat -Info").WithoutErrors().Output.Count);
        Assert.Equal(2, _shell.Run("Get-ChildItem $folder | Import-KmTrace -Info").WithoutErrors().Output.Count);
    }

    [Fact]
    public void WhatChangesFilesCanBeAskedFirst()
    {
        var careless = _shell.Run("""
            Get-Command -Module KernelMagnifier | Where-Object Verb -in Export, Start, Stop | Where-Object { -not ($_.Parameters.ContainsKey('WhatIf') -and $_.Parameters.ContainsKey('Confirm')) } | ForEach-Object Name
            """).WithoutErrors();
        Assert.Equal("", careless.Text);
    }

    [Fact]
    public void HasAnAboutTopic()
    {
        Assert.Contains("FILTERS", _shell.Run("Get-Help about_KernelMagnifier | Out-String").WithoutErrors().Text, StringComparison.Ordinal);
    }

    private static List<string> ReadManifest()
    {
        using var shell = Shell.OpenEmpty();
        return [.. shell.Run($"(Import-PowerShellDataFile '{Repository.Manifest}').CmdletsToExport").WithoutErrors().Output.Select(name => $"{name}")];
    }

    private static string Text(PSObject item, string property) => $"{item.Properties[property]?.Value}".Trim();
}
