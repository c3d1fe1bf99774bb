# What objects cost on the way: bytes that a host sends, and time, by kind of object. Started by run.sh costs.
param([Parameter(Mandatory)] [string] $Directory)
$ErrorActionPreference = 'Stop'
$PSStyle.OutputRendering = 'PlainText'
Import-Module KernelMagnifier
$data = (Resolve-Path "$PSScriptRoot/../data").Path
$calls = "$data/tcp-echo.trace.zst"
$sched = "$data/latency/sched.txt.zst"
$null = New-Item "$Directory/count"

function Cost([string] $Name, [scriptblock] $Body) {
    $session = New-PSSession -HostName web1
    # The module is loaded, and its code is compiled.
    Invoke-Command $session { param($calls) $null = Import-KmTrace $calls -Info } -ArgumentList $calls
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $objects = @(Invoke-Command $session $Body -ArgumentList $calls, $sched)
    $seconds = $clock.Elapsed.TotalSeconds
    Remove-PSSession $session
    for ($i = 0; $i -lt 50 -and -not ((Get-Item "$Directory/count.*" -ErrorAction Ignore) -and (Get-Content "$Directory/count.*")); $i++) { Start-Sleep -Milliseconds 100 }
    $bytes = [long] (Get-Content "$Directory/count.*")
    Remove-Item "$Directory/count.*"
    [pscustomobject]@{ Name = $Name; Objects = $objects.Count; Bytes = $bytes; Seconds = $seconds }
}

$base = Cost 'nothing' { }
Cost 'nothing' { }
Cost 'call edges' { param($calls) Import-KmTrace $calls -AsEdge }
Cost 'counts by function' { param($calls) Import-KmTrace $calls | Measure-KmCall }
Cost 'latencies' { param($calls, $sched) Measure-KmLatency $sched -Kind Wakeup, Syscall, Irq, SoftIrq }
Cost 'latencies by task' { param($calls, $sched) Measure-KmLatency $sched -Kind Wakeup -By Task }
Cost 'intervals' { param($calls, $sched) Measure-KmLatency $sched -Kind Wakeup, Syscall -AsInterval }
Cost 'causes' { param($calls, $sched) Trace-KmLatencyCause $sched -Kind Wakeup -Above p90 }
Cost 'kernel events' { param($calls, $sched) Import-KmTrace $sched -Event sched:* }
Cost 'call events' { param($calls) Import-KmTrace $calls | Select-Object -First 5000 }
Cost 'call events, three properties' { param($calls) Import-KmTrace $calls | Select-Object -First 5000 Timestamp, Function, Caller }
"base: $($base.Bytes) bytes; the recordings: $((Get-Item $calls).Length) and $((Get-Item $sched).Length) bytes, compressed"
