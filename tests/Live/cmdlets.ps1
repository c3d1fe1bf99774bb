#!/usr/bin/env pwsh
# In the guest: the recording cmdlets.  cmdlets.ps1 [-Quick]
param([switch] $Quick)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # the serial line is slow
$bin = $PSScriptRoot
Import-Module "$bin/KernelMagnifier"
Copy-Item "$bin/load" /tmp/load
function Check([string] $name, $expected, $got) {
    if ("$expected" -ceq "$got") { "PASS cmdlets: $name" } else { "FAIL cmdlets: $name`n  expected: $expected`n  got:      $got" }
}
function Settings { bash -c ". '$bin/checks.sh'; settings" }
function Recording { bash -c ". '$bin/checks.sh'; recording"; $LASTEXITCODE -eq 0 }
# trace-cmd's count of events, or of those that match. Raw, because otherwise the entry and exit of a leaf are one line.
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

$killed = Start-KmRecording /tmp/exit.dat -Function vfs_read -Command /bin/sh -ArgumentList '-c', 'kill -9 $$'
Check 'a command that SIGKILL ends: its status and signal' '137 9' "$($killed.ExitCode) $($killed.Signal)"

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
Check 'a job: completed, with its result' 'Completed True' "$(($job | Wait-Job -Timeout 60).State) $((Receive-Job $job).Path -eq $bg.Path)"

