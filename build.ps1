<#
.SYNOPSIS
    The door for pwsh: the same targets as ./build.sh. What each does stands in build/targets.sh.
.EXAMPLE
    ./build.ps1 -Task Test
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Demo', 'Test', 'Bench', 'Gallery', 'Fuzz', 'Live', 'Soak', 'Lint')]
    [string] $Task = 'Build'
)

& (Join-Path $PSScriptRoot 'build' 'targets.sh') $Task.ToLowerInvariant()
exit $LASTEXITCODE
