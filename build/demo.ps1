<#
.SYNOPSIS
    The demo in PowerShell; build/demo.sh starts it.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)][string] $Module,
    [Parameter(Mandatory)][string] $Recording,
    [Parameter(Mandatory)][string] $Map,
    [Parameter(Mandatory)][string] $Out
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module $Module
"With pwsh $($PSVersionTable.PSVersion) and the module:"

$symbols = Get-KmSymbolMap $Map
$title = 'TCP echo: the network functions'
$edges = Import-KmTrace $Recording -AsEdge -SourcePath net/ -SymbolMap $symbols
$edges | Export-KmGraph (Join-Path $Out 'net.svg') -Title $title
$edges | Export-KmGraph (Join-Path $Out 'net.pdf') -Title $title

$calls = Import-KmTrace $Recording -SourcePath net/ -Strict -SymbolMap $symbols | Measure-KmCall | Sort-Object Calls -Descending
$calls | Select-Object @{ n = 'function'; e = 'Function' }, @{ n = 'calls'; e = 'Calls' }, @{ n = 'sourceFile'; e = 'SourceFile' } |
    Export-Csv (Join-Path $Out 'calls.csv') -UseQuotes AsNeeded

Import-KmTrace $Recording -Info | Format-List Path, Format, Cpus, Calls, Events, LostEvents, Duration | Out-String -Width 120 | ForEach-Object Trim
''
"The ten hottest of $(@($calls).Count) network functions:"
$calls | Select-Object -First 10 Calls, Function, SourceFile | Format-Table | Out-String -Width 120 | ForEach-Object Trim
''
Get-ChildItem $Out | ForEach-Object { 'artifacts/demo/{0,-10} {1,9} bytes' -f $_.Name, $_.Length }
