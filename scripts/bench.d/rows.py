"""The measurements. Each function is one group and yields rows."""
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from place import unpack


@dataclass(frozen=True)
class Row:
    """One line of the table: a ratio to a peer, or, without a peer, a figure of our own."""
    name: str
    ours: float
    unit: str
    peer: str = ""
    theirs: float | None = None
    ratio: float | None = None
    bound: float | None = None

    @property
    def over(self):
        measured = self.ours if self.ratio is None else self.ratio
        return self.bound is not None and measured > self.bound

    def json(self):
        return asdict(self) | {"over": self.over}


def turns(place, count, *commands, run=None):
    """Times in ms of commands that were run in turn, one list a command."""
    line = [place.path("turns"), str(count)]
    for command in commands:
        line += ["++", *map(str, command)]
    output = (run or place.as_user)(line)
    return list(zip(*([float(time) / 1000 for time in turn.split()] for turn in output.splitlines())))


def compare(name, peer, ours, theirs, bound=None, unit="ms"):
    """Medians, and the median of the ratios of those that ran in one turn."""
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    return Row(name, statistics.median(ours), unit, peer, statistics.median(theirs), ratio, bound)


def start(place, runs):
    """A start from a warm store, as a user: what everybody waits for each time."""
    single = place.sandbox("--userns", "single") + ["/bin/true"]
    auto = place.sandbox("--userns", "auto") + ["/bin/true"]
    bubblewrap = ["bwrap", "--unshare-all", "--bind", place.tree(), "/", "--proc", "/proc", "--dev", "/dev", "/bin/true"]
    turns(place, 5, single, auto, bubblewrap, place.floor())
    ours, theirs, least = turns(place, runs, single, bubblewrap, place.floor())
    yield compare("start", "bwrap", ours, theirs, 0.80)
    yield compare("start", "floor", ours, least, 1.5)
    ranges, one = turns(place, runs, auto, single)
    yield compare("start, id ranges", "single id", ranges, one, 1.6)


