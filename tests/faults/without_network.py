"""`python -m tests.faults.without_network FOLDER`, in a network of its own (unshare -n): the service
begins without any network, and gets it after three days. Prints as JSON what was seen.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.desk import KETTLE, held
from tests.daemon.conftest import eventually
from tests.hard.arrivals import titles_of
from tests.hard.machine import machine


def network(state: str) -> None:
    """Without an address a connection is refused at once: "Network is unreachable"."""
    if state == "down":
        subprocess.run(["ip", "address", "flush", "dev", "lo"], check=True, timeout=10)
    subprocess.run(["ip", "link", "set", "lo", state], check=True, timeout=10)


def main(folder: Path) -> None:
    network("up")
    with machine(folder) as found:
        place = found.place
        found.cainiao.script(held())
        place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
        place.at(1)
        network("down")
        process = place.start(WAKING="0")
        for day in (1.5, 2.5, 3.9):
            failed = place.err.count("cainiao failed")
            place.at(day)
            eventually(lambda n=failed: place.err.count("cainiao failed") > n, f"day {day} failed")
        eventually(lambda: "channel phone" in place.err, "the word of it could not be sent")
        owed = [f"{a['rule']}:{a['state']}" for a in place.desk.alerts()]
        heard_without = [m.title for m in found.phones["phone"].messages]
        network("up")
        place.at(4)
        eventually(lambda: len(place.told("clearance")) > 1, "what was missed was told")
        sys.stdout.write(
            json.dumps(
                {
                    "alive": process.poll() is None,
                    "owed": owed,
                    "heard_without": heard_without,
                    "log": place.err,
                    "heard": {
                        name: [title for m in phone.messages for title in titles_of(m)]
                        for name, phone in found.phones.items()
                    },
                }
            )
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
