# The assemblies live in a load context of their own, so that another module's version of a library is never theirs, nor theirs
# another's. What else an import takes is in ModuleLoading.cs, where it is faster.
$key = "KernelMagnifier $PSScriptRoot"
$cmdlets = [System.AppDomain]::CurrentDomain.GetData($key)
if (-not $cmdlets) {
    $cmdlets = [System.Runtime.Loader.AssemblyLoadContext]::new($key).LoadFromAssemblyPath("$PSScriptRoot/bin/KernelMagnifier.Cmdlets.dll")
}
$loading = $cmdlets.GetType('KernelMagnifier.Cmdlets.ModuleLoading')
$loading::Begin($key)
$loading::End($ExecutionContext.SessionState.Module, (Import-Module -Assembly $cmdlets -PassThru))
