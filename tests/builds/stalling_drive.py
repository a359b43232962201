"""A drive of one folder of equal text files, which leaves some questions without an answer: the raw protocol
of FUSE.

    python stalling_drive.py FOLDER FILES QUESTION…

A question is ``read=3`` or ``look=3`` of the fourth file, or ``list`` or ``stat`` of the folder. This
mounts it, and ends when it is unmounted. Needs the right to mount.
https://docs.kernel.org/filesystems/fuse.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import sys

TEXT = ("县里新修的路通车，人们都去看。" * 20 + "\n").encode()
LOOKUP, GETATTR, OPEN, READ, INIT, OPENDIR, READDIR = 1, 3, 14, 15, 26, 27, 28
FORGET, INTERRUPT, BATCH_FORGET = 2, 36, 42
PARALLEL = 1 << 18  # one look that waits does not hold up the next
QUIET = (18, 25, 29, 30)  # release, flush, releasedir, fsyncdir


def attributes(node: int) -> bytes:
    folder = node == 1
    mode = stat.S_IFDIR | 0o755 if folder else stat.S_IFREG | 0o644
    return struct.pack(
        "<6Q10I", node, 0 if folder else len(TEXT), 8, 1, 1, 1, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0
    )


def serve(device: int, names: dict[bytes, int], stalling: set[str]) -> None:
    def reply(unique: int, data: bytes = b"", error: int = 0) -> None:
        os.write(device, struct.pack("<IiQ", 16 + len(data), -error, unique) + data)

    while True:
        try:
            asked = os.read(device, 1 << 18)
        except OSError:  # unmounted
            return
        _, what, unique, node = struct.unpack_from("<IIQQ", asked)
        body = asked[40:]
        name = body.split(b"\0")[0]
        asked_of = {LOOKUP: f"look={names.get(name, 1) - 2}", READ: f"read={node - 2}", READDIR: "list"}
        if (asked_of | ({GETATTR: "stat"} if node == 1 else {})).get(what) in stalling:
            continue
        if what == INIT:
            reply(unique, struct.pack("<IIIIHHIIHHI28x", 7, 31, 65536, PARALLEL, 12, 9, 65536, 1, 0, 0, 0))
        elif what == LOOKUP:
            found = names.get(name)
            if found:
                reply(unique, struct.pack("<4Q2I", found, 0, 60, 60, 0, 0) + attributes(found))
            else:
                reply(unique, error=errno.ENOENT)
        elif what == GETATTR:
            reply(unique, struct.pack("<QII", 60, 0, 0) + attributes(node))
        elif what in (OPEN, OPENDIR):
            reply(unique, struct.pack("<QII", node, 0, 0))
        elif what == READDIR:
            _, offset, size = struct.unpack_from("<QQI", body)
            listed = b""
            for number, (name, child) in enumerate(names.items(), 1):
                entry = struct.pack("<QQII", child, number, len(name), 8) + name
                entry += b"\0" * (-len(entry) % 8)
                if number > offset and len(listed) + len(entry) <= size:
                    listed += entry
            reply(unique, listed)
        elif what == READ:
            _, offset, size = struct.unpack_from("<QQI", body)
            reply(unique, TEXT[offset : offset + size])
        elif what in QUIET:
            reply(unique)
        elif what not in (FORGET, INTERRUPT, BATCH_FORGET):
            reply(unique, error=errno.ENOSYS)


def main(folder: str, files: str, *stalling: str) -> None:
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40755,user_id={os.getuid()},group_id={os.getgid()}".encode()
    if ctypes.CDLL(None).mount(b"stalling", os.fsencode(folder), b"fuse", 0, options):
        sys.exit("cannot be mounted here")
    sys.stdout.write("mounted\n")
    sys.stdout.flush()
    serve(device, {b"%04d.txt" % n: n + 2 for n in range(int(files))}, set(stalling))


if __name__ == "__main__":
    main(*sys.argv[1:])
