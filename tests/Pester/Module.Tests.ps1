BeforeDiscovery {
    . "$PSScriptRoot/Support.ps1"
    $cmdlets = (Get-Command -Module KernelMagnifier | Sort-Object Name).Name | ForEach-Object { @{ Cmdlet = $_ } }
    $analyzer = [bool](Get-Module -ListAvailable PSScriptAnalyzer)
    $excel = [bool](Get-Module -ListAvailable ImportExcel)
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..6999)
    Expand-TestData symbol-filepath.map.zst $TestDrive/symbols.map
    Set-Content graph.trace @'
# tracer: function_graph
#
# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |
 1)               |  vfs_read() {
 1)   0.250 us    |    rw_verify_area();
 1)   1.500 us    |  }
'@
    $samples = @{
        CallEvent = @(Import-KmTrace echo.trace -SymbolMap symbols.map -WarningAction Ignore)
        CallEdge = @(Import-KmTrace echo.trace -AsEdge -WarningAction Ignore)
        FunctionCallCount = @(Import-KmTrace echo.trace -AsEdge -WarningAction Ignore | Measure-KmCall)
        TraceInfo = @(Import-KmTrace echo.trace -Info)
        SymbolSource = @(Get-KmSymbolMap symbols.map | Select-Object -First 50)
        ReportExport = @([KernelMagnifier.Rendering.Reports.ReportExport]::new("$TestDrive/a.xlsx", 'Functions, Edges', 10, 20, 'note'))
        ProfileExport = @([KernelMagnifier.Rendering.Profiles.ProfileExport]::new("$TestDrive/a.folded", 'folded stacks', 10, 20, $true, 'note'))
        GraphExport = @([KernelMagnifier.Rendering.Graphs.GraphExport]::new("$TestDrive/a.svg", 10, 20, 1, 2, 3, 'note'))
    }
}
AfterAll { Pop-Location }

