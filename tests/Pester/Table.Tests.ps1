BeforeAll {
    . $PSScriptRoot/Support.ps1
    Expand-TestData km-small.data.zst $TestDrive/small.data
    Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.txt
    $WarningPreference = 'Ignore'
    function Get-Id([scriptblock] $Script) { try { & $Script | Out-Null; 'none' } catch { ($_.FullyQualifiedErrorId -split ',')[0] } }
}

Describe 'Export-KmTable and Import-KmTable' {
    It 'writes the tables of whole recordings' {
        $files = Import-KmTrace $TestDrive/small.data, $TestDrive/sched.txt | Export-KmTable $TestDrive/whole -HostName web1
        $files.Table | Should -Be calls, events, intervals
        $files.HostName | Select-Object -Unique | Should -Be web1
        $files[0].Recording, $files[1].Recording | Should -Be small.data, sched.txt
        $files[0].FullName | Should -Be "$TestDrive/whole/calls/host=web1/recording=small.data/small.data.parquet"
        $files[0].Rows | Should -Be (Import-KmTrace $TestDrive/small.data -Info).Calls
        $files[0].Bytes | Should -Be (Get-Item $files[0].FullName).Length
        Get-Id { Import-KmTrace $TestDrive/small.data -ErrorAction Stop | Export-KmTable $TestDrive/whole -HostName web1 -ErrorAction Stop } | Should -Be OutputExists
        (Import-KmTrace $TestDrive/small.data | Export-KmTable $TestDrive/whole -HostName web1 -Force).Rows | Should -Be $files[0].Rows
    }

    It 'writes the same rows from objects and without them' {
        $fast = Import-KmTrace $TestDrive/small.data -Function *lock* | Export-KmTable $TestDrive/fast -Table Calls
        $slow = Import-KmTrace $TestDrive/small.data -Function *lock* | ForEach-Object { $_ } | Export-KmTable $TestDrive/slow
        $slow.Rows | Should -Be $fast.Rows
        Import-KmTable $TestDrive/slow | Get-Digest | Should -Be (Import-KmTable $TestDrive/fast | Get-Digest)
        $events = Import-KmTrace $TestDrive/sched.txt -Event sched:sched_switch | Export-KmTable $TestDrive/fastevents
        $events.Table | Should -Be events
        (Import-KmTrace $TestDrive/sched.txt -Event sched:sched_switch | ForEach-Object { $_ } | Export-KmTable $TestDrive/slowevents).Rows | Should -Be $events.Rows
    }

    It 'brings calls back' {
        Import-KmTrace $TestDrive/echo.txt | Export-KmTable $TestDrive/echo -Table Calls | Out-Null
        Import-KmTable $TestDrive/echo | Get-Digest | Should -Be (Import-KmTrace $TestDrive/echo.txt | Get-Digest)
        $count = { $input | Measure-KmCall | Select-Object Calls, Function, Caller | ConvertTo-Json }
        Import-KmTable $TestDrive/echo | & $count | Should -Be (Import-KmTrace $TestDrive/echo.txt | & $count)
        Import-KmTrace $TestDrive/echo.txt | ForEach-Object { $_ } | Export-KmGraph $TestDrive/direct.gv -Force
        Import-KmTable $TestDrive/echo | Export-KmGraph $TestDrive/imported.gv -Force
        Get-Content $TestDrive/imported.gv -Raw | Should -BeExactly (Get-Content $TestDrive/direct.gv -Raw)
    }

    It 'brings edges back into a graph' {
        Import-KmTrace $TestDrive/small.data -AsEdge | Export-KmTable $TestDrive/edges -HostName web1 | Out-Null
        $edges = Import-KmTable $TestDrive/edges
        $edges[0].HostName | Should -Be web1
        ($edges | Measure-Object Count -Sum).Sum | Should -Be (Import-KmTrace $TestDrive/small.data -AsEdge | Measure-Object Count -Sum).Sum
        Import-KmTrace $TestDrive/small.data -AsEdge | Export-KmGraph $TestDrive/direct.gv -Force
        $edges | Export-KmGraph $TestDrive/imported.gv -Force
        Get-Content $TestDrive/imported.gv -Raw | Should -BeExactly (Get-Content $TestDrive/direct.gv -Raw)
        Get-Content $TestDrive/imported.gv -Raw | Should -Not -Match 'Unknown whether'
    }

    It 'brings back what was lost' {
        $lossy = "$root/tests/data/trace-dat/fn-lossy.dat"
        Import-KmTrace $lossy -AsEdge | Export-KmTable $TestDrive/lossy | Out-Null
        Import-KmTrace $lossy -AsEdge | Export-KmGraph $TestDrive/direct.gv -Force -WarningAction Ignore
        Import-KmTable $TestDrive/lossy | Export-KmGraph $TestDrive/imported.gv -Force -WarningAction Ignore
        Get-Content $TestDrive/imported.gv -Raw | Should -BeExactly (Get-Content $TestDrive/direct.gv -Raw)
        Get-Content $TestDrive/imported.gv -Raw | Should -Match 'lost while recording'
        # A second export keeps it.
        Import-KmTable $TestDrive/lossy | Export-KmTable $TestDrive/lossyagain | Out-Null
        Import-KmTable $TestDrive/lossyagain | Export-KmGraph $TestDrive/again.gv -Force -WarningAction Ignore
        Get-Content $TestDrive/again.gv -Raw | Should -BeExactly (Get-Content $TestDrive/direct.gv -Raw)
    }

    It 'brings events back into latencies' {
        Import-KmTrace $TestDrive/sched.txt | Export-KmTable $TestDrive/sched | Out-Null
        $measure = { $input | Measure-KmLatency -By Task | Select-Object Kind, Key, Comm, Count, SumNanoseconds, P50Nanoseconds, P99Nanoseconds, MaxNanoseconds, Account | ConvertTo-Json }
        $direct = Measure-KmLatency $TestDrive/sched.txt -By Task | Select-Object Kind, Key, Comm, Count, SumNanoseconds, P50Nanoseconds, P99Nanoseconds, MaxNanoseconds, Account | ConvertTo-Json
        Import-KmTable $TestDrive/sched Events | & $measure | Should -Be $direct
        $properties = 'Kind', 'Key', 'Comm', 'ProcessId', 'Start', 'End', 'DurationNanoseconds', 'Cpu', 'StartCpu', 'PreviousCpu', 'Waker', 'WakerComm', 'Basis', 'PlacementNanoseconds', 'Unit'
        $intervals = Import-KmTable $TestDrive/sched Intervals | Select-Object $properties | ConvertTo-Csv
        $intervals | Should -Be (Measure-KmLatency $TestDrive/sched.txt -AsInterval | Select-Object $properties | ConvertTo-Csv)
    }

    It 'brings latencies and logs back' {
        Measure-KmLatency $TestDrive/sched.txt | Export-KmTable $TestDrive/latencies | Out-Null
        $properties = 'Kind', 'Count', 'SumNanoseconds', 'MinNanoseconds', 'P50Nanoseconds', 'P90Nanoseconds', 'P99Nanoseconds', 'MaxNanoseconds'
        Import-KmTable $TestDrive/latencies | Select-Object $properties | ConvertTo-Json | Should -Be (Measure-KmLatency $TestDrive/sched.txt | Select-Object $properties | ConvertTo-Json)
        $files = Import-KmLog $root/tests/data/logs/web.ndjson | Export-KmTable $TestDrive/logs
        $files.Table | Select-Object -Unique | Should -Be latencies, logs
        $merged = { $input | Measure-KmLatency -Kind Wakeup | Select-Object $properties | ConvertTo-Json }
        Import-KmTable $TestDrive/logs Logs | & $merged | Should -Be (Import-KmLog $root/tests/data/logs/web.ndjson | & $merged)
        Import-KmTable $TestDrive/logs Logs -HostName web1 | ForEach-Object HostName | Select-Object -Unique | Should -Be web1
    }

    It 'takes objects that come back from another process' {
        $copies = { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize(@($input), 3)) }
        $calls = Import-KmTrace $TestDrive/echo.txt | Select-Object -First 200
        ($calls | & $copies | Export-KmTable $TestDrive/copies).Rows | Should -Be 200
        Import-KmTable $TestDrive/copies | Get-Digest | Should -Be ($calls | Get-Digest)
        $remote = $calls | & $copies | ForEach-Object { Add-Member -InputObject $_ PSComputerName web7 -PassThru }
        ($remote | Export-KmTable $TestDrive/remote).HostName | Should -Be web7
        (Import-KmTrace $TestDrive/small.data -AsEdge | Select-Object -First 5 | & $copies | Export-KmTable $TestDrive/remote).Table | Should -Be edges
        (Measure-KmLatency $TestDrive/sched.txt | & $copies | Export-KmTable $TestDrive/remote).Table | Should -Be latencies
        (Measure-KmLatency $TestDrive/sched.txt -AsInterval | Select-Object -First 5 | & $copies | Export-KmTable $TestDrive/remote).Table | Should -Be intervals
        (Import-KmTrace $TestDrive/sched.txt -Event * | Select-Object -First 5 | & $copies | Export-KmTable $TestDrive/remote).Table | Should -Be events
        # A row that was imported keeps its machine.
        (Import-KmTable $TestDrive/remote Calls | Export-KmTable $TestDrive/again).HostName | Should -Be web7
    }

    It 'writes the same rows of events that come back from a file, with <_>' -Skip:(-not $env:KM_SHARED_DATA) -ForEach 'a dictionary', 'an object' {
        $form = $_
        # sched_waking has a field that an own property of the object hides, the second recording has stacks.
        foreach ($name in 'latency/sched.dat', 'dat/ev-stack.dat') {
            $out = "$TestDrive/$($name -replace '\W', '-')-$($form -replace ' ', '-')"
            $events = Import-KmTrace "$env:KM_SHARED_DATA/$name" -Event sched:* | Select-Object -First 100
            $events | Export-Clixml "$out.xml"
            $copies = Import-Clixml "$out.xml"
            if ($form -eq 'an object') { foreach ($copy in $copies) { $copy.Fields = [pscustomobject] $copy.Fields } }
            $events | Export-KmTable "$out-live" -HostName web1 | Out-Null
            $copies | Export-KmTable "$out-copies" -HostName web1 | Out-Null
            $rows = Invoke-KmQuery 'SELECT * FROM events' -Path "$out-copies"
            @($rows | Where-Object fields -NE '{}').Count | Should -Be 100
            @($rows | Where-Object stack).Count -gt 0 | Should -Be ($name -eq 'dat/ev-stack.dat')
            $rows | ConvertTo-Json -Depth 4 | Should -BeExactly (Invoke-KmQuery 'SELECT * FROM events' -Path "$out-live" | ConvertTo-Json -Depth 4)
        }
    }

    It 'writes the same rows of intervals that come back from a file' -Skip:(-not $env:KM_SHARED_DATA) {
        foreach ($name in 'rawsys', 'irq', 'all') {
            $out = "$TestDrive/intervals-$name"
            $intervals = Measure-KmLatency "$env:KM_SHARED_DATA/latency/$name.dat" -AsInterval | Select-Object -First 1000
            $intervals | Export-Clixml "$out.xml"
            $intervals | Export-KmTable "$out-live" -HostName web1 | Out-Null
            Import-Clixml "$out.xml" | Export-KmTable "$out-copies" -HostName web1 | Out-Null
            $rows = Invoke-KmQuery 'SELECT * FROM intervals' -Path "$out-copies"
            $known = @{ rawsys = @('name'); irq = @('net_ns'); all = 'placement_ns', 'on_cpu_ns', 'runnable_ns', 'blocked_ns' }[$name]
            foreach ($column in $known) { @($rows | Where-Object { $null -ne $_.$column }).Count | Should -BeGreaterThan 0 -Because "$name has $column" }
            $rows | ConvertTo-Json | Should -BeExactly (Invoke-KmQuery 'SELECT * FROM intervals' -Path "$out-live" | ConvertTo-Json)
        }
    }

    It 'chooses tables, machines and recordings' {
        foreach ($name in 'web1', 'web2') { Import-KmTrace $TestDrive/sched.txt | Export-KmTable $TestDrive/chosen -HostName $name | Out-Null }
        $all = @(Import-KmTable $TestDrive/chosen Intervals).Count
        @(Import-KmTable $TestDrive/chosen Intervals -HostName web1).Count * 2 | Should -Be $all
        @(Import-KmTable $TestDrive/chosen Intervals -HostName web? -Recording sched*).Count | Should -Be $all
        Import-KmTable $TestDrive/chosen Intervals -HostName db* -WarningAction Ignore | Should -BeNullOrEmpty
        Get-Id { Import-KmTable $TestDrive/chosen -ErrorAction Stop } | Should -Be TableAmbiguous
        $file = (Get-ChildItem $TestDrive/chosen/intervals -Recurse -File)[0]
        @(Import-KmTable $file).Count * 2 | Should -Be $all
        @($file | Import-KmTable).Count * 2 | Should -Be $all
        # Machines that stand in the rows.
        Import-KmTable $TestDrive/chosen Intervals | Export-KmTable $TestDrive/flat -PartitionBy None | Out-Null
        @(Import-KmTable $TestDrive/flat -HostName web2).Count * 2 | Should -Be $all
    }

    It 'says what is wrong' {
        Get-Id { Import-KmTable $TestDrive/nothing -ErrorAction Stop } | Should -Be TableNotFound
        Get-Id { 1 | Export-KmTable $TestDrive/wrong -ErrorAction Stop } | Should -Be NotARow
        Get-Id { @() | Export-KmTable $TestDrive/wrong -ErrorAction Stop } | Should -Be NothingToExport
        Get-Id { Import-KmTrace $TestDrive/echo.txt -Function nothing | Export-KmTable $TestDrive/wrong -PartitionBy None, Host -ErrorAction Stop } | Should -Be ParametersContradict
        Test-Path $TestDrive/wrong | Should -BeFalse
        Import-KmTrace $TestDrive/echo.txt | Export-KmTable $TestDrive/wrong -WhatIf | Should -BeNullOrEmpty
        Test-Path $TestDrive/wrong | Should -BeFalse
        Import-KmTrace $TestDrive/echo.txt | Select-Object -First 3 | Export-KmTable $TestDrive/wrong -Table Edges -WarningVariable said -WarningAction SilentlyContinue -ErrorAction Ignore
        "$said" | Should -BeLike '*3 objects*-Table*'
    }
}
