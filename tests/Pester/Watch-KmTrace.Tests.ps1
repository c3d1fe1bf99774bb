BeforeAll {
    . $PSScriptRoot/Support.ps1
    $data = $env:KM_SHARED_DATA ? $env:KM_SHARED_DATA : "$PSScriptRoot/../../../shared/data"
    $sched = "$data/latency/sched.dat"
    $functions = "$data/dat/fn-small.dat"
}

Describe 'Watch-KmTrace' -Skip:(-not (Test-Path ($env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"))) {
    It 'returns the objects of Import-KmTrace' {
        $want = Import-KmTrace $functions -Function vfs_* | Get-Digest
        Watch-KmTrace $functions -Function vfs_* -AsFastAsPossible | Get-Digest | Should -Be $want
        Watch-KmTrace $functions -Function vfs_* -Speed 1000 | Get-Digest | Should -Be $want
        Get-Item $functions | Watch-KmTrace -AsFastAsPossible | Select-KmCall -Function vfs_* | Get-Digest | Should -Be $want
        $event = Watch-KmTrace $sched -Event sched:sched_waking -AsFastAsPossible | Select-Object -First 1
        $event | Should -BeOfType KernelMagnifier.Model.KernelEvent
        $event.Message | Should -Be (Import-KmTrace $sched -Event sched:sched_waking | Select-Object -First 1).Message
    }

    It 'returns the events of a recording without calls' {
        Watch-KmTrace $sched -AsFastAsPossible | Measure-Object | ForEach-Object Count | Should -Be 63626
    }

    It 'passes the ranges on while it runs, the same at each speed' {
        $rows = Watch-KmTrace $sched -AsFastAsPossible | Measure-KmLatency -Every 500ms -Kind Wakeup
        ($rows | Measure-Object Count -Sum).Sum | Should -Be 16020
        $rows.From | Should -Be 7.5, 8, 8.5, 9, 9.5, 10
        Watch-KmTrace $sched -Speed 20 | Measure-KmLatency -Every 500ms -Kind Wakeup | ForEach-Object { "$($_.From) $($_.Count) $($_.MaxNanoseconds)" } |
            Should -Be ($rows | ForEach-Object { "$($_.From) $($_.Count) $($_.MaxNanoseconds)" })
        # The first range ends the pipeline, long before the end of the recording.
        $first = Watch-KmTrace $sched -Speed 0.1 | Measure-KmLatency -Every 10ms -Kind OnCpu | Select-Object -First 1
        $first.Kind | Should -Be OnCpu
    }

    It 'has calls counted by range' {
        $counts = Watch-KmTrace $functions -AsFastAsPossible | Measure-KmCall -Every 100ms
        ($counts | Measure-Object Calls -Sum).Sum | Should -Be (Import-KmTrace $functions -Info).Calls
        $counts[0].Until - $counts[0].From | Should -BeGreaterThan 0.0999
        $same = Import-KmTrace $functions | Measure-KmCall -Every 100ms
        $same.Count | Should -Be $counts.Count
        { Import-KmTrace $functions -AsEdge | Measure-KmCall -Every 1s } | Should -Throw '*edges have none*'
    }

    It 'warns that events are not counted by range' {
        Watch-KmTrace $sched -AsFastAsPossible | Measure-KmCall -Every 1s -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        "$warnings" | Should -BeLike '*Measure-KmLatency -Every*'
    }

    It 'ends promptly while it waits' {
        $run = Invoke-Shell "Watch-KmTrace '$sched' -Speed 0.1" -While {
            param($shell, $output)
            while ($output.Count -eq 0) { Start-Sleep -Milliseconds 20 }
            $shell.Stop()
        }
        $run.Output.Count | Should -BeGreaterThan 0
        $run.Streams.Error | Should -BeNullOrEmpty
    }

    It 'writes text that is read again' {
        $file = "$TestDrive/pipe.txt"
        Watch-KmTrace $sched -AsFastAsPossible -AsText -Destination $file | Should -BeNullOrEmpty
        $lines = Watch-KmTrace $sched -AsFastAsPossible -AsText | Select-Object -First 10
        $lines | Should -Be (Get-Content $file -TotalCount 10)
        $again = Import-KmTrace $file -Event * | Select-Object -First 100 | ForEach-Object { "$($_.Name) $($_.Cpu) $($_.ProcessId) $($_.Message)" }
        $again | Should -Be (Import-KmTrace $sched -Event * | Select-Object -First 100 | ForEach-Object { "$($_.Name) $($_.Cpu) $($_.ProcessId) $($_.Message)" })
    }

    It 'takes text from the pipeline as it comes' {
        $lines = Watch-KmTrace $sched -AsFastAsPossible -AsText | Select-Object -First 200
        $want = $lines | Import-KmTrace -Event * | ForEach-Object { "$($_.Name) $($_.Timestamp) $($_.Message)" }
        $lines | Watch-KmTrace -Event * | ForEach-Object { "$($_.Name) $($_.Timestamp) $($_.Message)" } | Should -Be $want
        # The object of the first line is there before the second line is.
        $seen = [System.Collections.Generic.List[string]]::new()
        & {
            $lines[0]
            for ($i = 0; $i -lt 100 -and $seen.Count -eq 0; $i++) { Start-Sleep -Milliseconds 100; '' }
            $seen.Add('second')
            $lines[1]
        } | Watch-KmTrace -Event * | ForEach-Object { $seen.Add($_.Message) }
        $seen.Count | Should -Be 3
        $seen[1] | Should -Be 'second'
        $sched | Watch-KmTrace -AsFastAsPossible | Select-Object -First 1 | ForEach-Object Recording | Should -Be (Convert-Path $sched)
        { 'no trace', 'at all' | Watch-KmTrace -Event * -ErrorAction Stop } | Should -Throw '*(pipeline)*'
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'a speed and none'; Script = { Watch-KmTrace x -Speed 2 -AsFastAsPossible } }
        @{ Name = 'a destination of objects'; Script = { Watch-KmTrace x -Destination y } }
        @{ Name = 'a graph of the running kernel'; Script = { Watch-KmTrace -Live -Root vfs_read } }
    ) { $Script | Should -Throw '*' -ErrorId 'ParametersContradict*' }
}
