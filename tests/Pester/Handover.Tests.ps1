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
        $allocated = foreach ($objects in '0', '1') {
            $env:KM_OBJECT_PER_CALL = $objects
            $null = Import-KmTrace ./small.data -WarningAction Ignore | Measure-KmCall None
            $before = [GC]::GetAllocatedBytesForCurrentThread()
            $null = Import-KmTrace ./small.data -WarningAction Ignore | Measure-KmCall None
            [GC]::GetAllocatedBytesForCurrentThread() - $before
        }
        3 * $allocated[0] | Should -BeLessThan $allocated[1]
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
