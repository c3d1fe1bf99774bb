BeforeDiscovery {
    # Each filter parameter with the Where-Object script that it must equal.
    $net = { param($f) $f -split ' \| ' | Where-Object { $_ -clike '*net/*' } }
    $filters = @(
        @{ Name = 'Function'; Parameters = @{ Function = 'tcp_*', 'schedule' }; Where = { $_.Function -clike 'tcp_*' -or $_.Function -ceq 'schedule' } }
        @{ Name = 'Caller'; Parameters = @{ Caller = 'tcp_*' }; Where = { $_.Caller -clike 'tcp_*' } }
        @{ Name = 'SourcePath'; Parameters = @{ SourcePath = 'net/' }; Where = { $_.SourceFile -clike '*net/*' -or $_.CallerSourceFile -clike '*net/*' } }
        @{ Name = 'SourcePath -Strict'; Parameters = @{ SourcePath = 'net/'; Strict = $true }; Where = { $_.SourceFile -clike '*net/*' -and $_.CallerSourceFile -clike '*net/*' } }
        @{ Name = 'SourcePath with a wildcard'; Parameters = @{ SourcePath = 'net/ipv4/tcp*.c' }; Where = { @(@($_.SourceFile, $_.CallerSourceFile) -split ' \| ' -clike 'net/ipv4/tcp*.c').Count } }
        @{ Name = 'Module'; Parameters = @{ Module = 'kernel' }; Where = { $null -eq $_.Module } }
        @{ Name = 'Cpu'; Parameters = @{ Cpu = '1-3' }; Where = { $_.Cpu -in 1..3 } }
        @{ Name = 'ProcessId'; Parameters = @{ ProcessId = 2102, 0 }; Where = { $_.ProcessId -in 2102, 0 } }
        @{ Name = 'Comm'; Parameters = @{ Comm = 'echo-*' }; Where = { $_.Comm -clike 'echo-*' } }
        @{ Name = 'Context'; Parameters = @{ Context = 'SoftIrq', 'HardIrq' }; Where = { $_.Context -in 'SoftIrq', 'HardIrq' } }
        @{ Name = 'Since'; Parameters = @{ Since = 167.4772 }; Where = { $_.Timestamp -ge 167.4772 } }
        @{ Name = 'Until'; Parameters = @{ Until = 167.4779 }; Where = { $_.Timestamp -le 167.4779 } }
        @{ Name = 'ExcludeFunction'; Parameters = @{ ExcludeFunction = '*lock*' }; Where = { $_.Function -cnotlike '*lock*' } }
        @{ Name = 'ExcludeCaller'; Parameters = @{ ExcludeCaller = 'tcp_*' }; Where = { $_.Caller -cnotlike 'tcp_*' } }
        @{ Name = 'ExcludeSourcePath'; Parameters = @{ ExcludeSourcePath = 'net/' }; Where = { $_.SourceFile -cnotlike '*net/*' } }
        @{ Name = 'ExcludeModule'; Parameters = @{ Function = '*lock*'; ExcludeModule = 'ext4' }; Where = { $_.Function -clike '*lock*' -and $_.Module -cne 'ext4' } }
        @{ Name = 'ExcludeCpu'; Parameters = @{ ExcludeCpu = 0 }; Where = { $_.Cpu -ne 0 } }
        @{ Name = 'ExcludeProcessId'; Parameters = @{ ExcludeProcessId = 2102 }; Where = { $_.ProcessId -ne 2102 } }
        @{ Name = 'ExcludeComm'; Parameters = @{ ExcludeComm = 'echo-client' }; Where = { $_.Comm -cne 'echo-client' } }
        @{ Name = 'ExcludeContext'; Parameters = @{ ExcludeContext = 'Task' }; Where = { $_.Context -ne 'Task' } }
        @{ Name = 'MinCount'; Parameters = @{ MinCount = 20 }; Where = { $often.ContainsKey("$($_.Caller)>$($_.Function)") } }
        @{ Name = 'Root and Depth'; Parameters = @{ Root = 'tcp_sendmsg'; Depth = 1 }; Where = { $_.Caller -ceq 'tcp_sendmsg' } }
        @{ Name = 'several'; Parameters = @{ Function = 'tcp_*'; Cpu = 1; ExcludeContext = 'HardIrq' }; Where = { $_.Function -clike 'tcp_*' -and $_.Cpu -eq 1 -and $_.Context -ne 'HardIrq' } }
    )
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..8999)
    Expand-TestData symbol-filepath.map.zst $TestDrive/symbols.map
    $bare = Import-KmTrace echo.trace -WarningAction Ignore
    $calls = Import-KmTrace echo.trace -SymbolMap symbols.map -WarningAction Ignore
    $edges = Import-KmTrace echo.trace -SymbolMap symbols.map -AsEdge -WarningAction Ignore
    $often = [System.Collections.Hashtable]::new([StringComparer]::Ordinal)
    $calls | Group-Object { "$($_.Caller)>$($_.Function)" } -CaseSensitive -NoElement | Where-Object Count -GE 20 | ForEach-Object { $often[$_.Name] = 1 }
}
AfterAll { Pop-Location }

