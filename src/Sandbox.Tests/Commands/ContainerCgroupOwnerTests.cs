using System.Text;
using Sandbox.Cgroups;
using Sandbox.Commands;
using Sandbox.Spec;

namespace Sandbox.Tests.Commands;

/// <summary>A cgroup is given away only to who can do nothing with it but divide it (config-linux.md, Cgroup ownership).</summary>
public class ContainerCgroupOwnerTests
{
    private const string Ids = "\"uidMappings\": [{\"containerID\": 0, \"hostID\": 200000, \"size\": 100}], \"gidMappings\": [{\"containerID\": 0, \"hostID\": 300000, \"size\": 100}]";
    private const string Apart = "{\"type\": \"mount\"}, {\"type\": \"user\"}, {\"type\": \"cgroup\"}";

    [Test]
    [Arguments("{\"type\": \"mount\"}, {\"type\": \"user\"}", "rw", 0u)]
    [Arguments(Apart, "ro", 0u)]
    [Arguments(Apart, "rw", 100u)]
    public async Task It_stays_the_callers(string namespaces, string option, uint user) => await Assert.That(Of(namespaces, option, user)).IsNull();

    [Test]
    [Arguments(0u)]
    [Arguments(99u)]
    public async Task It_is_its_processs_that_may_write_there(uint user) =>
        await Assert.That(Of(Apart, "rw", user)).IsEqualTo(new CgroupOwner(200000 + user, 300000 + user));

    private static CgroupOwner? Of(string namespaces, string option, uint user)
    {
        string config = $$"""
            { "ociVersion": "1.2.0", "root": { "path": "r" }, "process": { "cwd": "/", "args": ["x"], "user": { "uid": {{user}}, "gid": {{user}} } },
              "mounts": [{ "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "{{option}}"] }],
              "linux": { {{Ids}}, "namespaces": [{{namespaces}}] } }
            """;
        RuntimeSpec spec = ConfigReader.Read(Encoding.UTF8.GetBytes(config), "/bundle");
        return ContainerCgroupOwner.Of(spec);
    }
}
