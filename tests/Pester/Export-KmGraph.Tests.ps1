BeforeDiscovery {
    $graphviz = [bool](Get-Command dot -ErrorAction Ignore)
    $page = Test-Path "$PSScriptRoot/../../artifacts/page/page.html"
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..7499)
    Expand-TestData symbol-filepath.map.zst $TestDrive/symbols.map
    $calls = Import-KmTrace echo.trace -Function tcp_* -WarningAction Ignore
    $edges = $calls | Select-KmCall -AsEdge
}
AfterAll { Pop-Location }

Describe 'Export-KmGraph' {
    It 'draws the same graph from calls and from edges' {
        $calls | Export-KmGraph events.dot
        $edges | Export-KmGraph edges.dot
        $text = Get-Content events.dot -Raw
        $text | Should -Match 'digraph'
        $text | Should -Match 'tcp_'
        # Calls have contexts too; functions, arrows and counts are equal.
        $arrows = { ([regex]::Matches((Get-Content $args[0] -Raw), '(?m)^  ("[^"]+" -> "[^"]+") .*, (calls=\d+)\]').ForEach({ "$($_.Groups[1]) $($_.Groups[2])" })) -join "`n" }
        & $arrows edges.dot | Should -BeExactly (& $arrows events.dot)
        (& $arrows edges.dot) -split "`n" | Should -HaveCount $edges.Count
    }
    It 'shows all functions and the count of each edge' {
        $result = $edges | Export-KmGraph all.dot -Everything -PassThru -Force
        $result | Should -BeOfType KernelMagnifier.Rendering.Graphs.GraphExport
        $result.Edges | Should -Be $edges.Count
        $result.OmittedEdges | Should -Be 0
        $text = Get-Content all.dot -Raw
        foreach ($name in @($edges.Caller; $edges.Callee) | Sort-Object -Unique) { $text.Contains($name) | Should -BeTrue -Because $name }
    }
    It 'draws <_>' -Skip:(-not $graphviz) -ForEach '.svg', '.pdf', '.png' {
        $edges | Export-KmGraph "picture$_" -Top 20
        $start = [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes("$TestDrive/picture$_")[0..199])
        $start | Should -Match @{ '.svg' = '<\?xml|<svg'; '.pdf' = '^%PDF'; '.png' = '^.PNG' }[$_]
    }
    It 'shows source files with a symbol map' {
        $calls | Export-KmGraph sourced.dot -SymbolMap symbols.map -Title 'A title of its own'
        Get-Content sourced.dot -Raw | Should -Match 'net/ipv4/tcp'
        Get-Content sourced.dot -Raw | Should -Match 'A title of its own'
    }
    It 'omits edges below -MinCount' {
        $most = ($edges | Measure-Object Count -Maximum).Maximum
        ($edges | Export-KmGraph few.dot -MinCount $most -PassThru -WarningAction Ignore).Edges | Should -Be @($edges | Where-Object Count -EQ $most).Count
    }
    It 'draws only the paths between functions, and highlights the hot path' {
        $calls | Export-KmGraph way.dot -From tcp_sendmsg -To tcp_* -HotPath -PassThru | ForEach-Object Edges | Should -BeGreaterThan 0
        $text = Get-Content way.dot -Raw
        $text | Should -Match 'Only paths from tcp_sendmsg to tcp_\*'
        $text | Should -Match 'Hot path: tcp_sendmsg'
        { $edges | Export-KmGraph way.dot -Force -From nothing_such -ErrorAction Stop } | Should -Throw -ErrorId 'FunctionNotFound,KernelMagnifier.Cmdlets.ExportKmGraphCommand'
    }
    It 'groups functions by <_>' -ForEach 'Directory', 'Module', 'Context' {
        $calls | Export-KmGraph "by$_.dot" -ClusterBy $_ -SymbolMap symbols.map -Theme Dark -Highlight tcp_sendmsg
        Get-Content "by$_.dot" -Raw | Should -Match 'subgraph cluster_0'
    }
    It 'reports that edges have no contexts' {
        { $edges | Export-KmGraph never.dot -ClusterBy Context -ErrorAction Stop } | Should -Throw '*edges do not hold it*' -ErrorId 'NotForEdges,*'
    }
    It 'does not warn about what -Top omits' {
        $edges | Export-KmGraph top.dot -Top 5 -WarningVariable warnings -PassThru | ForEach-Object Note | Should -Not -BeNullOrEmpty
        $warnings | Should -BeNullOrEmpty
        ($edges | Export-KmGraph top.dot -Top 5 -Force -Verbose 4>&1) -match 'Shows 5 of' | Should -Not -BeNullOrEmpty
    }
    It 'fits the drawing on a sheet of paper' -Skip:(-not $graphviz) {
        $edges | Export-KmGraph sheet.svg -Paper A4 -Layout LeftRight
        [int]([regex]'width="(\d+)pt"').Match((Get-Content sheet.svg -Raw)).Groups[1].Value | Should -BeLessOrEqual 595
    }
    It 'writes a page with all edges, and with tasks and contexts if the input is calls' -Skip:(-not $page) {
        $made = $calls | Export-KmGraph page.html -SymbolMap symbols.map -PassThru
        $made.Edges | Should -Be $edges.Count
        $data = [regex]::Match((Get-Content page.html -Raw), '(?s)<script type="application/json" id="data">(.*?)</script>').Groups[1].Value | ConvertFrom-Json
        ($data.calls | Measure-Object -Sum).Sum | Should -Be $calls.Count
        $data.tasks | Should -Contain 'echo-client'
        $data.directories | Should -Contain 'net/ipv4'
        $edges | Export-KmGraph page.html -Force
        Get-Content page.html -Raw | Should -Match '"shares":null'
    }
    It 'draws rows of a comparison that come back from <Name>' -ForEach @(
        @{ Name = 'JSON'; Back = { $_ | ConvertTo-Json | ConvertFrom-Json } }
        @{ Name = 'CSV'; Back = { $_ | ConvertTo-Csv | ConvertFrom-Csv } }
    ) {
        $rows = @(
            [pscustomobject]@{ Kind = 'Call'; Key = 'a → b'; Caller = 'a'; Callee = 'b'; Metric = 'Rate'; Unit = '1/CPU-s'; Before = 10; After = 13.8; Ratio = 1.38; Presence = 'Both'; Verdict = 'Regressed'; Method = 'RankTest'; BeforeCount = 100; AfterCount = 138 }
            [pscustomobject]@{ Kind = 'Call'; Key = 'b'; Caller = $null; Callee = 'b'; Metric = 'Rate'; Unit = '1/CPU-s'; Before = 10; After = 13.8; Ratio = 1.38; Presence = 'Both'; Verdict = 'Regressed'; Method = 'RankTest'; BeforeCount = 100; AfterCount = 138 }
        )
        $made = , $rows | ForEach-Object $Back | Export-KmGraph difference.dot -Force -PassThru
        $made.Edges | Should -Be 1
        Get-Content difference.dot -Raw | Should -Match '"a" -> "b" \[label=" 10 → 13.8\\n \+38 %"'
        { $rows | Export-KmProfile difference.folded -ErrorAction Stop } | Should -Throw -ErrorId 'MixedInput,KernelMagnifier.Cmdlets.ExportKmProfileCommand'
        { $rows[1] | Export-KmGraph none.dot -ErrorAction Stop } | Should -Throw -ErrorId 'NotForEdges,KernelMagnifier.Cmdlets.ExportKmGraphCommand'
    }
    It 'writes nothing with -WhatIf' {
        $edges | Export-KmGraph never.svg -WhatIf
        'never.svg' | Should -Not -Exist
    }
    It 'replaces a file only with -Force' {
        Set-Content mine.dot 'mine'
        { $edges | Export-KmGraph mine.dot } | Should -Throw -ErrorId 'OutputExists,KernelMagnifier.Cmdlets.ExportKmGraphCommand'
        Get-Content mine.dot | Should -Be 'mine'
        $edges | Export-KmGraph mine.dot -Force
        Get-Content mine.dot -Raw | Should -Match 'digraph'
    }
    It 'reports <Name>' -ForEach @(
        @{ Name = 'an unknown format'; Script = { $edges | Export-KmGraph x.bmp }; Id = 'FormatUnknown' }
        @{ Name = 'nothing to draw'; Script = { $calls | Select-KmCall -Function nothing_like_that | Export-KmGraph x.svg -ErrorAction Stop }; Id = 'NothingToDraw' }
        @{ Name = 'no such directory'; Script = { $edges | Export-KmGraph nowhere/x.dot -ErrorAction Stop }; Id = 'OutputNotWritable' }
        @{ Name = 'no call'; Script = { 1 | Export-KmGraph x.svg }; Id = 'NotACall' }
    ) {
        $Script | Should -Throw -ErrorId "$Id,KernelMagnifier.Cmdlets.ExportKmGraphCommand"
        'x.svg', 'x.dot', 'x.bmp' | Should -Not -Exist
    }
}
