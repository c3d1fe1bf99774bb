# The module's own answers for fleet.py, as JSON: what Invoke-KmQuery says to every question, and what the cmdlets measure without SQL.
param([string] $Dataset, [string] $Questions, [string[]] $HostName, [string] $Day, [string] $Real, [string] $RealHost, [string] $Recording)
$ErrorActionPreference = 'Stop'
Import-Module ($env:KM_MODULE ? $env:KM_MODULE : "$PSScriptRoot/../../artifacts/KernelMagnifier")
$invariant = [cultureinfo]::InvariantCulture

function ConvertTo-Text($row) {
    $texts = [ordered]@{}
    foreach ($column in $row.PSObject.Properties) {
        $texts[$column.Name] = $null -eq $column.Value ? $null : [string]::Format($invariant, '{0}', $column.Value)
    }
    $texts
}

function ConvertTo-Latency($latency) {
    [ordered]@{
        kind = $latency.Kind; count = $latency.Count; sum = $latency.SumNanoseconds; least = $latency.MinNanoseconds; p50 = $latency.P50Nanoseconds
        p90 = $latency.P90Nanoseconds; p99 = $latency.P99Nanoseconds; p999 = $latency.P999Nanoseconds; greatest = $latency.MaxNanoseconds
    }
}

$answers = [ordered]@{}
foreach ($file in Get-ChildItem $Questions -Filter *.duckdb.sql) {
    $answers[$file.Name -replace '\.duckdb\.sql$'] = @(Invoke-KmQuery (Get-Content -Raw $file) $Dataset -Raw | ForEach-Object { ConvertTo-Text $_ })
}
# Question 1 without SQL: the lengths of the objects, and the nearest rank of them.
$wakeups = foreach ($name in $HostName) {
    $lengths = @(Import-KmTable $Dataset -Table Intervals -HostName $name -Recording "$Day-*" | Where-Object Kind -eq Wakeup | ForEach-Object DurationNanoseconds | Sort-Object)
    [ordered]@{ host = $name; wakeups = $lengths.Count; p99_ns = $lengths[[Math]::Floor(($lengths.Count * 99 + 99) / 100) - 1]; max_ns = $lengths[-1] }
}
$result = [ordered]@{ questions = $answers; wakeups = @($wakeups) }
if ($Real) {
    $result.measured = @(Measure-KmLatency $Recording -WarningAction SilentlyContinue | ForEach-Object { ConvertTo-Latency $_ })
    $result.imported = @(Import-KmTable $Real -Table Events -HostName $RealHost -Recording (Split-Path -Leaf $Recording) |
            Measure-KmLatency -WarningAction SilentlyContinue | ForEach-Object { ConvertTo-Latency $_ })
}
$result | ConvertTo-Json -Depth 6 -Compress
