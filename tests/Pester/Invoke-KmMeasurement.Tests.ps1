BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    $before = [datetimeoffset]::Now
    # The preset Pressure needs neither root nor tracing.
    $one = Invoke-KmMeasurement -Preset Pressure -Duration 500ms -LogTo "file:$TestDrive/now.ndjson" -WarningVariable said -WarningAction Ignore
    # Tests do not trace this machine.
    $canTrace = [Environment]::IsPrivilegedProcess -and (Test-Path /sys/kernel/tracing/instances)
    function Complete([string] $Line) {
        ([System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null)).CompletionMatches.CompletionText
    }
}
AfterAll { Pop-Location }

Describe 'Invoke-KmMeasurement' {
    It 'measures counters without tracing' {
        $one | Should -BeOfType KernelMagnifier.Measuring.Measurement
        @($one).Count | Should -Be 1
        $one.Status | Should -Be Completed
        $one.Method | Should -Be Counters
        $one.Request.Preset | Should -Be Pressure
        $one.Request.Duration | Should -Be ([timespan]'0:0:0.5')
        $one.StartTime | Should -BeGreaterOrEqual $before
        $one.Latencies.Count | Should -Be 0
        $one.Schedule | Should -BeNullOrEmpty
        $one.Cpus | Should -Be ([Environment]::ProcessorCount)
        $one.Machine | Should -Not -BeNullOrEmpty
    }
    It 'has counters with names, units and attributes' {
        $one.Counters.Count | Should -BeGreaterThan 5
        $time = $one.Counters | Where-Object Name -eq system.cpu.time
        # Modes that took no time are left out: a busy machine is never idle, and a quiet one may have no tick in the kernel.
        $time | Should -Not -BeNullOrEmpty
        $time.Unit | Sort-Object -Unique | Should -Be s
        $modes = 'user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'softirq', 'steal'
        $time.ForEach({ $_.Attributes['cpu.mode'] }) | ForEach-Object { $_ | Should -BeIn $modes }
        ($time | Measure-Object Value -Sum).Sum | Should -BeGreaterThan 0
        $one.Counters | Where-Object { -not $_.IsGauge -and $_.Value -lt 0 } | Should -BeNullOrEmpty
    }
    It 'says how long it took and what it cost' {
        $one.Duration | Should -BeGreaterOrEqual ([timespan]'0:0:0.5')
        $one.Cost.WallTime | Should -BeGreaterOrEqual $one.Duration
        $one.Cost.CpuTime | Should -BeGreaterThan ([timespan]::Zero)
        $one.Cost.CpuTime | Should -BeLessOrEqual ($one.Cost.WallTime * $one.Cpus)
        $one.Cost.BufferMemory | Should -Be 0
    }
    It 'logs what it returns' {
        "$said" | Should -Not -Match 'file:'
        $back = Import-KmLog ./now.ndjson
        foreach ($name in 'Id', 'Status', 'StartTime', 'Duration', 'Method', 'HostName', 'MachineId', 'BootId', 'KernelRelease', 'Machine', 'Cpus', 'Version') {
            $back.$name | Should -Be $one.$name -Because $name
        }
        ($back.Counters | ForEach-Object { "$_" }) | Should -Be @($one.Counters | ForEach-Object { "$_" })
        $back.Cost | Should -Be $one.Cost
        ($back | Format-List | Out-String) | Should -Be ($one | Format-List | Out-String)
        (Get-Content ./now.ndjson).Count | Should -Be 1
    }
    It 'measures counters by CPU' {
        $all = Invoke-KmMeasurement Pressure -By Cpu -Duration 1s -WarningAction Ignore
        # A mode in which a CPU was not has no counter.
        $ofCpu = $all.Counters.Where({ $_.Name -eq 'system.cpu.time' -and $_.Attributes['cpu.logical_number'] })
        $ofCpu.Count | Should -BeGreaterOrEqual 1
        $ofCpu.Attributes.'cpu.logical_number' | ForEach-Object { [int]$_ | Should -BeLessThan ([Environment]::ProcessorCount) }
    }
    It 'measures nothing with -WhatIf' {
        Invoke-KmMeasurement -Preset Pressure -Duration 1h -LogTo "file:$TestDrive/none.ndjson" -WhatIf | Should -BeNullOrEmpty
        './none.ndjson' | Should -Not -Exist
    }
    It 'says why it cannot trace' {
        if ($canTrace) { Set-ItResult -Skipped -Because 'this user can trace here' }
        $problem = { Invoke-KmMeasurement -Preset Scheduling -Duration 100ms -Wait 0 } | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -BeLike '*,KernelMagnifier.Cmdlets.InvokeKmMeasurementCommand'
        $problem.FullyQualifiedErrorId | Should -Not -Match 'Defect'
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        "$problem" | Should -Match 'tracefs|root|lock'
    }
    It 'refuses <_>' -ForEach @('-Preset Presure', '-Kind Wakup', '-Duration 2h', '-Duration 5ms', '-Top 0', '-CpuBudget 2', '-Method Guess', '-LogTo file:relative', '-Kind Wakeup -Probe x', '-Wait -1') {
        { Invoke-Expression "Invoke-KmMeasurement $_ -ErrorAction Stop" } | Should -Throw
    }
    It 'names the kinds that there are' {
        $problem = { Invoke-KmMeasurement -Kind Wakup } | Should -Throw -PassThru
        $problem.FullyQualifiedErrorId | Should -BeLike 'ParametersContradict,*'
        $problem.ErrorDetails.RecommendedAction | Should -Match 'Wakeup'
    }
    It 'ends promptly when it is stopped' {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $run = Invoke-Shell "Invoke-KmMeasurement -Preset Pressure -Duration 30min -LogTo 'file:$TestDrive/stopped.ndjson'" {
            param($shell)
            # Until it measures.
            while (-not $shell.Streams.Progress.Count -and $watch.Elapsed.TotalMinutes -lt 5) { Start-Sleep -Milliseconds 50 }
            $shell.Stop()
        }
        $run.Output | Should -BeNullOrEmpty
        $watch.Elapsed.TotalMinutes | Should -BeLessThan 15
        './stopped.ndjson' | Should -Not -Exist
    }
    It 'completes <Line>' -ForEach @(
        @{ Line = 'Invoke-KmMeasurement -Preset Pr'; Text = 'Pressure' }
        @{ Line = 'Invoke-KmMeasurement Sch'; Text = 'Scheduling' }
        @{ Line = 'Invoke-KmMeasurement -Kind Wakeupn'; Text = 'WakeupNew' }
        @{ Line = 'Invoke-KmMeasurement -LogTo jo'; Text = 'journal' }
        @{ Line = 'Invoke-KmMeasurement -Method K'; Text = 'KernelHistograms' }
        @{ Line = 'Invoke-KmMeasurement -LogTo syslog+'; Text = 'syslog+tcp://' }
        @{ Line = 'Register-KmSchedule x -Preset Blo'; Text = 'Block' }
        @{ Line = 'Register-KmSchedule x -OnCalendar hou'; Text = 'hourly' }
    ) { Complete $Line | Should -Be $Text }
    It 'fits into 120 columns' {
        foreach ($text in ($one | Out-String -Width 120), ($one.Counters | Out-String -Width 120)) {
            $lines = $text -split "`n"
            ($lines | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum).Maximum | Should -BeLessOrEqual 120
        }
        ($one.Counters | Out-String -Width 120) | Should -Match 'system\.cpu\.time'
    }
}
