"""Makes images in the form of OCI archives: of many layers, each with the files of a Debian tree in a directory of its own."""
import gzip
import hashlib
import io
import json
import multiprocessing
import tarfile
from pathlib import Path

CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def debian(source, number, most):
    """The Debian tree, as it is for layer 0; else about `most` bytes of its files below /layerN, with other bytes in them."""
    if number == 0:
        return Path(source).read_bytes()
    # The same number added to each byte: files that compress as well and are not the same.
    shift = bytes((byte + number) % 256 for byte in range(256))
    out = io.BytesIO()
    with tarfile.open(source) as tree, tarfile.open(fileobj=out, mode="w") as layer:
        for entry in tree:
            if out.tell() > most:
                break
            if entry.isdir() or entry.isreg():
                data = tree.extractfile(entry).read().translate(shift) if entry.isreg() else None
                entry.name = f"layer{number}/{entry.name}"
                layer.addfile(entry, io.BytesIO(data) if data is not None else None)
    return out.getvalue()


def small(number):
    """A layer with one small file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as layer:
        entry = tarfile.TarInfo(f"file{number}")
        entry.size = 4
        layer.addfile(entry, io.BytesIO(b"%04d" % number))
    return out.getvalue()


def compressed(arguments):
    source, number, most = arguments
    layer = debian(source, number, most)
    return sha256(layer), gzip.compress(layer, 6, mtime=0)


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def write(path, layers, kind):
    """An OCI archive of (diff_id, blob) pairs."""
    config = json.dumps({"os": "linux", "architecture": "amd64", "config": {"Cmd": ["/bin/true"]},
                         "rootfs": {"type": "layers", "diff_ids": [diff_id for diff_id, _ in layers]}}).encode()
    describe = lambda media_type, data: {"mediaType": media_type, "digest": sha256(data), "size": len(data)}
    manifest = json.dumps({"schemaVersion": 2, "config": describe(CONFIG, config), "layers": [describe(kind, blob) for _, blob in layers]}).encode()
    index = json.dumps({"schemaVersion": 2, "manifests": [describe(MANIFEST, manifest) | {"annotations": {"org.opencontainers.image.ref.name": "bench"}}]}).encode()
    temporary = Path(f"{path}.new")
    with tarfile.open(temporary, "w") as archive:
        members = {f"blobs/sha256/{sha256(blob)[7:]}": blob for blob in [config, manifest, *(blob for _, blob in layers)]}
        for name, data in {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": index, **members}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    temporary.rename(path)


def make(directory, source):
    """ten.oci.tar (about 500 MB), other.oci.tar (nine of its layers and one of its own), hundred.oci.tar and one.oci.tar; made once."""
    directory = Path(directory)
    if not (directory / "one.oci.tar").exists():
        with multiprocessing.Pool(2) as pool:
            layers = pool.map(compressed, [(source, number, 145_000_000) for number in range(11)], chunksize=1)
        write(directory / "ten.oci.tar", layers[:10], LAYER + "+gzip")
        write(directory / "other.oci.tar", [*layers[:9], layers[10]], LAYER + "+gzip")
        tree = debian(source, 0, 0)
        plain = lambda blobs: [(sha256(blob), blob) for blob in blobs]
        write(directory / "hundred.oci.tar", plain([tree, *(small(number) for number in range(1, 100))]), LAYER)
        write(directory / "one.oci.tar", plain([tree]), LAYER)


if __name__ == "__main__":
    import sys
    make(*sys.argv[1:])
