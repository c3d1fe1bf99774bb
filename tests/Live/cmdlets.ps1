#!/usr/bin/env pwsh
# In the guest: the cmdlets.  cmdlets.ps1 MODULE LOAD
param([string] $Module, [string] $Load)
$ErrorActionPreference = 'Stop'
Import-Module $Module
Copy-Item $Load /tmp/load
function Check([string] $name, $expected, $got) {
    if ("$expected" -ceq "$got") { "PASS cmdlets: $name" } else { "FAIL cmdlets: $name`n  expected: $expected`n  got:      $got" }
}
function Settings { bash -c ". '$PSScriptRoot/checks.sh'; settings" }
# trace-cmd's count of events.
function Count($recording) { @(trace-cmd report -i $recording.Path 2>$null | Where-Object { $_ -match '-\d+ +\[\d+\]' }).Count }

$null = bash -c 'echo 1408 > /sys/kernel/tracing/buffer_size_kb'
$before = Settings
$report = Test-KmHost
Check 'Test-KmHost: this machine can' $true $report.CanRecord
Check 'Test-KmHost: the kernel' (uname -r) $report.KernelRelease
Check 'Test-KmHost -Quiet' $true (Test-KmHost -Quiet)

$r = Start-KmRecording /tmp/net.dat -Function vfs_* -Command /tmp/load -ArgumentList tree, 0.5
Check 'a command: trace-cmd counts the same' (Count $r) $r.Events
Check 'a command: ended by it' Command $r.EndedBy
Check 'a command: its status' 0 $r.ExitCode
Check 'a command: Import-KmTrace counts the same' $r.Events (($r | Import-KmTrace | Measure-Object).Count)
Check 'a command: only its functions' 0 @($r | Import-KmTrace | Where-Object Function -NotLike vfs_*).Count
Check 'a command: only its tasks' '' ((($r | Import-KmTrace).Comm | Sort-Object -Unique | Where-Object { $_ -notlike 'load*' -and $_ -notin 'km command', 'pwsh', '.NET TP Worker' }) -join ' ')
Check 'a command: the kernel and its build id' "$(uname -r) $($report.BuildId)" "$($r.KernelRelease) $($r.BuildId)"

$load = Start-Process /tmp/load light, 300 -PassThru
$r = Start-KmRecording /tmp/cpu.dat -Duration 1 -Cpu 0 -BufferSize 1MB -ProgressAction Ignore
Check 'seconds: ended by them' Duration $r.EndedBy
Check 'seconds: trace-cmd counts the same' (Count $r) $r.Events
$info = $r | Import-KmTrace -Info -WarningAction Ignore
Check 'seconds: Import-KmTrace reads the same events' $r.Events $info.Events

$job = Start-KmRecording /tmp/bg.dat -Function vfs_* -AsJob
Start-Sleep 2
Check 'a job: runs' Running $job.State
$bg = $job | Stop-KmRecording
Check 'a job: stopped' Stopped $bg.EndedBy
Check 'a job: trace-cmd counts the same' (Count $bg) $bg.Events
Check 'a job: through the pipeline' $bg.Events (($bg | Import-KmTrace | Measure-KmCall).Calls | Measure-Object -Sum).Sum
Check 'a job: none of this process' 0 @($bg | Import-KmTrace | Where-Object ProcessId -eq $PID).Count
Check 'a job: done, as jobs are' 'Completed True' "$(($job | Wait-Job -Timeout 20).State) $((Receive-Job $job).Path -eq $bg.Path)"

$r = Start-KmRecording /tmp/g.dat -Tracer FunctionGraph -GraphRoot vfs_write -MaxDepth 6 -Duration 1
Check 'a graph: trace-cmd counts the same' (Count $r) $r.Events
Check 'a graph: durations' $true ([bool]($r | Import-KmTrace | Where-Object Duration -gt 0 | Select-Object -First 1))

$r = Start-KmRecording /tmp/incident.dat -Event sched:*, irq:* -Duration 1 -BufferSize 2MB
Check 'events: trace-cmd counts the same' (Count $r) $r.Events

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
$shell = [powershell]::Create().AddScript("Import-Module '$Module'; Start-KmRecording /tmp/stopped.dat -Function vfs_*")
$null = $shell.BeginInvoke()
while (-not (Get-ChildItem /sys/kernel/tracing/instances)) { Start-Sleep -Milliseconds 200 }
Start-Sleep 2
$shell.Stop()
Check 'Ctrl-C: the file is there' $true (Test-Path /tmp/stopped.dat)
Check 'Ctrl-C: and is read' $true (@(Import-KmTrace /tmp/stopped.dat).Count -gt 0)

# SIGTERM to a pwsh that records.
$other = Start-Process pwsh '-NoProfile', '-c', "Import-Module '$Module'; Start-KmRecording /tmp/term.dat -Function vfs_*" -PassThru
while (-not (Get-ChildItem /sys/kernel/tracing/instances)) { Start-Sleep -Milliseconds 200 }
Start-Sleep 3
kill -TERM $other.Id
$null = $other.WaitForExit(60000)
Check 'SIGTERM: the file is there' $true (Test-Path /tmp/term.dat)

Stop-Process $load -ErrorAction Ignore
$after = Settings
Check 'settings as before' '' ((Compare-Object $before $after | ForEach-Object InputObject) -join "`n")
