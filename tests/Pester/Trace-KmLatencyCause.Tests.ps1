
BeforeAll {
    . $PSScriptRoot/Support.ps1
    $data = $env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"
    $all = "$data/all.dat"
    function Assert-Whole($cause) {
        ($cause.Shares | Measure-Object Nanoseconds -Sum).Sum | Should -Be $cause.DurationNanoseconds
        ($cause.Shares | Measure-Object Percent -Sum).Sum | Should -BeGreaterThan 99.999
    }
}

Describe 'Trace-KmLatencyCause' -Skip:(-not (Test-Path ($env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"))) {
    It 'explains the wake-ups above the 99th percentile, to the nanosecond' {
        $causes = Trace-KmLatencyCause $all
        $causes | Should -HaveCount 51
        $p99 = (Measure-KmLatency $all -Kind Wakeup).P99
        foreach ($cause in $causes) {
            $cause.DurationNanoseconds | Should -BeGreaterThan $p99
            Assert-Whole $cause
        }
        @(Trace-KmLatencyCause $all -Above "${p99}ns") | Should -HaveCount 51
        @(Trace-KmLatencyCause $all -Above p99.9) | Should -HaveCount 5
    }

    It 'gives the same answer for intervals, latencies, and their copies' {
        $intervals = Measure-KmLatency $all -Kind Wakeup -AsInterval -Above 10ms
        $want = $intervals | Trace-KmLatencyCause
        $want.Count | Should -Be @($intervals).Count
        $want[0].Start | Should -Be $intervals[0].Start
        # Of a file, the longest come first.
        ($want | Sort-Object Duration -Descending -Stable).Sentence | Should -Be (Trace-KmLatencyCause $all -Above 10ms).Sentence
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($intervals, 3))
        ($copies | Trace-KmLatencyCause).Sentence | Should -Be $want.Sentence
        $latency = Measure-KmLatency $all -Kind Wakeup
        ($latency | Trace-KmLatencyCause).DurationNanoseconds | Should -Be $latency.Worst.DurationNanoseconds
        $latency | Export-Clixml $TestDrive/latency.xml
        (Import-Clixml $TestDrive/latency.xml | Trace-KmLatencyCause).Sentence | Should -Be ($latency | Trace-KmLatencyCause).Sentence
    }

    It 'sums up all of them' {
        $causes = Trace-KmLatencyCause $all
        $total = Trace-KmLatencyCause $all -Total
        $total | Should -HaveCount 1
        $total.Count | Should -Be 51
        $total.DurationNanoseconds | Should -Be ($causes | Measure-Object DurationNanoseconds -Sum).Sum
        $total.Start | Should -BeNullOrEmpty
        $total.Sentence | Should -BeLike '*51 wake-ups above*'
        Assert-Whole $total
    }

    It 'reads each recording once, in the order of the input' {
        $two = @(Measure-KmLatency $all -Kind Wakeup -AsInterval -Above 15ms) + @(Measure-KmLatency "$data/sched.dat" -Kind Wakeup -AsInterval -Above 15ms)
        $causes = $two | Trace-KmLatencyCause
        $causes.Start | Should -Be $two.Start
        $causes.Recording | Should -Be $two.Recording
        $causes | Out-String -Width 120 | Should -BeLike '*all.dat*sched.dat*'
    }

    It 'takes files and filters' {
        (Get-Item $all | Trace-KmLatencyCause).Count | Should -Be 51
        (Trace-KmLatencyCause -LiteralPath $all -Comm file-writer -Above 1ms).Comm | Sort-Object -Unique | Should -Be file-writer
        $null = Trace-KmLatencyCause $all -Comm nosuch -WarningVariable said -WarningAction SilentlyContinue
        "$said" | Should -BeLike '*-Comm nosuch matches nothing*'
        $long = (Measure-KmLatency $all -Kind Wakeup -Above 10ms).Count
        @(Trace-KmLatencyCause $all -Above 10ms).Count | Should -Be $long
        foreach ($above in '10ms', 0.01, ([TimeSpan]::FromMilliseconds(10))) { @(Trace-KmLatencyCause $all -Above $above).Count | Should -Be $long }
    }

    It 'says what it cannot do' {
        { Trace-KmLatencyCause $all -Above p100 } | Should -Throw '*p99*5ms*'
        { 1 | Trace-KmLatencyCause -ErrorAction Stop } | Should -Throw -ErrorId 'NotAnInterval,*'
        $latency = Measure-KmLatency $all -Kind Wakeup
        { $latency | Trace-KmLatencyCause -Kind Irq } | Should -Throw -ErrorId 'ParametersContradict,*'
        $interval = $latency.Worst[0] | Select-Object *
        $interval.PSTypeNames.Insert(0, 'Deserialized.KernelMagnifier.Latency.Interval')
        $interval.Recording = '-'
        $interval | Trace-KmLatencyCause -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'NoRecordingToReread,*'
        $errors[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        { Trace-KmLatencyCause ./none.dat -ErrorAction Stop } | Should -Throw -ErrorId 'TraceNotFound,*'
    }

    It 'is shown in 120 columns, also as a copy' {
        $causes = Trace-KmLatencyCause $all -Above p99.9
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($causes, 4))
        foreach ($view in 'Format-Table', 'Format-List', 'Format-Wide', 'Format-Custom') {
            $text = $causes | & $view | Out-String -Width 120
            $copies | & $view | Out-String -Width 120 | Should -Be $text
            $text -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
            $text | Should -BeLike '*GC Thread#0*'
        }
        $causes[0].Shares | Out-String -Width 120 | Should -BeLike '*Category*Name*Pid*Prio*Count*'
        $copies[0].Shares | Out-String -Width 120 | Should -Be ($causes[0].Shares | Out-String -Width 120)
    }
}
