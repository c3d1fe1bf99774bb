# The assemblies live in a load context of their own, so that another module's version of a library is never theirs, nor theirs
# another's. All of bin/ is loaded into it here: what one of them asks for is then found in the context before anywhere else. (bin/excel
# is large and comes into it with the first workbook.)
$context = $null
foreach ($known in [System.Runtime.Loader.AssemblyLoadContext]::All) {
    if ($known.Name -eq "KernelMagnifier $PSScriptRoot") { $context = $known }
}
if (-not $context) {
    $context = [System.Runtime.Loader.AssemblyLoadContext]::new("KernelMagnifier $PSScriptRoot")
    foreach ($file in [System.IO.Directory]::GetFiles("$PSScriptRoot/bin", '*.dll')) { $null = $context.LoadFromAssemblyPath($file) }
}
$cmdlets = $null
foreach ($assembly in $context.Assemblies) {
    if ($assembly.GetName().Name -eq 'KernelMagnifier.Cmdlets') { $cmdlets = $assembly }
}

# PowerShell looks for types in its own context only. An accelerator lets scripts write [KernelMagnifier.CallEvent] all the same.
$accelerators = [psobject].Assembly.GetType('System.Management.Automation.TypeAccelerators')
$types = $cmdlets.GetType('KernelMagnifier.Cmdlets.PublicTypes').GetProperty('All').GetValue($null)
foreach ($type in $types) {
    $null = $accelerators::Remove($type.FullName)
    $accelerators::Add($type.FullName, $type)
}
$ExecutionContext.SessionState.Module.OnRemove = { foreach ($type in $types) { $null = $accelerators::Remove($type.FullName) } }.GetNewClosure()

# A module imported from an assembly hands its cmdlets to this one only the first time a process imports it, and not with -Force.
$inner = Import-Module -Assembly $cmdlets -PassThru
$export = [System.Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
foreach ($cmdlet in $inner.ExportedCmdlets.Values) { $null = $export.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet)) }
