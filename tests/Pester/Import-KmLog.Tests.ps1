BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    $log = "$root/tests/data/logs/web.ndjson"
    $all = Import-KmLog $log -WarningAction Ignore
}
AfterAll { Pop-Location }

Describe 'Import-KmLog' {
    It 'returns a measurement for each line' {
        $all.Count | Should -Be (Get-Content $log).Count
        $all[0] | Should -BeOfType KernelMagnifier.Measuring.Measurement
        $first = Get-Content $log -First 1 | ConvertFrom-Json
        $all[0].HostName | Should -Be $first.resource.'host.name'
        $all[0].Sequence | Should -Be $first.schedule.sequence
        $all[0].Latencies.Count | Should -Be $first.latencies.Count
        $all[0].Cost.CpuTime.Ticks * 100 | Should -Be $first.cost.cpuNanoseconds
    }
    It 'reads files from the pipeline and compressed ones, and leaves copies out' {
        Copy-Item $log ./a.ndjson
        zstd -q ./a.ndjson -o ./b.ndjson.zst
        (Get-ChildItem ./a.ndjson, ./b.ndjson.zst | Import-KmLog -WarningVariable said -WarningAction Ignore).Count | Should -Be $all.Count
        "$said" | Should -Match 'came more than once'
        (Import-KmLog './?.ndjson*' -WarningAction Ignore).Count | Should -Be $all.Count
        (Import-KmLog -LiteralPath ./a.ndjson -WarningAction Ignore).Count | Should -Be $all.Count
    }
    It 'warns of gaps' {
        Import-KmLog $log -WarningVariable said -WarningAction Ignore | Out-Null
        "$said" | Should -Match 'web\d, schedule \S+: runs? .* left no record\.'
    }
    It 'filters by <Name>' -ForEach @(
        @{ Name = 'host'; With = @{ HostName = 'web2' }; Where = { $_.HostName -eq 'web2' } }
        @{ Name = 'status'; With = @{ Status = 'skipped', 'Failed' }; Where = { $_.Status -in 'Skipped', 'Failed' } }
        @{ Name = 'schedule'; With = @{ Schedule = 'no*' }; Where = { $false } }
        @{ Name = 'date'; With = @{ Since = [datetime]'1999-01-01'; Until = '2026-11-30T12:00Z' }; Where = { $_.StartTime -lt [DateTimeOffset]'2026-11-30T12:00Z' } }
        @{ Name = 'day'; With = @{ Day = 'Mon' }; Where = { $_.StartTime.LocalDateTime.DayOfWeek -eq 'Monday' } }
        @{ Name = 'time span'; With = @{ Since = [timespan]::FromDays(20000) }; Where = { $true } }
    ) {
        $found = @(Import-KmLog $log @With -WarningAction Ignore)
        $found.Id | Should -Be @($all | Where-Object $Where).Id
    }
    It 'takes durations as PowerShell reads them' {
        { Import-KmLog $log -Since 7d -WarningAction Ignore } | Should -Not -Throw
        { Import-KmLog $log -Since 20000d -Until 12h -WarningAction Ignore } | Should -Not -Throw
    }
    It 'refuses <_>' -ForEach @('-Since soon', '-Day Someday', '-Status Done', '-Since 1h -Until 2h') {
        { Invoke-Expression "Import-KmLog '$log' $_ -ErrorAction Stop" } | Should -Throw
    }
    It 'reports a log that does not exist' {
        Import-KmLog ./none.ndjson -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'LogNotFound,*'
    }
    It 'fits into 120 columns' {
        $lines = ($all | Out-String -Width 120) -split "`n"
        ($lines | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 120
        $lines[1] | Should -Match '^Time +Host +Schedule +Seq Status +Duration +Result +Lost +CPU'
    }
}

Describe 'Latencies of logs' {
    It 'merges them exactly, live and from a copy' {
        $all | Export-Clixml ./copy.xml
        $live = $all | Measure-KmLatency -Kind Wakeup
        $copy = Import-Clixml ./copy.xml | Measure-KmLatency -Kind Wakeup
        $live.Count | Should -Be (($all.Latencies | Where-Object Kind -eq Wakeup | Measure-Object Count -Sum).Sum)
        foreach ($name in 'Count', 'SumNanoseconds', 'MinNanoseconds', 'MaxNanoseconds', 'P50Nanoseconds', 'P99Nanoseconds') { $copy.$name | Should -Be $live.$name }
        "$($copy.Histogram)" | Should -Be "$($live.Histogram)"
    }
    It 'gives rows by wall time' {
        $rows = $all | Measure-KmLatency -Kind Wakeup -Every 1h
        $rows.Count | Should -BeGreaterThan 5
        $rows[0].StartTime.Minute | Should -Be 0
        ($rows | Measure-Object Count -Sum).Sum | Should -Be ($all | Measure-KmLatency -Kind Wakeup).Count
        ($rows | Out-String -Width 120) | Should -Match '\d{4}-\d\d-\d\d \d\d:\d\d'
    }
    It 'refuses <_>' -ForEach @('-By Task', '-Worst 5', '-Comm nginx', '-Above 1ms', '-Every 5ms') {
        { Invoke-Expression "`$all | Measure-KmLatency $_ -ErrorAction Stop" } | Should -Throw -ErrorId 'ParametersContradict*'
    }
    It 'draws percentiles over dates' {
        $all | Measure-KmLatency -Kind Wakeup -Every 1h | Export-KmChart ./week.svg
        $svg = Get-Content ./week.svg -Raw
        $svg | Should -Match 'percentiles over time'
        $svg | Should -Match 'time \(UTC'
        $all | Measure-KmLatency -Kind Wakeup -Every 1h | Export-Clixml ./rows.xml
        Import-Clixml ./rows.xml | Export-KmChart ./copy.svg
        Get-Content ./copy.svg -Raw | Should -Be $svg
    }
    It 'compares runs with a rank test' {
        $rows = Compare-KmTrace (Import-KmLog $log -HostName web1 -WarningAction Ignore) (Import-KmLog $log -HostName web2 -WarningAction Ignore) -Kind Wakeup -WarningAction Ignore
        ($rows | Where-Object Metric -eq P50).Method | Should -Be RankTest
        { Compare-KmTrace $all $all -Comm x -ErrorAction Stop -WarningAction Ignore } | Should -Throw
    }
}
