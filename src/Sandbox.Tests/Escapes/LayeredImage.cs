using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Escapes;

/// <summary>An image of two layers, the upper of which has all that is looked at before a run.</summary>
internal static class LayeredImage
{
    /// <param name="change">Commands that make the archives of the layers, image/low.tar and image/top.tar of the directories low and top, anew.</param>
    public static async Task<string> Make(WorkDirectory work, string change = ":")
    {
        await work.Shell(
            $$$"""
            mkdir -p low/data top/bin top/etc image
            cp /bin/busybox top/bin/sh
            echo root:x:0:0:root:/root:/bin/sh >top/etc/passwd; echo root:x:0: >top/etc/group
            tar -C low -cf image/low.tar . ; tar -C top -cf image/top.tar .
            {{{change}}}
            low=$(sha256sum <image/low.tar) top=$(sha256sum <image/top.tar)
            echo '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:'"${low%% *}"'","sha256:'"${top%% *}"'"]}}' >image/config.json
            echo '[{"Config":"config.json","RepoTags":["two:latest"],"Layers":["low.tar","top.tar"]}]' >image/manifest.json
            tar -C image -cf two.tar manifest.json config.json low.tar top.tar
            """);
        return work.In("two.tar");
    }
}