def unpacking(place, runs):
    """The first run of an archive (unpack and start), over tar alone, each on a fresh file system."""
    for kind in ("ext4", "tmpfs") if place.root else ("tmpfs",):
        for suffix, bound in (("", 1.0), (".gz", 0.6), (".zst", 0.9)):
            archive = place.image + suffix
            ours, theirs = [], []
            for _ in range(max(3, runs // 40)):
                with place.fresh(kind) as directory:
                    run = place.sandbox(store=directory / "store", image=archive) + ["/bin/true"]
                    ours += turns(place, 1, run)[0]
                with place.fresh(kind) as directory:
                    theirs += turns(place, 1, unpack(archive, directory))[0]
            yield compare(f"first run, {kind}", f"tar -x {Path(archive).name}", ours, theirs, bound if kind == "ext4" else None)


def layers(place, runs):
    """Images of many layers: bringing them into a store, on a fresh file system each time, and starting from them."""
    ten, other, hundred, one = (place.archive(name) for name in ("ten", "other", "hundred", "one"))
    load = lambda store, archive: [place.path("sandbox"), "load", "--quiet", "--root", store, archive]
    loads, unpacks, podmans, seconds, peaks = [], [], [], [], []
    kind = "ext4" if place.root else "tmpfs"
    for _ in range(max(2, runs // 100)):
        with place.fresh(kind, megabytes=6000) as directory:
            loads += turns(place, 1, load(directory / "store", ten))[0]
            seconds += turns(place, 1, load(directory / "store", other))[0]
        with place.fresh(kind, megabytes=6000) as directory:
            unpacks += turns(place, 1, ["umoci", "unpack", "--rootless", "--image", f"{place.layout()}:bench", directory / "bundle"])[0]
        with place.fresh(kind, megabytes=12000) as directory:
            # Its process that keeps the user namespace would outlive it, and the file system with it.
            script = ('podman --storage-driver overlay --root "$1/root" --runroot "$1/run" load --quiet --input "$2" && '
                      'kill "$(cat "$1/libpod/tmp/pause.pid")"')
            podman = ["env", f"XDG_RUNTIME_DIR={directory}", "sh", "-c", script, "sh", directory, ten]
            podmans += turns(place, 1, podman)[0]
    yield compare("load of 10 layers, 550 MB of gzip", "umoci unpack", loads, unpacks, 0.5)
    yield compare("load of 10 layers, 550 MB of gzip", "podman load", loads, podmans, 0.5)
    yield compare("load of an image with 9 of them", "all 10", seconds, loads, 0.25)
    with place.fresh(kind, megabytes=6000) as directory:
        peaks.append(peak(place, load(directory / "store", ten)))
    yield Row("memory at its peak while loading", max(peaks), "MB", bound=64)
    store = place.directory / "user/images"
    many = [place.path("sandbox"), "run", "--quiet", "--userns", "single", "--root", store, hundred]
    few = [*many[:-1], one]
    turns(place, 5, many, few)
    yield compare("start with 100 layers", "1 layer", *turns(place, runs, many, few), 1.3)


def peak(place, command):
    """The largest sum of what all processes of a command keep to themselves or share, in MB."""
    process = place.start_as_user(command)
    most = 0
    while process.poll() is None:
        total, group = 0, [process.pid]
        while group:
            pid = group.pop()
            try:
                total += resident(pid)
                group += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
            except (OSError, LookupError, ValueError):
                pass
        most = max(most, total)
        time.sleep(0.01)
    return most


def root(place, runs):
    """The runtimes that need root, on a bundle with the same tree."""
    if not place.root:
        return
    bundle = place.directory / "bundle"
    bundle.mkdir()
    subprocess.run(["crun", "spec"], cwd=bundle, check=True)
    config = (bundle / "config.json").read_text()
    config = config.replace('"terminal": true', '"terminal": false').replace('"sh"', '"/bin/true"')
    config = config.replace('"path": "rootfs"', f'"path": "{place.tree()}"')
    (bundle / "config.json").write_text(config)
    # Their bundle has no user namespace either.
    ours = place.sandbox("--userns", "host", store="root-store") + ["/bin/true"]
    crun = ["crun", "run", "--bundle", bundle, "bench"]
    runc = ["runc", "run", "--bundle", bundle, "bench"]

    turns(place, 2, ours, crun, runc, run=without_second_hierarchy)
    us, them, others = turns(place, max(20, runs // 10), ours, crun, runc, run=without_second_hierarchy)
    yield compare("start as root", "crun", us, them)
    yield compare("start as root", "runc", us, others)


def terminal(place, runs):
    """128 MB through a terminal, by dd: as much as a build that talks without end writes in an hour."""
    write = ["dd", "if=/dev/zero", "bs=64k", "count=2000", "status=none"]
    ours, theirs = turns(place, max(5, runs // 30), place.sandbox("-t") + write, [place.path("ptycopy"), *write])
    yield compare("128 MB through a terminal", "C, copying", ours, theirs, 1 / 0.9)


def runtime(place, runs):
    """The OCI runtime over crun, with one bundle, as root and as a user who is root in it."""
    if not place.root:
        return
    for who, become, options in (("root", [], []), ("user", [place.path("as-user")], ["--rootless"])):
        run = lambda line, become=become: without_second_hierarchy([*become, *line])
        bundle = place.directory / f"runtime-{who}"
        bundle.mkdir()
        as_root(["crun", "spec", "--bundle", bundle, *options])
        config = plain_config(bundle)
        config["root"]["path"] = str(place.tree())
        if who == "user":
            place.give(bundle)
            for kind in "uid", "gid":
                config["linux"][f"{kind}Mappings"] = [{"containerID": 0, "hostID": int(run(["id", f"-{kind[0]}"])), "size": 1}]
        (bundle / "config.json").write_text(json.dumps(config))
        state = {name: bundle / name for name in ("ours", "theirs")}
        ours = [place.path("sandbox"), "oci", "--root", state["ours"], "--cgroup-manager", "disabled"]
        theirs = ["crun", "--root", state["theirs"], "--cgroup-manager", "disabled"]
        whole = lambda runtime: ["sh", "-c", '"$@" create --bundle "$0" bench && "$@" start bench && "$@" delete --force bench', bundle, *runtime]
        count = max(20, runs // 10)
        turns(place, 2, whole(ours), whole(theirs), run=run)
        yield compare(f"create, start, delete as {who}", "crun", *turns(place, count, whole(ours), whole(theirs), run=run), 0.9)
        once = lambda runtime: [*runtime, "run", "--bundle", bundle, "bench"]
        yield compare(f"oci run as {who}", "crun", *turns(place, count, once(ours), once(theirs), run=run), 0.9)
        config["process"]["args"] = ["sleep", "1000"]
        (bundle / "config.json").write_text(json.dumps(config))
        try:
            for runtime in (ours, theirs):
                run(["sh", "-c", '"$@" </dev/null >/dev/null 2>&1', "sh", *runtime, "run", "--detach", "--bundle", bundle, "bench"])
            further = lambda runtime: [*runtime, "exec", "bench", "/bin/true"]
            yield compare(f"oci exec as {who}", "crun", *turns(place, count, further(ours), further(theirs), run=run), 1.0)
        finally:
            for runtime in (ours, theirs):
                run([*runtime, "delete", "--force", "bench"])


def plain_config(bundle):
    """What a runtime's spec wrote, without what depends on cgroups, and without capabilities that only who inherits them can have: a warning each time."""
    config = json.loads((bundle / "config.json").read_text())
    config["process"] |= {"terminal": False, "args": ["/bin/true"]}
    config["process"]["capabilities"].pop("ambient", None)
    config["mounts"] = [mount for mount in config["mounts"] if mount["type"] != "cgroup"]
    config["linux"].pop("resources", None)
    return config


def without_second_hierarchy(line):
    """crun refuses a v2 tree beside v1: for as long as this takes, there is none."""
    if Path("/sys/fs/cgroup/unified").is_mount():
        line = ["unshare", "--mount", "sh", "-c", 'umount /sys/fs/cgroup/unified && exec "$@"', "sh", *line]
    return as_root(line)


def as_root(line):
    return subprocess.run(list(map(str, line)), check=True, text=True, stdout=subprocess.PIPE).stdout


def cgroup(place, runs):
    """What the sandbox's own cgroup adds to a start, where its parent is ours: root's directory at the top of v2."""
    whole, beside = Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified")
    has = lambda top, name: (top / "cgroup.controllers").exists() and name in (top / "cgroup.controllers").read_text().split()
    if place.root and has(whole, "pids"):
        prepare, options = "true", []
    elif place.root and has(beside, "hugetlb"):
        # Version 1 keeps all controllers but this one. The tree beside it takes the place of the whole one meanwhile.
        prepare, options = f"mount --bind {beside} {whole}", ["--hugetlb", "2MB=64m"]
    else:
        print("bench: cgroup: needs root, and cgroup v2 with the pids controller, or beside version 1 with hugetlb: "
              "boot with systemd.unified_cgroup_hierarchy=1 cgroup_no_v1=all", file=sys.stderr)
        return
    words = lambda *more: place.sandbox("--userns", "host", *more, store="root-store") + ["/bin/true"]
    with apart(prepare) as there, apart(f"umount --lazy {whole}") as nowhere:
        pair = [*there, *words(*options)], [*nowhere, *words()]
        turns(place, 5, *pair, run=as_root)
        ours, least = turns(place, runs, *pair, run=as_root)
    yield Row("start, what a cgroup adds", statistics.median(a - b for a, b in zip(ours, least)), "ms", bound=1.0)


@contextlib.contextmanager
def apart(prepare):
    """A mount namespace in which a script has prepared things: the words that run a command there, as root."""
    with subprocess.Popen(["unshare", "--mount", "sh", "-c", f"{prepare} && echo && exec cat"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as keeper:
        keeper.stdout.readline()
        yield ["nsenter", f"--mount=/proc/{keeper.pid}/ns/mnt"]


def memory(place, runs):
    """What stays in memory while the command sleeps."""
    del runs
    # The first run unpacks, and the second reads an archive again that was young then; what is asked for is what every later one costs.
    for _ in range(2):
        place.as_user(place.sandbox("--userns", "single") + ["/bin/true"])
    while any(os.readlink(layer / "state") != "synced" for layer in Path(place.path("user/store"), "layers").iterdir()):
        time.sleep(0.1)
    launcher = place.start_as_user(place.sandbox("--userns", "single") + ["sh", "-c", "echo; exec sleep 1000"])
    launcher.stdout.readline()
    init = int(Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split()[0])
    yield Row("launcher, RSS", resident(launcher.pid), "MB", bound=4)
    yield Row("PID 1, RSS", resident(init), "MB", bound=1.5)
    if place.root:
        yield Row("both, private dirty", private_dirty(launcher.pid) + private_dirty(init), "MB", bound=0.5)
    launcher.kill()
    launcher.wait()


def size(place, runs):
    """The executable."""
    del runs
    yield Row("executable", os.path.getsize(place.path("sandbox")) / 1e6, "MB", bound=4)


def crowd(place, runs, count=1000):
    """Many sandboxes at once: how fast they start, what each costs, and whether the next one is slower for it."""
    single = place.sandbox("--userns", "single")
    few = max(10, runs // 3)
    (alone,) = turns(place, few, single + ["/bin/true"])
    before = available()
    stay = [*single, "sh", "-c", "echo; exec sleep 1000"]
    people = place.start_as_user([place.path("crowd"), str(count), str(os.cpu_count()), *stay])
    seconds = float(people.stdout.readline()) / 1e6
    each = (before - available()) / count
    beside, floor = turns(place, few, single + ["/bin/true"], place.floor())
    people.stdin.close()
    people.wait()
    yield Row(f"{count} at once, started per second", count / seconds, "/s")
    yield Row(f"{count} at once, memory each, kernel included", each, "MB")
    yield compare(f"start beside {count}", "alone", beside, alone)
    # What the kernel itself takes longer for, such as to look through all processes at pivot_root, the floor pays too.
    yield compare(f"start beside {count}", f"floor beside {count}", beside, floor, 1.5)


def sandboxes(place, runs, count=200):
    """Detached sandboxes: what each adds to a start, what it costs to stay, and how long it takes to see them all."""
    program, *words = place.sandbox("--userns", "single")
    root = words[words.index("--root") + 1]
    attached = [program, *words, "/bin/true"]
    detached = [program, words[0], "-d", "--rm", *words[1:], "/bin/true"]
    few = max(10, runs // 10)
    one, other = turns(place, few, detached, attached)
    yield compare("start, detached", "attached", one, other)
    stay = [program, words[0], "-d", *words[1:], "sleep", "1000"]
    (started,) = turns(place, count, stay)
    yield Row(f"{count} detached, start of each", statistics.median(started), "ms")
    (listed,) = turns(place, few, [program, "ps", "--root", root])
    yield Row(f"ps of {count}", statistics.median(listed), "ms", bound=50)
    names = place.as_user([program, "ps", "-q", "--root", root]).split()
    (entered,) = turns(place, few, [program, "exec", "--root", root, names[0], "/bin/true"])
    yield Row("exec", statistics.median(entered), "ms")
    supervisors = [int(line) for line in subprocess.run(["pgrep", "-f", f"[s]upervise-worker.*{root}"], check=True, text=True, stdout=subprocess.PIPE).stdout.split()]
    yield Row(f"supervisor, RSS, largest of {count}", max(map(resident, supervisors)), "MB", bound=4)
    place.as_user([program, "rm", "-f", "--root", root, *names])


def images(place, runs, count=300):
    """A store full of images: looking one up must not depend on the others."""
    single = place.sandbox("--userns", "single", store="user/full") + ["/bin/true"]
    turns(place, 1, single)
    place.as_user(["mkdir", place.path("user/small")])
    make = """
        cd "$1"; mkdir tree; cp "$2" tree/true
        for number in $(seq "$3"); do echo "$number" >tree/number; tar -C tree -cf "$number.tar" .; done"""
    place.as_user(["sh", "-ec", make, "sh", place.path("user/small"), place.path("floor"), str(count)])
    time.sleep(2.1)
    for archive in (place.directory / "user/small").glob("*.tar"):
        run = place.sandbox("--userns", "single", store="user/full", image=str(archive)) + ["/true"]
        # The program is only there to be found: it ends with its usage.
        subprocess.run([place.directory / "as-user", *run], check=False, stderr=subprocess.DEVNULL)
    few = place.sandbox("--userns", "single") + ["/bin/true"]
    ours, theirs = turns(place, runs, single, few)
    yield compare(f"start, {count} images in the store", "1 image", ours, theirs)


def resident(pid):
    """Resident memory in MB, as anyone may read it."""
    return field(f"/proc/{pid}/status", "VmRSS")


def private_dirty(pid):
    """Memory in MB that nobody shares; of a process that is not dumpable only root may read it."""
    return field(f"/proc/{pid}/smaps_rollup", "Private_Dirty")


def available():
    """Memory in MB that the machine could still give away."""
    return field("/proc/meminfo", "MemAvailable")


def field(file, name):
    """A line `NAME: N kB` in MB."""
    for line in Path(file).read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1000
    raise LookupError(f"{file} has no {name}")


GROUPS = {
    "start": start, "unpack": unpacking, "root": root, "terminal": terminal, "memory": memory, "size": size, "crowd": crowd, "images": images, "layers": layers,
    "sandboxes": sandboxes, "cgroup": cgroup, "runtime": runtime,
}
