<#
.SYNOPSIS
    Runs a build target from pwsh: the same targets as ./build.sh.
.DESCRIPTION
    "./build.ps1 -Task Help" lists the targets. Arguments after -- go to the target.
.EXAMPLE
    ./build.ps1 -Task Test
.EXAMPLE
    ./build.ps1 -Task Bench -- --rows text
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Module', 'Demo', 'Shell', 'Test', 'Lint', 'Pack', 'Bench', 'Gallery', 'Fuzz', 'Live', 'Soak', 'Help')]
    [string] $Task = 'Build',

    # Arguments of the target.
    [Parameter(ValueFromRemainingArguments)]
    [string[]] $Argument = @()
)

& (Join-Path $PSScriptRoot 'build' 'targets.sh') $Task.ToLowerInvariant() @Argument
exit $LASTEXITCODE
