# Copy this file beside your incident scripts and change the limits. Run it with Pester 5 or 6:
#   Invoke-Pester ./Latency.Tests.ps1
# It reads $env:KM_RECORDING, and records this machine for ten seconds without it (as root).

BeforeAll {
    Import-Module KernelMagnifier
    $recording = $env:KM_RECORDING
    if (-not $recording) {
        $recording = Join-Path ([IO.Path]::GetTempPath()) "latency-$PID.dat"
        Start-KmRecording $recording -Preset Scheduling, Interrupts, Syscalls -Duration 10 -Force
    }
}

Describe 'Latencies of this machine' {
    It 'has a recording that can be trusted' {
        Test-KmTrace $recording -Quiet | Should -BeTrue
    }
    It 'gives woken tasks a CPU within 50 ms, 99 times of 100' {
        Assert-KmLatency $recording -Kind Wakeup -P99 -LessThan 50ms -Because 'requests time out after 100 ms'
    }
    It 'handles no interrupt for longer than 10 ms' {
        $recording | Should-KmLatency -Kind Irq -Max -LessThan 10ms
    }
    It 'answers system calls: <_>' -ForEach 'read', 'write' {
        Measure-KmLatency $recording -Kind Syscall -Syscall $_ | Should-KmLatency -P50 -LessThan 1ms
    }
}
