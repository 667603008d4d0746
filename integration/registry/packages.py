"""One small package for each package manager, as its registry would serve it, and a project that depends on it by a lockfile.

Formats: the npm registry's package metadata and package-lock.json version 3; PEP 503 (simple index) and PEP 427 (wheel);
cargo's sparse index (RFC 2789) and `cargo package` archives; the GOPROXY protocol and module zips (go.dev/ref/mod).
"""

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile

NAME, VERSION = "leftpad", "1.0.0"
GO_MODULE, GO_VERSION = "example.test/leftpad", "v1.0.0"


def tar_gz(files):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text.encode()), 0o644
            archive.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(raw.getvalue(), mtime=0)


def zipped(files):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return raw.getvalue()


def npm(origin):
    manifest = {"name": NAME, "version": VERSION, "main": "index.js"}
    archive = tar_gz({"package/package.json": json.dumps(manifest), "package/index.js": "module.exports = 'npm works';\n"})
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    url = f"{origin}/npm/{NAME}/-/{NAME}-{VERSION}.tgz"
    metadata = {"name": NAME, "dist-tags": {"latest": VERSION},
                "versions": {VERSION: {**manifest, "dist": {"tarball": url, "integrity": integrity}}}}
    needs = {NAME: VERSION}
    lock = {"name": "project", "lockfileVersion": 3, "requires": True,
            "packages": {"": {"name": "project", "dependencies": needs},
                         f"node_modules/{NAME}": {"version": VERSION, "resolved": url, "integrity": integrity}}}
    served = {f"/npm/{NAME}": json.dumps(metadata).encode(), f"/npm/{NAME}/-/{NAME}-{VERSION}.tgz": archive}
    project = {"package.json": json.dumps({"name": "project", "dependencies": needs}), "package-lock.json": json.dumps(lock)}
    return served, project


def pip(_origin):
    info = f"{NAME}-{VERSION}.dist-info"
    files = {f"{NAME}.py": "WORD = 'pip works'\n",
             f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n",
             f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: mino\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    record = "".join(f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}\n"
                     for name, text in files.items())
    wheel = zipped({**files, f"{info}/RECORD": record + f"{info}/RECORD,,\n"})
    name, digest = f"{NAME}-{VERSION}-py3-none-any.whl", hashlib.sha256(wheel).hexdigest()
    page = f"<!DOCTYPE html><html><body><a href=\"{name}#sha256={digest}\">{name}</a></body></html>"
    served = {f"/pip/{NAME}/": page.encode(), f"/pip/{NAME}/{name}": wheel}
    return served, {"requirements.txt": f"{NAME}=={VERSION} --hash=sha256:{digest}\n"}


def cargo(origin):
    manifest = f'[package]\nname = "{NAME}"\nversion = "{VERSION}"\nedition = "2021"\n'
    top = f"{NAME}-{VERSION}"
    crate = tar_gz({f"{top}/Cargo.toml": manifest, f"{top}/src/lib.rs": 'pub const WORD: &str = "cargo works";\n'})
    digest = hashlib.sha256(crate).hexdigest()
    index = {"name": NAME, "vers": VERSION, "deps": [], "cksum": digest, "features": {}, "yanked": False}
    served = {"/cargo/config.json": json.dumps({"dl": f"{origin}/crates/{{crate}}-{{version}}.crate"}).encode(),
              f"/cargo/{NAME[:2]}/{NAME[2:4]}/{NAME}": json.dumps(index).encode() + b"\n",
              f"/crates/{NAME}-{VERSION}.crate": crate}
    registry = f"sparse+{origin}/cargo/"
    lock = (f'version = 3\n\n[[package]]\nname = "{NAME}"\nversion = "{VERSION}"\nsource = "{registry}"\nchecksum = "{digest}"\n\n'
            f'[[package]]\nname = "project"\nversion = "0.1.0"\ndependencies = [\n "{NAME}",\n]\n')
    project = {"Cargo.toml": '[package]\nname = "project"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n'
                             f'{NAME} = {{ version = "{VERSION}", registry = "little" }}\n',
               "Cargo.lock": lock, "src/main.rs": f'fn main() {{ println!("{{}}", {NAME}::WORD); }}\n'}
    return served, project


def directory_hash(files):
    """golang.org/x/mod/sumdb/dirhash, Hash1."""
    lines = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items()))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def go(_origin):
    module = f"module {GO_MODULE}\n\ngo 1.19\n"
    top = f"{GO_MODULE}@{GO_VERSION}"
    files = {f"{top}/go.mod": module, f"{top}/leftpad.go": 'package leftpad\n\nconst Word = "go works"\n'}
    at = f"/go/{GO_MODULE}/@v/"
    served = {at + "list": f"{GO_VERSION}\n".encode(),
              f"{at}{GO_VERSION}.info": json.dumps({"Version": GO_VERSION, "Time": "2020-01-01T00:00:00Z"}).encode(),
              f"{at}{GO_VERSION}.mod": module.encode(), f"{at}{GO_VERSION}.zip": zipped(files)}
    sums = (f"{GO_MODULE} {GO_VERSION} {directory_hash(files)}\n"
            f"{GO_MODULE} {GO_VERSION}/go.mod {directory_hash({'go.mod': module})}\n")
    main = f'package main\n\nimport (\n\t"fmt"\n\n\t"{GO_MODULE}"\n)\n\nfunc main() {{ fmt.Println(leftpad.Word) }}\n'
    project = {"go.mod": f"module example.test/project\n\ngo 1.19\n\nrequire {GO_MODULE} {GO_VERSION}\n", "go.sum": sums, "main.go": main}
    return served, project


MANAGERS = {"npm": npm, "pip": pip, "cargo": cargo, "go": go}
