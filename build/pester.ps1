<#
.SYNOPSIS
    Runs the Pester tests of the cmdlets. Writes the results as NUnit XML; the last line is "N passed, N failed, N skipped".
#>
[CmdletBinding()]
param(
    # The folder of the Pester module.
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $Results,
    # Test files or folders; all of tests/Pester by default.
    [string[]] $Path = (Join-Path $PSScriptRoot '..' 'tests' 'Pester')
)

# The output is a log.
$PSStyle.OutputRendering = 'PlainText'
Import-Module (Join-Path $Pester 'Pester.psd1')
"Pester $((Get-Module Pester).Version) in pwsh $($PSVersionTable.PSVersion)"
$run = Invoke-Pester -Configuration @{
    Run        = @{ Path = $Path; PassThru = $true }
    TestResult = @{ Enabled = $true; OutputPath = $Results; OutputFormat = 'NUnitXml' }
    Output     = @{ Verbosity = 'Normal'; StackTraceVerbosity = 'FirstLine'; RenderMode = 'Plaintext' }
}
# A file that fails in discovery and a block that fails in its set-up count as failures, although no test of theirs ran.
$failed = $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
if ($run.PassedCount + $failed -eq 0) { $failed = 1 }
"$($run.PassedCount) passed, $failed failed, $($run.TotalCount - $run.PassedCount - $run.FailedCount) skipped"
