BeforeDiscovery {
    $forms = @(
        @{ Name = 'objects of Import-KmTrace'; Script = { Import-KmTrace $fg -Root $root -WarningAction Ignore | Select-KmCall -AsEdge } }
        @{ Name = 'edges of Import-KmTrace'; Script = { Import-KmTrace $fg -Root $root -AsEdge -WarningAction Ignore } }
        @{ Name = 'a reading that is handed over'; Script = { Import-KmTrace $fg -WarningAction Ignore | Select-KmCall -Root $root -AsEdge } }
        @{ Name = 'objects of Select-KmCall'; Script = { $calls | Select-KmCall -Root $root -AsEdge -WarningAction Ignore } }
        @{ Name = 'edges of Select-KmCall'; Script = { $edges | Select-KmCall -Root $root -WarningAction Ignore } }
        @{ Name = 'objects and an array'; Script = { Select-KmCall -InputObject $edges -Root $root -WarningAction Ignore } }
    )
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $fg = "$PSScriptRoot/../data/trace-dat/fg-zlib.dat"
    $root = 'exit_mmap'
    $calls = Import-KmTrace $fg -WarningAction Ignore
    $edges = Import-KmTrace $fg -AsEdge -WarningAction Ignore
    $sum = { ($input | Measure-Object Count -Sum).Sum }
}

Describe '-Root in a recording with returns' {
    It 'selects by the stack: <Name>' -ForEach $forms {
        $found = & $Script
        $found | & $sum | Should -Be 1001
        ($found | Where-Object Callee -EQ exit_mmap).Count | Should -Be 1
        $found.Nesting | Select-Object -Unique | Should -Be Stack
    }
    It 'selects fewer calls than caller links would' {
        $links = $edges | Select-Object Caller, Callee, Count | Select-KmCall -Root $root
        $links | & $sum | Should -BeGreaterThan 1001
        $links.Nesting | Select-Object -Unique | Should -Be Caller
    }
    It 'finds the stacks of calls that come back: <_>' -ForEach 'Csv', 'Clixml', 'Json' {
        $file = Join-Path $TestDrive "back.$_"
        $back = switch ($_) {
            Csv { $calls | Export-Csv $file; Import-Csv $file }
            Clixml { $calls | Export-Clixml $file; Import-Clixml $file }
            Json { $calls | ConvertTo-Json -Compress | ConvertFrom-Json }
        }
        foreach ($name in 'exit_mmap', 'schedule', 'do_idle', 'unmap_vmas', 'kmem_cache_free') {
            $direct = $calls | Select-KmCall -Root $name -WarningAction Ignore
            ($back | Select-KmCall -Root $name).Timestamp -join ',' | Should -Be ($direct.Timestamp -join ',')
        }
        # Only the heading differs: what was not placed is not known of calls that come back.
        ($back | Format-KmCallTree exit_mmap -Charset Ascii)[1..999] | Should -Be ($calls | Format-KmCallTree exit_mmap -Charset Ascii)[1..999]
        # A call whose outer calls were filtered out is not placed below them.
        $part = $back | Where-Object Function -NotIn exit_mmap
        @($part | Select-KmCall -Root exit_mmap -WarningAction Ignore).Count | Should -Be 0
    }
    It 'counts real depth' {
        $direct = @($calls | Select-KmCall -Root $root -Depth 1 -WarningAction Ignore)
        $depth = ($direct | Where-Object Function -CEQ $root).Depth
        $direct | Where-Object Function -CNE $root | ForEach-Object { $_.Depth | Should -Be ($depth + 1) }
        ($direct | Where-Object Function -CNE $root).Caller | Select-Object -Unique | Should -Be $root
    }
    It 'warns of calls that are not placed, once: <_>' -ForEach @('Import-KmTrace $fg -Root $root', '$calls | Select-KmCall -Root $root', 'Import-KmTrace $fg | Select-KmCall -Root $root | Measure-KmCall None') {
        $warnings = & ([scriptblock]::Create($_)) 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }
        @($warnings -like '*1,652 calls are not placed*').Count | Should -Be 1
        (Import-KmTrace $fg -Info).NotPlaced | Should -Be 1652
    }
    It 'draws a calling-context tree with the calls of each place' {
        $tree = $edges | Format-KmCallTree $root -Charset Ascii
        $tree[0] | Should -BeExactly 'Calls  Total us              Callees (1,652 calls of unknown stack not placed)'
        $tree[1] | Should -Match '^ +1 .* exit_mmap$'
        $links = $edges | Select-Object Caller, Callee, Count | Format-KmCallTree $root -Charset Ascii
        $links[0] | Should -Match 'Callees, by caller links$'
    }
    It 'draws the root with its count, without its callers' {
        $file = Join-Path $TestDrive root.dot
        $edges | Select-KmCall -Root $root -WarningAction Ignore | Export-KmGraph $file
        $caller = ($edges | Where-Object Callee -EQ $root).Caller
        $text = Get-Content $file -Raw
        $text | Should -Match 'exit_mmap'
        $text | Should -Not -Match "\b$caller\b"
        $text | Should -Match 'at or below exit_mmap'
    }
}