Describe 'The module' {
    It 'exports the cmdlets of its manifest, with approved verbs' {
        $manifest = Import-PowerShellDataFile "$modulePath/KernelMagnifier.psd1"
        $exported = Get-Command -Module KernelMagnifier -CommandType Cmdlet
        ($exported.Name | Sort-Object) -join ' ' | Should -Be (($manifest.CmdletsToExport | Sort-Object) -join ' ')
        foreach ($command in $exported) {
            $command.Verb | Should -BeIn (Get-Verb).Verb
            $command.Noun | Should -BeLike 'Km*'
        }
        # The other names of assertions are those of Pester's own: Should-Be…
        $aliases = Get-Command -Module KernelMagnifier -CommandType Alias
        ($aliases.Name | Sort-Object) -join ' ' | Should -Be (($manifest.AliasesToExport | Sort-Object) -join ' ')
        foreach ($alias in $aliases) { $alias.ResolvedCommandName | Should -Be ($alias.Name -replace '^Should-', 'Assert-') }
        Test-ModuleManifest "$modulePath/KernelMagnifier.psd1" | Should -Not -BeNullOrEmpty
    }
    It 'can be imported again, removed, and imported once more' {
        $result = & $pwsh -NoProfile -c "
            Import-Module '$modulePath'; Import-Module '$modulePath' -Force; (Get-Command -Module KernelMagnifier).Count
            Remove-Module KernelMagnifier; @(Get-Command Import-KmTrace -Module KernelMagnifier -ErrorAction Ignore).Count
            Import-Module '$modulePath'; (Get-Command Import-KmTrace).Source; ([KernelMagnifier.Model.CallEvent]).Name"
        $result -join ' ' | Should -Be "$((Get-Command -Module KernelMagnifier).Count) 0 KernelMagnifier CallEvent"
    }
    It 'loads its own libraries beside another copy of them' {
        $result = & $pwsh -NoProfile -c "
            `$other = [System.Reflection.Assembly]::LoadFrom('$modulePath/bin/excel/DocumentFormat.OpenXml.dll')
            Import-Module '$modulePath'
            Import-KmTrace '$TestDrive/echo.trace' -AsEdge -WarningAction Ignore | Export-KmReport '$TestDrive/own.xlsx'
            `$contexts = [System.Runtime.Loader.AssemblyLoadContext]::All.Where({ `$_.Assemblies.Where({ `$_.GetName().Name -eq 'DocumentFormat.OpenXml' }) })
            `$contexts.Count; @(`$contexts.Name -like 'KernelMagnifier *').Count"
        $result -join ' ' | Should -Be '2 1'
        "$TestDrive/own.xlsx" | Should -Exist
    }
    It 'has the error ids that docs/cmdlets/errors.md lists, and no others' {
        $factory = Get-Content "$root/src/Cmdlets/ErrorFactory.cs", "$root/src/Cmdlets/Export*.cs", "$root/src/Cmdlets/Format*.cs" -Raw
        $own = [regex]::Matches($factory -join "`n", '(?:NoInput\("|NoIntervals\("|")([A-Z][A-Za-z]+)"(?: : "([A-Z][A-Za-z]+)")?,\s+(?:ErrorCategory|FilePath|null)').ForEach({ $_.Groups[1, 2].Value }) | Where-Object { $_ }
        $own.Count | Should -BeGreaterThan 5
        # The outcomes of guests are ids, too.
        $guests = [regex]::Matches((Get-Content "$root/src/Engine/Lab/LabVerdict.cs" -Raw), '\b(\w+) = "\1"').ForEach({ "Guest$($_.Groups[1].Value)" }) -ne 'GuestCompleted'
        $ids = @($own; $guests; [Enum]::GetNames([KernelMagnifier.ErrorCode])) | Sort-Object -Unique
        $rows = (Get-Content "$root/docs/cmdlets/errors.md") -match '^\| `[A-Z]' -replace '^\| ([^|]+)\|.*', '$1'
        $listed = [regex]::Matches($rows -join "`n", '`([A-Z][A-Za-z]+)`').ForEach({ $_.Groups[1].Value }) | Sort-Object
        $listed -join ' ' | Should -Be ($ids -join ' ')
    }
    It 'has no findings of PSScriptAnalyzer' -Skip:(-not $analyzer) {
        $found = $modulePath, "$root/src/Module" | ForEach-Object { Invoke-ScriptAnalyzer -Path $_ -Recurse -Severity Warning, Error }
        $found | ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName) $($_.Message)" } | Should -BeNullOrEmpty
    }
}

Describe 'Help' {
    It 'is generated from docs/cmdlets' { & "$root/src/Module/Update-Help.ps1" -Module $modulePath -Check | Should -BeNullOrEmpty }
    It 'describes <Cmdlet> in full, with at least two examples' -ForEach $cmdlets {
        $help = Get-Help $Cmdlet -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match '\[<CommonParameters>\]'
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        foreach ($parameter in $help.parameters.parameter) { $parameter.description.Text | Should -Not -BeNullOrEmpty -Because "-$($parameter.name)" }
        $help.description.Text | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue | Should -Not -BeNullOrEmpty
    }
    It 'has an about topic' { Get-Help about_KernelMagnifier | Out-String | Should -Match 'FILTERS' }
}

