# Measure-KmFidelity and the cmdlets of incidents, on real recordings; no guest is booted.

BeforeDiscovery {
    . "$PSScriptRoot/Support.ps1"
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
    Push-Location $TestDrive
    $slow = 'Wakeup P50 < 1ns', 'Wakeup P50 < 10s'
}
AfterAll { Pop-Location }

Describe 'Measure-KmFidelity' {
    It 'finds a recording faithful to itself' {
        $fidelity = Measure-KmFidelity ./sched.txt ./sched.txt
        $fidelity.Verdict | Should -Be Faithful
        $fidelity.Runs | Should -Be 1
        $fidelity.Tasks.Count | Should -BeGreaterThan 1
        $fidelity.Tasks | ForEach-Object { $_.ArrivalDistance | Should -BeIn $null, 0 }
    }
    It 'names a task that is missing' {
        $task = (Measure-KmFidelity ./sched.txt ./sched.txt).Tasks | Sort-Object Rate -Descending | Select-Object -First 1
        (Get-Content ./sched.txt) -creplace [regex]::Escape($task.Comm), 'zzzzz' | Set-Content ./other.txt
        $fidelity = Measure-KmFidelity ./sched.txt ./other.txt
        $fidelity.Verdict | Should -Be NotReproduced
        $fidelity.Reasons | Should -Contain "$($task.Comm) did not run in 1 of 1 runs."
    }
    It 'says whether the symptom came back' {
        (Measure-KmFidelity ./sched.txt ./sched.txt, ./sched.txt -Assertion $slow[0]).SymptomRuns | Should -Be 2
        $none = Measure-KmFidelity ./sched.txt ./sched.txt -Assertion $slow[1]
        $none.Verdict | Should -Be Partial
        $none.SymptomRuns | Should -BeNullOrEmpty
    }
    It 'takes runs of the lab, live and as copies' {
        $run = [KernelMagnifier.Lab.LabRun]::new()
        foreach ($property in @{ Number = 1; Kernel = '6.1'; Cpus = 2; Accelerator = 'Emulated'; Outcome = 'Completed'; Directory = '/'; Recording = "$TestDrive/sched.txt" }.GetEnumerator()) {
            [KernelMagnifier.Lab.LabRun].GetProperty($property.Key).SetValue($run, $property.Value)
        }
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($run, 3))
        foreach ($one in $run, $copy) {
            $fidelity = $one | Measure-KmFidelity ./sched.txt
            $fidelity.IsStructureOnly | Should -BeTrue
            $fidelity.Verdict | Should -Be Faithful
        }
        [KernelMagnifier.Lab.LabRun].GetProperty('Outcome').SetValue($run, 'Panicked')
        $failed = $run, (Get-Item ./sched.txt) | Measure-KmFidelity ./sched.txt
        $failed.Verdict | Should -Be Partial
        $failed.Runs | Should -Be 1
        $failed.Reasons[0] | Should -BeLike 'Run 1 is not judged, because it did not complete (Panicked)*'
    }
    It 'refuses what is no run' {
        { 5 | Measure-KmFidelity ./sched.txt } | Should -Throw -ErrorId 'NotARun,*'
        { Measure-KmFidelity ./sched.txt ./sched.txt -Assertion 'Wakeup' } | Should -Throw -ErrorId 'BadRequest,*'
        { Measure-KmFidelity ./sched.txt ./sched.txt -Workload 5 } | Should -Throw -ErrorId 'NotAWorkload,*'
    }
    It 'warns of a name that no task has' {
        { Measure-KmFidelity ./sched.txt ./sched.txt -Comm nobody } | Should -Throw -ErrorId 'TaskNotFound,*'
        $comm = (Measure-KmFidelity ./sched.txt ./sched.txt).Tasks[0].Comm
        $null = Measure-KmFidelity ./sched.txt ./sched.txt -Comm $comm, nobody -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -BeLike '*-Comm nobody matches no task*'
    }
    It 'fits 120 columns' {
        (Measure-KmFidelity ./sched.txt ./sched.txt | Out-String -Width 120) -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
    }
}

