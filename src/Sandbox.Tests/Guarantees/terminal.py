"""Runs a program on a terminal that is its controlling one. What it shows goes to standard output; a line on standard
input is an order: type HEX, resize ROWS COLUMNS, modes, close."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

program, terminal = pty.fork()
if program == 0:
    # What python ignores for itself, its programs would.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])


def resize(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


def modes():
    raw = not termios.tcgetattr(terminal)[3] & (termios.ICANON | termios.ECHO | termios.ISIG)
    os.write(1, b"<raw>\n" if raw else b"<cooked>\n")


def close():
    global terminal
    os.close(terminal)
    terminal = -1


orders = {"type": lambda text: os.write(terminal, bytes.fromhex(text)), "resize": resize, "modes": modes, "close": close}
told = b""
while terminal >= 0:
    ready = select.select([0, terminal], [], [])[0]
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            shown = b""
        if not shown:
            break
        os.write(1, shown)
    elif 0 in ready:
        part = os.read(0, 65536)
        if not part:
            break
        told += part
        *lines, told = told.split(b"\n")
        for line in lines:
            name, *words = line.decode().split()
            orders[name](*words)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(program, 0)[1]) & 0xFF)
