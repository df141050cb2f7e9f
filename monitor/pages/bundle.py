"""The kit as one ZIP: the page, the timeline as a table, the answers, and the hashes of them all."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

FILE = 0o100600  # an ordinary file that its owner alone reads
UNIX = 3  # by whose rules a mode is meant
SUMS = "SHA256SUMS"


def bundle(files: Mapping[str, bytes], made: datetime) -> bytes:
    """A ZIP of these files by their names within it, with `SHA256SUMS`, which `sha256sum -c` reads.

    The same files at the same moment (UTC) make the same bytes.
    """
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    sums = "".join(f"{digest}  {name}\n" for name, digest in hashes.items())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, SUMS: sums.encode()}.items():
            entry = zipfile.ZipInfo(name, made.timetuple()[:6])
            entry.external_attr, entry.create_system = FILE << 16, UNIX
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