if (-not $Quick) {
# Not a hang, but the kernel's own time: to patch all functions and to undo it takes long on a busy machine. The bound is a few times what the kernel takes without us.
$busy = Start-Process /tmp/load mix, 1200 -PassThru
$bare = (Measure-Command { bash -c 'cd /sys/kernel/tracing/instances && mkdir bare && cd bare && echo function > current_tracer && sleep 1; echo nop > current_tracer; cd .. && rmdir bare' }).TotalSeconds
$shell = [powershell]::Create().AddScript(@"
    Import-Module '$bin/KernelMagnifier'
    `$started = Measure-Command { `$job = Start-KmRecording /tmp/busy.dat -AsJob -BufferSize 256KB }
    Start-Sleep 1
    `$stopped = Measure-Command { `$r = `$job | Stop-KmRecording -WarningAction Ignore }
    `$started.TotalSeconds; `$stopped.TotalSeconds; `$r.EndedBy
"@)
$bound = 60 + 5 * $bare
$running = $shell.BeginInvoke()
Check "a job on a busy machine: -AsJob and Stop-KmRecording return within $([int]$bound) s" $true $running.AsyncWaitHandle.WaitOne([int]($bound * 1000))
$started, $stopped, $end = if ($running.IsCompleted) { $shell.EndInvoke($running) } else { 0, 0, 'still running' }
Check 'a job on a busy machine: stopped' Stopped $end
'  note: a job on a busy machine: -AsJob returned after {0:F1} s, Stop-KmRecording after {1:F1} s; the kernel alone takes {2:F1} s to set and reset the tracer' -f $started, $stopped, $bare
bash -c "pkill -P $($busy.Id)"; Stop-Process $busy -ErrorAction Ignore # its tasks, and not those of the other load
$error.Clear(); try { $null = Start-KmRecording /tmp/x.dat -Compress -Format Text } catch { $said = "$($_.ErrorDetails) $_" }
Check 'an error about a value names its parameter' True ($said -like '*-Compress: Text cannot be compressed*')
# The first examples of the documentation, with the guest's CPUs and less time: recording all functions is slow under emulation.
Set-Location /tmp
$null = New-Item -ItemType Directory /tmp/www; 'hello' > /tmp/www/index.html
busybox httpd -p 127.0.0.1:80 -h /tmp/www
$r = Start-KmRecording ./net.dat -Duration 1 -Cpu 0-1 -BufferSize 256KB
Check 'all functions: trace-cmd counts the same' (Count $r) $r.Events
Check 'all functions: both CPUs' '0 1' ($r.PerCpu.Cpu -join ' ')
$r = Start-KmRecording ./net.dat -Function tcp_*, udp_* -Command curl -ArgumentList '-s', http://127.0.0.1/
Check 'a request: trace-cmd counts the same' (Count $r) $r.Events
$calls = $r | Import-KmTrace | Measure-KmCall
Check 'a request: was made' '0 True' "$($r.ExitCode) $('tcp_sendmsg' -in $calls.Function)"
Check 'a request: only the functions asked for' '' (($calls.Function | Where-Object { $_ -notlike 'tcp_*' -and $_ -notlike 'udp_*' }) -join ' ')
Check 'a request: only its tasks' '' ((($r | Import-KmTrace | Measure-KmCall -By Task).Comm | Sort-Object -Unique | Where-Object { $_ -notin 'curl', 'km command', 'pwsh', '.NET TP Worker' }) -join ' ')
$r = Start-KmRecording ./bg.dat -AsJob -BufferSize 256KB; Start-Sleep 1; $calls = $r | Stop-KmRecording | Import-KmTrace -WarningAction Ignore | Measure-KmCall
Check 'all functions in a job, stopped, read and counted in one line' "Completed $(Count $r)" "$(($r | Wait-Job).State) $(($calls.Calls | Measure-Object -Sum).Sum)"
# Not Start-Process -RedirectStandardOutput: in pwsh 7.6, output that comes after the file is closed ends the process.
Set-Content /tmp/requests.sh 'while :; do curl -s http://127.0.0.1/; done > /tmp/answers'
$other = Start-Process bash /tmp/requests.sh -PassThru
$job = Start-KmRecording ./g.dat -Tracer FunctionGraph -GraphRoot tcp_sendmsg -MaxDepth 6 -AsJob
# Waits for requests that are complete in the recording, however slow emulation is.
$enough = (Get-Content /tmp/answers).Count + 4
for ($i = 0; $i -lt 600 -and (Get-Content /tmp/answers).Count -lt $enough; $i++) { Start-Sleep -Milliseconds 200 }
$r = $job | Stop-KmRecording
Stop-Process $other
Check 'a graph of requests: trace-cmd counts the same' (Count $r) $r.Events
$calls = @($r | Import-KmTrace)
Check 'a graph of requests: its root, with what it called and how long it took, no deeper than asked' 'True True True' "$([bool]($calls | Where-Object { $_.Function -eq 'tcp_sendmsg' -and $_.Duration -gt 0 })) $([bool]($calls | Where-Object Depth -gt 0)) $(($calls.Depth | Measure-Object -Maximum).Maximum -lt 6)"
$r = Start-KmRecording ./incident.dat -Event sched:*, irq:* -Duration 2 -BufferSize 64MB
Check 'an incident: trace-cmd counts the same' (Count $r) $r.Events
Check 'an incident: both systems' 'True True' "$((Count $r 'sched_switch:') -gt 0) $((Count $r '(irq_handler|softirq)_') -gt 0)"

# Progress.
function Shown([string] $line) {
    $shell = [powershell]::Create().AddScript("`$ProgressPreference = 'Continue'; Import-Module '$bin/KernelMagnifier'; $line")
    $null = $shell.Invoke()
    @($shell.Streams.Progress | Where-Object Activity -like 'Recording *')
}
$shown = Shown 'Start-KmRecording /tmp/shown.dat -Function vfs_* -Duration 2'
$form = '^[\d.,]+ s, [\d.,]+ events, [\d.,]+/s, [\d.,]+ \w+, [\d.,]+ lost$'
Check 'progress: the file' 'Recording /tmp/shown.dat' (($shown.Activity | Sort-Object -Unique) -join ' ')
Check 'progress: time, events, rate, bytes and lost events' '' (($shown.StatusDescription | Where-Object { $_ -notmatch $form }) -join ' | ')
$parts = @($shown | Where-Object RecordType -eq Processing | ForEach-Object PercentComplete)
Check 'progress: the part of the time that has passed, never decreasing' "True $($parts | Sort-Object)" "$($parts.Count -gt 2 -and $parts[-1] -gt $parts[0] -and $parts[-1] -le 100) $parts"
Check 'progress: is completed' 'Completed' $shown[-1].RecordType
$parts = @(Shown 'Start-KmRecording /tmp/shown.dat -Function vfs_*,*sched*,*lock* -MaxSize 4MB -BufferSize 64KB' | Where-Object RecordType -eq Processing | ForEach-Object PercentComplete)
Check 'progress: the part of the size that is written' "True $($parts | Sort-Object)" "$($parts.Count -gt 0 -and $parts[-1] -ge 0 -and $parts[-1] -le 100) $parts"
$parts = @(Shown 'Start-KmRecording /tmp/shown.dat -Function vfs_* -Command sleep -ArgumentList 1' | Where-Object RecordType -eq Processing | ForEach-Object PercentComplete | Sort-Object -Unique)
Check 'progress: no percentage if the end is unknown' '-1' "$parts"

Check 'Test-KmHost -Quiet' $true (Test-KmHost -Quiet)
$r = Start-KmRecording /tmp/cpu.dat -Duration 1 -Cpu 0 -Function vfs_*, *sched* -BufferSize 1MB
Check 'seconds: ended by them' Duration $r.EndedBy
Check 'seconds: trace-cmd counts the same' (Count $r) $r.Events
Check 'seconds: one CPU' 0 ($r.PerCpu.Cpu -join ' ')
$info = $r | Import-KmTrace -Info -WarningAction Ignore
Check 'seconds: Import-KmTrace reads the same events' $r.Events $info.Calls

# A flight recorder: nothing is written until Stop-KmRecording, then the newest events, which the buffers still have.
$job = Start-KmRecording /tmp/flight.dat -Function vfs_*, *sched*, *lock* -Overwrite -BufferSize 64KB -AsJob
Start-Sleep 2
Check 'a flight recorder: nothing is written while it runs' 0 $job.SoFar.Bytes
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

# Ctrl-C stops a running pipeline.
$shell = [powershell]::Create().AddScript("Import-Module '$bin/KernelMagnifier'; Start-KmRecording /tmp/stopped.dat -Function vfs_*")
$null = $shell.BeginInvoke()
while (-not (Recording)) { Start-Sleep -Milliseconds 200 }
Start-Sleep 1
$shell.Stop()
Check 'Ctrl-C: the file is there' $true (Test-Path /tmp/stopped.dat)
Check 'Ctrl-C: and is read' $true (@(Import-KmTrace /tmp/stopped.dat).Count -gt 0)

# A pwsh that is stopped while it records: by Ctrl-C in a terminal, by SIGTERM, and by SIGTERM before it records.
foreach ($case in @(
        @{ Name = 'SIGINT'; Signal = 'INT'; Early = $false }
        @{ Name = 'SIGTERM'; Signal = 'TERM'; Early = $false }
        @{ Name = 'SIGTERM while it is being set up'; Signal = 'TERM'; Early = $true })) {
    $file = "/tmp/$($case.Signal)$($case.Early).dat"
    Set-Content /tmp/other.sh "exec env --default-signal=INT pwsh -NoProfile -c `"Import-Module '$bin/KernelMagnifier'; Start-KmRecording $file -Function vfs_*`" > /tmp/other.said"
    $other = Start-Process bash /tmp/other.sh -PassThru
    while (-not $other.HasExited -and -not $(if ($case.Early) { Get-ChildItem /sys/kernel/tracing/instances } else { Recording })) { Start-Sleep -Milliseconds 200 }
    if (-not $case.Early) { Start-Sleep 1 }
    kill "-$($case.Signal)" $other.Id
    Check "$($case.Name): pwsh ends" $true $other.WaitForExit(60000)
    Check "$($case.Name): the file is there, and no other" (Split-Path -Leaf $file) ((Get-ChildItem /tmp -Force -Filter "*$($case.Signal)$($case.Early).dat*").Name -join ' ')
    if (-not $case.Early) { Check "$($case.Name): and is read" $true (@(Import-KmTrace $file).Count -gt 0) }
    Check "$($case.Name): settings as before" '' ((Compare-Object $before (Settings) | ForEach-Object InputObject) -join "`n")
}
Get-Process busybox -ErrorAction Ignore | Stop-Process
}

Stop-Process $load -ErrorAction Ignore
$after = Settings
Check 'settings as before' '' ((Compare-Object $before $after | ForEach-Object InputObject) -join "`n")
