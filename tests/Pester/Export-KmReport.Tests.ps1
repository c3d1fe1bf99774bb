BeforeDiscovery {
    $excel = [bool](Get-Module -ListAvailable ImportExcel)
    $gnuplot = [bool](Get-Command gnuplot -ErrorAction Ignore)
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..8999)
    $calls = Import-KmTrace echo.trace -WarningAction Ignore
    $counts = $calls | Measure-KmCall
    $expected = $counts | ForEach-Object { "$($_.Function) $($_.Calls)" }
}
AfterAll { Pop-Location }

Describe 'Export-KmReport' {
    It 'writes the counts of Measure-KmCall: <_>' -ForEach 'csv', 'json', 'md', 'html' {
        $counts | Export-KmReport "counts.$_" -Top 10000
        $text = Get-Content "counts.$_" -Raw
        $found = switch ($_) {
            'csv' { Import-Csv counts.csv | ForEach-Object { "$($_.function) $($_.calls)" } }
            'json' { ($text | ConvertFrom-Json).functions | ForEach-Object { "$($_.function) $($_.calls)" } }
            'md' { [regex]::Matches(($text -split '## Functions|## Edges')[1], '(?m)^\| `([^`]+)` \| (\d+) ').ForEach({ "$($_.Groups[1]) $($_.Groups[2])" }) }
            'html' { [regex]::Matches(($text -split '<h2 id="(?:Functions|Edges)">')[1], '<tr><td class="name">([^<]+)</td><td[^>]*>([\d,]+)</td>').ForEach({ "$($_.Groups[1]) $($_.Groups[2])".Replace(',', '') }) }
        }
        $found -join "`n" | Should -BeExactly ($expected -join "`n")
    }
    It 'writes a workbook that ImportExcel reads' -Skip:(-not $excel) {
        $written = $counts | Export-KmReport counts.xlsx -PassThru
        $written | Should -BeOfType KernelMagnifier.Rendering.Reports.ReportExport
        $written.Tables | Should -Be 'Functions, Edges, Tasks, Contexts'
        $written.Calls | Should -Be $calls.Count
        $rows = Import-Excel counts.xlsx -WorksheetName Functions
        ($rows | ForEach-Object { "$($_.Function) $([long]$_.Calls)" }) -join "`n" | Should -BeExactly ($expected -join "`n")
        $edges = Import-Excel counts.xlsx -WorksheetName Edges | ForEach-Object { "$($_.Caller) $($_.Callee) $([long]$_.Count)" } | Sort-Object -CaseSensitive
        $plain = $calls | Group-Object { "$($_.Caller) $($_.Function)" } -CaseSensitive -NoElement | ForEach-Object { "$($_.Name) $($_.Count)" } | Sort-Object -CaseSensitive
        $edges -join "`n" | Should -BeExactly ($plain -join "`n")
        $tasks = Import-Excel counts.xlsx -WorksheetName Tasks
        ($tasks.Calls | Measure-Object -Sum).Sum | Should -Be $calls.Count
    }
    It 'draws a chart' -Skip:(-not $gnuplot) {
        $counts | Export-KmReport counts.png -Top 5 -Title 'five'
        (Get-Content counts.png -AsByteStream -TotalCount 4) -join ' ' | Should -Be '137 80 78 71'
    }
    It 'counts calls and edges' {
        $calls | Export-KmReport events.json
        $events = Get-Content events.json -Raw | ConvertFrom-Json
        ($events.functions | ForEach-Object { "$($_.function) $($_.calls)" }) -join "`n" | Should -BeExactly ($expected -join "`n")
        ($events.tasks.calls | Measure-Object -Sum).Sum | Should -Be $calls.Count
        Import-KmTrace echo.trace -AsEdge -WarningAction Ignore | Export-KmReport edges.json
        $edges = Get-Content edges.json -Raw | ConvertFrom-Json
        ($edges.edges | Measure-Object count -Sum).Sum | Should -Be $calls.Count
        $edges.omitted.tasks | Should -Match 'edges hold only caller, callee and count'
    }
    It 'keeps the order and the selection that it is given' {
        $given = $counts | Sort-Object Function -Descending | Select-Object -First 7
        $given | Export-KmReport ordered.csv
        (Import-Csv ordered.csv).function -join ' ' | Should -BeExactly ($given.Function -join ' ')
        $edges = Import-KmTrace echo.trace -AsEdge -WarningAction Ignore | Where-Object Count -gt 1 | Sort-Object Callee | Select-Object -First 9
        $edges | Export-KmReport ordered-edges.csv
        (Import-Csv ordered-edges.csv).ForEach({ "$($_.caller) $($_.callee) $($_.count)" }) -join "`n" |
            Should -BeExactly ($edges.ForEach({ "$($_.Caller) $($_.Callee) $($_.Count)" }) -join "`n")
    }
    It 'names the recording and the filter' {
        Import-KmTrace echo.trace -Function 'tcp_*' -WarningAction Ignore | Measure-KmCall | Export-KmReport tcp.json
        $report = Get-Content tcp.json -Raw | ConvertFrom-Json
        $report.summary.filter | Should -Match 'tcp_\*'
        $report.recordings[0].path | Should -BeLike '*echo.trace'
        $report.recordings[0].calls | Should -Be $calls.Count
    }
    It 'replaces a file only with -Force, writes nothing with -WhatIf, and reports errors' {
        Set-Content there.csv 'mine'
        { $counts | Export-KmReport there.csv } | Should -Throw -ErrorId 'OutputExists,*'
        $counts | Export-KmReport new.csv -WhatIf
        'new.csv' | Should -Not -Exist
        $counts | Export-KmReport there.csv -Force
        Get-Content there.csv -TotalCount 1 | Should -BeLike 'function,calls*'
        { $counts | Export-KmReport x.bmp } | Should -Throw -ErrorId 'FormatUnknown,*'
        { 1 | Export-KmReport x.csv } | Should -Throw -ErrorId 'NotACount,*'
        { $counts[0], $calls[0] | Export-KmReport x.csv } | Should -Throw -ErrorId 'MixedInput,*'
        { @() | Export-KmReport x.csv -ErrorAction Stop } | Should -Throw -ErrorId 'NothingToReport,*'
        { $counts | Export-KmReport ./no/x.csv -ErrorAction Stop } | Should -Throw -ErrorId 'OutputNotWritable,*'
        'x.csv' | Should -Not -Exist
    }
    It 'loads the workbook library when the first workbook is written' {
        $result = & $pwsh -NoProfile -c "
            Import-Module '$modulePath'; function Loaded { @([System.Runtime.Loader.AssemblyLoadContext]::All | ForEach-Object Assemblies | Where-Object FullName -like 'DocumentFormat.OpenXml,*').Count }
            Loaded; Import-KmTrace '$TestDrive/echo.trace' -AsEdge -WarningAction Ignore | Export-KmReport '$TestDrive/lazy.csv'; Loaded
            Import-KmTrace '$TestDrive/echo.trace' -AsEdge -WarningAction Ignore | Export-KmReport '$TestDrive/lazy.xlsx'; Loaded"
        $result -join ' ' | Should -Be '0 0 1'
    }
}