Describe 'Incidents' {
    BeforeAll {
        $incident = Export-KmIncident ./slow.kmi ./sched.txt -Title 'Slow' -PassThru -Finding 'a note', (Get-Item ./sched.txt) -Assertion @{ Claim = $slow[0]; Because = 'of a test' }
    }
    It 'keep what they were given' {
        $read = Import-KmIncident ./slow.kmi
        $read.Title | Should -Be Slow
        "$($read.Assertions[0])" | Should -Be 'Wakeup P50 < 1ns, because of a test'
        $read.Findings.Kind | Should -Be 'Note', 'FileInfo'
        $read.Recording | Should -BeNullOrEmpty
        $incident.Parts.Name | Should -Be 'recording.dat', 'assertions.json', 'findings.json'
    }
    It 'are not replaced without -Force, nor written with -WhatIf' {
        { Export-KmIncident ./slow.kmi ./sched.txt } | Should -Throw -ErrorId 'OutputExists,*'
        Export-KmIncident ./whatif.kmi ./sched.txt -WhatIf
        Test-Path ./whatif.kmi | Should -BeFalse
    }
    It 'say what an assertion lacks' {
        { Export-KmIncident ./bad.kmi ./sched.txt -Assertion 5 } | Should -Throw -ErrorId 'BadRequest,*' -ExpectedMessage "*'5' is neither*"
        { Export-KmIncident ./bad.kmi ./sched.txt -Assertion @{ Klaim = 'x' } } | Should -Throw -ErrorId 'BadRequest,*' -ExpectedMessage '*no Claim, only Klaim*'
        Test-Path ./bad.kmi | Should -BeFalse
    }
    It 'leave no directory if they are refused' {
        { Import-KmIncident ./sched.txt -Destination ./refused -ErrorAction Stop } | Should -Throw -ErrorId 'IncidentUnreadable,*'
        Test-Path ./refused | Should -BeFalse
    }
    It 'are extracted where it is asked for' {
        $out = Import-KmIncident ./slow.kmi -Destination ./out
        (Get-FileHash $out.Recording).Hash | Should -Be (Get-FileHash ./sched.txt).Hash
        { Import-KmIncident ./slow.kmi -Destination ./out -ErrorAction Stop } | Should -Throw -ErrorId 'OutputExists,*'
        Import-KmIncident ./none*.kmi -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        { Import-KmIncident ./sched.txt -ErrorAction Stop } | Should -Throw -ErrorId 'IncidentUnreadable,*'
        { Import-KmIncident ./none.kmi -ErrorAction Stop } | Should -Throw -ErrorId 'IncidentNotFound,*'
    }
    It 'fail where the symptom comes back, and pass where it does not' {
        $result = Invoke-KmIncident ./slow.kmi -Recording ./sched.txt, ./sched.txt
        $result.Outcome | Should -Be Failed
        $result.Assertions[0].FailedRuns | Should -Be 2
        $result.Fidelity.Verdict | Should -Be Faithful
        (Get-Item ./slow.kmi | Invoke-KmIncident -Recording ./sched.txt -Assertion $slow[1]).Passed | Should -BeTrue
        (Invoke-KmIncident ./slow.kmi -Recording ./sched.txt -Assertion 'Wakeup@nobody Max < 1s').Outcome | Should -Be Undecided
    }
    It 'are Pester tests' {
        { Invoke-KmIncident ./slow.kmi -Recording ./sched.txt -Assert } | Should -Throw -ErrorId 'AssertionFailed,*' -ExpectedMessage '*of a test*'
        { Invoke-KmIncident ./slow.kmi -Recording ./sched.txt -Assert -Assertion 'Wakeup@nobody Max < 1s' } | Should -Throw -ErrorId 'AssertionUndecided,*'
        Invoke-KmIncident ./slow.kmi -Recording ./sched.txt -Assert -Assertion $slow[1] | Should -BeNullOrEmpty
    }
    It 'need a workload to run' {
        { Invoke-KmIncident ./slow.kmi -Output ./lab } | Should -Throw -ErrorId 'BadRequest,*' -ExpectedMessage '*no workload*'
    }
    It 'leave nothing in the temporary directory' {
        $null = Invoke-KmIncident ./slow.kmi -Recording ./sched.txt
        Get-ChildItem ([IO.Path]::GetTempPath()) -Filter km-incident-* | Where-Object CreationTime -gt (Get-Date).AddSeconds(-5) | Should -BeNullOrEmpty
    }
}
