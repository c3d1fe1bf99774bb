<#
.SYNOPSIS
    Runs the cmdlets' tests and leaves their results as NUnit XML; build/targets.sh starts it.
#>
[CmdletBinding()]
param([Parameter(Mandatory)][string] $Results)

Import-Module Pester -MinimumVersion 5.0
Invoke-Pester -Configuration @{
    Run        = @{ Path = Join-Path $PSScriptRoot '..' 'tests' 'Pester' }
    TestResult = @{ Enabled = $true; OutputPath = $Results; OutputFormat = 'NUnitXml' }
    Output     = @{ Verbosity = 'Normal'; StackTraceVerbosity = 'FirstLine' }
}
