BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $data = "$root/tests/data/probes"
    # A library in /tmp is refused, because others can write there.
    $place = New-Item -ItemType Directory "$($env:KM_TEST_HOME ?? $HOME)/.km-test-$([guid]::NewGuid())"
    chmod 700 $place
    $library = "$place/probes"
    function Add-Probe($name, $maps = @(), $lines = @()) {
        $folder = New-Item -ItemType Directory "$library/$name"
        'interval:s:1 { @n = count(); }' | Set-Content "$folder/$name.bt"
        @{
            schema = 'kernel-magnifier-probe'; schemaVersion = 1; name = $name; version = '1.0.0'; title = 'A test'; owner = 'tests'; purpose = 'Tests.'; reading = 'Read it.'
            parameters = @(); attachPoints = @('interval:s:1'); dataClass = 'Names'; tested = @(); maturity = 'Sandbox'
            output = @{ maps = $maps; lines = $lines }
        } | ConvertTo-Json -Depth 9 | Set-Content "$folder/$name.json"
    }
    Add-Probe runq @(
        @{ name = '@usecs'; meaning = 'How long tasks waited.'; unit = 'us'; interval = 'Wakeup'; keys = @() }
        @{ name = '@by_task'; meaning = 'The same by task.'; unit = 'us'; keys = @(@{ name = 'task'; type = 'text' }) })
    Add-Probe exits @() @(@{ name = 'exit'; format = 'exit <%s> %d\n'; meaning = 'A task ended.'; fields = @(@{ name = 'comm'; type = 'text' }, @{ name = 'id'; type = 'integer' }, @{ name = 'kind'; type = 'integer' }) })
    Add-Probe exit2 @() @(@{ name = 'exit'; format = 'exit <%s> %d\n'; meaning = 'A task ended.'; fields = @(@{ name = 'comm'; type = 'text' }, @{ name = 'number'; type = 'integer' }) })
    Add-Probe clash @() @(@{ name = 'exit'; format = 'exit <%s> %d\n'; meaning = 'A task ended.'; fields = @(@{ name = 'kind'; type = 'text' }, @{ name = 'number'; type = 'integer' }) })
    Push-Location $TestDrive
}
AfterAll {
    Pop-Location
    Remove-Item -Recurse -Force $place
}

