BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData km-small.data.zst $TestDrive/km.data
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..9999)
    Expand-TestData symbol-filepath.map.zst $TestDrive/symbols.map
    # The same lines, read with a regular expression.
    $lines = [IO.File]::ReadAllLines("$TestDrive/echo.trace") -match '^\s*(?<comm>.+)-(?<pid>\d+)\s+\[(?<cpu>\d+)\] (?<flags>\S{5})\s+(?<time>[\d.]+): (?<function>\S+) <-(?<caller>\S+)$'
    $plain = foreach ($line in $lines) { $null = $line -match '^\s*(?<comm>.+)-(?<pid>\d+)\s+\[(?<cpu>\d+)\] (?<flags>\S{5})\s+(?<time>[\d.]+): (?<function>\S+) <-(?<caller>\S+)$'; [pscustomobject]$Matches }
    $events = Import-KmTrace $TestDrive/echo.trace -WarningAction Ignore
}
AfterAll { Pop-Location }

Describe 'Import-KmTrace' {
    It 'returns each call with the fields of its line' {
        $plain.Count | Should -BeGreaterThan 3000
        $events.Count | Should -Be $plain.Count
        for ($i = 0; $i -lt $plain.Count; $i++) {
            $e = $events[$i]; $p = $plain[$i]
            if ("$($e.Comm)|$($e.ProcessId)|$($e.Cpu)|$($e.Timestamp)|$($e.Function)|$($e.Caller)" -cne "$($p.comm)|$($p.pid)|$([int]$p.cpu)|$([double]$p.time)|$($p.function)|$($p.caller)") { throw "call $i differs: $e" }
        }
    }
    It 'derives the execution context from the flags' {
        for ($i = 0; $i -lt $plain.Count; $i++) {
            $expected = switch -CaseSensitive ($plain[$i].flags[2]) { 's' { 'SoftIrq' } 'h' { 'HardIrq' } 'H' { 'HardIrq' } 'z' { 'Nmi' } 'Z' { 'Nmi' } default { 'Task' } }
            if ("$($events[$i].Context)" -ne $expected) { throw "call $i has context $($events[$i].Context), not $expected" }
        }
        ($events.Context | Sort-Object -Unique).Count | Should -BeGreaterThan 1
    }
    It 'counts edges as the calls do' {
        $expected = $plain | Group-Object { "$($_.caller) -> $($_.function)" } -CaseSensitive -NoElement | ForEach-Object { "$($_.Name): $($_.Count)" } | Sort-Object -CaseSensitive
        $edges = Import-KmTrace echo.trace -AsEdge -WarningAction Ignore
        ($edges | ForEach-Object ToString | Sort-Object -CaseSensitive) -join "`n" | Should -BeExactly ($expected -join "`n")
        $edges[0] | Should -BeOfType KernelMagnifier.Model.CallEdge
        $edges[0].Count | Should -BeGreaterOrEqual $edges[-1].Count
    }
    It 'describes a recording' {
        $info = Import-KmTrace km.data -Info
        $info | Should -BeOfType KernelMagnifier.Model.TraceInfo
        $info.Calls | Should -Be 47748
        $info.LostEvents | Should -Be 2197330
        ($info.PerCpu | Measure-Object Calls -Sum).Sum | Should -Be $info.Calls
    }
    It 'reports lost events once, and with -Verbose where' {
        $null = Import-KmTrace km.data -AsEdge -WarningVariable warnings -WarningAction SilentlyContinue
        @($warnings -match '2\D197\D330 events were lost').Count | Should -Be 1
        $verbose = Import-KmTrace km.data -AsEdge -Verbose -WarningAction Ignore 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        "$verbose" | Should -Match 'CPU 0: 31\D320 calls, 1\D004\D415 lost'
    }

    It 'warns with a suggestion if a filter matches nothing: <_>' -ForEach @(
        '-Function TCP_sendmsg', '-Caller TCP_SENDMSG_LOCKED', '-Root tcp_sendmsgs', '-Comm Echo-Client', '-Comm nosuch', '-Cpu 99', '-Since 400', '-Until 1', '-ProcessId 99999', '-Module nosuch'
    ) {
        $advice = @{ '-Function TCP_sendmsg' = 'Did you mean tcp_sendmsg?'; '-Caller TCP_SENDMSG_LOCKED' = 'Did you mean tcp_sendmsg_locked?'; '-Root tcp_sendmsgs' = 'Did you mean tcp_sendmsg?'
            '-Comm Echo-Client' = 'Did you mean echo-client?'; '-Comm nosuch' = 'Its tasks are'; '-Cpu 99' = 'CPUs 0-1'; '-Since 400' = 'ends at 1'; '-Until 1' = 'begins at 1'; '-ProcessId 99999' = 'Its tasks are'
            '-Module nosuch' = 'Its functions belong to kernel' }[$_]
        foreach ($line in "Import-KmTrace echo.trace $_", "Import-KmTrace echo.trace $_ -AsEdge", "Import-KmTrace echo.trace $_ | Measure-KmCall", "cat echo.trace | Import-KmTrace $_",
            "Import-KmTrace echo.trace | Select-KmCall $_", "Import-KmTrace echo.trace | Select-KmCall $_ | Measure-KmCall") {
            $out = @(& ([scriptblock]::Create($line)) 3>&1)
            $out.Count | Should -Be 1 -Because $line
            $out[0] | Should -BeOfType System.Management.Automation.WarningRecord
            "$($out[0])" | Should -BeLike "No call passes the filter: $_`: *$advice*" -Because $line
        }
    }
    It 'does not warn if a call of any recording passes' {
        Copy-Item echo.trace b.trace
        @(Import-KmTrace echo.trace, b.trace -Function tcp_sendmsg 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }) | Should -BeNullOrEmpty
        Remove-Item b.trace
    }
    It 'names the events of a recording without calls' {
        Expand-TestData text/ev-sched.txt.zst $TestDrive/events.trace
        "$(Import-KmTrace events.trace 3>&1)" | Should -BeLike '*contains no function calls, but *kernel events (sched_*-Info*'
        Import-KmTrace events.trace -Info -WarningVariable warnings | Out-Null
        $warnings | Should -BeNullOrEmpty
    }
    It 'reports the losses known so far when the pipeline ends early: <_>' -ForEach 'Import-KmTrace km.data', 'Get-Content km.data | Select-Object -Skip 3000 | Import-KmTrace', 'Import-KmTrace lossy.dat' {
        Copy-Item $root/tests/data/trace-dat/fn-lossy.dat lossy.dat
        $out = @(& ([scriptblock]::Create("$_ | Select-Object -First 5")) 3>&1)
        $warnings = @($out | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        $warnings.Count | Should -Be 1
        "$warnings" | Should -BeLike '*at least * events were lost while recording*'
    }
    It 'has one warning per recording' {
        $warnings = @(Import-KmTrace km.data -AsEdge 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        $warnings.Count | Should -Be 1
        "$warnings" | Should -Not -Match "`n"
    }
    It 'reads the top-level buffer with an empty -Instance' {
        $all = Import-KmTrace $root/tests/data/trace-dat/instances.dat -Info -WarningAction Ignore
        $top = Import-KmTrace $root/tests/data/trace-dat/instances.dat -Info -Instance '' -WarningAction Ignore
        $top.Calls | Should -BeGreaterThan 0
        $top.Events | Should -BeLessThan $all.Events
        @(Import-KmTrace echo.trace -Instance '' -WarningAction Ignore).Count | Should -Be $plain.Count
    }
    It 'suggests a file for a mistyped one' {
        "$(Import-KmTrace ech*.trase 3>&1)" | Should -BeLike '*Did you mean echo.trace?*'
        $failure = try { Import-KmTrace echo.trase -ErrorAction Stop } catch { $_ }
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Did you mean echo.trace?*'
    }

    Context 'what it reads' {
        It 'accepts several paths and wildcards' {
            Copy-Item echo.trace two.trace
            @(Import-KmTrace echo.trace, two.trace -WarningAction Ignore).Count | Should -Be (2 * $plain.Count)
            @(Import-KmTrace *.trace -WarningAction Ignore).Count | Should -Be (2 * $plain.Count)
            @('echo.trace', 'two.trace' | Import-KmTrace -WarningAction Ignore).Count | Should -Be (2 * $plain.Count)
            Remove-Item two.trace
        }
        It 'accepts files, and objects with FullName, PSPath or Path' {
            @(Get-Item echo.trace | Import-KmTrace -WarningAction Ignore).Count | Should -Be $plain.Count
            @([pscustomobject]@{ FullName = "$TestDrive/echo.trace" } | Import-KmTrace -WarningAction Ignore).Count | Should -Be $plain.Count
            @([pscustomobject]@{ Path = "$TestDrive/echo.trace" } | Import-KmTrace -WarningAction Ignore).Count | Should -Be $plain.Count
        }
        It 'takes wildcard characters literally in a file object and in -LiteralPath' {
            Copy-Item echo.trace 'a[1]*.trace'
            @(Import-KmTrace -LiteralPath 'a[1]*.trace' -WarningAction Ignore).Count | Should -Be $plain.Count
            @(Get-Item -LiteralPath 'a[1]*.trace' | Import-KmTrace -WarningAction Ignore).Count | Should -Be $plain.Count
            Remove-Item -LiteralPath 'a[1]*.trace'
        }
        It 'accepts bytes, whole or in parts' {
            $bytes = [IO.File]::ReadAllBytes("$TestDrive/echo.trace")
            @(, $bytes | Import-KmTrace -WarningAction Ignore).Count | Should -Be $plain.Count
            @(Get-Content echo.trace -AsByteStream -ReadCount 60000 | Import-KmTrace -WarningAction Ignore).Count | Should -Be $plain.Count
        }
        It 'reads compressed files' {
            gzip -kf echo.trace; zstd -qf echo.trace
            @(Import-KmTrace echo.trace.gz, echo.trace.zst -WarningAction Ignore).Count | Should -Be (2 * $plain.Count)
            Remove-Item echo.trace.*
        }
        It 'adds source files with a symbol map' {
            $calls = Import-KmTrace echo.trace -SymbolMap symbols.map -WarningAction Ignore
            $sourced = $calls | Where-Object SourceFile
            @($sourced).Count | Should -BeGreaterThan 1000
            $tcp = $calls | Where-Object Function -CEQ 'tcp_sendmsg' | Select-Object -First 1
            $tcp.SourceFile | Should -Be 'net/ipv4/tcp.c'
        }
    }

    Context 'errors' {
        It '<Name>' -ForEach @(
            @{ Name = 'a file that is not there'; Script = { Import-KmTrace nope.data }; Id = 'TraceNotFound'; Category = 'ObjectNotFound' }
            @{ Name = 'a literal path with a NUL character'; Script = { Import-KmTrace -LiteralPath "a`0b" }; Id = 'TraceNotFound'; Category = 'ObjectNotFound' }
        @{ Name = 'a path with a NUL character'; Script = { Import-KmTrace -Path "a`0b" }; Id = 'TraceNotFound'; Category = 'ObjectNotFound' }
        @{ Name = 'a literal path that is not there'; Script = { Import-KmTrace -LiteralPath nope.data }; Id = 'TraceNotFound'; Category = 'ObjectNotFound' }
            @{ Name = 'a file that is no recording'; Script = { Import-KmTrace symbols.map }; Id = 'TraceUnreadable'; Category = 'InvalidData' }
            @{ Name = 'an empty file'; Script = { $null = New-Item empty -Force; Import-KmTrace empty }; Id = 'TraceUnreadable'; Category = 'InvalidData' }
            @{ Name = 'a directory'; Script = { Import-KmTrace $TestDrive }; Id = 'TraceUnreadable'; Category = 'InvalidData' }
            @{ Name = 'a path outside the file system'; Script = { Import-KmTrace Env:PATH }; Id = 'NotAFile'; Category = 'InvalidArgument' }
            @{ Name = 'a source path without a map'; Script = { Import-KmTrace echo.trace -SourcePath net/ }; Id = 'NeedsSymbolMap'; Category = 'InvalidArgument' }
            @{ Name = 'an excluded source path without a map'; Script = { Import-KmTrace echo.trace -ExcludeSourcePath net/ }; Id = 'NeedsSymbolMap'; Category = 'InvalidArgument' }
            @{ Name = 'a map that is none'; Script = { Import-KmTrace echo.trace -SymbolMap 42 }; Id = 'NotASymbolMap'; Category = 'InvalidType' }
            @{ Name = 'a map file that is none'; Script = { Import-KmTrace echo.trace -SymbolMap echo.trace }; Id = 'SymbolMapUnreadable'; Category = 'InvalidData' }
            @{ Name = '-Info with a filter'; Script = { Import-KmTrace echo.trace -Info -Cpu 0 }; Id = 'InfoTakesNoFilter'; Category = 'InvalidArgument' }
            @{ Name = '-Info with -AsEdge'; Script = { Import-KmTrace echo.trace -Info -AsEdge }; Id = 'ParametersContradict'; Category = 'InvalidArgument' }
            @{ Name = '-Depth without -Root'; Script = { Import-KmTrace echo.trace -Depth 2 }; Id = 'ParametersContradict'; Category = 'InvalidArgument' }
            @{ Name = '-Strict without -SourcePath'; Script = { Import-KmTrace echo.trace -Strict }; Id = 'ParametersContradict'; Category = 'InvalidArgument' }
            @{ Name = '-Until before -Since'; Script = { Import-KmTrace echo.trace -Since 2 -Until 1 }; Id = 'ParametersContradict'; Category = 'InvalidArgument' }
        ) {
            $caught = $null
            try { $null = & $Script 2>&1 | ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord]) { $caught = $_ } } } catch { $caught = $_ }
            $caught | Should -Not -BeNullOrEmpty
            $caught.FullyQualifiedErrorId | Should -Be "$Id,KernelMagnifier.Cmdlets.ImportKmTraceCommand"
            "$($caught.CategoryInfo.Category)" | Should -Be $Category
            $caught.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
        It 'continues with the next file after one that cannot be read' {
            $calls = Import-KmTrace nope.data, symbols.map, echo.trace -ErrorVariable failures -ErrorAction SilentlyContinue -WarningAction Ignore
            $calls.Count | Should -Be $plain.Count
            $failures.Count | Should -Be 2
        }
        It 'rejects an invalid list of CPUs' { { Import-KmTrace echo.trace -Cpu 3-1 } | Should -Throw '*not a list of numbers*' }
    }

    Context 'ending early' {
        It 'stops reading when Select-Object -First has enough, and leaves no thread' {
            @(Import-KmTrace km.data | Select-Object -First 5).Count | Should -Be 5
            Get-ReaderThread | Should -BeNullOrEmpty
        }
        It 'stops at once on Ctrl-C' {
            $watch = [Diagnostics.Stopwatch]::new()
            # This pipeline would run for a quarter of an hour: the reader waits for its consumer.
            $run = Invoke-Shell 'Import-KmTrace km.data | ForEach-Object { Start-Sleep -Milliseconds 20; $_ }' {
                param($shell, $output)
                while ($output.Count -lt 3) { Start-Sleep -Milliseconds 20 }
                $watch.Start(); $shell.Stop(); $watch.Stop()
            }
            $run.Output.Count | Should -BeLessThan 1000
            # Generous for a busy machine, and far from the quarter of an hour.
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 10
            Get-ReaderThread | Should -BeNullOrEmpty
        }
        It 'shows progress after one second' {
            $run = Invoke-Shell '$n = 0; Import-KmTrace km.data | ForEach-Object { if ($n++ -eq 0) { Start-Sleep 2 } }'
            $progress = @($run.Streams.Progress)
            $progress.Count | Should -BeGreaterThan 0
            $progress[0].PercentComplete | Should -BeIn (1..100)
            $progress[0].Activity | Should -BeLike '*km.data*'
            $progress[-1].RecordType | Should -Be Completed
        }
    }
}
