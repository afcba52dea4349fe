"""A network camera of others: GStreamer's RTSP server, showing the picture that lies in a file.

It runs in the system's own Python, whose GObject bindings Debian delivers; nothing of the program
is in it. It is stopped and killed as a camera stands still and loses its power.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

_SYSTEM_PYTHON = "/usr/bin/python3"
_SERVER = """
import sys
import gi
gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory()
factory.set_shared(True)
factory.set_launch(
    f"( multifilesrc location={sys.argv[2]} loop=true"
    " caps=image/jpeg,framerate=25/1,width=640,height=480"
    " ! identity sleep-time=40000 ! rtpjpegpay name=pay0 )"
)
server.get_mount_points().add_factory("/live", factory)
assert server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
"""


class RtspCameraPeer:
    """Serves ``/live``: pictures of 640 x 480, 25 a second. Needs gir1.2-gst-rtsp-server-1.0,
    python3-gi and gstreamer1.0-plugins-good: without them this is a failure."""

    def __init__(self, folder: Path, picture: bytes) -> None:
        folder.mkdir(exist_ok=True)
        self._file = folder / "seen.jpg"
        self._log = folder / "server.log"
        self.show(picture)
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self.switch_on()

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self._port}/live"

    def show(self, picture: bytes) -> None:
        """What lies before the camera from now on."""
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(picture)
        fresh.replace(self._file)

    def stall(self) -> None:
        """Stays connected and sends nothing more."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def switch_off(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def switch_on(self) -> None:
        """Answers again, at the same address."""
        words = [_SYSTEM_PYTHON, "-c", _SERVER, str(self._port), str(self._file)]
        with self._log.open("a") as log:
            self._process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._process.stdout is not None
        told = self._process.stdout.readline().strip()
        assert told.isdigit(), f"no RTSP server here: {self._log.read_text()}"
        self._port = int(told)

    def _signal(self, what: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, what)
