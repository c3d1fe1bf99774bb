BeforeAll {
    . $PSScriptRoot/Support.ps1
    Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
    Push-Location $TestDrive
    $workload = ConvertTo-KmWorkload ./sched.txt -WarningAction Ignore
}
AfterAll { Pop-Location }

Describe 'ConvertTo-KmWorkload, Export-KmWorkload and Import-KmWorkload' {
    It 'adds up' {
        $workload.Tasks.Count | Should -BeGreaterThan 0
        $coverage = $workload.Coverage
        $coverage.ModelledRunNanoseconds + ($coverage.Gaps | Measure-Object RunNanoseconds -Sum).Sum | Should -Be $coverage.RunNanoseconds
        $coverage.ModelledWakeups + ($coverage.Gaps | Measure-Object Wakeups -Sum).Sum | Should -Be $coverage.Wakeups
    }

    It 'is shown within 120 columns' {
        $lines = $workload | Out-String -Width 120 -Stream
        ($lines | Where-Object { $_ })[0] | Should -BeLike 'Workload of *'
        $lines | Where-Object { $_ -like 'Not modelled: *' } | Should -Not -BeNullOrEmpty
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual 120 }
    }

    It 'is read again as it was written, and so is a copy' {
        $workload | Export-KmWorkload ./a.json
        Import-KmWorkload ./a.json | Export-KmWorkload ./b.json
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($workload))
        $copy | Export-KmWorkload ./c.json
        Get-Content ./a.json | ConvertFrom-Json | Export-KmWorkload ./d.json
        foreach ($other in 'b', 'c', 'd') { Get-Content ./$other.json -Raw | Should -Be (Get-Content ./a.json -Raw) }
    }

    It 'is written for rt-app' {
        $export = $workload | Export-KmWorkload ./w.rtapp.json -Duration 2 -PassThru -WarningAction Ignore
        $export.Format | Should -Be 'rt-app'
        $export.Tasks | Should -BeGreaterThan 0
        (Get-Content ./w.rtapp.json | ConvertFrom-Json).global.duration | Should -Be 2
        { $workload | Export-KmWorkload ./w.rtapp.json } | Should -Throw -ErrorId 'OutputExists,*'
        $workload | Export-KmWorkload ./w.rtapp.json -Force -WhatIf
        (Get-Content ./w.rtapp.json | ConvertFrom-Json).global.duration | Should -Be 2
    }

    It 'says what it cannot do' {
        { $workload | Export-KmWorkload ./w.svg } | Should -Throw -ErrorId 'FormatUnknown,*'
        { $workload | Export-KmWorkload ./w.fio -ErrorAction Stop } | Should -Throw -ErrorId 'NothingToRun,*'
        { 'x' | Export-KmWorkload ./x.json } | Should -Throw -ErrorId 'WorkloadUnreadable,*'
        { Import-KmWorkload ./no-such.json -ErrorAction Stop } | Should -Throw -ErrorId 'WorkloadNotFound,*'
        { Import-KmWorkload ./sched.txt -ErrorAction Stop } | Should -Throw -ErrorId 'WorkloadUnreadable,*'
        ConvertTo-KmWorkload ./sched.txt -Comm no-such-task -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        "$said" | Should -Match '-Comm no-such-task matches no task of the recording\.'
    }
}
