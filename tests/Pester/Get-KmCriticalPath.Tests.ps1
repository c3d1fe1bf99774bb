
BeforeAll {
    . $PSScriptRoot/Support.ps1
    $data = $env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"
    $all = "$data/all.dat"
    # The segments cover their time range without gap or overlap.
    function Assert-Covers($path, [double] $since, [double] $until) {
        $path[0].Start | Should -Be $since
        $path[-1].End | Should -Be $until
        for ($i = 1; $i -lt $path.Count; $i++) { $path[$i].Start | Should -Be $path[$i - 1].End }
        ($path | Measure-Object DurationNanoseconds -Sum).Sum | Should -Be ([math]::Round(($until - $since) * 1e9))
    }
}

Describe 'Get-KmCriticalPath' -Skip:(-not (Test-Path ($env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"))) {
    It 'covers the time range' {
        $path = Get-KmCriticalPath $all -ProcessId 744 -Since 89.95 -Until 90.003
        $path.Count | Should -BeGreaterThan 20
        Assert-Covers $path 89.95 90.003
        (Get-KmCriticalPath $all -Comm file-writer -Since 89.95 -Until 90.003 | Out-String) | Should -Be ($path | Out-String)
    }

    It 'takes the task and the time of intervals, causes and their copies' {
        $interval = Measure-KmLatency $all -Kind Syscall -Syscall fsync -AsInterval | Sort-Object Duration -Descending | Select-Object -First 1
        $path = $interval | Get-KmCriticalPath
        Assert-Covers $path $interval.Start $interval.End
        ($path | Where-Object Depth -eq 0).Comm | Where-Object { $_ } | Sort-Object -Unique | Should -Be $interval.Comm
        $path.Depth | Measure-Object -Maximum | ForEach-Object Maximum | Should -BeGreaterThan 0
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($interval, 3))
        $copy | Get-KmCriticalPath | Out-String | Should -Be ($path | Out-String)
        $interval | Trace-KmLatencyCause | Get-KmCriticalPath | Out-String | Should -Be ($path | Out-String)
        $inner = $path | Where-Object { $_.Depth -gt 0 -and $_.ProcessId -gt 0 } | Select-Object -First 1
        (($inner | Get-KmCriticalPath) | Measure-Object DurationNanoseconds -Sum).Sum | Should -Be $inner.DurationNanoseconds
    }

    It 'says what it cannot do' {
        { Get-KmCriticalPath $all -ErrorAction Stop } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Get-KmCriticalPath $all -ProcessId 744 -Since 2 -Until 1 } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Get-KmCriticalPath $all -ProcessId 744 -Since 2 -Until 3 -ErrorAction Stop } | Should -Throw -ErrorId 'ValueOutOfRange,*'
        { Get-KmCriticalPath $all -ProcessId 99999 -ErrorAction Stop } | Should -Throw -ErrorId 'TaskNotFound,*'
        { Get-KmCriticalPath $all -Comm 'p*' -ErrorAction Stop } | Should -Throw -ErrorId 'TaskAmbiguous,*'
        Get-KmCriticalPath $all -Comm 'p*ng' -ErrorVariable errors -ErrorAction SilentlyContinue
        "$($errors[0])" | Should -BeLike '*ping/739*pong/745*'
        { Get-KmCriticalPath "$data/irq.dat" -ProcessId 1 -ErrorAction Stop } | Should -Throw -ErrorId 'EventsNotRecorded,*'
        { Trace-KmLatencyCause $all -Total | Get-KmCriticalPath } | Should -Throw -ErrorId 'MissingProperty,*'
        { 1 | Get-KmCriticalPath } | Should -Throw -ErrorId 'NotAnInterval,*'
    }

    It 'is a track of a timeline' {
        $path = Get-KmCriticalPath $all -ProcessId 744 -Since 89.95 -Until 90.003
        $path | Export-KmProfile $TestDrive/path.perfetto-trace
        (Get-Item $TestDrive/path.perfetto-trace).Length | Should -BeGreaterThan 1MB
        { $path | Export-KmProfile $TestDrive/path.folded } | Should -Throw -ErrorId 'EventsNeedTimeline,*'
        $mixed = @(Import-KmTrace $all -Event sched:sched_switch | Select-Object -First 1) + @($path)
        { $mixed | Export-KmProfile $TestDrive/mixed.perfetto-trace } | Should -Throw -ErrorId 'MixedInput,*'
    }

    It 'draws the calls of an interval' {
        $interval = Measure-KmLatency "$data/all-fg.dat" -Kind Syscall -AsInterval | Sort-Object Duration -Descending |
            Where-Object { ($_ | Measure-KmCall -By None -WarningAction Ignore).Calls -gt 0 } | Select-Object -First 1
        $interval | Should -Not -BeNullOrEmpty
        $calls = Import-KmTrace "$data/all-fg.dat" -Since $interval.Start -Until $interval.End -Cpu $interval.Cpu -WarningAction Ignore
        ($interval | Measure-KmCall -By None -WarningAction Ignore).Calls | Should -Be @($calls).Count
        $interval | Export-KmGraph $TestDrive/window.dot -WarningAction Ignore
        Get-Content -Raw $TestDrive/window.dot | Should -Match 'tcp_sendmsg'
        Measure-KmLatency $all -Kind Wakeup | ForEach-Object Worst | Export-KmGraph $TestDrive/none.dot -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'NothingToDraw,*'
        "$($errors[0])" | Should -BeLike '*No function call was recorded in the time range*'
    }

    It 'is shown in 120 columns, also as a copy' {
        $path = Get-KmCriticalPath $all -ProcessId 744 -Since 89.95 -Until 90.003
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($path, 2))
        foreach ($view in 'Format-Table', 'Format-List', 'Format-Wide', 'Format-Custom') {
            $text = $path | & $view | Out-String -Width 120
            $copies | & $view | Out-String -Width 120 | Should -Be $text
            $text -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
        }
    }
}
