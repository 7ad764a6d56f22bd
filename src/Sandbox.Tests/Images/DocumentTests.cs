using System.Text;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Images;

/// <summary>JSON that anybody may have written is read for what it must say, or refused with the blob's name.</summary>
public class DocumentTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Blob = $$"""{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{Digest}}","size":2}""";

    [Test]
    [Arguments("")]
    [Arguments("{")]
    [Arguments("[]")]
    [Arguments("\"x\"")]
    [Arguments("{} {}")]
    [Arguments("{\"layers\":[],\"config\":5}")]
    [Arguments("{\"layers\":{},\"config\":" + Blob + "}")]
    [Arguments("{\"layers\":[7],\"config\":" + Blob + "}")]
    [Arguments("{\"layers\":[]}")]
    [Arguments("{\"config\":" + Blob + "}")]
    [Arguments("{\"layers\":[],\"layers\":[],\"config\":" + Blob + "}")]
    [Arguments("{\"layers\":[],\"config\":" + Blob + ",\"manifests\":[]}")]
    [Arguments("{\"layers\":[],\"config\":" + Blob + ",\"mediaType\":\"application/vnd.oci.image.index.v1+json\"}")]
    [Arguments("{\"layers\":[],\"config\":{\"digest\":\"" + Digest + "\",\"size\":-1}}")]
    [Arguments("{\"layers\":[],\"config\":{\"digest\":\"" + Digest + "\",\"size\":1e99}}")]
    [Arguments("{\"layers\":[],\"config\":{\"digest\":\"sha256:../../etc/passwd\",\"size\":1}}")]
    [Arguments("{\"layers\":[],\"config\":{\"digest\":\"\\ud800\",\"size\":1}}")]
    public async Task What_is_no_manifest_is_refused_with_its_name(string text) =>
        await Assert.That(() => ManifestDocument.Read(Encoding.UTF8.GetBytes(text), "manifest X of a.tar", MediaKind.Manifest))
            .Throws<SandboxException>().WithMessageContaining("cannot read manifest X of a.tar: ");

    /// <summary>CVE-2021-41190: two readers must not see two images in one blob.</summary>
    [Test]
    public async Task A_manifest_that_can_be_read_as_an_index_is_refused()
    {
        byte[] text = Encoding.UTF8.GetBytes("{\"manifests\":[],\"layers\":[],\"config\":" + Blob + "}");
        foreach (MediaKind kind in (MediaKind[])[MediaKind.Index, MediaKind.Manifest])
        {
            await Assert.That(() => ManifestDocument.Read(text, "it", kind)).Throws<SandboxException>().WithMessageContaining("as an index and as a manifest");
        }
    }

    [Test]
    public async Task Nesting_has_an_end()
    {
        byte[] text = Encoding.UTF8.GetBytes("{\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}");
        await Assert.That(() => ManifestDocument.Read(text, "it", MediaKind.Manifest)).Throws<SandboxException>();
    }

    [Test]
    public async Task Members_that_nobody_knows_are_passed_over()
    {
        ManifestDocument document = ManifestDocument.Read(
            Encoding.UTF8.GetBytes("{\"schemaVersion\":2,\"new\":{\"deep\":[1,{\"x\":null}]},\"layers\":[" + Blob + "],\"config\":" + Blob + "}"), "it", MediaKind.Manifest);
        await Assert.That(document.Config!.Digest.ToString()).IsEqualTo(Digest);
        await Assert.That(document.Layers.Length).IsEqualTo(1);
    }

    [Test]
    public async Task A_config_says_how_the_image_runs()
    {
        ImageConfig config = ImageConfig.Read(Encoding.UTF8.GetBytes("""
            {"architecture":"arm64","variant":"v8","os":"linux","rootfs":{"type":"layers","diff_ids":["DIGEST"]},
             "config":{"Entrypoint":["/e"],"Cmd":null,"Env":["A=\u00e4"],"WorkingDir":"/w","User":"u:g","Volumes":{"/v":{}},
             "ExposedPorts":{"80/tcp":{}},"StopSignal":"SIGINT","Labels":{"k":"v"},"Healthcheck":{"Test":["CMD","x"],"Interval":3}}}
            """.Replace("DIGEST", Digest)), "it");
        await Assert.That(config.Platform.ToString()).IsEqualTo("linux/arm64/v8");
        await Assert.That(string.Join('|', (string[])[.. config.Entrypoint, .. config.Cmd, .. config.Env, config.WorkingDir, config.User, .. config.Volumes,
            .. config.ExposedPorts, config.StopSignal, config.Labels[0].ToString(), .. config.Healthcheck]))
            .IsEqualTo("/e|A=ä|/w|u:g|/v|80/tcp|SIGINT|[k, v]|CMD|x");
    }

    [Test]
    public async Task A_NUL_in_a_text_that_the_kernel_would_be_given_is_refused() =>
        await Assert.That(() => ImageConfig.Read("{\"rootfs\":{\"diff_ids\":[]},\"config\":{\"Cmd\":[\"a\\u0000b\"]}}"u8, "it")).Throws<SandboxException>();
}
