<#
.SYNOPSIS
    Measures the milliseconds from stopping a pipeline (as Ctrl-C does) to its end, at many moments, for every cmdlet that can take longer than a second.
#>
[CmdletBinding()]
param([Parameter(Mandatory)][string] $Module, [Parameter(Mandatory)][string] $Recording, [Parameter(Mandatory)][string] $Out, [int] $Moments = 10)

$ErrorActionPreference = 'Stop'
$data = Join-Path $PSScriptRoot '..' 'data'
$pipelines = [ordered]@{
    'Import-KmTrace (objects)'                = 'Import-KmTrace $big | Out-Null'
    'Import-KmTrace -AsEdge'                  = 'Import-KmTrace $big -AsEdge | Out-Null'
    'Import-KmTrace -Info'                    = 'Import-KmTrace $big -Info'
    'Import-KmTrace | Select-KmCall -Root'    = 'Import-KmTrace $big | Select-KmCall -Root vfs_read | Out-Null'
    'Import-KmTrace | Measure-KmCall'         = 'Import-KmTrace $big | Measure-KmCall'
    'Where-Object | Measure-KmCall'           = 'Import-KmTrace $big | Where-Object Cpu -EQ 0 | Measure-KmCall'
    'Format-KmCallTree'                       = 'Import-KmTrace $big | Format-KmCallTree vfs_read'
    'Export-KmReport'                         = 'Import-KmTrace $big | Export-KmReport $out/s.html -Force'
    'Export-KmProfile'                        = 'Import-KmTrace $big | Export-KmProfile $out/s.folded -Force'
    'Export-KmGraph, laid out by dot'         = 'Import-KmTrace $small | Export-KmGraph $out/s.svg -Everything -Force'
    'Export-KmGraph (page)'                   = 'Import-KmTrace $small | Export-KmGraph $out/s.html -Everything -Force'
}
if ($env:KM_VMLINUX) { $pipelines['Get-KmSymbolMap'] = 'Get-KmSymbolMap -Path $env:KM_VMLINUX -NoCache' }

$state = [initialsessionstate]::CreateDefault2()
$state.ImportPSModule((Resolve-Path $Module).Path)
$state.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new('big', $Recording, ''))
$state.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new('small', (Join-Path $data 'km-small.data.zst'), ''))
$state.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new('out', $Out, ''))
$runspace = [runspacefactory]::CreateRunspace($state)
$runspace.Open()

foreach ($name in $pipelines.Keys) {
    $times = foreach ($moment in 0..$Moments) {
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        $null = $shell.AddScript($pipelines[$name])
        $running = $shell.BeginInvoke()
        Start-Sleep -Milliseconds (40 + $moment * 1000 / $Moments)
        if (-not $running.IsCompleted) {
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $stopping = $shell.BeginStop($null, $null)
            $null = $stopping.AsyncWaitHandle.WaitOne(20000)
            # The first stop includes the compilation of the code it runs.
            if ($moment -gt 0) { $watch.ElapsedMilliseconds }
            try { $shell.EndStop($stopping) } catch { $null = $_ }
        }
        $shell.Dispose()
    }
    if ($times) {
        $figures = $times | Measure-Object -Maximum -Average
        "check stop to end of '{0}', longest of {1} moments, {2:0} on average`t{3}`t200`tms" -f $name, $figures.Count, $figures.Average, $figures.Maximum
    } else {
        'SKIPPED stop of "{0}": it always ended before the stop' -f $name
    }
}
$runspace.Dispose()
$left = @(Get-ChildItem $Out -Force -Filter '.km-*').Count
"check temporary files after stopped pipelines`t$left`t0`tfiles"
