"""`python -m parcels_example.server`: the API of Example Post, on this machine and for trials only."""

from __future__ import annotations

import argparse
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

CIRCLE = [
    ("2026-08-24T09:00:00+08:00", "EX10", "Parcel collected", "Yiwu", "CN"),
    ("2026-08-27T06:00:00+02:00", "EX30", "Arrived at sorting centre", "Leipzig", "DE"),
    ("2026-08-28T06:00:00+02:00", "EX30", "Arrived at sorting centre", "Kassel", "DE"),
    ("2026-08-29T06:00:00+02:00", "EX30", "Arrived at sorting centre", "Leipzig", "DE"),
    ("2026-08-30T06:00:00+02:00", "EX30", "Arrived at sorting centre", "Kassel", "DE"),
    ("2026-08-31T06:00:00+02:00", "EX30", "Arrived at sorting centre", "Leipzig", "DE"),
]
PARCELS = {"EX000000018XA": CIRCLE, "EX000000027XA": CIRCLE[:2]}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            self._send(401, {"error": "no token"})
        elif asked.path != "/parcels":
            self._send(404, {"error": "no such page"})
        else:
            numbers = parse_qs(asked.query).get("ids", [""])[0].split(",")
            self._send(200, {"parcels": [_parcel(number) for number in numbers]})

    def _send(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - given by http.server
        """Says nothing."""


def _parcel(number: str) -> dict[str, object]:
    if number not in PARCELS:
        return {"id": number, "known": False}
    keys = ("when", "code", "what", "where", "country")
    return {"id": number, "scans": [dict(zip(keys, scan, strict=True)) for scan in PARCELS[number]]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    with HTTPServer(("127.0.0.1", parser.parse_args().port), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201 - what it is for
        server.serve_forever()


if __name__ == "__main__":
    main()
