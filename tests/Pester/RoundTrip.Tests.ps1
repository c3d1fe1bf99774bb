# What leaves the process and comes back gives the same answers: jobs, files, and the output of the command line.
BeforeDiscovery { $tool = Join-Path (Resolve-Path "$PSScriptRoot/../..") artifacts/kernel-magnifier }
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $tool = "$root/artifacts/kernel-magnifier"
    Push-Location $TestDrive
    Expand-TestData graph/fg-abstime.txt.zst $TestDrive/timed.txt
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..6499)
    $calls = @(Import-KmTrace ./timed.txt, ./echo.trace)

    # A file without what only a reading has: the caption of a graph.
    function Get-Drawing([string] $Path) { (Get-Content $Path) -notmatch '^ +label=<<table' }

    # The answers of all cmdlets that take calls.
    function Get-Answer([object[]] $Calls) {
        $Calls | Export-KmGraph ./answer.dot -Title x -Force
        $Calls | Export-KmProfile ./answer.folded -Title x -Force -WarningAction Ignore
        $Calls | Export-KmReport ./answer.csv -Force
        Get-Drawing ./answer.dot; Get-Content ./answer.folded; Get-Content ./answer.csv
        $Calls | Measure-KmCall Function, Caller, Task, Context, Cpu | ConvertTo-Csv
        # Stacks do not leave the process; what is below a function comes from caller links then.
        $linked = $Calls | Where-Object Recording -like *echo.trace
        $linked | Select-KmCall -Root *page*, *clock* -Depth 2 | Select-Object * -ExcludeProperty Recording | ConvertTo-Csv
        $linked | Format-KmCallTree *lock* -Charset Ascii
    }
}
AfterAll { Pop-Location }

Describe 'Calls' {
    It 'come back from <_>' -ForEach 'Clixml', 'Csv', 'Json', 'Select-Object' {
        $back = switch ($_) {
            Clixml { $calls | Export-Clixml ./calls.xml; Import-Clixml ./calls.xml }
            Csv { $calls | Export-Csv ./calls.csv; Import-Csv ./calls.csv }
            Json { $calls | ConvertTo-Json | ConvertFrom-Json }
            Select-Object { $calls | Select-Object * }
        }
        Get-Answer $back | Should -Be (Get-Answer $calls)
    }
    It 'come back from a job' {
        $back = Start-Job -ArgumentList $modulePath, $PWD.Path {
            Import-Module $args[0]
            Import-KmTrace "$($args[1])/timed.txt", "$($args[1])/echo.trace"
        } | Receive-Job -Wait -AutoRemoveJob
        Get-Answer $back | Should -Be (Get-Answer $calls)
    }
    It 'come back from the command line as <_>' -ForEach 'json', 'jsonl', 'csv' -Skip:(-not (Test-Path $tool)) {
        $text = & $tool events timed.txt echo.trace --format $_
        $back = if ($_ -eq 'csv') { $text | ConvertFrom-Csv } elseif ($_ -eq 'json') { $text | ConvertFrom-Json } else { $text | ForEach-Object { $_ | ConvertFrom-Json } }
        Get-Answer $back | Should -Be (Get-Answer $calls)
    }
    It 'keep recordings apart' {
        $calls | Export-Clixml ./calls.xml
        $back = Import-Clixml ./calls.xml
        $expected = $calls | Measure-KmCall Recording
        $expected.Count | Should -Be 2
        $actual = $back | Measure-KmCall Recording
        $actual.Recording | Should -Be $expected.Recording
        $actual.Calls | Should -Be $expected.Calls
    }
}

Describe 'Edges and counts' {
    BeforeAll {
        Import-KmTrace ./timed.txt -AsEdge | Export-KmGraph ./direct.dot -Title x -Force
        $direct = Get-Drawing ./direct.dot
    }
    It 'come back as a graph: <_>' -ForEach @(
        'Import-KmTrace ./timed.txt -AsEdge | Export-Csv e.csv; Import-Csv e.csv'
        'Import-KmTrace ./timed.txt -AsEdge | ConvertTo-Json | ConvertFrom-Json'
        'Import-KmTrace ./timed.txt -AsEdge | ConvertTo-Json | ConvertFrom-Json -AsHashtable'
        'Import-KmTrace ./timed.txt -AsEdge | Select-Object *'
        'Import-KmTrace ./timed.txt | Measure-KmCall -By Edge'
        'Import-KmTrace ./timed.txt | Measure-KmCall -By Edge | ConvertTo-Json | ConvertFrom-Json'
        'Import-KmTrace ./timed.txt | Measure-KmCall -By Edge | Export-Csv c.csv; Import-Csv c.csv'
    ) {
        & ([scriptblock]::Create($_)) | Export-KmGraph ./back.dot -Title x -Force
        Get-Drawing ./back.dot | Should -Be $direct
    }
    It 'come back from the command line as <_>' -ForEach 'edges', 'calls' -Skip:(-not (Test-Path $tool)) {
        $arguments = if ($_ -eq 'calls') { '--by', 'function,caller' } else { @() }
        & $tool $_ timed.txt @arguments --json | ConvertFrom-Json | Export-KmGraph ./back.dot -Title x -Force
        Get-Drawing ./back.dot | Should -Be $direct
        & $tool $_ timed.txt @arguments --csv | ConvertFrom-Csv | Export-KmGraph ./back.dot -Title x -Force
        Get-Drawing ./back.dot | Should -Be $direct
    }
    It 'come back as a report by <_>' -ForEach 'Function', 'Edge', 'Task, Context', 'Recording' {
        $counts = Import-KmTrace ./timed.txt, ./echo.trace | Measure-KmCall -By ($_ -split ', ')
        $counts | Export-KmReport ./direct.csv -Force
        $counts | Export-Csv c.csv
        Import-Csv c.csv | Export-KmReport ./back.csv -Force
        Get-Content ./back.csv | Should -Be (Get-Content ./direct.csv)
        $counts | Export-Clixml c.xml
        Import-Clixml c.xml | Export-KmReport ./back.csv -Force
        Get-Content ./back.csv | Should -Be (Get-Content ./direct.csv)
    }
    It 'can be made by a script' {
        $made = [KernelMagnifier.Model.CallEdge]::new('a', 'b', 3), [KernelMagnifier.Model.CallEdge]::new($null, 'a', 1)
        $made[1].Caller | Should -BeNullOrEmpty
        ($made | Measure-KmCall None).Calls | Should -Be 4
        $call = [KernelMagnifier.Model.CallEvent]::new('f', 'g', 1.5, 2, 3, 'bash', 'SoftIrq')
        ($call | Select-KmCall -Context SoftIrq -ProcessId 3 -Cpu 2 -Since 1.5).Function | Should -Be 'f'
    }
}

Describe 'Errors' {
    It 'name the missing property' {
        { [pscustomobject]@{ Caller = 'a'; Callee = 'b' } | Export-KmGraph ./x.dot } | Should -Throw '*no value of the property Count*' -ErrorId 'MissingProperty,*'
        { Import-KmTrace ./timed.txt | Measure-KmCall | Export-KmGraph ./x.dot } | Should -Throw '*the property Caller*' -ErrorId 'MissingProperty,*'
    }
    It 'name the wrong value' {
        { @{ Caller = 'a'; Callee = 'b'; Count = 'x' } | Export-KmGraph ./x.dot } | Should -Throw "*Count of the input is 'x'*" -ErrorId 'InvalidProperty,*'
    }
}
