namespace Sandbox.Tests;

/// <summary>
/// Who runs a test in scripts/test. A test without a category runs once, as an unprivileged user with ranges of
/// subordinate ids: say <c>[Category(Category.Root)]</c> where the promise, or the way it is kept, differs for root.
/// </summary>
internal static class Category
{
    /// <summary>Runs as the user and, a second time, as root.</summary>
    public const string Root = "Root";

    /// <summary>Runs as root alone: it needs what only root can do.</summary>
    public const string OnlyRoot = "OnlyRoot";
}
