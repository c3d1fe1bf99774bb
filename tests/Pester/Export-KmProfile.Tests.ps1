BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..8999)
    Expand-TestData graph/fg-abstime.txt.zst $TestDrive/graph.txt
    $calls = Import-KmTrace echo.trace -WarningAction Ignore
    $timed = Import-KmTrace graph.txt -WarningAction Ignore
    # The weight of all stacks by their innermost function.
    function Get-Leaf([string] $Path) {
        Get-Content $Path | ForEach-Object { $null = $_ -match '^(.*) (\d+)$'; [pscustomobject]@{ Function = ($Matches[1] -split ';')[-1]; Weight = [long]$Matches[2] } } |
            Group-Object Function -CaseSensitive | ForEach-Object { "$($_.Name) $(($_.Group.Weight | Measure-Object -Sum).Sum)" } | Sort-Object -CaseSensitive
    }
}
AfterAll { Pop-Location }

Describe 'Export-KmProfile' {
    It 'has the counts of Measure-KmCall' {
        $written = $calls | Export-KmProfile counts.folded -PassThru -WarningVariable said -WarningAction SilentlyContinue
        $written | Should -BeOfType KernelMagnifier.Rendering.Profiles.ProfileExport
        $written.Calls | Should -Be $calls.Count
        $written.StacksAreRebuilt | Should -BeTrue
        "$said" | Should -Match 'rebuilt from callers'
        $expected = $calls | Measure-KmCall | ForEach-Object { "$($_.Function) $($_.Calls)" } | Sort-Object -CaseSensitive
        (Get-Leaf counts.folded) -join "`n" | Should -BeExactly ($expected -join "`n")
    }
    It 'has the times of Measure-KmCall, if the recording has returns' {
        $timed | Export-KmProfile time.folded -WarningAction SilentlyContinue
        $expected = $timed | Measure-KmCall | Where-Object SelfTime | ForEach-Object { "$($_.Function) $([long][Math]::Round($_.SelfTime * 1000))" } | Sort-Object -CaseSensitive
        (Get-Leaf time.folded) -join "`n" | Should -BeExactly ($expected -join "`n")
        $timed | Export-KmProfile calls.folded -Weight Calls -WarningAction SilentlyContinue
        $expected = $timed | Measure-KmCall | ForEach-Object { "$($_.Function) $($_.Calls)" } | Sort-Object -CaseSensitive
        (Get-Leaf calls.folded) -join "`n" | Should -BeExactly ($expected -join "`n")
    }
    It 'writes <_>' -ForEach 'x.speedscope.json', 'x.folded', 'x.pb.gz', 'x.json', 'x.perfetto-trace', 'x.gv', 'x.graphml', 'x.mmd' {
        $calls | Export-KmProfile $_ -WarningAction SilentlyContinue
        (Get-Item $_).Length | Should -BeGreaterThan 1000
        if ($_ -like '*.json') { Get-Content $_ -Raw | ConvertFrom-Json | Should -Not -BeNullOrEmpty }
        if ($_ -like '*.graphml') { ([xml](Get-Content $_ -Raw)).graphml.graph.node.Count | Should -BeGreaterThan 100 }
    }
    It 'has a begin and an end for each call' {
        $timed | Export-KmProfile time.json -WarningAction SilentlyContinue
        $trace = Get-Content time.json -Raw | ConvertFrom-Json
        @($trace.traceEvents | Where-Object { $_.ph -eq 'B' -and $_.cat -eq 'call' }).Count | Should -Be $timed.Count
        @($trace.traceEvents | Where-Object ph -EQ B).Count | Should -Be @($trace.traceEvents | Where-Object ph -EQ E).Count
    }
    It 'accepts edges for graph formats only' {
        $edges = Import-KmTrace echo.trace -AsEdge -WarningAction Ignore
        $edges | Export-KmProfile edges.graphml
        $edge = ([xml](Get-Content edges.graphml -Raw)).graphml.graph.edge
        $edge.Count | Should -Be $edges.Count
        { $edges | Export-KmProfile edges.folded } | Should -Throw -ErrorId 'EdgesHaveNoStacks,*'
        'edges.folded' | Should -Not -Exist
    }
    It 'replaces a file only with -Force, writes nothing with -WhatIf, and reports errors' {
        Set-Content there.folded 'mine'
        { $calls | Export-KmProfile there.folded } | Should -Throw -ErrorId 'OutputExists,*'
        $calls | Export-KmProfile new.folded -WhatIf
        'new.folded' | Should -Not -Exist
        { $calls | Export-KmProfile x.txt } | Should -Throw -ErrorId 'FormatUnknown,*'
        { 1 | Export-KmProfile y.folded } | Should -Throw -ErrorId 'NotACall,*'
        { @() | Export-KmProfile y.folded -ErrorAction Stop } | Should -Throw -ErrorId 'NothingToReport,*'
        { $calls | Export-KmProfile y.folded -Weight Time -ErrorAction Stop -WarningAction Ignore } | Should -Throw '*no durations*' -ErrorId 'NoDurations,*'
        $null = Invoke-Shell "Import-KmTrace ./echo.trace -WarningAction Ignore | Export-KmProfile y.folded" -While { param($shell) Start-Sleep -Milliseconds 5; $shell.Stop() }
        Get-ChildItem -Force . -Filter '.km-*' | Should -BeNullOrEmpty
    }
}

Describe 'Export-KmProfile with kernel events' -Skip:(-not (Test-Path ($env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"))) {
    BeforeAll { $data = $env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency" }
    It 'writes the events and the calls of a recording' {
        $written = Import-KmTrace "$data/all-fg.dat" -Event * -WithCall -WarningAction Ignore | Select-Object -First 20000 |
            Export-KmProfile both.perfetto-trace -PassThru -WarningAction Ignore
        $written.Events | Should -BeGreaterThan 0
        $written.Calls | Should -BeGreaterThan 0
        $written.Events + $written.Calls | Should -BeLessOrEqual 20000
        (Get-Item both.perfetto-trace).Length | Should -BeGreaterThan 100000
    }
    It 'writes copies of events' {
        $events = Import-KmTrace "$data/sched.dat" -Event sched:* | Select-Object -First 1000
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($events, 3))
        $live = $events | Export-KmProfile live.perfetto-trace -PassThru
        $back = $copies | Export-KmProfile back.perfetto-trace -PassThru
        $live.Events | Should -BeGreaterThan 900
        $back.Events | Should -Be $live.Events
        # Copies do not have the kernel's version and the warnings of the recording, and without the version R+ has another number.
        $less = (Get-Item live.perfetto-trace).Length - (Get-Item back.perfetto-trace).Length
        $less | Should -BeGreaterOrEqual 0
        $less | Should -BeLessThan 300
    }
    It 'refuses events for other formats' {
        $item = Import-KmTrace "$data/sched.dat" -Event sched:sched_switch | Select-Object -First 1
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($item, 3))
        { $item | Export-KmProfile e.folded } | Should -Throw -ErrorId 'EventsNeedTimeline,*'
        { $copy | Export-KmProfile e.json } | Should -Throw -ErrorId 'EventsNeedTimeline,*'
        'e.folded', 'e.json' | Should -Not -Exist
    }
}
