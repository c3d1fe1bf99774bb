BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Expand-TestData latency/sched.txt.zst $TestDrive/one.txt
    Push-Location $TestDrive
}
AfterAll { Pop-Location }

Describe 'Save-KmBaseline and Get-KmBaseline' {
    It 'keeps what a comparison needs' {
        Save-KmBaseline ./a.json ./one.txt | Should -BeNullOrEmpty
        $base = Get-KmBaseline ./a.json
        $base.Name | Should -Be 'a'
        $base.Kinds | Should -Contain 'Wakeup'
        $base.Recordings | Should -Be "$TestDrive/one.txt"
        $base.Intervals | Should -Be (Measure-KmLatency ./one.txt | Measure-Object Count -Sum).Sum
        $base.Created | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddMinutes(-5))
        ($base | Out-String -Width 120) -split "`n" | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum |
            ForEach-Object Maximum | Should -BeLessOrEqual 120
    }
    It 'is JSON that other programs read, in the same order each time' {
        Save-KmBaseline ./b.json ./one.txt
        Save-KmBaseline ./c.json ./one.txt
        (Get-Content ./b.json | Where-Object { $_ -notlike '"created"*' }) | Should -Be (Get-Content ./c.json | Where-Object { $_ -notlike '"created"*' })
        $json = Get-Content ./b.json -Raw | ConvertFrom-Json
        $json.schema, $json.version | Should -Be 'kernel-magnifier-baseline', 1
        $wakeup = Measure-KmLatency ./one.txt -Kind Wakeup
        $row = $json.recordings[0].latencies | Where-Object kind -eq Wakeup
        $row.count, $row.p50, $row.p99, $row.max | Should -Be $wakeup.Count, $wakeup.P50, $wakeup.P99, $wakeup.Max
    }
    It 'replaces a file only with -Force, and writes nothing with -WhatIf' {
        Save-KmBaseline ./d.json ./one.txt -WhatIf
        Test-Path ./d.json | Should -BeFalse
        Save-KmBaseline ./d.json ./one.txt
        { Save-KmBaseline ./d.json ./one.txt } | Should -Throw -ErrorId 'OutputExists*'
        Save-KmBaseline ./d.json ./one.txt -Force -PassThru -Kind Wakeup -By Task | ForEach-Object By | Should -Be 'Task'
        { Save-KmBaseline ./one.txt ./one.txt -Force } | Should -Throw
        (Get-Item ./one.txt).Length | Should -BeGreaterThan 1000
        { Save-KmBaseline ./e.json ./d.json } | Should -Throw -ErrorId 'ParametersContradict*'
    }
    It 'compares by the keys of the baseline' {
        Save-KmBaseline ./f.json ./one.txt -By Task -Force
        (Compare-KmTrace ./f.json ./one.txt -Kind Wakeup -Metric P50).Count | Should -BeGreaterThan 3
        { Compare-KmTrace ./f.json ./one.txt -By Cpu } | Should -Throw -ErrorId 'BadRequest*'
        { Compare-KmTrace ./f.json ./one.txt -Comm bash } | Should -Throw -ErrorId 'BadRequest*'
    }
    It 'names what is no baseline' {
        Get-KmBaseline ./one.txt -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'BaselineUnreadable*'
        Get-KmBaseline ./none.json -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'BaselineNotFound*'
    }
}
