BeforeDiscovery {
    . "$PSScriptRoot/Support.ps1"
    # This machine is never traced: tests/Live records, in guests. Here only errors are tested, where recording is not possible.
    $cannot = -not (Test-KmHost -Quiet)
    $lockedDown = (Test-KmHost).Problems.Code -contains 'KernelLockedDown'
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
}
AfterAll { Pop-Location }

Describe 'Start-KmRecording' {
    It 'has -<Name> of type <Type>' -ForEach @(
        @{ Name = 'Cpu'; Type = 'int[]' }
        @{ Name = 'Duration'; Type = 'timespan' }
        @{ Name = 'BufferSize'; Type = 'long' }
        @{ Name = 'Tracer'; Type = 'KernelMagnifier.Recording.RecordingTracer' }
    ) {
        (Get-Command Start-KmRecording).Parameters[$Name].ParameterType | Should -Be ([type]$Type)
    }
    It 'rejects <Name>' -ForEach @(
        @{ Id = 'ParameterArgumentTransformationError'; Name = 'a duration of 0'; Ask = @{ Duration = 0 } }
        @{ Id = 'ParameterArgumentTransformationError'; Name = 'a negative duration'; Ask = @{ Duration = -1 } }
        @{ Id = 'ParameterArgumentTransformationError'; Name = 'an invalid list of CPUs'; Ask = @{ Cpu = 'all' } }
        @{ Id = 'ParameterArgumentValidationError'; Name = 'a depth of 0'; Ask = @{ MaxDepth = 0 } }
        @{ Id = 'ParameterArgumentValidationError'; Name = 'a buffer smaller than a page'; Ask = @{ BufferSize = 100 } }
        @{ Id = 'CannotConvertArgumentNoMessage'; Name = 'an unknown tracer'; Ask = @{ Tracer = 'Magic' } }
    ) {
        { Start-KmRecording x.dat @Ask } | Should -Throw -ErrorId "$Id,KernelMagnifier.Cmdlets.StartKmRecordingCommand"
    }
    It 'names the longest duration' {
        { Start-KmRecording x.dat -Duration 31536001 } | Should -Throw -ExpectedMessage '*greater than 0 and at most 31536000*'
    }
    It 'fails with the first fatal problem of Test-KmHost, and changes nothing' -Skip:(-not $cannot) {
        $problem = (Test-KmHost).Problems | Where-Object IsFatal | Select-Object -First 1
        $failure = { Start-KmRecording x.dat -Duration 1 } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeExactly $problem.Message
        $failure.FullyQualifiedErrorId | Should -Be "$($problem.Code),KernelMagnifier.Cmdlets.StartKmRecordingCommand"
        $problem.Message | Should -BeLike "*. $($failure.ErrorDetails.RecommendedAction)"
        Get-ChildItem -Force | Should -BeNullOrEmpty
        { Start-KmRecording x.dat -AsJob } | Should -Throw -ExpectedMessage $problem.Message
    }
    It 'reports a locked-down kernel and the recommended action' -Skip:(-not $lockedDown) {
        $failure = { Start-KmRecording x.dat -Duration 1 } | Should -Throw -PassThru
        $failure.Exception.Message | Should -Match '^This kernel is locked down( \(\w+\))? and provides no traces, not even to root\. Record on a machine whose kernel is not locked down\. On your own machine, boot without lockdown=confidentiality on the kernel command line, or set the lockdown of Secure Boot to integrity\.$'
        $failure.CategoryInfo.Category | Should -Be PermissionDenied
        $failure.TargetObject | Should -Be (Join-Path $PWD x.dat)
        $failure.ErrorDetails.RecommendedAction | Should -Match '^Record on a machine whose kernel is not locked down'
    }
    It 'describes the recording with -WhatIf, and does nothing' {
        $said = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$modulePath'; Start-KmRecording x.dat -Function tcp_*, udp_* -Cpu 0-1 -Duration 5 -BufferSize 1MB -WhatIf" | Out-String
        $said | Should -Match 'function; function tcp_\*,udp_\*; cpu 0-1; duration 5 s; buffer-size 1048576'
        $said | Should -Match ([regex]::Escape((Join-Path $PWD x.dat)))
        Get-ChildItem -Force | Should -BeNullOrEmpty
    }
    It 'describes the events of presets, filters, stacks and triggers with -WhatIf' {
        $said = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$modulePath'; Start-KmRecording x.dat -Preset syscalls -EventFilter 'common_pid != 1', @{ 'raw_syscalls:sys_enter' = 'id == 0', 'id != 1' } -EventStack sched:sched_switch -EventTrigger @{ 'sched:sched_switch' = 'traceoff if prev_pid == 1' } -WhatIf" | Out-String
        $said | Should -Match ([regex]::Escape('events; preset syscalls; event-filter common_pid != 1; event-filter raw_syscalls:sys_enter=id == 0; event-filter raw_syscalls:sys_enter=id != 1; event-stack sched:sched_switch; event-trigger sched:sched_switch=traceoff if prev_pid == 1; Syscalls: raw_syscalls:sys_enter,raw_syscalls:sys_exit'))
    }
    It 'names the presets if one does not exist' {
        $failure = { Start-KmRecording x.dat -Preset Scheduling, Shedule -WhatIf } | Should -Throw -PassThru -ErrorId 'UnknownPreset,KernelMagnifier.Cmdlets.StartKmRecordingCommand'
        $failure.Exception.Message | Should -BeLike 'Shedule: there is no such preset of events.*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*The presets are Scheduling, Interrupts, Syscalls, Block, Network, WorkQueue, Power.'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
    }
    It 'completes the names of presets, with their events' {
        $found = (TabExpansion2 'Start-KmRecording x.dat -Preset s').CompletionMatches
        $found.CompletionText | Should -Be Scheduling, Syscalls
        $found[1].ToolTip | Should -Be 'raw_syscalls:sys_enter, raw_syscalls:sys_exit'
    }
    It 'converts the duration <Given> to <Seconds> seconds' -ForEach @(
        @{ Given = '1.5'; Seconds = '1.5' }
        @{ Given = '([timespan]::FromMinutes(2))'; Seconds = '120' }
        @{ Given = "'0:00:03'"; Seconds = '3' }
    ) {
        & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$modulePath'; Start-KmRecording x.dat -Duration $Given -WhatIf" | Out-String | Should -Match "duration $([regex]::Escape($Seconds)) s"
    }
}

Describe 'Stop-KmRecording' {
    It 'has -WhatIf' { (Get-Command Stop-KmRecording).Parameters.Keys | Should -Contain WhatIf }
    It 'rejects objects that are not recording jobs' {
        { 1 | Stop-KmRecording -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectNotBound,KernelMagnifier.Cmdlets.StopKmRecordingCommand'
    }
}

Describe 'Test-KmHost' {
    It 'describes this machine' {
        $report = Test-KmHost
        $report | Should -BeOfType KernelMagnifier.Recording.HostReport
        $report.KernelRelease | Should -Be (uname -r)
        $report.IsRoot | Should -Be ((id -u) -eq 0)
        $report.CanRecord | Should -Be (-not ($report.Problems | Where-Object IsFatal))
        Test-KmHost -Quiet | Should -Be $report.CanRecord
        # A cause and a recommended action.
        foreach ($problem in $report.Problems) { $problem.Message | Should -Match '^\S.*\. [A-Z]\S' }
    }
    It 'has a list view that fits 120 columns' {
        (Test-KmHost | Out-String -Width 120) -split "`n" | Where-Object Length -gt 120 | Should -BeNullOrEmpty
        Test-KmHost | Out-String | Should -Match 'CanRecord'
    }
}