Describe 'Export-KmReport of latencies' {
    BeforeAll {
        Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
        $latencies = @(Measure-KmLatency sched.txt -WarningAction Ignore | Where-Object Count -GT 0)
        $latencies | Export-Clixml latencies.xml
    }
    It 'draws the histograms in the page' {
        $latencies | Export-KmReport l.html
        $html = Get-Content -Raw l.html
        $svg = [regex]::Matches($html, '(?s)<svg .*?</svg>')
        $svg.Count | Should -Be 1
        $html | Should -Match '<h1>Latencies in sched.txt</h1>'
        foreach ($latency in $latencies | Sort-Object Count -Descending | Select-Object -First 12) { ([xml] $svg[0].Value).svg.desc.InnerText | Should -BeLike "*$($latency.Kind): $($latency.Count.ToString('N0')) interval*" }
        $html | Should -Match 'prefers-color-scheme: dark\) \{\s+\.chart'
        $html | Should -Match "default-src 'none'"
    }
    It 'has the ranges of the histograms, whose sums are the counts' {
        $latencies | Export-KmReport l.json
        $ranges = (Get-Content -Raw l.json | ConvertFrom-Json).ranges
        foreach ($latency in $latencies) { ($ranges | Where-Object kind -EQ $latency.Kind | Measure-Object count -Sum).Sum | Should -Be $latency.Count }
    }
    It 'writes numbers with separators into the workbook' {
        $latencies | Export-KmReport l.xlsx
        Expand-Archive l.xlsx ./book -Force
        $sheets = ([xml] (Get-Content -Raw ./book/xl/workbook.xml)).workbook.sheets.sheet.name
        $sheets | Should -Contain Latencies
        $sheets | Should -Contain Ranges
        $at = [array]::IndexOf([object[]] $sheets, 'Latencies') + 1
        $sheet = [xml] (Get-Content -Raw "./book/xl/worksheets/sheet$at.xml")
        $formats = ([xml] (Get-Content -Raw ./book/xl/styles.xml)).styleSheet.cellXfs.xf
        $row = $sheet.worksheet.sheetData.row | Where-Object r -EQ 2
        $max = $row.c | Where-Object { $_.v -eq "$($latencies[0].MaxNanoseconds)" } | Select-Object -First 1
        $max | Should -Not -BeNullOrEmpty
        # 3 is #,##0.
        $formats[[int] $max.s].numFmtId | Should -Be 3
    }
    It 'writes the same of latencies that come back from a file: <_>' -ForEach 'csv', 'json', 'md', 'html' {
        $latencies | Export-KmReport "live.$_" -Title t -WarningVariable said
        $said | Should -BeNullOrEmpty
        Import-Clixml latencies.xml | Export-KmReport "copy.$_" -Title t
        if ($_ -eq 'csv') { Get-Content -Raw copy.csv | Should -BeExactly (Get-Content -Raw live.csv) }
        if ($_ -eq 'json') {
            $live, $copy = 'live', 'copy' | ForEach-Object { Get-Content -Raw "$_.json" | ConvertFrom-Json }
            foreach ($table in 'latencies', 'ranges', 'accounts') { $copy.$table | ConvertTo-Json | Should -BeExactly ($live.$table | ConvertTo-Json) }
            $copy.omitted.intervals | Should -Match 'stored or sent'
        }
        if ($_ -eq 'html') {
            $live, $copy = 'live', 'copy' | ForEach-Object { [regex]::Match((Get-Content -Raw "$_.html"), '(?s)<svg .*?</svg>').Value }
            $copy | Should -BeExactly $live
        }
    }
}
