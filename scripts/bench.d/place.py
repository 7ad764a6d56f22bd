"""Where measurements run: programs and images that the measured user can reach, and file systems to write to."""
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import layers

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).resolve().parent


class Place:
    """A directory of its own under /var/tmp, removed at the end. Root measures as the user of scripts/as-user."""

    def __init__(self):
        self.root = os.geteuid() == 0
        self.directory = Path(tempfile.mkdtemp(prefix="sandbox-bench.", dir="/var/tmp"))
        self.image = str(self.directory / "debian.tar")

    def __enter__(self):
        self.directory.chmod(0o755)
        (self.directory / "user").mkdir()
        shutil.copy(REPOSITORY / "artifacts/sandbox", self.directory)
        shutil.copy(REPOSITORY / "scripts/as-user", self.directory)
        for program in ("turns", "crowd", "floor", "ptycopy"):
            compile = ["gcc", "-O2", "-static", "-o", self.directory / program, SOURCES / f"{program}.c"]
            subprocess.run(compile, check=True)
        self.give(self.directory / "user")
        # A file that changed less than two seconds ago is not looked up by its times: another write could still come.
        for image in ("debian.tar", "debian.tar.gz", "debian.tar.zst"):
            shutil.copy(REPOSITORY / "artifacts/images" / image, self.directory)
        time.sleep(2.1)
        return self

    def path(self, name):
        return str(self.directory / name)

    def give(self, path):
        """Makes the measured user the owner."""
        if self.root:
            self.as_user(["true"])
            shutil.chown(path, "sandbox-test", "sandbox-test")

    def __exit__(self, *failure):
        self.remove(self.directory)

    def remove(self, directory):
        """What a store holds may belong to subordinate ids: only root, or a user namespace with the same map, can remove it."""
        enter = [] if self.root else ["unshare", "--map-users=auto", "--map-groups=auto", "--map-root-user"]
        subprocess.run([*enter, "rm", "-rf", directory], check=True)

    def as_user(self, command):
        """Runs a command without privileges to its end and returns what it wrote."""
        command = [self.directory / "as-user", *command]
        return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout

    def start_as_user(self, command):
        """The same, left running. Every program on the way executes the next one, so the pid is the command's."""
        command = [self.directory / "as-user", *command]
        return subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def sandbox(self, *arguments, store="user/store", image=None):
        """`sandbox run ARGUMENTS IMAGE --`, the Debian image if none is named; a command has to follow."""
        return [self.path("sandbox"), "run", "--quiet", "--root", self.path(store), *arguments, image or self.image, "--"]

    def tree(self):
        """The Debian image as a directory, for those that take nothing else."""
        tree = self.directory / "user/tree"
        if not tree.exists():
            self.as_user(["mkdir", tree])
            self.as_user(unpack(self.image, tree))
        return str(tree)

    def archive(self, name):
        """One of the images of many layers (layers.py), made at the first need and kept."""
        images = REPOSITORY / "artifacts/images"
        layers.make(images, images / "debian.tar")
        archive = self.directory / f"{name}.oci.tar"
        if not archive.exists():
            shutil.copy(images / archive.name, archive)
            time.sleep(2.1)
        return str(archive)

    def layout(self):
        """The image of ten layers as umoci takes it: an image layout in a directory."""
        layout = self.directory / "user/layout"
        if not layout.exists():
            self.as_user(["mkdir", layout])
            self.as_user(["tar", "-C", layout, "-xf", self.archive("ten")])
        return layout

    def floor(self):
        """The least that a start can cost (floor.c), on the same tree."""
        scratch = self.directory / "user/scratch"
        if not scratch.exists():
            self.as_user(["mkdir", scratch])
        return [self.path("floor"), self.tree(), str(scratch), "/bin/true"]

    @contextlib.contextmanager
    def fresh(self, kind, megabytes=4096):
        """An empty file system, owned by the measured user. Its disk is memory: what is compared is not the disk."""
        memory = Path(tempfile.mkdtemp(prefix="sandbox-bench.", dir="/dev/shm"))
        memory.chmod(0o755)
        mount = memory / "mount"
        mount.mkdir()
        try:
            if kind == "ext4":
                self.mount_ext4(memory / "disk", mount, megabytes)
            self.give(mount)
            yield mount
        finally:
            if kind == "ext4":
                self.unmount(mount)
            self.remove(memory)

    @staticmethod
    def unmount(mount):
        """A run returns before what it unpacked is on the disk, and goes on syncing: so this may have to wait."""
        while subprocess.run(["umount", mount], check=False, stderr=subprocess.DEVNULL).returncode != 0:
            time.sleep(0.1)

    @staticmethod
    def mount_ext4(disk, mount, megabytes):
        """Formats and mounts it, without the lazy parts: a kernel thread would write them while the clock runs."""
        with disk.open("wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", disk], check=True)
        subprocess.run(["mount", "-o", "loop", disk, mount], check=True)


def unpack(archive, directory):
    """GNU tar as a user calls it. Device nodes are left out: as a user it would fail on them."""
    how = {".gz": ["--gzip"], ".zst": ["--zstd"]}.get(Path(archive).suffix, [])
    return ["tar", "-C", str(directory), "--exclude=./dev/*", *how, "-xf", str(archive)]
