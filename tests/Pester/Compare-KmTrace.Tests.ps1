BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Expand-TestData latency/sched.txt.zst $TestDrive/one.txt
    $text = Get-Content $TestDrive/one.txt -Raw
    # The same load with a task of a hostile name.
    $text -replace '\bbash\b', 'b"$(x)' | Set-Content $TestDrive/two.txt -NoNewline
    Push-Location $TestDrive
}
AfterAll { Pop-Location }

Describe 'Compare-KmTrace' {
    It 'finds no difference between a recording and itself' {
        $rows = Compare-KmTrace ./one.txt ./one.txt -Kind Wakeup -WarningVariable warnings
        $rows | ForEach-Object { $_.GetType().FullName } | Sort-Object -Unique | Should -Be 'KernelMagnifier.Comparison.TraceDifference'
        $rows.Metric | Sort-Object | Should -Be 'Max', 'P50', 'P90', 'P99', 'Rate'
        $rows.Verdict | Should -BeIn 'NoDifference', 'Inconclusive'
        $rows.Where{ $null -ne $_.Ratio }.Ratio | ForEach-Object { [math]::Round($_, 6) } | Sort-Object -Unique | Should -Be 1
        $warnings | Should -BeNullOrEmpty
    }
    It 'takes files, wildcards, baselines, paths of baselines and copies of baselines' {
        Save-KmBaseline ./base.json ./one.txt -Force
        $expected = Compare-KmTrace ./one.txt ./two.txt -Kind Wakeup | ConvertTo-Json -Depth 4
        $base = Get-KmBaseline ./base.json
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($base))
        Compare-KmTrace $base ./two.txt -Kind Wakeup | ConvertTo-Json -Depth 4 | Should -Be $expected
        Compare-KmTrace $copy ./two.txt -Kind Wakeup | ConvertTo-Json -Depth 4 | Should -Be $expected
        Compare-KmTrace ./base.json ./two.txt -Kind Wakeup | ConvertTo-Json -Depth 4 | Should -Be $expected
        Compare-KmTrace ./on[e].txt (Get-Item ./two.txt) -Kind Wakeup | ConvertTo-Json -Depth 4 | Should -Be $expected
        Get-Item ./two.txt | Compare-KmTrace ./one.txt -Kind Wakeup | ConvertTo-Json -Depth 4 | Should -Be $expected
    }
    It 'names what differs besides the numbers, and accepts it only if it is allowed' {
        (Get-Content ./one.txt -Raw) -replace 'sched_switch: ', 'other_event: ' | Set-Content ./other.txt -NoNewline
        $rows = Compare-KmTrace ./one.txt ./other.txt -Kind Wakeup -WarningVariable warnings -WarningAction SilentlyContinue
        $rows.Verdict | Sort-Object -Unique | Should -Be 'NotComparable'
        $rows[0].Reasons -join ' ' | Should -BeLike '*other.txt*cannot tell Wakeup*sched_switch*'
        "$warnings" | Should -BeLike '*Events:*'
        $rows = Compare-KmTrace ./one.txt ./other.txt -Kind Wakeup -AllowDrift Events -WarningAction SilentlyContinue
        $rows.Verdict | Should -Not -Contain 'NotComparable'
    }
    It 'accepts <_> as threshold' -ForEach '10%', '0.1', '1.1x', 0.1 {
        Compare-KmTrace ./one.txt ./one.txt -Kind Wakeup -Metric P50 -Threshold $_ | Should -HaveCount 1
    }
    It 'refuses <Parameters.Keys> <Parameters.Values>' -ForEach @(
        @{ Parameters = @{ Threshold = 'much' }; Id = 'ParameterArgumentTransformationError*' }
        @{ Parameters = @{ Metric = 'Mean' }; Id = 'ParametersContradict*' }
        @{ Parameters = @{ AllowDrift = 'Weather' }; Id = 'ParametersContradict*' }
        @{ Parameters = @{ Kind = 'Nothing' }; Id = 'UnknownKind*' }
        @{ Parameters = @{ Per = 'no_such_event' }; Id = 'BadRequest*' }
        @{ Parameters = @{ By = 'Recording' }; Id = 'ParametersContradict*' }
    ) {
        { Compare-KmTrace ./one.txt ./one.txt @Parameters } | Should -Throw -ErrorId $Id
    }
    It 'refuses an object that is no recording' {
        { Compare-KmTrace ./one.txt 42 } | Should -Throw -ErrorId 'NotComparable*'
    }
    It 'compares nothing if a recording is missing' {
        Compare-KmTrace ./one.txt ./none.txt -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'TraceNotFound*'
    }
    It 'shows hostile names escaped, in 120 columns' {
        $rows = Compare-KmTrace ./one.txt ./two.txt -By Key
        foreach ($text in ($rows | Out-String -Width 120), ($rows | Format-List | Out-String), "$($rows[0])") {
            $text | Should -Not -Match '[\x00-\x08\x0b\x0c\x0e-\x1a\x7f-\x9f]'
        }
        ($rows | Out-String -Width 120) -split "`n" | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum |
            ForEach-Object Maximum | Should -BeLessOrEqual 120
        $rows | Out-String -Width 120 | Should -Match 'Kind +Key +Metric +Before +After +Ratio +CI +p +Verdict +Method'
    }
    It 'completes kinds, numbers and drift' {
        (TabExpansion2 'Compare-KmTrace a b -Kind Ca').CompletionMatches.CompletionText | Should -Contain 'Call'
        (TabExpansion2 'Compare-KmTrace a b -Metric P9').CompletionMatches.CompletionText | Should -Be 'P90', 'P99'
        (TabExpansion2 'Compare-KmTrace a b -AllowDrift Ker').CompletionMatches.CompletionText | Should -Be 'Kernel'
    }
}