Describe 'Objects' {
    It '<_> has a view that fits 120 columns' -ForEach 'CallEvent', 'CallEdge', 'FunctionCallCount', 'TraceInfo', 'SymbolSource', 'GraphExport', 'ReportExport', 'ProfileExport' {
        $shown = ($samples[$_] | Select-Object -First 5 | Out-String -Width 120) -split "`n"
        $shown | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
        Get-FormatData $samples[$_][0].GetType().FullName | Should -Not -BeNullOrEmpty
    }
    It 'has views no wider than 120 columns' {
        [xml]$format = Get-Content "$root/src/Module/KernelMagnifier.Format.ps1xml"
        foreach ($view in $format.Configuration.ViewDefinitions.View | Where-Object TableControl) {
            $widths = $view.TableControl.TableHeaders.TableColumnHeader.Width
            ($widths | Measure-Object -Sum).Sum + @($widths).Count - 1 | Should -BeLessOrEqual 120 -Because $view.Name
        }
    }
    It '<_> can be exported to CSV and JSON' -ForEach 'CallEvent', 'CallEdge', 'FunctionCallCount', 'TraceInfo', 'SymbolSource', 'GraphExport', 'ReportExport', 'ProfileExport' {
        $some = $samples[$_] | Select-Object -First 20
        $some | Export-Csv out.csv
        @(Import-Csv out.csv).Count | Should -Be @($some).Count
        if ($_ -ne 'TraceInfo') { (Get-Content out.csv -Raw) | Should -Not -Match 'KernelMagnifier\.|System\.' -Because 'no column may be the name of a type' }
        $some | ConvertTo-Json -Depth 4 -WarningVariable deep -WarningAction SilentlyContinue | ConvertFrom-Json | Should -Not -BeNullOrEmpty
        $deep | Should -BeNullOrEmpty
    }
    It '<_> can be exported to Excel' -Skip:(-not $excel) -ForEach 'CallEvent', 'CallEdge', 'FunctionCallCount', 'SymbolSource' {
        $some = $samples[$_] | Select-Object -First 20
        $some | Export-Excel "$TestDrive/$_.xlsx"
        @(Import-Excel "$TestDrive/$_.xlsx").Count | Should -Be @($some).Count
    }
    It 'escapes hostile task names for display only' {
        Expand-TestData text/function-oddcomm-all.txt.zst $TestDrive/odd.trace
        $odd = Import-KmTrace odd.trace -WarningAction Ignore | Where-Object Comm -Match "`e" | Select-Object -First 1
        $odd.Comm | Should -Match "`e\[31m"
        $odd | Out-String | Should -Not -Match "`e\[31mred"
    }
}

