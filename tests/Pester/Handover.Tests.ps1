BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData km-small.data.zst $TestDrive/small.data
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace
    Expand-TestData symbol-filepath.map.zst $TestDrive/map
}
AfterAll {
    Remove-Item Env:KM_OBJECT_PER_CALL -ErrorAction Ignore
    Pop-Location
}

Describe 'Calls handed over between cmdlets' {
    # Each line runs twice: with an object for each call, and without where the module can avoid it.
    It 'give the same counts: <_>' -ForEach @(
        'Import-KmTrace $small | Measure-KmCall'
        'Import-KmTrace $small | Measure-KmCall Task, Context, Cpu'
        'Import-KmTrace $small | Select-KmCall | Measure-KmCall None'
        'Import-KmTrace $small | Select-KmCall -Function *lock* -Cpu 0 | Measure-KmCall Edge'
        'Import-KmTrace $small -Function *lock* | Select-KmCall -Context HardIrq | Measure-KmCall'
        'Import-KmTrace $small -Function *a* | Select-KmCall -Context Task | Select-KmCall -Cpu 1 | Measure-KmCall'
        'Import-KmTrace $small | Select-KmCall -SourcePath net/ -SymbolMap $map | Measure-KmCall Edge'
        'Import-KmTrace $small -SymbolMap $map | Select-KmCall -SourcePath net/ -Strict | Measure-KmCall'
        'Import-KmTrace $small -SymbolMap $map -SourcePath mm/ | Select-KmCall -SourcePath fs/ | Measure-KmCall Edge'
        'Import-KmTrace $small -SymbolMap $map -SourcePath mm/ | Select-KmCall -SourcePath fs/ -SymbolMap $map | Measure-KmCall Edge'
        'Import-KmTrace $small | Select-KmCall -Root vfs_read -Depth 3 | Measure-KmCall Edge'
        'Import-KmTrace $small -Function *lock* | Select-KmCall -MinCount 10 | Measure-KmCall Edge'
        'Import-KmTrace $small | Select-KmCall -MinCount 10 | Select-KmCall -Cpu 0 | Measure-KmCall Edge'
        'Import-KmTrace $small | Select-KmCall -Context SoftIrq -AsEdge'
        'Import-KmTrace $small, $echo | Select-KmCall -Context SoftIrq | Measure-KmCall'
        '$small, $echo | Import-KmTrace -Cpu 0 | Measure-KmCall'
        'function q { Import-KmTrace $small -Cpu 0 }; q | Measure-KmCall'
        'function q { begin { Import-KmTrace $small -Cpu 0 } }; q | Measure-KmCall'
        'Import-KmTrace $small -Cpu 0 -OutVariable seen | Measure-KmCall None; [pscustomobject]@{ Seen = $seen.Count }'
        'Import-KmTrace $small -Cpu 0 -PipelineVariable one | Select-KmCall -Function v* | Measure-KmCall'
        'Import-KmTrace $small | Select-KmCall -Function v* -OutVariable seen | Measure-KmCall None; [pscustomobject]@{ Seen = $seen.Count }'
        'Import-KmTrace $small | Select-KmCall -Function no_such_function | Measure-KmCall'
        'Import-KmTrace $small | Select-KmCall -Function tcp_* | Export-KmGraph ./g.dot -Force; Get-Content ./g.dot | ForEach-Object { [pscustomobject]@{ Line = $_ } }'
        'Import-KmTrace $small | Export-KmGraph ./m.dot -SymbolMap $map -Force; Get-Content ./m.dot | ForEach-Object { [pscustomobject]@{ Line = $_ } }'
        'Import-KmTrace $echo | Export-KmReport ./r.json -Force; Get-Content ./r.json | ForEach-Object { [pscustomobject]@{ Line = $_ } }'
        'Import-KmTrace $small | Format-KmCallTree vfs_read -Charset Ascii | ForEach-Object { [pscustomobject]@{ Line = $_ } }'
        ',[IO.File]::ReadAllBytes("$TestDrive/echo.trace") | Import-KmTrace | Measure-KmCall'
    ) {
        $found = foreach ($objects in '0', '1') {
            $env:KM_OBJECT_PER_CALL = $objects
            $code = "`$small = './small.data'; `$echo = './echo.trace'; `$map = './map'; $_"
            $rows = & ([scriptblock]::Create($code)) 3> $null
            ($rows | ConvertTo-Csv) -join "`n"
        }
        $found[0] | Should -BeExactly $found[1]
        if ($_ -notmatch 'no_such') { $found[0].Length | Should -BeGreaterThan 20 }
    }
    # With KM_OBJECT_PER_CALL, cmdlets of the module pass calls on in batches. With another command between them, one by one.
    It 'give the same in batches as one by one: <_>' -ForEach @(
        'Import-KmTrace $echo | Measure-KmCall Task, Cpu'
        'Import-KmTrace $echo | Measure-KmCall -Every 10ms'
        'Import-KmTrace $echo | Select-KmCall | Measure-KmCall Edge'
        'Import-KmTrace $echo | Select-KmCall -Function *lock* | Select-KmCall -Cpu 0, 1 | Measure-KmCall'
        'Import-KmTrace $echo | Select-KmCall -MinCount 10 | Measure-KmCall Edge'
        'Import-KmTrace $echo | Select-KmCall -Context SoftIrq -AsEdge'
        'Import-KmTrace $echo | Select-KmCall -Function tcp_*'
        'Import-KmTrace $echo | Select-KmCall | Select-Object -First 300'
        'Import-KmTrace $echo -OutVariable seen | Select-KmCall -OutBuffer 10 | Measure-KmCall; [pscustomobject]@{ Seen = $seen.Count; Type = "$($seen[0])" }'
        'Import-KmTrace $echo -PipelineVariable one | Select-KmCall -Function tcp_* -PipelineVariable two | Measure-KmCall'
        'Import-KmTrace $echo | Select-KmCall -Function tcp_* | Export-KmGraph ./b.dot -Force; Get-Content ./b.dot | ForEach-Object { [pscustomobject]@{ Line = $_ } }'
        'Import-KmTrace $echo | Format-KmCallTree tcp_sendmsg -Charset Ascii | ForEach-Object { [pscustomobject]@{ Line = $_ } }'
        'Get-Content $echo | Import-KmTrace | Measure-KmCall'
    ) {
        $env:KM_OBJECT_PER_CALL = '1'
        $echo = './echo.trace'
        $found = foreach ($line in $_, ($_ -replace '\| (?=(Select|Measure|Export|Format)-Km)', '| ForEach-Object { $$_ } | ')) {
            (& ([scriptblock]::Create($line)) 3> $null | ConvertTo-Csv) -join "`n"
        }
        $found[0] | Should -BeExactly $found[1]
        $found[0].Length | Should -BeGreaterThan 20
    }
    It 'are errors of their own if the parameter has a value' {
        $env:KM_OBJECT_PER_CALL = '1'
        $calls = @(Import-KmTrace ./echo.trace -Function tcp_sendmsg)
        $null = Import-KmTrace ./echo.trace -Function tcp_sendmsg | Select-KmCall -InputObject $calls[0] -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused.Count | Should -Be $calls.Count
        $refused[0].TargetObject | Should -BeOfType $calls[0].GetType()
    }
    It 'are bound in batches' {
        $env:KM_OBJECT_PER_CALL = '1'
        $allocated = foreach ($line in 'Import-KmTrace ./echo.trace | Measure-KmCall None', 'Import-KmTrace ./echo.trace | ForEach-Object { $_ } | Measure-KmCall None') {
            $code = [scriptblock]::Create($line)
            $null = & $code
            $before = [GC]::GetAllocatedBytesForCurrentThread()
            $null = & $code
            [GC]::GetAllocatedBytesForCurrentThread() - $before
        }
        3 * $allocated[0] | Should -BeLessThan $allocated[1]
    }
    It 'fail with the same error: <_>' -ForEach @(
        'Import-KmTrace $small | Select-KmCall -SourcePath net/ | Measure-KmCall'
        'Import-KmTrace ./none | Select-KmCall | Measure-KmCall'
    ) {
        $line = $_
        $found = @(foreach ($objects in '0', '1') {
            $env:KM_OBJECT_PER_CALL = $objects
            $small = "$TestDrive/small.data"
            try { & ([scriptblock]::Create("`$ErrorActionPreference = 'Stop'; $line")) 3> $null } catch { $_.FullyQualifiedErrorId }
        })
        $found.Count | Should -Be 2
        $found[0] | Should -Not -BeNullOrEmpty
        $found[0] | Should -BeExactly $found[1]
    }
    It 'make no object per call' {
        $calls = (Import-KmTrace ./small.data -WarningAction Ignore | Measure-KmCall None).Calls
        $allocated = foreach ($objects in '0', '1') {
            $env:KM_OBJECT_PER_CALL = $objects
            $null = Import-KmTrace ./small.data -WarningAction Ignore | Measure-KmCall None
            $before = [GC]::GetAllocatedBytesForCurrentThread()
            $null = Import-KmTrace ./small.data -WarningAction Ignore | Measure-KmCall None
            [GC]::GetAllocatedBytesForCurrentThread() - $before
        }
        # The rest is the reading of both. A call has a reference to its recording, a record and a header.
        $allocated[1] - $allocated[0] | Should -BeGreaterThan (64 * $calls)
        $calls | Should -BeGreaterThan 10000
    }
    It 'depend on internal properties of PowerShell, which this version has: <Type>.<Property>' -ForEach @(
        @{ Type = 'System.Management.Automation.MshCommandRuntime'; Property = 'OutputPipe' }
        @{ Type = 'System.Management.Automation.MshCommandRuntime'; Property = 'PipelineProcessor' }
        @{ Type = 'System.Management.Automation.Internal.Pipe'; Property = 'DownstreamCmdlet' }
        @{ Type = 'System.Management.Automation.CommandProcessorBase'; Property = 'Command' }
    ) {
        [psobject].Assembly.GetType($Type).GetProperty($Property, [System.Reflection.BindingFlags]'Instance, NonPublic, Public') | Should -Not -BeNullOrEmpty
    }
}
