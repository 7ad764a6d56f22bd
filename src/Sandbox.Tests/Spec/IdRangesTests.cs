using Sandbox.Spec;
using TUnit.Assertions.Enums;

namespace Sandbox.Tests.Spec;

/// <summary>/etc/subuid is read as newuidmap reads it: what it would refuse is not asked for.</summary>
public class IdRangesTests
{
    [Test]
    [Arguments("")]
    [Arguments("user")]
    [Arguments("user:1")]
    [Arguments("user:1:2:3")]
    [Arguments("user:a:2")]
    [Arguments("user:1:b")]
    [Arguments("user:-1:2")]
    [Arguments("user:+1:2")]
    [Arguments("user: 1:2")]
    [Arguments("user:1:0")]
    [Arguments("user::")]
    [Arguments("user:4294967295:1")]
    [Arguments("user:4294967294:2")]
    [Arguments("user:99999999999:1")]
    [Arguments("user:1:99999999999999999999")]
    [Arguments("#user:1:2")]
    [Arguments("users:1:2")]
    [Arguments("other:1:2")]
    [Arguments("10000:1:2")]
    [Arguments(":1:2")]
    public async Task A_line_that_gives_the_user_nothing_is_passed_over(string line) =>
        await Assert.That(IdRanges.Of(line + "\nuser:100000:65536\n", "user", 1000)).IsEquivalentTo([new IdRange(100000, 65536)]);

    [Test]
    public async Task Names_and_numbers_both_mean_the_user_and_ranges_keep_their_order() =>
        await Assert.That(IdRanges.Of("user:200000:10\nother:1:1\n1000:100000:20\nuser:4294967294:1", "user", 1000)).IsEquivalentTo(
            [new IdRange(200000, 10), new(100000, 20), new(4294967294, 1)], CollectionOrdering.Matching);

    [Test]
    public async Task A_user_without_a_name_is_known_by_number_alone() =>
        await Assert.That(IdRanges.Of("1000:5:6\n:7:8\n", null, 1000)).IsEquivalentTo([new IdRange(5, 6)]);

    [Test]
    [Arguments("root:x:0:0:root:/root:/bin/bash\nuser:x:1000:1000::/:/bin/sh\nalias:x:1000:1000::/:/bin/sh\n", "user")]
    [Arguments("root:x:0:0:root:/root:/bin/bash\nuser:x:10000:1000::/:/bin/sh\nbroken:x\n", null)]
    [Arguments("", null)]
    public async Task The_name_of_a_user_is_the_first_with_his_id(string passwd, string? name) =>
        await Assert.That(IdRanges.NameOf(passwd, 1000)).IsEqualTo(name);

    [Test]
    [Arguments(10u, 5u, 14u, 1u, true)]
    [Arguments(10u, 5u, 15u, 1u, false)]
    [Arguments(10u, 5u, 9u, 1u, false)]
    [Arguments(10u, 5u, 0u, uint.MaxValue, true)]
    [Arguments(4294967294u, 1u, 4294967293u, 1u, false)]
    public async Task Ranges_overlap_when_an_id_is_in_both(uint first, uint count, uint otherFirst, uint otherCount, bool overlap)
    {
        IdRange a = new(first, count), b = new(otherFirst, otherCount);
        await Assert.That(a.Overlaps(b)).IsEqualTo(overlap);
        await Assert.That(b.Overlaps(a)).IsEqualTo(overlap);
    }
}
