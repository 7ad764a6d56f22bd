using System.Text;
using Sandbox.Images;

namespace Sandbox.Tests.Images;

/// <summary>A digest has one spelling, and is what sha256sum and sha512sum say of the bytes.</summary>
public class DigestTests
{
    private const string Sha256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private const string Sha512 = "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

    [Test]
    [Arguments(null)]
    [Arguments("")]
    [Arguments("sha256:")]
    [Arguments("sha256:ba7816bf")]
    [Arguments(Sha256 + "00")]
    [Arguments(" " + Sha256)]
    [Arguments(Sha256 + "\n")]
    [Arguments("SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [Arguments("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [Arguments("sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [Arguments("sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [Arguments("md5:900150983cd24fb0d6963f7d28e17f72")]
    [Arguments("sha256:../../../../../../../../../../../../../../../../../../../etc/passwd")]
    [Arguments("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a/")]
    [Arguments("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a\u0661")]
    public async Task Any_other_text_is_refused(string? text) => await Assert.That(Digest.TryParse(text, out _)).IsFalse();

    [Test]
    [Arguments(Sha256)]
    [Arguments(Sha512)]
    public async Task It_is_the_hash_of_the_bytes_in_whatever_pieces_they_come(string expected)
    {
        DigestAlgorithm algorithm = Enum.Parse<DigestAlgorithm>(expected.Split(':')[0], ignoreCase: true);
        Hasher hasher = new(algorithm);
        hasher.Update("a"u8);
        hasher.Update([]);
        hasher.Update("bc"u8);
        Digest digest = hasher.Finish();
        await Assert.That(digest.ToString()).IsEqualTo(expected);
        await Assert.That(digest.Algorithm).IsEqualTo(algorithm);
        await Assert.That(Digest.TryParse(expected, out Digest parsed)).IsTrue();
        await Assert.That(parsed).IsEqualTo(digest);
        await Assert.That(Digest.FromHash(Convert.FromHexString(digest.Hex))).IsEqualTo(digest);
    }

    [Test]
    public async Task What_no_digest_is_as_long_as_is_no_hash() =>
        await Assert.That(() => Digest.FromHash(Encoding.ASCII.GetBytes("abc"))).Throws<ArgumentOutOfRangeException>();
}
