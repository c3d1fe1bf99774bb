#!/usr/bin/env pwsh
# In the guest: the cmdlets.  cmdlets.ps1 [-Quick]
param([switch] $Quick)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # a serial line takes long to draw
$bin = $PSScriptRoot
Import-Module "$bin/KernelMagnifier"
Copy-Item "$bin/load" /tmp/load
function Check([string] $name, $expected, $got) {
    if ("$expected" -ceq "$got") { "PASS cmdlets: $name" } else { "FAIL cmdlets: $name`n  expected: $expected`n  got:      $got" }
}
function Settings { bash -c ". '$bin/checks.sh'; settings" }
# trace-cmd's count of events, and of those of one name; of a leaf's call and return it makes one line unless asked for raw ones.
function Count($recording, $what = '') { [long](bash -c "trace-cmd report -R -i '$($recording.Path)' 2>/dev/null | grep -cE -- '-[0-9]+ +\[[0-9]+\] .*$what'") }

$null = bash -c 'echo 1408 > /sys/kernel/tracing/buffer_size_kb'
$before = Settings
$report = Test-KmHost
Check 'Test-KmHost: this machine can' $true $report.CanRecord
Check 'Test-KmHost: the kernel' (uname -r) $report.KernelRelease

$r = Start-KmRecording /tmp/net.dat -Function vfs_* -Command /tmp/load -ArgumentList tree, 0.3
Check 'a command: trace-cmd counts the same' (Count $r) $r.Events
Check 'a command: ended by it' Command $r.EndedBy
Check 'a command: its status' 0 $r.ExitCode
Check 'a command: the kernel and its build id' "$(uname -r) $($report.BuildId)" "$($r.KernelRelease) $($r.BuildId)"
$functions = $r | Import-KmTrace | Measure-KmCall
Check 'a command: Import-KmTrace counts the same' $r.Events ($functions.Calls | Measure-Object -Sum).Sum
Check 'a command: only its functions' 0 @($functions | Where-Object Function -NotLike vfs_*).Count
Check 'a command: only its tasks' '' ((($r | Import-KmTrace | Measure-KmCall -By Task).Comm | Sort-Object -Unique | Where-Object { $_ -notlike 'load*' -and $_ -notin 'km command', 'pwsh', '.NET TP Worker' }) -join ' ')

$load = Start-Process /tmp/load light, 900 -PassThru
$job = Start-KmRecording /tmp/bg.dat -Function vfs_* -AsJob
Start-Sleep 1
Check 'a job: runs' Running $job.State
$bg = $job | Stop-KmRecording
Check 'a job: stopped' Stopped $bg.EndedBy
Check 'a job: trace-cmd counts the same' (Count $bg) $bg.Events
$calls = $bg | Import-KmTrace | Measure-KmCall -By Task
Check 'a job: through the pipeline' $bg.Events ($calls.Calls | Measure-Object -Sum).Sum
Check 'a job: none of this process' 0 @($calls | Where-Object ProcessId -eq $PID).Count
Check 'a job: done, as jobs are' 'Completed True' "$(($job | Wait-Job -Timeout 60).State) $((Receive-Job $job).Path -eq $bg.Path)"

if (-not $Quick) {
Check 'Test-KmHost -Quiet' $true (Test-KmHost -Quiet)
$r = Start-KmRecording /tmp/cpu.dat -Duration 1 -Cpu 0 -Function vfs_*, *sched* -BufferSize 1MB
Check 'seconds: ended by them' Duration $r.EndedBy
Check 'seconds: trace-cmd counts the same' (Count $r) $r.Events
Check 'seconds: one CPU' 0 ($r.PerCpu.Cpu -join ' ')
$info = $r | Import-KmTrace -Info -WarningAction Ignore
Check 'seconds: Import-KmTrace reads the same events' $r.Events $info.Events

# A flight recorder: nothing is written until Stop-KmRecording, then the newest that the buffers hold.
$job = Start-KmRecording /tmp/flight.dat -Function vfs_*, *sched*, *lock* -Overwrite -BufferSize 64KB -AsJob
Start-Sleep 2
Check 'a flight recorder: nothing is written while it flies' 0 $job.SoFar.Bytes
$flight = $job | Stop-KmRecording
Check 'a flight recorder: trace-cmd counts the same' (Count $flight) $flight.Events
Check 'a flight recorder: the newest are there, the oldest are gone' 'True True' "$($flight.Events -gt 100) $($flight.LostEvents -gt 0)"

$r = Start-KmRecording /tmp/g.dat -Tracer FunctionGraph -GraphRoot vfs_write -MaxDepth 6 -Duration 1
Check 'a graph: trace-cmd counts the same' (Count $r) $r.Events
Check 'a graph: durations' $true ([bool]($r | Import-KmTrace -Function vfs_write | Where-Object Duration -gt 0 | Select-Object -First 1))

$r = Start-KmRecording /tmp/incident.dat -Event sched:*, irq:* -Duration 1 -BufferSize 2MB
Check 'events: trace-cmd counts the same' (Count $r) $r.Events
Check 'events: both systems' 'True True' "$((Count $r 'sched_switch:') -gt 0) $((Count $r '(irq_handler|softirq)_') -gt 0)"

foreach ($case in @(
        @{ Id = 'UnknownFunction'; Ask = @{ Function = 'vfs_raed' } }
        @{ Id = 'UnknownEvent'; Ask = @{ Event = 'sched:nope' } }
        @{ Id = 'CommandNotFound'; Ask = @{ Command = 'no-such-command' } }
        @{ Id = 'NoSuchCpu'; Ask = @{ Cpu = 77 } })) {
    $ask = $case.Ask
    try { $null = Start-KmRecording /tmp/x.dat @ask; $id = 'none' } catch { $id = $_.FullyQualifiedErrorId }
    Check "error $($case.Id)" "$($case.Id),KernelMagnifier.Cmdlets.StartKmRecordingCommand" $id
}

# Ctrl-C in the shell: what it does to a pipeline that runs.
$shell = [powershell]::Create().AddScript("Import-Module '$bin/KernelMagnifier'; Start-KmRecording /tmp/stopped.dat -Function vfs_*")
$null = $shell.BeginInvoke()
while (-not (Get-ChildItem /sys/kernel/tracing/instances)) { Start-Sleep -Milliseconds 200 }
Start-Sleep 2
$shell.Stop()
Check 'Ctrl-C: the file is there' $true (Test-Path /tmp/stopped.dat)
Check 'Ctrl-C: and is read' $true (@(Import-KmTrace /tmp/stopped.dat).Count -gt 0)

# SIGTERM to a pwsh that records.
$other = Start-Process pwsh '-NoProfile', '-c', "Import-Module '$bin/KernelMagnifier'; Start-KmRecording /tmp/term.dat -Function vfs_*" -PassThru
while (-not (Get-ChildItem /sys/kernel/tracing/instances)) { Start-Sleep -Milliseconds 200 }
Start-Sleep 3
kill -TERM $other.Id
$null = $other.WaitForExit(60000)
Check 'SIGTERM: the file is there' $true (Test-Path /tmp/term.dat)
}

Stop-Process $load -ErrorAction Ignore
$after = Settings
Check 'settings as before' '' ((Compare-Object $before $after | ForEach-Object InputObject) -join "`n")