Describe 'Invoke-KmProbe -Replay and Import-KmProbeLog' {
    It 'returns the same objects, from plain and compressed files' {
        $replayed = Invoke-KmProbe -Replay $data/02-runqlat-hist.json
        $replayed.Kind | Select-Object -Unique | Should -Be 'Histogram'
        Copy-Item $data/02-runqlat-hist.json ./h.json
        zstd -q ./h.json
        gzip -k ./h.json
        foreach ($file in './h.json.zst', './h.json.gz') {
            (Import-KmProbeLog $file | ForEach-Object ToString) | Should -Be ($replayed | ForEach-Object ToString)
        }
    }
    It 'shows maps and histograms in 120 columns without empty columns' {
        $text = Invoke-KmProbe -Replay $data/02-runqlat-hist.json, $data/04-stats.json | Out-String -Width 120
        $text -split "`n" | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum | ForEach-Object Maximum | Should -BeLessOrEqual 120
        $text | Should -Match 'Kind +Name +Key +Value'
        $text | Should -Match 'Histogram +@usecs .*values  p50 .*[▁▂▃▄▅▆▇█]'
        $text | Should -Match 'Stats +@st_by +ping +4,819 values  mean 107,034  total 515,797,140'
    }
    It 'shows names of tasks as they are, without what a terminal obeys' {
        $results = Invoke-KmProbe -Replay $data/12-hostile.json
        $results.Text | Should -Contain 'exit <größe> 1279'
        $results.Text | Should -Contain 'exit <\xff\xfe bad> 1280'
        $results | Out-String -Width 200 | Should -Not -Match "`e\[31m"
    }
    It 'has the fields of lines as properties, which do not hide its own' {
        $lines = Invoke-KmProbe exit2 -Library $library -Replay $data/12-hostile.json | Where-Object Kind -EQ Line
        ($lines | Where-Object number -GT 1300).comm | Should -Contain '[kworker]'
        $lines[0].Probe | Should -Be 'exit2'
        $lines[0].Fields.comm | Should -Be $lines[0].comm
        $clash = Invoke-KmProbe clash -Library $library -Replay $data/12-hostile.json | Where-Object Kind -EQ Line
        $clash[0].Kind | Should -Be 'Line'
        $clash[0].Fields.kind | Should -Be $lines[0].comm
        # A schema that does not have a field for each value is not used.
        (Invoke-KmProbe exits -Library $library -Replay $data/12-hostile.json | Where-Object Kind -EQ Line)[0].Fields | Should -BeNullOrEmpty
    }
    It 'measures histograms of times with those of recordings' {
        $usecs = Invoke-KmProbe runq -Library $library -Replay $data/02-runqlat-hist.json | Where-Object Name -EQ '@usecs'
        $latency = $usecs | Measure-KmLatency
        $latency.Kind, $latency.Count, $latency.Method | Should -Be 'Wakeup', $usecs.Count, 'Ranges'
        $latency.P99Nanoseconds | Should -Be $usecs.P99
        Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
        $measured = Measure-KmLatency ./sched.txt -Kind Wakeup
        $both = $usecs, $measured | Measure-KmLatency
        $both.Count | Should -Be ($usecs.Count + $measured.Count)
        $both.MaxNanoseconds | Should -Be ([Math]::Max($latency.MaxNanoseconds, $measured.MaxNanoseconds))
        ($both.Histogram | Measure-Object Count -Sum).Sum | Should -Be $both.Count
        ($usecs, $usecs | Measure-KmLatency).Count | Should -Be $usecs.Count -Because 'the same print of the same run is there once'
    }
    It 'draws them, and lists other histograms' {
        $all = Invoke-KmProbe runq -Library $library -Replay $data/02-runqlat-hist.json
        ($all | Format-KmHistogram -Ascii)[0] | Should -Be '@by_task kworker/u4:1 in runq'
        $all | Export-KmChart ./h.svg
        [xml](Get-Content -Raw ./h.svg) | Should -Not -BeNullOrEmpty
        $text = Invoke-KmProbe -Replay $data/03-lhist.json | Format-KmHistogram -Ascii
        $text | Should -Contain '@bytes'
        $text -match 'from 4,096 +#+ +4,104 ' | Should -HaveCount 1
        { Invoke-KmProbe -Replay $data/03-lhist.json | Export-KmChart ./none.svg -ErrorAction Stop } | Should -Throw -ErrorId 'NothingToDraw*'
    }
    It 'writes reports in each format' {
        $all = Invoke-KmProbe runq -Library $library -Replay $data/02-runqlat-hist.json
        foreach ($format in 'html', 'csv', 'md', 'json', 'xlsx') { $all | Export-KmReport "./r.$format" }
        Get-Content -Raw ./r.html | Should -Match '<svg'
        (Import-Csv ./r.csv | Measure-Object count -Sum).Sum | Should -Be ($all | Measure-Object Count -Sum).Sum
        (Get-Content -Raw ./r.json | ConvertFrom-Json).results.Count | Should -Be $all.Count
        Invoke-KmProbe exit2 -Library $library -Replay $data/12-hostile.json | Export-KmReport ./l.html
        Set-Content ./both.json '{"type": "printf", "data": "a line\n"}', '{"type": "map", "data": {"@n": 7}}'
        Invoke-KmProbe -Replay ./both.json | Export-KmReport ./both.csv
        $rows = Import-Csv ./both.csv
        $rows.kind | Should -Be 'Line', 'Map' -Because 'CSV has one table, and no result is left out'
        $rows[0].text | Should -Be 'a line'
        $rows[1].value | Should -Be 7
        Get-Content -Raw ./l.html | Should -Match 'gr&#246;&#223;e'
        Get-Content -Raw ./l.html | Should -Not -Match "`e"
    }
    It 'draws stacks as call graphs, trees and profiles' {
        $stacks = Invoke-KmProbe -Replay $data/06-kstack.json | Where-Object Name -EQ '@kc'
        $stacks | Export-KmGraph ./g.dot
        Get-Content -Raw ./g.dot | Should -Match 'pipe_read'
        $counts = $stacks | Measure-KmCall
        ($counts | Where-Object Function -EQ __schedule).Calls | Should -Be ($stacks | Measure-Object Value -Sum).Sum
        ($stacks | Format-KmCallTree vfs_read) -join "`n" | Should -Match 'pipe_read'
        $stacks | Export-KmProfile ./p.folded
        (Get-Content ./p.folded) -match '^pong;entry_SYSCALL_64_after_hwframe;do_syscall_64;ksys_read;vfs_read;pipe_read;schedule;__schedule 917$' | Should -HaveCount 1
        (Get-Content ./p.folded | ForEach-Object { [long]($_ -split ' ')[-1] } | Measure-Object -Sum).Sum | Should -Be ($stacks | Measure-Object Value -Sum).Sum
        $stacks | Export-KmProfile ./p.speedscope.json
        { $stacks | Export-KmProfile ./p.perfetto-trace -ErrorAction Stop } | Should -Throw -ErrorId 'FormatUnknown*'
    }
    It 'takes copies that come back from a file' {
        $all = Invoke-KmProbe runq -Library $library -Replay $data/02-runqlat-hist.json
        $all | Export-Clixml ./all.xml
        $copies = Import-Clixml ./all.xml
        ($copies | Measure-KmLatency -WarningAction SilentlyContinue).P99Nanoseconds | Should -Be ($all | Where-Object Interval).P99
        $copies | Export-KmReport ./copies.csv
        Get-Content -Raw ./copies.csv | Should -Be (Get-Content -Raw ./r.csv)
        ($copies | Out-String -Width 120) | Should -Be ($all | Out-String -Width 120)
        $stacks = Invoke-KmProbe -Replay $data/06-kstack.json
        $stacks | Export-Clixml ./stacks.xml
        (Import-Clixml ./stacks.xml | Measure-KmCall | ForEach-Object ToString) | Should -Be ($stacks | Measure-KmCall | ForEach-Object ToString)
    }
    It 'warns of what is missing, and names files that cannot be read' {
        $null = Invoke-KmProbe runq -Library $library -Replay $data/end-sigKILL.json -WarningVariable said -WarningAction SilentlyContinue
        $said | Should -Match 'None of the declared maps came'
        '{"type": "printf", "data": "a"}', 'no json' | Set-Content ./odd.json
        (Import-KmProbeLog ./odd.json -WarningVariable said -WarningAction SilentlyContinue).Kind | Should -Be 'Line', 'Unknown'
        $said | Should -Match '1 line cannot be read'
        Import-KmProbeLog ./none.json -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ProbeOutputUnreadable*'
        Invoke-KmProbe nothing -Library $library -Replay ./odd.json -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ProbeNotFound*'
    }
    It 'runs nothing with -WhatIf' {
        Invoke-KmProbe runq -Library $library -WhatIf | Should -BeNullOrEmpty
    }
}
