
BeforeAll {
    . $PSScriptRoot/Support.ps1
    $data = $env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"
    $sched = "$data/sched.dat"
    $all = "$data/all.dat"
}

Describe 'Measure-KmLatency' -Skip:(-not (Test-Path ($env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"))) {
    It 'measures every kind that the recording can tell' {
        $latencies = Measure-KmLatency $sched
        $latencies.Kind | Should -Be OnCpu, Idle, Preempted, Wakeup, WakeupNew
        $wakeup = $latencies | Where-Object Kind -eq Wakeup
        $wakeup.Count | Should -Be 16020
        $wakeup.SumNanoseconds | Should -Be 2725491229
        $wakeup.P50, $wakeup.P90, $wakeup.P99, $wakeup.Max | Should -Be 62198, 284157, 2948686, 16926423
        $wakeup.Account.starts, $wakeup.Account.no_wait, $wakeup.Account.raced | Should -Be 16066, 25, 16
        $wakeup.Worst[0].ProcessId | Should -Be 155
        $wakeup.Worst.Count | Should -Be 3
        $wakeup.Percentiles[2].Needs | Should -BeNullOrEmpty
    }

    It 'sorts tasks by a percentile' {
        $tasks = Measure-KmLatency $sched -Kind wakeup -By Task | Sort-Object P99 -Descending
        $tasks[0].P99 | Should -BeGreaterOrEqual $tasks[1].P99
        ($tasks | Measure-Object Count -Sum).Sum | Should -Be 16020
        ($tasks | Where-Object Key -eq 9).Comm | Should -Be kworker/u4:0
    }

    It 'has the same answers from events of the pipeline, live and deserialized' {
        $want = Measure-KmLatency $sched | Select-Object Kind, Count, SumNanoseconds, P99Nanoseconds | ConvertTo-Json
        Import-KmTrace $sched -Event * | Measure-KmLatency | Select-Object Kind, Count, SumNanoseconds, P99Nanoseconds | ConvertTo-Json | Should -Be $want
        # An event alone is the copy: 63,626 of them would take long.
        $events = Import-KmTrace $sched -Event sched:* | Select-Object -First 3000
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($events, 3))
        $live = $events | Measure-KmLatency -By Key | Select-Object Kind, Key, Count, SumNanoseconds, MaxNanoseconds | ConvertTo-Json
        $copies | Measure-KmLatency -By Key | Select-Object Kind, Key, Count, SumNanoseconds, MaxNanoseconds | ConvertTo-Json | Should -Be $live
    }

    It 'measures intervals of the pipeline, live and deserialized' {
        $rows = { $input | Select-Object Kind, Key, Comm, Count, SumNanoseconds, MinNanoseconds, P99Nanoseconds, MaxNanoseconds, Histogram | ConvertTo-Json -Depth 4 }
        $want = Measure-KmLatency $sched -By Key | & $rows
        Measure-KmLatency $sched -AsInterval | Measure-KmLatency -By Key | & $rows | Should -BeExactly $want
        $some = Measure-KmLatency $sched -AsInterval -Kind Wakeup -Above 1ms
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($some, 3))
        $copies | Measure-KmLatency | & $rows | Should -BeExactly ($some | Measure-KmLatency | & $rows)
        ($copies | Measure-KmLatency).Count | Should -Be $some.Count
        ($some | Measure-KmLatency -AsInterval -Above 5ms).Count | Should -Be @(Measure-KmLatency $sched -AsInterval -Kind Wakeup -Above 5ms).Count
    }

    It 'does not measure intervals together with others' {
        $interval = Measure-KmLatency $sched -AsInterval | Select-Object -First 1
        $event = Import-KmTrace $sched -Event * | Select-Object -First 1
        foreach ($mixed in @($interval, $event), @($event, $interval), @($interval, $sched), @((Measure-KmLatency $sched -Kind Wakeup), $interval)) {
            { $mixed | Measure-KmLatency -ErrorAction Stop } | Should -Throw -ErrorId 'MixedInput,*'
        }
    }

    It 'returns intervals, and durations have units' {
        $intervals = Measure-KmLatency $sched -AsInterval -Above 10ms -Kind Wakeup
        $intervals | ForEach-Object { $_.DurationNanoseconds | Should -BeGreaterThan 10000000 }
        $count = @($intervals).Count
        $count | Should -BeGreaterThan 0
        @(Measure-KmLatency $sched -AsInterval -Above 10000us -Kind Wakeup).Count | Should -Be $count
        @(Measure-KmLatency $sched -AsInterval -Above 0.01s -Kind Wakeup).Count | Should -Be $count
        $microseconds = 10000us
        foreach ($above in $microseconds, '10000us', 0.01, '0.01', '0.01s', ([TimeSpan]::FromMilliseconds(10))) {
            @(Measure-KmLatency $sched -AsInterval -Above $above -Kind Wakeup).Count | Should -Be $count
        }
        (Measure-KmLatency $sched -Above 10ms -Kind Wakeup).Count | Should -Be $count
        { Measure-KmLatency $sched -Above 'long' } | Should -Throw '*5ms*'
        { Measure-KmLatency $sched -AsInterval -By Task } | Should -Throw '*-By*'
    }

    It 'says why there is no interval' {
        { Measure-KmLatency $sched -Kind Wakeup -By Vector } | Should -Throw '*-Kind Wakeup and -By Vector*'
        foreach ($listing in @{}, @{ AsInterval = $true }) {
            $null = Measure-KmLatency $sched -Kind Block @listing -WarningVariable said -WarningAction SilentlyContinue
            $said | Should -HaveCount 1
            "$said" | Should -BeLike '*Block cannot be measured, because the recording does not have block:*'
        }
        Measure-KmLatency ./none.dat -ErrorAction SilentlyContinue -WarningVariable said -WarningAction SilentlyContinue
        $said | Should -BeNullOrEmpty
        $null = Import-KmTrace $sched -Event * | Measure-KmLatency -Kind Call, Wakeup -WarningVariable said -WarningAction SilentlyContinue
        "$said" | Should -BeLike '*Calls from the pipeline are not measured*'
        { Measure-KmLatency $sched -AsInterval -Kind Wakeup | Export-KmReport "$TestDrive/x.csv" } | Should -Throw '*takes latencies*'
    }

    It 'takes files, wildcards and several recordings' {
        (Get-ChildItem $sched | Measure-KmLatency -Kind Wakeup).Count | Should -Be 16020
        (Measure-KmLatency "$data/sched.d*" -Kind Wakeup).Count | Should -Be 16020
        (Measure-KmLatency -LiteralPath $sched -Kind Wakeup).Count | Should -Be 16020
        (Measure-KmLatency $sched, $all -Kind Wakeup).Count | Should -Be (16020 + 5116)
        Measure-KmLatency $sched, $all -Kind Wakeup -By Recording | ForEach-Object Count | Should -Be 5116, 16020
        foreach ($parameters in @{ By = 'Recording' }, @{ By = 'Task,Recording' }, @{ By = 'Recording'; Every = '10s' },
            @{ By = 'Cpu,Recording'; Every = '10s' }) {
            $text = Measure-KmLatency $sched, $all -Kind Wakeup @parameters | Out-String -Width 120
            $text.Contains('/all.dat') -and $text.Contains('/sched.dat') | Should -BeTrue
            $text -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
        }
    }

    It 'warns of what cannot be measured, and of filters that match nothing' {
        $null = Measure-KmLatency $sched -Kind Irq -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match 'irq_handler_entry'
        $null = Measure-KmLatency $sched -Comm no-such-task -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match '-Comm no-such-task'
        { Measure-KmLatency $sched -Kind Waiting } | Should -Throw '*Waiting*'
    }

    It 'never breaks a pair by a filter' {
        $wholes = Measure-KmLatency $all -Kind Syscall -By Syscall
        $read = $wholes | Where-Object Name -eq read
        (Measure-KmLatency $all -Syscall read).Count | Should -Be $read.Count
        $cpus = 0, 1 | ForEach-Object { (Measure-KmLatency $all -Syscall 0 -Cpu $_).Count }
        ($cpus | Measure-Object -Sum).Sum | Should -Be $read.Count
    }

    It 'shows a table of 120 columns without empty columns' {
        $text = Measure-KmLatency $all | Out-String -Width 120
        $text | Should -Match 'needs n'
        $text | Should -Not -Match '\.\.\.|…'
        (Measure-KmLatency $all -Kind Syscall -By Syscall | Out-String -Width 120) | Should -Match '0 read'
        (Measure-KmLatency $sched -Kind Wakeup -Every 1s | Out-String -Width 120) | Should -Match 'From'
        (Measure-KmLatency $sched -AsInterval -Above 10ms | Out-String -Width 120) | Should -Match 'Woken by'
    }

    It 'writes reports' {
        foreach ($extension in 'csv', 'json', 'html', 'md', 'xlsx') {
            Measure-KmLatency $all | Export-KmReport "TestDrive:/r.$extension" -Force
            (Get-Item "TestDrive:/r.$extension").Length | Should -BeGreaterThan 500
        }
        (Get-Content TestDrive:/r.json | ConvertFrom-Json).latencies.kind | Should -Contain Syscall
        (Import-Csv TestDrive:/r.csv | Where-Object kind -eq Syscall).count | Should -Be 18349
    }
}