Describe 'Select-KmCall' {
    Context '-<Name>' -ForEach $filters {
        BeforeAll {
            $expected = $calls | Where-Object $Where
            $digest = $expected | Get-Digest
        }
        It 'passes some calls and rejects others' {
            @($expected).Count | Should -BeGreaterThan 0
            if ($Name -ne 'Module') { @($expected).Count | Should -BeLessThan $calls.Count }
        }
        It 'gives the calls of Where-Object' { $calls | Select-KmCall @Parameters | Get-Digest | Should -BeExactly $digest }
        It 'gives the calls of Import-KmTrace' { Import-KmTrace echo.trace -SymbolMap symbols.map @Parameters -WarningAction Ignore | Get-Digest | Should -BeExactly $digest }
        It 'gives the same calls with the symbol map given to Select-KmCall' { $bare | Select-KmCall -SymbolMap symbols.map @Parameters | Get-Digest | Should -BeExactly $digest }
        It 'gives the same edges, or reports that edges lack the property' {
            $forEvents = 'Cpu', 'ProcessId', 'Comm', 'Context', 'Since', 'Until', 'ExcludeCpu', 'ExcludeProcessId', 'ExcludeComm', 'ExcludeContext' | Where-Object { $Parameters.ContainsKey($_) }
            if ($forEvents) {
                { $edges | Select-KmCall @Parameters } | Should -Throw -ErrorId 'NotForEdges,KernelMagnifier.Cmdlets.SelectKmCallCommand'
            }
            else {
                $asEdges = ($calls | Select-KmCall @Parameters -AsEdge | ForEach-Object ToString | Sort-Object -CaseSensitive) -join "`n"
                ($edges | Select-KmCall @Parameters | ForEach-Object ToString | Sort-Object -CaseSensitive) -join "`n" | Should -BeExactly $asEdges
                (Import-KmTrace echo.trace -SymbolMap symbols.map @Parameters -AsEdge -WarningAction Ignore | ForEach-Object ToString | Sort-Object -CaseSensitive) -join "`n" | Should -BeExactly $asEdges
            }
        }
    }

    It 'has a test for each filter parameter' {
        $tested = (Get-Content $PSCommandPath -Raw) -split "`n" -match 'Parameters = @\{' -join ' '
        $base = (Get-Command Select-KmCall).ImplementingType.BaseType
        foreach ($property in $base.GetProperties('Public,Instance,DeclaredOnly')) { $tested | Should -Match "\b$($property.Name) = " }
    }
    It 'passes all calls without a filter' { @($calls | Select-KmCall).Count | Should -Be $calls.Count }
    It 'passes calls one by one' {
        $first = $calls[0..2] | Select-KmCall -Context Task, SoftIrq, HardIrq | Select-Object -First 1
        $first | Should -BeOfType KernelMagnifier.Model.CallEvent
    }
    It 'gives exactly the edges that can be reached from -Root' {
        $reached = $edges | Select-KmCall -Root tcp_sendmsg
        $from = [System.Collections.Generic.HashSet[string]]::new([string[]]@('tcp_sendmsg'))
        do { $before = $from.Count; foreach ($edge in $edges) { if ($from.Contains($edge.Caller)) { $null = $from.Add($edge.Callee) } } } while ($from.Count -gt $before)
        $expected = $edges | Where-Object { $from.Contains($_.Caller) }
        ($reached | ForEach-Object ToString | Sort-Object -CaseSensitive) -join "`n" | Should -BeExactly (($expected | ForEach-Object ToString | Sort-Object -CaseSensitive) -join "`n")
    }
    It 'rejects -SourcePath without a symbol map: <Kind>' -ForEach @(@{ Kind = 'events' }, @{ Kind = 'edges' }) {
        $in = if ($Kind -eq 'events') { $bare } else { $bare | Select-KmCall -AsEdge }
        { $in | Select-KmCall -SourcePath net/ } | Should -Throw -ErrorId 'NeedsSymbolMap,KernelMagnifier.Cmdlets.SelectKmCallCommand'
    }
    It 'rejects objects that are not calls' { { 'x' | Select-KmCall } | Should -Throw -ErrorId 'NotACall,KernelMagnifier.Cmdlets.SelectKmCallCommand' }
    It 'accepts all or some rows of a symbol map' {
        $map = Get-KmSymbolMap symbols.map
        $bare | Select-KmCall -SymbolMap $map -SourcePath net/ | Get-Digest | Should -BeExactly ($calls | Select-KmCall -SourcePath net/ | Get-Digest)
        $tcp = $map | Where-Object SourceFile -Like 'net/ipv4/tcp*'
        ($bare | Select-KmCall -SymbolMap $tcp).SourceFile | Where-Object { $_ } | Should -BeLike 'net/ipv4/tcp*'
    }
}