Describe 'Completion' {
    BeforeAll {
        function Complete([string] $line) { (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText }
    }
    It 'completes functions from the recording on the command line' {
        $found = Complete 'Import-KmTrace ./echo.trace -Function tcp_send'
        $found | Should -Contain 'tcp_sendmsg'
        $found | Should -BeLike 'tcp_send*'
    }
    It 'completes -<_> from the recording earlier in the pipeline' -ForEach 'Function', 'Caller', 'ExcludeFunction', 'ExcludeCaller', 'Root' {
        Complete "Import-KmTrace ./echo.trace | Select-KmCall -$_ tcp_s" | Should -Contain 'tcp_sendmsg'
    }
    It 'completes task names, quoted where they need it' {
        Complete 'Import-KmTrace -LiteralPath ./echo.trace -Comm echo' | Should -Contain "'echo-client'"
        Expand-TestData text/function-oddcomm-all.txt.zst $TestDrive/odd.trace
        $all = Complete 'Import-KmTrace ./odd.trace -Comm '
        $all | Should -Contain "'my task'"
        foreach ($name in $all) { { $null = [scriptblock]::Create("x $name") } | Should -Not -Throw }
    }
    It 'completes modules, contexts and groupings' {
        Complete 'Import-KmTrace ./echo.trace -Module ke' | Should -Contain 'kernel'
        Complete 'Import-KmTrace ./echo.trace -Context Soft' | Should -Contain 'SoftIrq'
        Complete 'Import-KmTrace ./echo.trace | Measure-KmCall -By Ta' | Should -Contain 'Task'
    }
    It 'completes from the recordings that are piped: <_>' -ForEach @(
        'Get-ChildItem echo.trace | Import-KmTrace -Function tcp_s', 'gci ech*.trace | Import-KmTrace -Caller tcp_s', 'cat echo.trace | Import-KmTrace -Root tcp_s'
        '"echo.trace" | Import-KmTrace -Function tcp_s', '$file | Import-KmTrace -Function tcp_s', '$calls | Select-KmCall -Function tcp_s', '$edges | Format-KmCallTree tcp_s'
    ) {
        $global:file = 'echo.trace'; $global:calls = Import-KmTrace echo.trace -WarningAction Ignore; $global:edges = Import-KmTrace echo.trace -AsEdge -WarningAction Ignore
        Complete $_ | Should -Contain 'tcp_sendmsg'
        Remove-Variable file, calls, edges -Scope Global
    }
    It 'completes -<_> of a graph by any part of the name' -ForEach 'Highlight', 'From', 'To' {
        $found = Complete "Import-KmTrace echo.trace | Export-KmGraph x.svg -$_ sendmsg"
        $found | Should -Contain 'inet_sendmsg'
        $found | Should -Contain 'tcp_sendmsg'
        (Complete "Import-KmTrace echo.trace | Export-KmGraph x.svg -$_ tcp_")[0] | Should -BeLike 'tcp_*'
    }
    It 'completes source paths with a symbol map, in a file or a variable' {
        Complete 'Import-KmTrace echo.trace -SymbolMap symbols.map -SourcePath net/ip' | Should -Contain 'net/ipv4/'
        Complete 'Import-KmTrace echo.trace -SymbolMap symbols.map | Select-KmCall -ExcludeSourcePath tcp_ou' | Should -Contain 'net/ipv4/tcp_output.c'
        $global:map = Get-KmSymbolMap symbols.map
        Complete 'Import-KmTrace echo.trace -SymbolMap $map -SourcePath tcp.c' | Should -Contain 'net/ipv4/tcp.c'
        Remove-Variable map -Scope Global
    }
    It 'completes CPUs and pids' {
        Complete 'Import-KmTrace echo.trace -Cpu ' | Should -Contain '1'
        Complete 'Import-KmTrace echo.trace -ProcessId ' | Should -Contain "$((Import-KmTrace echo.trace -WarningAction Ignore)[0].ProcessId)"
    }
    It 'offers file names for paths only' {
        $withFiles = foreach ($command in Get-Command -Module KernelMagnifier -CommandType Cmdlet) {
            foreach ($parameter in $command.Parameters.Values | Where-Object { -not $_.SwitchParameter -and $_.Name -notin [System.Management.Automation.PSCmdlet]::CommonParameters }) {
                $line = "$($command.Name) -$($parameter.Name) "
                $first = (TabExpansion2 $line $line.Length).CompletionMatches | Select-Object -First 1
                # The recordings of a baseline come through the pipeline or by position.
                $name = $command.Name -eq 'Save-KmBaseline' -and $parameter.Name -eq 'InputObject' ? 'Recordings' : $parameter.Name
                if ($first.ResultType -in 'ProviderItem', 'ProviderContainer') { $name }
            }
        }
        $withFiles | Sort-Object -Unique | Should -Be @('ArgumentList', 'Baseline', 'Checkpoint', 'Command', 'DebugRoot', 'Destination', 'Difference', 'Executable', 'Kernel', 'KernelImage', 'KeyFilePath', 'Library', 'LiteralPath', 'ModulePath', 'OutFile', 'Output', 'Path', 'Policy', 'Recorder', 'Recording', 'Recordings', 'Reference', 'Replay', 'Run', 'Script', 'SigningKey', 'SymbolMap', 'Workload')
    }
    It 'neither throws nor blocks: <_>' -ForEach 'nope.trace', 'symbols.map', '/dev/zero', '.', '$nothing', 'fifo' {
        if ($_ -eq 'fifo' -and -not (Test-Path fifo)) { mkfifo fifo }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        { $null = Complete "Import-KmTrace $_ -Function tcp_" } | Should -Not -Throw
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 10
    }
}
