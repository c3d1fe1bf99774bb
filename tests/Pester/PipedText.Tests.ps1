BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData km-small.data.zst $TestDrive/km.data
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..9999)
    $graphText = Get-ChildItem "$root/tests/data/graph" -File | Sort-Object Length | Select-Object -Last 1
    if ($graphText.Extension -eq '.zst') { zstd -dqf $graphText.FullName -o graph.trace } else { Copy-Item $graphText.FullName graph.trace }
    # Every value of calls, as one string.
    function Get-Values { param([Parameter(ValueFromPipeline)] $Call) begin { $all = [Text.StringBuilder]::new() }
        process { $null = $all.AppendLine("$($Call.Timestamp) $($Call.Cpu) $($Call.ProcessId) $($Call.Comm) $($Call.Context) $($Call.Caller) $($Call.Function) $($Call.Depth) $($Call.Duration)") }
        end { $all.ToString() }
    }
    function Get-Failure([scriptblock] $Script) {
        $failures = @()
        try { $failures = @(& $Script 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) } catch { $failures = @($_) }
        $failures
    }
}
AfterAll { Pop-Location }

Describe 'Text from the pipeline' {
    It 'gives the calls of the file: <_>' -ForEach 'echo.trace', 'graph.trace', 'km.data' {
        $expected = Import-KmTrace $_ -WarningAction Ignore | Get-Values
        $expected.Length | Should -BeGreaterThan 1000
        cat $_ | Import-KmTrace -WarningAction Ignore | Get-Values | Should -BeExactly $expected
        Get-Content $_ -Raw | Import-KmTrace -WarningAction Ignore | Get-Values | Should -BeExactly $expected
        Get-Content $_ -ReadCount 700 | Import-KmTrace -WarningAction Ignore | Get-Values | Should -BeExactly $expected
    }
    It 'gives the calls of the file with a filter that needs two readings' {
        $expected = Import-KmTrace echo.trace -Root tcp_sendmsg -MinCount 2 -WarningAction Ignore | Get-Values
        cat echo.trace | Import-KmTrace -Root tcp_sendmsg -MinCount 2 -WarningAction Ignore | Get-Values | Should -BeExactly $expected
    }
    It 'can be counted, described and returned as edges' {
        $count = @(Import-KmTrace echo.trace -WarningAction Ignore).Count
        (cat echo.trace | Import-KmTrace -WarningAction Ignore | Measure-KmCall -By None).Calls | Should -Be $count
        (cat echo.trace | Import-KmTrace -WarningAction Ignore -AsEdge | Measure-Object Count -Sum).Sum | Should -Be $count
        (cat echo.trace | Import-KmTrace -Info).Calls | Should -Be $count
    }
    It 'reports losses once' {
        cat km.data | Import-KmTrace -AsEdge -WarningVariable warnings -WarningAction SilentlyContinue | Out-Null
        @($warnings -match '2\D197\D330 events').Count | Should -Be 1
    }
    It 'is read while it arrives' {
        # The whole text takes 40 s to arrive.
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $run = Invoke-Shell '& { foreach ($i in 1..200) { Get-Content km.data -TotalCount 30000; Start-Sleep -Milliseconds 200 } } | Import-KmTrace -WarningAction Ignore' {
            param($shell, $output)
            while ($output.Count -lt 3 -and $watch.Elapsed.TotalSeconds -lt 30) { Start-Sleep -Milliseconds 50 }
            $shell.Stop()
        }
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
        $run.Output.Count | Should -BeGreaterThan 2
        Get-ReaderThread | Should -BeNullOrEmpty
    }
    It 'leaves no thread when the pipeline ends early' {
        @(cat km.data | Import-KmTrace | Select-Object -First 5).Count | Should -Be 5
        Get-ReaderThread | Should -BeNullOrEmpty
    }
    It 'has one error if it is no trace' {
        $failures = Get-Failure { 1..30000 | ForEach-Object { "nothing to see in line $_" } | Import-KmTrace }
        $failures.Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -Be 'TraceUnreadable,KernelMagnifier.Cmdlets.ImportKmTraceCommand'
        $failures[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        (Get-Failure { 'some words', 'and more words' | Import-KmTrace }).Count | Should -Be 1
    }
    It 'has one error if it is binary: <_>' -ForEach 'cat echo.zst', 'cat echo.gz', 'cat trace.dat' {
        zstd -qf echo.trace -o echo.zst; gzip -c echo.trace > echo.gz
        [IO.File]::WriteAllBytes("$PWD/trace.dat", [byte[]](23, 8, 68) + [Text.Encoding]::ASCII.GetBytes("tracing6`0`n`0`u{1}abc`n"))
        $failures = Get-Failure ([scriptblock]::Create("$_ | Import-KmTrace"))
        $failures.Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -Be 'BinaryInput,KernelMagnifier.Cmdlets.ImportKmTraceCommand'
    }
    It 'is read with the path -, and as -InputObject' {
        $expected = Import-KmTrace echo.trace -WarningAction Ignore | Get-Values
        cat echo.trace | Import-KmTrace - -WarningAction Ignore | Get-Values | Should -BeExactly $expected
        Get-Content echo.trace -Raw | Import-KmTrace -Path - -WarningAction Ignore | Get-Values | Should -BeExactly $expected
        Import-KmTrace -InputObject (Get-Content echo.trace) -WarningAction Ignore | Get-Values | Should -BeExactly $expected
    }
    It 'has one error beside paths: <id>' -ForEach @(
        @{ id = 'ParametersContradict'; script = { cat echo.trace | Import-KmTrace echo.trace } }
        @{ id = 'TextAfterPath'; script = { @('echo.trace') + (Get-Content echo.trace) | Import-KmTrace -AsEdge -WarningAction Ignore } }
        @{ id = 'TraceUnreadable'; script = { 'echo.trace' | Import-KmTrace - } }
    ) {
        (Get-Failure $script).FullyQualifiedErrorId | Should -Be "$id,KernelMagnifier.Cmdlets.ImportKmTraceCommand"
    }
    It 'leaves paths from the pipeline as they are' {
        $count = @(Import-KmTrace echo.trace -WarningAction Ignore).Count
        @('echo.trace', 'e*.trace' | Import-KmTrace -WarningAction Ignore).Count | Should -Be (2 * $count)
        @('nope.trace', 'echo.trace' | Import-KmTrace -WarningAction Ignore -ErrorAction SilentlyContinue).Count | Should -Be $count
        (Get-Failure { 'nope.dat', 'nope2.dat' | Import-KmTrace }).FullyQualifiedErrorId | Should -Be (@('TraceNotFound,KernelMagnifier.Cmdlets.ImportKmTraceCommand') * 2)
        @('nope*.dat' | Import-KmTrace -WarningVariable warnings -WarningAction SilentlyContinue).Count | Should -Be 0
        "$warnings" | Should -BeLike 'No file matches nope*'
    }
}

Describe 'Standard input' {
    It 'is read by Import-KmTrace -, text and compressed: <_>' -ForEach 'cat echo.trace', 'zstd -qc echo.trace' {
        $expected = @(Import-KmTrace echo.trace -WarningAction Ignore).Count
        bash -c "$_ | '$pwsh' -NoProfile -Command 'Import-Module $modulePath; (Import-KmTrace - -WarningAction Ignore | Measure-KmCall -By None).Calls'" | Should -Be $expected
    }
    It 'is an error in a host that has none' {
        $run = Invoke-Shell 'try { Import-KmTrace - } catch { $_.FullyQualifiedErrorId }'
        "$($run.Output)" | Should -Be 'NoStandardInput,KernelMagnifier.Cmdlets.ImportKmTraceCommand'
    }
}
