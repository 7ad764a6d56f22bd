"""What confinement costs: at the start of a command, and at each system call that it makes."""
import json
import os
import statistics
import subprocess
from pathlib import Path

from place import SOURCES
from rows import Row, compare, turns

# The default profile of podman, as Debian has it (golang-github-containers-common): moby's, but that it allows namespaces and
# mounts. Of the calls for them a row makes clone(2) alone; moby's own rule for it, for a container without CAP_SYS_ADMIN:
MOBY = Path("/usr/share/containers/seccomp.json")
CLONE = {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 0x7E020000, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]}
CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE", "SYS_CHROOT", "SETFCAP"]
UNFILTERED = ["--seccomp", "unconfined"]

# Every capability but one: there is then no Landlock either.
UNCONFINED = [*UNFILTERED, "--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE"]
TURNS, CALLS = 9, 1_000_000


def confinement(place, runs):
    """Of a start: filter, capabilities and Landlock together. Of a call: our filter beside those of the other runtimes."""
    single = ["--userns", "single"]
    confined = place.sandbox(*single) + ["/bin/true"]
    turns(place, 5, confined)
    ours, bare = turns(place, runs, confined, place.sandbox(*single, *UNCONFINED) + ["/bin/true"])
    yield Row("start, what confinement adds", statistics.median(a - b for a, b in zip(ours, bare)), "ms", bound=0.25)

    subprocess.run(["gcc", "-O2", "-static", "-o", place.path("loop"), SOURCES / "loop.c"], check=True)
    volume = ["-v", f"{place.path('loop')}:/loop:ro"]
    ways = {
        "sandbox": place.sandbox(*single, *volume),
        "no profile": place.sandbox(*single, *UNFILTERED, *volume),
    }
    if place.root and MOBY.exists():
        ways |= {runtime: runtime_command(place, runtime) for runtime in ("crun", "runc")}
    for call, bound in (("getppid", 1.05), ("socket", 0.8), ("personality", 0.8), ("clone", 0.8)):
        times = {way: [] for way in ways}
        for _ in range(TURNS):
            for way, command in ways.items():
                times[way].append(measure(place, way, command, call))
        for way in list(ways)[1:]:
            yield compare(f"{call}(), in a loop", way, times["sandbox"], times[way], bound if way != "no profile" else None, unit="ns")


def measure(place, way, command, call):
    """Nanoseconds of one call."""
    if way in ("crun", "runc"):
        command = [*command[:-1], json_bundle(place, command[-1], call)]
        return float(beside_v1([*command, f"bench-{os.getpid()}"]))
    return float(place.as_user([*command, "/loop", call, str(CALLS)]))


def runtime_command(place, runtime):
    """A bundle with the same tree and moby's profile, all but its command."""
    bundle = place.directory / f"bundle-{runtime}"
    bundle.mkdir()
    subprocess.run([runtime, "spec"], cwd=bundle, check=True)
    config = json.loads((bundle / "config.json").read_text())
    config["root"] = {"path": place.tree(), "readonly": True}
    config["process"]["terminal"] = False
    config["mounts"].append({"destination": "/mnt", "type": "bind", "source": str(place.directory), "options": ["rbind", "ro"]})
    config["linux"]["seccomp"] = moby_profile()
    (bundle / "config.json").write_text(json.dumps(config))
    return [runtime, "run", "--bundle", bundle]


def json_bundle(place, bundle, call):
    """The bundle, with the call as its command."""
    config = json.loads((bundle / "config.json").read_text())
    config["process"]["args"] = ["/mnt/loop", call, str(CALLS)]
    (bundle / "config.json").write_text(json.dumps(config))
    return bundle


def moby_profile():
    """The profile in the form of the runtime specification, for the default capabilities."""
    profile = json.loads(MOBY.read_text())
    held = {f"CAP_{name}" for name in CAPABILITIES}
    rules = []
    for rule in profile["syscalls"]:
        includes, excludes = rule.get("includes", {}), rule.get("excludes", {})
        included = set(includes.get("caps", [])) <= held and ("amd64" in includes.get("arches", ["amd64"]))
        excluded = bool(held & set(excludes.get("caps", []))) or "amd64" in excludes.get("arches", [])
        if included and not excluded:
            names = ("names", "action", "args", "errnoRet")
            rules.append({name: rule[name] for name in names if rule.get(name) is not None})
    for rule in rules:
        rule["names"] = [name for name in rule["names"] if name != "clone"]
    return {
        "defaultAction": profile["defaultAction"],
        "defaultErrnoRet": profile.get("defaultErrnoRet", 1),
        "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        "syscalls": [*(rule for rule in rules if rule["names"]), CLONE],
    }


def beside_v1(line):
    """Runs one of the runtimes, which refuse a v2 tree beside v1: for as long as it takes, there is none."""
    if Path("/sys/fs/cgroup/unified").is_mount():
        line = ["unshare", "--mount", "sh", "-c", 'umount /sys/fs/cgroup/unified && exec "$@"', "sh", *line]
    return subprocess.run(line, check=True, text=True, stdout=subprocess.PIPE).stdout
