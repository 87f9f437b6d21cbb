#!/usr/bin/python3
"""How long the window takes to its first paint, and the memory it holds with a large file open, both against an empty window in the same run.

HABILIS_WINDOW_BINARY, HABILIS_EMPTY_BINARY: the two programs. HABILIS_TRACE_DATA: a folder made by `habilis demo --size l` with the passphrase
HABILIS_TRACE_PASSPHRASE. Prints the medians; fails above 1.25 times (paint) or 1.7 times (memory).
"""

import mmap
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import window

ROUNDS = 7
EMPTY = os.environ["HABILIS_EMPTY_BINARY"]
FOLDER = os.environ["HABILIS_TRACE_DATA"]
PASSPHRASE = os.environ["HABILIS_TRACE_PASSPHRASE"]


class Screen:
    """The pixels of the display, read where Xvfb keeps them: an X window dump, white until somebody paints."""

    def __init__(self, folder):
        with open(pathlib.Path(folder) / "Xvfb_screen0", "rb") as f:
            self.dump = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack(">25I", self.dump[:100])
        self.start, self.line, self.height = header[0] + header[19] * 12, header[12], header[5]

    def written(self):
        """Whether text stands there: dark pixels on a good many lines."""
        lines = 0
        for y in range(0, self.height, 2):
            at = self.start + y * self.line
            line = self.dump[at:at + self.line]
            if min(line[0::4]) < 150 and min(line[1::4]) < 150 and min(line[2::4]) < 150:
                lines += 1
                if lines >= 5:
                    return True
        return False


def paint(screen, words):
    while screen.written():
        time.sleep(0.05)  # the window before it is still going
    began = time.monotonic()
    p = window.start(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not screen.written():
        if time.monotonic() - began > 60:
            raise AssertionError("nothing was painted in a minute")
        time.sleep(0.004)
    return p, time.monotonic() - began


def tree(pid):
    """The processes that one started, itself included."""
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    todo, found = [pid], []
    while todo:
        one = todo.pop()
        found.append(one)
        todo.extend(children.get(one, []))
    return found


def memory(pid):
    """Megabytes, each shared page counted by its share."""
    total = 0
    for one in tree(pid):
        try:
            for line in pathlib.Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1024


def held(screen):
    """The memory of an empty window, and of Habilis signed in with its list of structures on screen. Without the accessibility bus, which makes
    WebKit keep every page twice: what is on screen is read off the picture."""
    p, _ = paint(screen, [EMPTY])
    time.sleep(3)
    empty = memory(p.pid)
    window.stop(p)
    p, _ = paint(screen, [window.BINARY, "--data", FOLDER])
    time.sleep(1)
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Habilis$"], check=True, capture_output=True, text=True)
    subprocess.run(["xdotool", "windowfocus", found.stdout.split()[0]], check=True)
    window.write("paul.durand@exemple.example")
    window.key("Tab")
    window.write(PASSPHRASE)
    window.key("Return")
    time.sleep(4)
    window.key("Tab", "Tab", "Return")  # the first figure of the home page: the structures
    time.sleep(5)
    full = memory(p.pid)
    window.picture()
    window.stop(p)
    return empty, full


def main():
    folder = tempfile.mkdtemp(prefix="habilis-screen-")
    window.folders.append(folder)
    window.display("-fbdir", folder, "-wr")
    screen = Screen(folder)
    figures = {EMPTY: [], window.BINARY: []}
    for _ in range(ROUNDS):
        for words in ([EMPTY], [window.BINARY, "--data", FOLDER]):
            p, seconds = paint(screen, words)
            figures[words[0]].append(seconds)
            time.sleep(0.3)
            window.stop(p)
    empty, full = (statistics.median(figures[b]) for b in (EMPTY, window.BINARY))
    print(f"first paint: empty {empty * 1000:.0f} ms, Habilis {full * 1000:.0f} ms, {full / empty:.2f} times")
    bare, open_ = held(screen)
    print(f"memory: empty {bare:.0f} MB, Habilis with the file open {open_:.0f} MB, {open_ / bare:.2f} times")
    return full <= 1.25 * empty and open_ <= 1.7 * bare


try:
    good = main()
finally:
    window.end()
sys.exit(0 if good else 1)
