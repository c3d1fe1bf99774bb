BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
    $latencies = Measure-KmLatency sched.txt -WarningAction Ignore
    $wakeups = @($latencies | Where-Object Kind -EQ Wakeup)
}
AfterAll { Pop-Location }

Describe 'Export-KmChart' {
    It 'draws each kind of chart as well-formed SVG with the number of intervals' {
        foreach ($kind in 'Histogram', 'Cdf', 'Heatmap', 'Percentiles') {
            $made = $wakeups | Export-KmChart "./$kind.svg" -Kind $kind -PassThru
            $made.Kind | Should -BeExactly $kind
            $made.Intervals | Should -Be $wakeups[0].Count
            $svg = [xml] (Get-Content -Raw "./$kind.svg")
            $svg.svg.role | Should -BeExactly 'img'
            $svg.svg.desc.InnerText | Should -BeLike "*$($wakeups[0].Count.ToString('N0')) intervals*"
        }
    }
    It 'draws latencies that come back from a file as the live ones' {
        $wakeups | Export-Clixml ./w.xml
        foreach ($kind in 'Histogram', 'Cdf', 'Heatmap', 'Percentiles') {
            $wakeups | Export-KmChart ./live.svg -Kind $kind -Force
            Import-Clixml ./w.xml | Export-KmChart ./copy.svg -Kind $kind -Force
            # The account travels with them too, from which the caption comes.
            Get-Content -Raw ./copy.svg | Should -BeExactly (Get-Content -Raw ./live.svg)
        }
        Get-Content -Raw ./copy.svg | Should -Match 'still open'
    }
    It 'draws what Select-Object has left, if the lengths are there' {
        $wakeups | Select-Object Kind, Count, MinNanoseconds, MaxNanoseconds, Histogram | Export-KmChart ./selected.svg -PassThru |
            ForEach-Object Intervals | Should -Be $wakeups[0].Count
        { $wakeups | Select-Object Kind, Count | Export-KmChart ./missing.svg } | Should -Throw -ErrorId 'MissingProperty,*'
    }
    It 'keeps names from being markup or commands' {
        $wakeups | Export-Clixml ./w.xml
        $names = '<script>alert(1)</script>', ']]>', "'; system('touch INJECTED'); '", '`touch INJECTED`', "a`e[31m`0`u{202e}b", ('x' * 10000)
        foreach ($name in $names) {
            $copy = Import-Clixml ./w.xml
            foreach ($property in 'Key', 'Name', 'Recording') { $copy | Add-Member -Force $property $name }
            $copy | Export-KmChart ./hostile.svg -Force
            $svg = Get-Content -Raw ./hostile.svg
            ([xml] $svg).svg.role | Should -BeExactly 'img'
            $svg | Should -Not -Match '<script|[\x00-\x09\x0b-\x1f\u202e]'
            $copy | Export-KmChart ./hostile.html -Force
            Get-Content -Raw ./hostile.html | Should -Not -Match '<script|[\x00-\x09\x0b-\x1f\u202e]'
            if (Get-Command gnuplot -ErrorAction Ignore) { $copy | Export-KmChart ./hostile.png -Force }
            ($copy | Format-KmHistogram) -join '' | Should -Not -Match '[\x00-\x1f\u202e]'
        }
        './INJECTED' | Should -Not -Exist
    }
    It 'rejects copies whose numbers do not fit: <What>' -ForEach @(
        @{ What = 'count'; Property = 'Count'; Value = 1 }
        @{ What = 'no number'; Property = 'Count'; Value = 'many' }
        @{ What = 'maximum below the minimum'; Property = 'MaxNanoseconds'; Value = 0 }
        @{ What = 'times'; Property = 'OverTime'; Value = '0 1000;5:1' }
        @{ What = 'kind'; Property = 'Kind'; Value = '<script>' }
    ) {
        $wakeups | Export-Clixml ./w.xml
        $copy = Import-Clixml ./w.xml
        $copy | Add-Member -Force $Property $Value
        { $copy | Export-KmChart ./rejected.svg -Force } | Should -Throw -ErrorId 'InvalidProperty,*'
    }
    It 'says that it leaves out latencies without times' {
        $wakeups | Export-Clixml ./w.xml
        $untimed = Import-Clixml ./w.xml
        $untimed.PSObject.Properties.Remove('OverTime')
        $made = @($wakeups; $untimed) | Export-KmChart ./mixed.svg -Kind Heatmap -PassThru -WarningVariable said -WarningAction SilentlyContinue
        $made.Series | Should -Be 1
        "$said" | Should -BeLike 'Leaves out 1 of 2 latencies*'
        { $untimed | Export-KmChart ./untimed.svg -Kind Heatmap -ErrorAction Stop } | Should -Throw -ErrorId 'NoDurations,*'
        ($untimed | Export-KmChart ./untimed.svg -PassThru).Intervals | Should -Be $wakeups[0].Count
    }
    It 'draws intervals as the latency of the same' {
        $intervals = Measure-KmLatency sched.txt -Kind Wakeup -AsInterval -WarningAction Ignore
        ($intervals | Export-KmChart ./i.svg -PassThru).Intervals | Should -Be $wakeups[0].Count
        $text = Get-Content -Raw ./i.svg
        $text | Should -Match ([regex]::Escape("$($wakeups[0].Count.ToString('N0')) intervals"))
    }
    It 'names the recording of each latency and interval of two' {
        Copy-Item sched.txt other.txt
        $rows = Measure-KmLatency sched.txt, other.txt -Kind Wakeup -By Recording -WarningAction Ignore
        $intervals = Measure-KmLatency sched.txt, other.txt -Kind Wakeup -AsInterval -WarningAction Ignore
        foreach ($kind in 'Histogram', 'Cdf', 'Heatmap', 'Percentiles') {
            foreach ($set in $rows, $intervals) {
                $set | Export-KmChart ./both.svg -Kind $kind -Force
                $svg = Get-Content -Raw ./both.svg
                $svg | Should -Match '>Wakeup in sched.txt<'
                $svg | Should -Match '>Wakeup in other.txt<'
            }
        }
    }
    It 'puts the rows of time ranges together over time' {
        $rows = Measure-KmLatency sched.txt -Kind Wakeup -Every 100ms -WarningAction Ignore
        $made = $rows | Export-KmChart ./e.svg -Kind Percentiles -PassThru
        $made.Series | Should -Be 1
        $made.OmittedSeries | Should -Be 0
        $made.Note | Should -BeNullOrEmpty
        $made.Intervals | Should -Be $wakeups[0].Count
    }
    It 'writes a page without network access, with tables' {
        $latencies | Export-KmChart ./c.html -Top 3 -WarningVariable few -WarningAction SilentlyContinue
        $html = Get-Content -Raw ./c.html
        $html | Should -Match "default-src 'none'"
        $html | Should -Match '<table>'
        $html | Should -Not -Match 'https?://(?!www\.w3\.org)'
        if (@($latencies | Where-Object Count -GT 0).Count -gt 3) { $few | Should -BeLike '*-Top sets*' }
    }
    It 'writes PNG and PDF with gnuplot' -Skip:(-not (Get-Command gnuplot -ErrorAction Ignore)) {
        $wakeups | Export-KmChart ./c.png -Kind Heatmap
        $wakeups | Export-KmChart ./c.pdf
        [System.Text.Encoding]::ASCII.GetString([IO.File]::ReadAllBytes("$PWD/c.png"), 1, 3) | Should -BeExactly 'PNG'
        [System.Text.Encoding]::ASCII.GetString([IO.File]::ReadAllBytes("$PWD/c.pdf"), 0, 4) | Should -BeExactly '%PDF'
    }
    It 'takes the format from -Format' {
        $wakeups | Export-KmChart ./noext -Format svg
        Get-Content ./noext -TotalCount 1 | Should -BeLike '<?xml*'
    }
    It 'replaces no file without -Force, no recording, and writes nothing with -WhatIf' {
        $wakeups | Export-KmChart ./twice.svg
        { $wakeups | Export-KmChart ./twice.svg -ErrorAction Stop } | Should -Throw -ErrorId 'OutputExists,*'
        { $wakeups | Export-KmChart ./sched.txt -Format svg -Force -ErrorAction Stop } | Should -Throw -ErrorId 'OutputNotWritable,*'
        $wakeups | Export-KmChart ./never.svg -WhatIf
        './never.svg' | Should -Not -Exist
    }
    It 'reports input that it cannot draw' {
        { 1 | Export-KmChart ./x.svg } | Should -Throw -ErrorId 'NotALatency,*'
        { $wakeups | Export-KmChart ./x.bmp } | Should -Throw -ErrorId 'FormatUnknown,*'
        { $latencies | Where-Object Count -EQ 0 | Select-Object -First 0 | Export-KmChart ./x.svg -ErrorAction Stop } | Should -Throw -ErrorId 'NothingToDraw,*'
    }
}

