BeforeAll {
    . $PSScriptRoot/Support.ps1
    $data = $env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"
    function Get-Id([scriptblock] $Script) { try { & $Script | Out-Null; 'none' } catch { ($_.FullyQualifiedErrorId -split ',')[0] } }
    # Everything of a latency but its recording, account and longest intervals.
    function Get-Row {
        $input | Select-Object Kind, Key, Name, Comm, ProcessId, Cpu, Count, SumNanoseconds, MinNanoseconds, MaxNanoseconds, MeanNanoseconds, P50Nanoseconds,
            P90Nanoseconds, P99Nanoseconds, Method, Percentiles, Histogram, From, Until, Unit, @{ n = 'Longest'; e = { $_.Worst.DurationNanoseconds -join ' ' } } |
            ConvertTo-Json -Depth 5
    }
}

Describe 'Latencies of tables' -Skip:(-not (Test-Path ($env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"))) {
    BeforeAll {
        Import-KmTrace $data/all-lossy.dat -WarningAction Ignore | Export-KmTable $TestDrive/lossy -WarningAction Ignore | Out-Null
        Import-KmTrace $data/all.dat -WarningAction Ignore | Export-KmTable $TestDrive/all -Table Intervals -WarningAction Ignore | Out-Null
        $imported = Import-KmTable $TestDrive/all
    }

    It 'measures the intervals of a table as those of the recording: <_.Name>' -ForEach @(
        @{ Name = 'by kind'; With = @{} }, @{ Name = 'by key'; With = @{ By = 'Key' } }, @{ Name = 'by task and CPU'; With = @{ By = 'Task, Cpu' } }
        @{ Name = 'by system call'; With = @{ By = 'Syscall'; Kind = 'Syscall' } }, @{ Name = 'by time'; With = @{ Every = '1s'; Kind = 'Wakeup' } }
        @{ Name = 'filtered'; With = @{ Above = '1ms'; ExcludeComm = 'kworker*' } }) {
        # A recording also has kinds with starts and without an interval.
        $want = Measure-KmLatency $data/all.dat @With -WarningAction Ignore | Where-Object Count -gt 0 | Get-Row
        $rows = $imported | Measure-KmLatency @With
        $rows.Count | Should -BeGreaterThan 0
        $rows | Get-Row | Should -BeExactly $want
    }

    It 'does not know what became of starts and ends' {
        $imported | Measure-KmLatency | Where-Object Account | Should -BeNullOrEmpty
        (Measure-KmLatency $data/all.dat -Kind Wakeup).Account | Should -Not -BeNullOrEmpty
    }

    It 'has the right latencies of a lossy recording in its intervals' {
        $want = Measure-KmLatency $data/all-lossy.dat -WarningAction Ignore | Where-Object Count -gt 0 | Get-Row
        Import-KmTable $TestDrive/lossy -Table Intervals | Measure-KmLatency -WarningVariable warnings | Get-Row | Should -BeExactly $want
        $warnings | Should -BeNullOrEmpty
    }

    It 'warns of lost events of a table' {
        Import-KmTable $TestDrive/lossy -Table Events | Measure-KmLatency -Kind Wakeup -WarningVariable warnings -WarningAction SilentlyContinue | Out-Null
        "$warnings" | Should -BeLike 'all-lossy.dat: events were lost*Import-KmTable DATASET -Table Intervals | Measure-KmLatency*'
    }

    It 'opens no file that has the name of the recording of a table' {
        Push-Location $data
        try {
            $errors = $null
            $imported | Select-Object -First 5 | Trace-KmLatencyCause -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $errors.Count | Should -Be 1
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'NoRecordingToReread,*'
            "$($errors[0])" | Should -BeLike 'all.dat: the object comes from a table*'
            $errors[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Path*'
            Get-Id { $imported | Select-Object -First 1 | Get-KmCriticalPath -ErrorAction Stop } | Should -Be NoRecordingToReread
        }
        finally { Pop-Location }
    }
}
