BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..8999)
    $calls = Import-KmTrace echo.trace -WarningAction Ignore
    $edges = Import-KmTrace echo.trace -AsEdge -WarningAction Ignore
}
AfterAll { Pop-Location }

Describe 'Measure-KmCall' {
    It 'counts by <By> as Group-Object does' -ForEach @(
        @{ By = 'Function'; Key = { $_.Function } }
        @{ By = 'Caller'; Key = { $_.Caller } }
        @{ By = 'Task'; Key = { "$($_.Comm) $($_.ProcessId)" } }
        @{ By = 'Context'; Key = { "$($_.Context)" } }
        @{ By = 'Cpu'; Key = { $_.Cpu } }
        @{ By = 'Function', 'Caller'; Key = { "$($_.Function) $($_.Caller)" } }
        @{ By = 'Task', 'Context', 'Cpu'; Key = { "$($_.Comm) $($_.ProcessId) $($_.Context) $($_.Cpu)" } }
    ) {
        $expected = $calls | Group-Object $Key -CaseSensitive -NoElement | ForEach-Object { "$($_.Name) = $($_.Count)" } | Sort-Object -CaseSensitive
        $counted = $calls | Measure-KmCall -By $By | ForEach-Object { "$($_ | ForEach-Object $Key) = $($_.Calls)" } | Sort-Object -CaseSensitive
        $counted -join "`n" | Should -BeExactly ($expected -join "`n")
    }
    It 'counts by function by default, most calls first' {
        $counts = $calls | Measure-KmCall
        $counts[0] | Should -BeOfType KernelMagnifier.Counting.FunctionCallCount
        ($counts.Calls | Measure-Object -Sum).Sum | Should -Be $calls.Count
        ($counts.Calls -join ' ') | Should -Be (($counts.Calls | Sort-Object -Descending) -join ' ')
    }
    It 'counts all calls together with -By None' { ($calls | Measure-KmCall -By None).Calls | Should -Be $calls.Count }
    It 'counts edges and calls alike: <By>' -ForEach @(@{ By = 'Function' }, @{ By = 'Caller' }, @{ By = 'Edge' }, @{ By = 'None' }) {
        $ofEdges = $edges | Measure-KmCall $By | ForEach-Object { "$($_.Function) $($_.Caller) $($_.Calls)" }
        $ofEvents = $calls | Measure-KmCall $By | ForEach-Object { "$($_.Function) $($_.Caller) $($_.Calls)" }
        $ofEdges -join "`n" | Should -BeExactly ($ofEvents -join "`n")
    }
    It 'rejects a grouping that edges do not have' { { $edges | Measure-KmCall Task } | Should -Throw -ErrorId 'NotForEdges,KernelMagnifier.Cmdlets.MeasureKmCallCommand' }
    It 'rejects objects that are not calls' { { 1 | Measure-KmCall } | Should -Throw -ErrorId 'NotACall,KernelMagnifier.Cmdlets.MeasureKmCallCommand' }
    It 'adds up several recordings' {
        $one = $calls | Measure-KmCall | Select-Object -First 3
        $two = Import-KmTrace echo.trace, echo.trace -WarningAction Ignore | Measure-KmCall | Select-Object -First 3
        $two.Function -join ' ' | Should -BeExactly ($one.Function -join ' ')
        $two.Calls -join ' ' | Should -Be (($one.Calls | ForEach-Object { 2 * $_ }) -join ' ')
    }
    It 'shows the columns of the grouping' {
        $shown = $calls | Measure-KmCall Task, Context | Select-Object -First 3 | Out-String -Width 120
        $shown | Should -Match 'Calls\s+Comm\s+Pid\s+Context'
        $shown | Should -Not -Match 'Function'
    }
}
