<#
.SYNOPSIS
    Runs PSScriptAnalyzer on all scripts of the repository, if it is installed. build/targets.sh calls this.
#>
[CmdletBinding()]
param()

if (-not (Get-Module -ListAvailable PSScriptAnalyzer)) {
    '==> SKIPPED: PSScriptAnalyzer is not installed (Install-PSResource PSScriptAnalyzer).'
    exit 0
}
$root = Split-Path $PSScriptRoot
$found = Invoke-ScriptAnalyzer -Path $root -Recurse -Settings (Join-Path $PSScriptRoot 'script-analyzer.psd1') -ErrorAction Ignore |
    Where-Object ScriptPath -NotMatch '/(artifacts|bin|obj)/'
$found | Out-String -Width 200
exit [int][bool] $found