Describe 'Format-KmHistogram' {
    It 'returns lines whose counts add up to the number of intervals' {
        $lines = $wakeups | Format-KmHistogram -Ascii
        $lines | Should -BeOfType string
        ($lines -join '') | Should -Not -Match '[^ -~]'
        $sum = 0
        foreach ($line in $lines) { if ($line -match ' to .*  ([\d,]+) +[\d.]+ % +[\d.]+ %') { $sum += [long] ($Matches[1] -replace ',') } }
        $sum | Should -Be $wakeups[0].Count
        ($lines -join "`n") | Should -Match '< p50'
    }
    It 'fits in the width' {
        foreach ($width in 80, 120, 200) {
            ($latencies | Format-KmHistogram -Width $width -Ascii | Where-Object { $_ -match ' to ' } | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $width
        }
    }
    It 'shows the same for a copy' {
        $wakeups | Export-Clixml ./w.xml
        (Import-Clixml ./w.xml | Format-KmHistogram) -notmatch 'open|lost' -join "`n" | Should -BeExactly (($wakeups | Format-KmHistogram) -notmatch 'open|lost' -join "`n")
    }
    It 'uses block characters in a UTF-8 locale' {
        $script = "Import-Module '$modulePath'; Measure-KmLatency '$TestDrive/sched.txt' -Kind Wakeup -WarningAction Ignore | Format-KmHistogram"
        (env LC_ALL=C.UTF-8 TERM=xterm $pwsh -NoProfile -c $script) -join '' | Should -Match '█'
        (env LC_ALL=C TERM=xterm $pwsh -NoProfile -c $script) -join '' | Should -Not -Match '[^ -~]'
    }
}
