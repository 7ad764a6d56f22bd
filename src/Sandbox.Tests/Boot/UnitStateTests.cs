using Sandbox.Boot;

namespace Sandbox.Tests.Boot;

/// <summary>What several commands wish of a unit at once, and while the manager does what was wished before, is not lost.</summary>
[Category(Category.OnlyRoot)]
public class UnitStateTests
{
    [Test]
    public async Task A_wish_of_later_is_not_granted_with_an_earlier_one()
    {
        using UnitState unit = Make(out _);
        unit.Ask(UnitWish.Start);
        await Assert.That(unit.Wish).IsEqualTo(UnitWish.Start);
        unit.Grant();
        await Assert.That(unit.Wish).IsEqualTo(UnitWish.None);
        unit.Ask(UnitWish.Stop);
        unit.Grant();
        await Assert.That(unit.Wish).IsEqualTo(UnitWish.Stop);
        await Assert.That(Directory.GetFileSystemEntries(unit.Path).Select(path => Path.GetFileName(path))).IsEquivalentTo(["wish"]);
        Directory.Delete(unit.Path, recursive: true);
    }

    [Test]
    public async Task Commands_may_wish_at_the_same_time()
    {
        const int times = 500;
        using UnitState unit = Make(out string name);
        void Wish(int command)
        {
            using UnitState own = UnitState.TryOpen(name)!;
            for (int i = 0; i < times; i++)
            {
                own.Ask((command & 1) == 0 ? UnitWish.Start : UnitWish.Stop);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(command => Task.Run(() => Wish(command))));
        await Assert.That(unit.Wish).IsNotEqualTo(UnitWish.None);
        await Assert.That(Directory.GetFileSystemEntries(unit.Path).Select(path => Path.GetFileName(path))).IsEquivalentTo(["wish"]);
        Directory.Delete(unit.Path, recursive: true);
    }

    private static UnitState Make(out string name) => UnitState.Make(name = "test-" + Guid.NewGuid().ToString("N"));
}
