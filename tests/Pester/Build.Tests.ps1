BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    # The list in the error of an unknown target.
    function Get-Target { ((& "$root/build/targets.sh" no-such-target 2>&1 | Out-String -Width 1000) -split 'There are: ')[1].Trim() -split ' ' }
}

Describe 'build.ps1' {
    It 'has all targets of build/targets.sh, and no others' {
        $tasks = (Get-Command "$root/build.ps1").Parameters['Task'].Attributes.ValidValues.ToLowerInvariant() | Sort-Object
        $targets = Get-Target | Sort-Object
        $LASTEXITCODE | Should -Be 1
        $targets.Count | Should -BeGreaterThan 5
        $tasks -join ' ' | Should -BeExactly ($targets -join ' ')
    }
    It 'describes each target in its help' {
        $help = & "$root/build.ps1" -Task Help 2> $null
        $described = $help -match '^  \w+ ' -replace '^  (\w+) .*', '$1'
        $targets = @(Get-Target) -ne 'help'
        $described -join ' ' | Should -BeExactly ($targets -join ' ')
    }
    It 'passes arguments and the exit code on: <_>' -ForEach '-- --no-such-option', '--no-such-option' {
        $output = & $pwsh -NoProfile -NonInteractive -Command "& '$root/build.ps1' -Task Fuzz $_; exit `$LASTEXITCODE" 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 1
        $output | Should -Match "fuzz has no option '--no-such-option'"
    }
}

Describe 'build/relay.sh' {
    It 'adds the output to a log that is a file, as text, and gives the last line' {
        env LC_ALL=C bash -c "{ echo before; last=`$('$root/build/relay.sh' printf 'one\ntwo\n'); echo after `$last; } > '$TestDrive/log' 2>&1"
        [System.IO.File]::ReadAllText("$TestDrive/log") | Should -BeExactly "before`none`ntwo`nafter two`n"
    }
}
