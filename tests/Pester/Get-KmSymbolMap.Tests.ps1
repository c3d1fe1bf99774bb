BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData symbol-filepath.map.zst $TestDrive/symbols.map
    $lines = [IO.File]::ReadAllLines("$TestDrive/symbols.map") | Where-Object { $_ -and $_[0] -ne '#' }
}
AfterAll { Pop-Location }

Describe 'Get-KmSymbolMap' {
    It 'returns all rows of the file' {
        $rows = Get-KmSymbolMap symbols.map
        $rows[0] | Should -BeOfType KernelMagnifier.Symbols.SymbolSource
        ($rows | ForEach-Object { "$($_.Function)|$($_.SourceFile)" } | Sort-Object -CaseSensitive -Unique) -join "`n" |
            Should -BeExactly (($lines | ForEach-Object { ($_ -split '\|')[0..1] -join '|' } | Sort-Object -CaseSensitive -Unique) -join "`n")
    }
    It 'reads lines and modules if the file has them' {
        Set-Content small.map 'tcp_sendmsg|net/ipv4/tcp.c|1336|kernel', 'ext4_readdir|fs/ext4/dir.c|118|ext4'
        $rows = Get-KmSymbolMap small.map | Sort-Object Function
        "$($rows[0].SourceFile):$($rows[0].SourceLine) $($rows[0].Module)" | Should -Be 'fs/ext4/dir.c:118 ext4'
        $rows[1].Module | Should -BeNullOrEmpty
    }
    It 'accepts files from the pipeline, and compressed files' {
        zstd -qf small.map
        @(Get-Item small.map.zst | Get-KmSymbolMap).Count | Should -Be 2
    }
    It 'reports <Name>' -ForEach @(
        @{ Name = 'not there'; Path = 'nope.map'; Id = 'SymbolMapNotFound' }
        @{ Name = 'a path with a NUL character'; Path = "a`0b"; Id = 'SymbolMapNotFound' }
        @{ Name = 'no map'; Path = 'junk.map'; Id = 'SymbolMapUnreadable' }
    ) {
        Set-Content junk.map 'this is no map'
        $null = Get-KmSymbolMap $Path -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be "$Id,KernelMagnifier.Cmdlets.GetKmSymbolMapCommand"
    }
    It 'writes into a device or a descriptor instead of replacing it, with and without -Force' -Skip:((id -u) -ne 0) {
        # A copy, so that a failure does not destroy the device of the machine.
        mknod $TestDrive/null c 1 3
        Get-KmSymbolMap symbols.map -OutFile $TestDrive/null -Force
        Get-KmSymbolMap symbols.map -OutFile $TestDrive/null
        stat -c %F $TestDrive/null | Should -Be 'character special file'
    }
    It 'writes one map to one file' {
        Copy-Item symbols.map second.map
        Get-KmSymbolMap symbols.map, second.map -OutFile second.map -PathsOnly -Force -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'BadRequest,KernelMagnifier.Cmdlets.GetKmSymbolMapCommand'
        (Get-FileHash second.map).Hash | Should -Be (Get-FileHash symbols.map).Hash
    }
    It 'does not let another cmdlet replace the map that was used' {
        Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace
        Copy-Item symbols.map used.csv
        Copy-Item symbols.map used.dot
        Import-KmTrace echo.trace -SymbolMap used.csv | Export-KmReport used.csv -Force -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].Exception.Message | Should -BeLike '*this is the file that is read (*used.csv)*'
        Import-KmTrace echo.trace | Export-KmGraph used.dot -SymbolMap used.dot -Force -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].Exception.Message | Should -BeLike '*this is the file that is read (*used.dot)*'
        (Get-FileHash used.csv).Hash, (Get-FileHash used.dot).Hash | Should -Be @((Get-FileHash symbols.map).Hash, (Get-FileHash symbols.map).Hash)
    }
    It 'does not replace the map that it reads' {
        Copy-Item symbols.map own.map
        Get-KmSymbolMap own.map -OutFile own.map -PathsOnly -Force -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'OutputNotWritable,KernelMagnifier.Cmdlets.GetKmSymbolMapCommand'
        (Get-FileHash own.map).Hash | Should -Be (Get-FileHash symbols.map).Hash
    }
    It 'refuses the build id "<_>"' -ForEach '', 'zzz', 'abcdef012' {
        $null = Get-KmSymbolMap -BuildId $_ -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -Be 'BadRequest,KernelMagnifier.Cmdlets.GetKmSymbolMapCommand'
        $failure[0].Exception.Message | Should -BeLike "*'$_' is not a build id*"
    }
    It 'names a boot image' {
        $bytes = [byte[]]::new(2048)
        [Text.Encoding]::ASCII.GetBytes('HdrS').CopyTo($bytes, 0x202)
        [Text.Encoding]::ASCII.GetBytes("`na|b.c`nc|d.c`n").CopyTo($bytes, 1024)
        [IO.File]::WriteAllBytes("$TestDrive/vmlinuz", $bytes)
        $null = Get-KmSymbolMap vmlinuz -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].Exception.Message | Should -BeLike '*a Linux kernel image (bzImage)*'
    }
}

Describe '-SymbolMap and -SourcePath' {
    BeforeAll { Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace }
    It 'refuses an empty path' {
        { Import-KmTrace echo.trace -SymbolMap '' } | Should -Throw -ErrorId 'EmptyPath,KernelMagnifier.Cmdlets.ImportKmTraceCommand'
    }
    It 'warns of functions that are selected by name, and not of those that are not' {
        Set-Content names.map 'tcp_sendmsg|net/ipv4/tcp.c', 'tcp_sendmsg|drivers/net/x.c'
        $null = Import-KmTrace echo.trace -SymbolMap names.map -SourcePath /net/ -AsEdge -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*-SourcePath /net/: 1 function is selected by name*drivers/net/x.c*'
        $null = Import-KmTrace echo.trace -AsEdge | Select-KmCall -SymbolMap names.map -SourcePath /net/ -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike '*-SourcePath /net/: 1 function is selected by name*'
        $null = Import-KmTrace echo.trace -SymbolMap names.map -SourcePath net/ -AsEdge -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -Not -BeLike '*by name*'
    }
    It 'takes a slash in front as the top of the source' {
        Set-Content top.map 'tcp_sendmsg|net/ipv4/tcp.c', 'ip_output|drivers/net/x.c'
        $all = @(Import-KmTrace echo.trace -SymbolMap top.map -SourcePath net/ -AsEdge)
        $top = @(Import-KmTrace echo.trace -SymbolMap top.map -SourcePath /net/ -AsEdge)
        $all.Callee | Should -Contain ip_output
        $top.Callee | Should -Contain tcp_sendmsg
        $top.Callee | Should -Not -Contain ip_output
    }
    It 'completes the top folder' {
        Set-Content top.map 'tcp_sendmsg|net/ipv4/tcp.c', 'ip_output|drivers/net/x.c'
        $line = 'Import-KmTrace echo.trace -SymbolMap top.map -SourcePath /n'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain '/net/'
    }
}
