BeforeDiscovery {
    . "$PSScriptRoot/Support.ps1"
    # Where nothing can be recorded, the errors can be shown; where it can, tests/Live does, in machines of its own. This one is never traced.
    $cannot = -not (Test-KmHost -Quiet)
    $lockedDown = (Test-KmHost).Problems.Code -contains 'KernelLockedDown'
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
}
AfterAll { Pop-Location }

Describe 'Start-KmRecording' {
    It 'takes <Name> as <Type>' -ForEach @(
        @{ Name = 'Cpu'; Type = 'int[]' }
        @{ Name = 'Duration'; Type = 'timespan' }
        @{ Name = 'BufferSize'; Type = 'long' }
        @{ Name = 'Tracer'; Type = 'KernelMagnifier.RecordingTracer' }
    ) {
        (Get-Command Start-KmRecording).Parameters[$Name].ParameterType | Should -Be ([type]$Type)
    }
    It 'refuses <Name>' -ForEach @(
        @{ Id = 'ParameterArgumentTransformationError'; Name = 'a duration of nothing'; Ask = @{ Duration = 0 } }
        @{ Id = 'ParameterArgumentTransformationError'; Name = 'a negative duration'; Ask = @{ Duration = -1 } }
        @{ Id = 'ParameterArgumentTransformationError'; Name = 'CPUs that are no list'; Ask = @{ Cpu = 'all' } }
        @{ Id = 'ParameterArgumentValidationError'; Name = 'a depth of nothing'; Ask = @{ MaxDepth = 0 } }
        @{ Id = 'ParameterArgumentValidationError'; Name = 'a buffer smaller than a page'; Ask = @{ BufferSize = 100 } }
        @{ Id = 'CannotConvertArgumentNoMessage'; Name = 'a tracer there is not'; Ask = @{ Tracer = 'Magic' } }
    ) {
        { Start-KmRecording x.dat @Ask } | Should -Throw -ErrorId "$Id,KernelMagnifier.Cmdlets.StartKmRecordingCommand"
    }
    It 'takes what Test-KmHost finds in the way as its error, and changes nothing' -Skip:(-not $cannot) {
        $problem = (Test-KmHost).Problems | Where-Object IsFatal | Select-Object -First 1
        $failure = { Start-KmRecording x.dat -Duration 1 } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeExactly $problem.Message
        $failure.FullyQualifiedErrorId | Should -Be "$($problem.Code),KernelMagnifier.Cmdlets.StartKmRecordingCommand"
        $problem.Message | Should -BeLike "*. $($failure.ErrorDetails.RecommendedAction)"
        Get-ChildItem -Force | Should -BeNullOrEmpty
        { Start-KmRecording x.dat -AsJob } | Should -Throw -ExpectedMessage $problem.Message
    }
    It 'says that a kernel is locked down, and what to do' -Skip:(-not $lockedDown) {
        $failure = { Start-KmRecording x.dat -Duration 1 } | Should -Throw -PassThru
        $failure.Exception.Message | Should -Match '^This kernel is locked down( \(\w+\))?: it hands out no traces, not even to root\. Record on a machine whose kernel allows it; where you own the machine, boot without lockdown=confidentiality \(kernel command line\) or with Secure Boot''s lock-down set to integrity\.$'
        $failure.CategoryInfo.Category | Should -Be PermissionDenied
        $failure.TargetObject | Should -Be (Join-Path $PWD x.dat)
        $failure.ErrorDetails.RecommendedAction | Should -Match '^Record on a machine whose kernel allows it'
    }
    It 'says with -WhatIf what it would record and where, and does nothing' {
        $said = & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$modulePath'; Start-KmRecording x.dat -Function tcp_*, udp_* -Cpu 0-1 -Duration 5 -BufferSize 1MB -WhatIf" | Out-String
        $said | Should -Match 'function; function tcp_\*,udp_\*; cpu 0-1; duration 5 s; buffer-size 1048576'
        $said | Should -Match ([regex]::Escape((Join-Path $PWD x.dat)))
        Get-ChildItem -Force | Should -BeNullOrEmpty
    }
    It 'takes <Given> for <Seconds> seconds' -ForEach @(
        @{ Given = '1.5'; Seconds = '1.5' }
        @{ Given = '([timespan]::FromMinutes(2))'; Seconds = '120' }
        @{ Given = "'0:00:03'"; Seconds = '3' }
    ) {
        & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$modulePath'; Start-KmRecording x.dat -Duration $Given -WhatIf" | Out-String | Should -Match "duration $([regex]::Escape($Seconds)) s"
    }
}

Describe 'Stop-KmRecording' {
    It 'can be asked what it would do' { (Get-Command Stop-KmRecording).Parameters.Keys | Should -Contain WhatIf }
    It 'takes jobs of recordings only' {
        { 1 | Stop-KmRecording -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectNotBound,KernelMagnifier.Cmdlets.StopKmRecordingCommand'
    }
}

Describe 'Test-KmHost' {
    It 'tells of this machine' {
        $report = Test-KmHost
        $report | Should -BeOfType KernelMagnifier.HostReport
        $report.KernelRelease | Should -Be (uname -r)
        $report.IsRoot | Should -Be ((id -u) -eq 0)
        $report.CanRecord | Should -Be (-not ($report.Problems | Where-Object IsFatal))
        Test-KmHost -Quiet | Should -Be $report.CanRecord
        foreach ($problem in $report.Problems) { $problem.Message | Should -Match '\.$' }
    }
    It 'is shown in a list that fits' {
        (Test-KmHost | Out-String -Width 120) -split "`n" | Where-Object Length -gt 120 | Should -BeNullOrEmpty
        Test-KmHost | Out-String | Should -Match 'CanRecord'
    }
}
