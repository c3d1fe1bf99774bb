<#
.SYNOPSIS
    Runs many rounds of import, select and export in one process. Managed memory, resident memory, open files and threads must not grow.
#>
[CmdletBinding()]
param([Parameter(Mandatory)][string] $Module, [Parameter(Mandatory)][string] $Out, [int] $Rounds = 1000)

$ErrorActionPreference = 'Stop'
Import-Module $Module
$data = Join-Path $PSScriptRoot '..' 'data'
$echo = Join-Path $data 'tcp-echo.trace.zst'
$dat = Join-Path $data 'trace-dat' 'mix-plain.dat'
$graph = Join-Path $data 'graph' 'fg-default.txt.zst'
$map = Get-KmSymbolMap (Join-Path $data 'symbol-filepath.map.zst')
$hasDot = [bool](Get-Command dot -ErrorAction Ignore)

function Measure-Process {
    for ($i = 0; $i -lt 2; $i++) { [GC]::Collect(); [GC]::WaitForPendingFinalizers() }
    $status = Get-Content "/proc/$PID/status"
    [pscustomobject]@{
        Heap    = [GC]::GetTotalMemory($true) / 1KB
        Rss     = [long](($status -match '^VmRSS:') -join '' -replace '\D')
        Threads = [int](($status -match '^Threads:') -join '' -replace '\D')
        Files   = (Get-ChildItem "/proc/$PID/fd" -Force).Count
    }
}

$samples = [System.Collections.Generic.List[object]]::new()
$watch = [System.Diagnostics.Stopwatch]::StartNew()
for ($round = 1; $round -le $Rounds; $round++) {
    Import-KmTrace $echo -WarningAction Ignore | Select-KmCall -SourcePath net/ -SymbolMap $map | Export-KmGraph (Join-Path $Out 'round.dot') -Force | Out-Null
    Import-KmTrace $dat -WarningAction Ignore | Select-KmCall -Function *lock* | Export-KmReport (Join-Path $Out 'round.html') -Force | Out-Null
    Import-KmTrace $graph -AsEdge -WarningAction Ignore | Select-KmCall -MinCount 2 | Measure-KmCall | Out-Null
    if ($round % 10 -eq 0) {
        # One object per call.
        $calls = @(Import-KmTrace $echo -WarningAction Ignore | Where-Object Cpu -EQ 0 | Select-Object -First 2000)
        $calls | Export-KmProfile (Join-Path $Out 'round.folded') -Force -WarningAction Ignore | Out-Null
        $calls = $null
        if ($hasDot) { Import-KmTrace $echo -WarningAction Ignore | Export-KmGraph (Join-Path $Out 'round.svg') -Top 15 -Force | Out-Null }
        try { Import-KmTrace $PSCommandPath -ErrorAction Stop } catch { $null = $_ }
        $Error.Clear()
    }
    if ($round % [Math]::Max(1, $Rounds / 10) -eq 0) {
        $now = Measure-Process
        $samples.Add($now)
        '{0,5} rounds, {1,6:0} s: heap {2,7:0} KB, resident {3,7} KB, {4} threads, {5} open files' -f $round, $watch.Elapsed.TotalSeconds, $now.Heap, $now.Rss, $now.Threads, $now.Files
    }
}
# Compiled code, pools and caches grow during the first third.
$first = $samples[[int]($samples.Count / 3)]
$last = $samples[-1]
"check managed heap after {0} rounds, {1:0} KB after a third of them`t{2:0}`t{3:0}`tKB" -f $Rounds, $first.Heap, $last.Heap, ($first.Heap * 1.05 + 1024)
"check resident memory after {0} rounds, {1:0} KB after a third of them`t{2:0}`t{3:0}`tKB" -f $Rounds, $first.Rss, $last.Rss, ($first.Rss * 1.1 + 8192)
"check open files after {0} rounds, {1} after a third of them`t{2}`t{3}`tfiles" -f $Rounds, $first.Files, $last.Files, ($first.Files + 2)
"check threads after {0} rounds, {1} after a third of them`t{2}`t{3}`tthreads" -f $Rounds, $first.Threads, $last.Threads, ($first.Threads + 4)
