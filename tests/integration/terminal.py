"""A command on a terminal of its own, whose screen is looked at: as much of a VT100 as ncurses asks of one."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import support

# A control sequence, the choice of a character set, a keypad mode, or one character.
PIECE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b[()][0-9A-B]|\x1b[=>78]|(.)", re.DOTALL)


class Screen:
    def __init__(self, rows, columns):
        self.resize(rows, columns)

    def resize(self, rows, columns):
        self.rows, self.columns, self.y, self.x = rows, columns, 0, 0
        self.cells = [[" "] * columns for _ in range(rows)]

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def feed(self, text):
        for arguments, command, letter in PIECE.findall(text):
            if command:
                self.obey(command, [int(number or 0) for number in arguments.strip("?").split(";")])
            elif letter:
                self.put(letter)

    def put(self, letter):
        if letter == "\r":
            self.x = 0
        elif letter == "\n":
            self.y = min(self.y + 1, self.rows - 1)
        elif letter == "\b":
            self.x = max(self.x - 1, 0)
        elif letter >= " ":
            if self.y < self.rows and self.x < self.columns:
                self.cells[self.y][self.x] = letter
            self.x += 1

    def obey(self, command, numbers):
        count = max(numbers[0], 1)
        if command == "H":
            self.y, self.x = count - 1, max(numbers[-1], 1) - 1 if len(numbers) > 1 else 0
        elif command in "AB":
            self.y = min(max(self.y + (count if command == "B" else -count), 0), self.rows - 1)
        elif command in "CD":
            self.x = max(self.x + (count if command == "C" else -count), 0)
        elif command in "JK":
            first = 0 if numbers[0] else self.x
            last = min(self.x + 1, self.columns) if numbers[0] == 1 else self.columns
            if self.y < self.rows:
                self.cells[self.y][first:last] = " " * (last - first)
            if command == "J":
                for row in self.cells[self.y + 1:]:
                    row[:] = " " * self.columns


class Terminal:
    """Runs `tarsier` with those words."""

    def __init__(self, *words, rows=40, columns=100, **env):
        self.raw = ""
        self.screen = Screen(rows, columns)
        self.child, self.fd = pty.fork()
        if self.child == 0:
            # The size is there before the program looks.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(support.TARSIER, [str(support.TARSIER), *words],
                      dict(os.environ, **{"TERM": "vt100", "LC_ALL": "C.UTF-8", **env}))

    def resize(self, rows, columns):
        self.read()
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        """What the screen shows now."""
        while select.select([self.fd], [], [], 0.02)[0]:
            try:
                piece = os.read(self.fd, 65536).decode(errors="replace")
            except OSError:
                break
            self.raw += piece
            self.screen.feed(piece)
        return self.screen.text()

    def wait_for(self, words):
        try:
            support.wait_until(lambda: words in self.read(), words, 15)
        except AssertionError:
            print(self.read())
            raise

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def exit_code(self):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            done, status = os.waitpid(self.child, os.WNOHANG)
            self.read()
            if done:
                return os.waitstatus_to_exitcode(status)
        os.kill(self.child, signal.SIGKILL)
        raise AssertionError("it does not end")
