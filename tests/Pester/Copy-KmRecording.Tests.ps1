BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    # No test of this file connects: ssh is a program that says so.
    $bin = (New-Item -ItemType Directory bin).FullName
    [IO.File]::WriteAllText("$bin/ssh", "#!/bin/sh`nprintf '%s\n' `"`$@`" > '$TestDrive/arguments'`necho 'no connection in this test' >&2`nexit 255`n")
    & chmod 755 "$bin/ssh"
    $path = $env:PATH
    $env:PATH = "${bin}:$path"
}
AfterAll {
    $env:PATH = $path
    Pop-Location
}

Describe 'Copy-KmRecording' {
    BeforeEach { Remove-Item -ErrorAction Ignore "$TestDrive/arguments" }
    It 'connects to nothing with -WhatIf' {
        Copy-KmRecording -HostName web1 /var/tmp/x.dat ./to -WhatIf
        './arguments', './to' | Should -Not -Exist
    }
    It 'names the host, the cause and the action if ssh cannot connect' {
        $copies = Copy-KmRecording -HostName web1, web2 /var/tmp/x.dat ./to -ErrorVariable why -ErrorAction SilentlyContinue
        $copies | Should -BeNullOrEmpty
        $why.TargetObject | Sort-Object | Should -Be web1, web2
        $why.FullyQualifiedErrorId | Sort-Object -Unique | Should -Be 'HostFailed,KernelMagnifier.Cmdlets.CopyKmRecordingCommand'
        $why[0].CategoryInfo.Category | Should -Be ConnectionError
        "$($why[0])" | Should -BeLike '*: ssh cannot connect: no connection in this test.*'
        $why[0].ErrorDetails.RecommendedAction | Should -BeLike 'Check that this works without a question: ssh web*'
    }
    It 'gives ssh the user, the port, the key and the options, and no path' {
        Copy-KmRecording -HostName 'tracer@web1:2222' '/x;y.dat' ./to -KeyFilePath ./key -Options @{ Compression = 'yes' } -ErrorAction SilentlyContinue
        $given = Get-Content ./arguments
        $given -join ' ' | Should -BeLike "-o Compression=yes -i $((Join-Path $PWD key)) -p 2222 -l tracer -T * -- web1 sh -s"
        $given -join ' ' | Should -Not -BeLike '*x;y*'
    }
    It 'refuses <Name> as a host' -ForEach @(
        @{ Name = '-oProxyCommand=touch x' }
        @{ Name = 'web 1' }
        @{ Name = 'a@-b' }
        @{ Name = '$(id)' }
        @{ Name = 'web1:0' }
        @{ Name = 'web1:70000' }
        @{ Name = 'an escape sequence'; Given = "web1`e[2J" }
    ) {
        if ($_.Given) { $Name = $_.Given }
        $null = Copy-KmRecording -HostName $Name /x.dat ./to -ErrorVariable why -ErrorAction SilentlyContinue
        $why[0].FullyQualifiedErrorId | Should -Be 'BadRequest,KernelMagnifier.Cmdlets.CopyKmRecordingCommand'
        "$($why[0])" | Should -Not -Match "`e"
        './arguments' | Should -Not -Exist
    }
    It 'refuses a destination outside the file system' {
        { Copy-KmRecording -HostName web1 /x.dat env:x -ErrorAction Stop } | Should -Throw -ErrorId 'NotAFile,KernelMagnifier.Cmdlets.CopyKmRecordingCommand'
    }
    It 'takes hosts and files by property name' {
        $null = [pscustomobject]@{ PSComputerName = 'web7'; FullName = '/var/tmp/x.dat' } | Copy-KmRecording -Destination ./to -ErrorVariable why -ErrorAction SilentlyContinue
        $why.TargetObject | Should -Be web7
    }
    It 'has a session or a host, not both' {
        { Copy-KmRecording -HostName web1 -Session $null /x.dat ./to } | Should -Throw
        (Get-Command Copy-KmRecording).ParameterSets.Name | Sort-Object | Should -Be HostNameLiteralPath, HostNamePath, SessionLiteralPath, SessionPath
    }
}
