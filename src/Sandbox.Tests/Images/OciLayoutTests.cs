using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Images;

/// <summary>An image layout that anybody may have written leads to an image, or to a failure, in bounded time.</summary>
public class OciLayoutTests
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json", ManifestType = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>A hundred times a hundred, and so on seven times: no search that goes into each would come to an end.</summary>
    [Test]
    [Arguments(1)]
    [Arguments(2)]
    public async Task Indexes_that_list_one_another_many_times_do_not_keep_the_search_going(int images)
    {
        using WorkDirectory work = new();
        work.Make("blobs/sha256");
        string entry = Blob(work, "{}", ManifestType, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"none\"}");
        for (int level = 0; level < 7; level++)
        {
            entry = Blob(work, Index(Enumerable.Repeat(entry, 100)), IndexType);
        }

        await File.WriteAllTextAsync(work.In("index.json"), Index(Enumerable.Repeat(entry, images)));
        using LayoutDirectory layout = new(Open(work.Path), "layout");
        await Assert.That(() => ImageCandidate.Choose(OciLayout.List(layout), null, Platform.Machine, "layout").Open(Platform.Machine))
            .Throws<SandboxException>().WithMessageContaining("it has no image for");
    }

    /// <summary>What was searched in vain for one platform may have an image for another, and what was found is found again.</summary>
    [Test]
    public async Task An_index_is_searched_for_each_platform()
    {
        Platform other = new("linux", "none");
        using WorkDirectory work = new();
        work.Make("blobs/sha256");
        string manifest = Blob(work, "{}", ManifestType, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"none\"}");
        await File.WriteAllTextAsync(work.In("index.json"), Index([Blob(work, Index([manifest]), IndexType)]));
        using LayoutDirectory layout = new(Open(work.Path), "layout");
        ImageCandidate image = OciLayout.List(layout).Single();
        await Assert.That(image.Offers(Platform.Machine)).IsFalse();
        await Assert.That(image.Offers(other)).IsTrue();
        await Assert.That(image.Offers(other)).IsTrue();
    }

    /// <summary>A program for amd64/v3 does not run on every amd64, and who asks for it does not mean another.</summary>
    [Test]
    [Arguments("linux/amd64", "v3 -", "-")]
    [Arguments("linux/amd64", "- v3", "-")]
    [Arguments("linux/amd64", "v3", "v3")]
    [Arguments("linux/amd64/v3", "- v3", "v3")]
    [Arguments("linux/amd64/v3", "v2 -", "-")]
    [Arguments("linux/amd64/v1", "v3 -", "-")]
    [Arguments("linux/arm64", "v9 v8", "v8")]
    [Arguments("linux/arm64/v8", "v9 -", "-")]
    public async Task Of_several_variants_the_one_that_is_asked_for_is_taken(string asked, string offered, string taken)
    {
        using WorkDirectory work = new();
        work.Make("blobs/sha256");
        await Assert.That(Platform.TryParse(asked, out Platform? platform)).IsTrue();
        string[] manifests = Array.ConvertAll(offered.Split(' '), variant =>
        {
            string config = Blob(work, $"{{\"rootfs\":{{\"diff_ids\":[]}},\"config\":{{\"Cmd\":[\"{variant}\"]}}}}", "application/vnd.oci.image.config.v1+json");
            return Blob(
                work,
                $"{{\"layers\":[],\"config\":{config}}}",
                ManifestType,
                $",\"platform\":{{\"os\":\"linux\",\"architecture\":\"{platform!.Architecture}\",\"variant\":\"{variant.Trim('-')}\"}}");
        });
        foreach (string list in (string[])[Index(manifests), Index([Blob(work, Index(manifests), IndexType)])])
        {
            await File.WriteAllTextAsync(work.In("index.json"), list);
            using LayoutDirectory layout = new(Open(work.Path), "layout");
            await Assert.That(ImageCandidate.Choose(OciLayout.List(layout), null, platform!, "layout").Open(platform!).Config.Cmd[0]).IsEqualTo(taken);
        }
    }

    private static string Index(IEnumerable<string> entries) => $"{{\"manifests\":[{string.Join(',', entries)}]}}";

    /// <summary>Writes a blob; returns its descriptor.</summary>
    private static string Blob(WorkDirectory work, string text, string mediaType, string more = "")
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        File.WriteAllText(work.In("blobs/sha256/" + digest), text);
        return $"{{\"mediaType\":\"{mediaType}\",\"digest\":\"sha256:{digest}\",\"size\":{text.Length}{more}}}";
    }

    private static SafeFileHandle Open(string path) => Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
}
