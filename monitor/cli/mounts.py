"""What kind of file system a path lies on, from Linux's own list of mounts."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")  # proc(5)
# Shared over a network, where the locks and the shared memory of a SQLite log do not hold.
NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "coda", "ceph", "lustre"),
        *("gpfs", "glusterfs", "ocfs2", "gfs2", "davfs", "beegfs", "orangefs", "fuse.sshfs"),
        *("fuse.glusterfs", "fuse.rclone", "fuse.davfs", "fuse.s3fs", "fuse.cephfs"),
    }
)
_ESCAPED = r"\\([0-7]{3})"


def kind_of(path: Path, mounts: str | None = None) -> str:
    """The type of the file system that holds `path`, such as ext4 or nfs4; "" where unknown.

    `mounts` is the text of mountinfo, by default that of this process. Of several mounts on one
    place the last one hides the others.
    """
    wanted = path.resolve()
    found, depth = "", -1
    for line in (_listed() if mounts is None else mounts).splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5 or not after:  # noqa: PLR2004 - the mount point is the fifth
            continue
        place = Path(re.sub(_ESCAPED, lambda octal: chr(int(octal[1], 8)), fields[4]))
        if wanted.is_relative_to(place) and len(place.parts) >= depth:
            found, depth = after.split(" ")[0], len(place.parts)
    return found


def _listed() -> str:
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
