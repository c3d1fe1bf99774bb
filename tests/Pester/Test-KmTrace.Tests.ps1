BeforeAll {
    . $PSScriptRoot/Support.ps1
    $data = $env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"
    $lossy = "$data/all-lossy.dat"
    Push-Location $TestDrive
}
AfterAll { Pop-Location }

Describe 'Test-KmTrace' -Skip:(-not (Test-Path ($env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"))) {
    It 'takes paths, wildcards, files and descriptions' {
        (Test-KmTrace "$data/sched.dat", "$data/irq.d*").Verdict | Should -Be Complete, Complete
        (Get-ChildItem "$data/sched.dat", $lossy | Test-KmTrace).Verdict | Should -Be Complete, Incomplete
        ("$data/sched.dat" | Test-KmTrace).Path | Should -Be (Resolve-Path "$data/sched.dat").Path
        (Import-KmTrace "$data/sched.dat" -Info | Test-KmTrace).Verdict | Should -Be Complete
        Copy-Item "$data/sched.dat" './a[1].dat'
        (Test-KmTrace -LiteralPath './a[1].dat').Events | Should -Be 63626
        { Test-KmTrace ./nothing.dat -ErrorAction Stop } | Should -Throw -ErrorId 'TraceNotFound,*'
        @(Test-KmTrace ./nothing.dat, "$data/sched.dat" -ErrorAction SilentlyContinue).Count | Should -Be 1
    }
    It 'returns a Boolean for each recording with -Quiet' {
        $quiet = Test-KmTrace "$data/sched.dat", $lossy -Quiet
        $quiet | Should -Be $true, $false
        $quiet | Should -BeOfType bool
    }
    It 'reads standard input' {
        & /bin/sh -c 'exec "$0" -NoProfile -Command "$1" < "$2"' $pwsh "Import-Module '$modulePath'; (Test-KmTrace -).Verdict" $lossy | Should -Be Incomplete
    }
    It 'says what is wrong, where, and what to do' {
        $check = Test-KmTrace $lossy
        $check.Findings.Code | Should -Be EventsLost, EventsLost
        $check.Findings.Cpu | Should -Be 0, 1
        $check.Findings[0].From | Should -BeLessThan $check.Findings[0].To
        $check.Findings[0].Message | Should -BeLike '*larger buffer*-BufferSize*'
        (Get-Command Start-KmRecording).Parameters.Keys | Should -Contain BufferSize
        ($check.Kinds | Where-Object Kind -eq Block).RecommendedAction | Should -Be 'Record block:block_rq_issue and block:block_rq_complete too.'
        (Test-KmTrace "$data/wakeup-only.dat.zst").Findings.RecommendedAction | Should -Be 'Record sched:sched_waking too.'
    }
    It 'has the answers of the command line' {
        $check = Test-KmTrace $lossy
        ($check | ConvertTo-Json -Depth 5 | ConvertFrom-Json -AsHashtable).Keys | Should -Be $check.psobject.Properties.Name
        ($check.Checks | Where-Object Passed -eq $false) | Should -BeNullOrEmpty
        ($check.Checks | Where-Object Name -eq CpuTime).Found | Should -Be 2643661844, 2717594233
    }
    It 'fits 120 columns, in tables and lists, and so does a copy' {
        $check = Test-KmTrace $lossy
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($check))
        foreach ($view in 'Format-List', 'Format-Table') {
            $text = $check | & $view | Out-String -Width 120
            ($copy | & $view | Out-String -Width 120) | Should -BeExactly $text
            $text -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
        }
        $text = $check | Out-String -Width 200
        $text | Should -BeLike '*CPU 1: 386 events, from 15.861115 to 15.883476 s*'
        $text | Should -BeLike '*CpuTime (CPU 0) passed: 2,643,661,844 ns, expected 2,643,661,844*'
        $text | Should -BeLike '*Block. Record block:block_rq_issue*'
    }
    It 'lists warnings and what could not be parsed' {
        $bytes = [IO.File]::ReadAllBytes("$data/sched.dat")
        foreach ($part in 0.5, 0.95) {
            [IO.File]::WriteAllBytes("$PWD/cut.dat", $bytes[0..[int]($bytes.Length * $part)])
            $check = Test-KmTrace ./cut.dat
            $check.Verdict | Should -Be Incomplete
            $check.Warnings -join "`n" | Should -BeLike '*cut or damaged*'
            $check.Findings.Code | Should -Contain Warnings
            ($check | Out-String -Width 500) | Should -BeLike '*cut or damaged*'
        }
        $check.Losses[0].To | Should -BeNullOrEmpty
        "$($check.Losses[0])" | Should -BeLike '* s to the end'
        Set-Content ./odd.txt @(zstd -dqc "$data/trace-default.txt.zst" | Select-Object -First 500; 'this is no event')
        $odd = Test-KmTrace ./odd.txt
        $odd.NotParsed | Should -Be 1
        $odd.Findings.Code | Should -Contain NotParsed
    }
}
