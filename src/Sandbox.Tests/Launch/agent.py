#!/usr/bin/env python3
"""agent.py SOCKET: a seccomp agent for one sandbox.

Prints "ready", then the container process state that it is sent with a listener, then a line for each call that it is asked
about. mkdir and mkdirat fail with EDQUOT; every other call goes on.
"""
import fcntl
import os
import socket
import struct
import sys

SECCOMP_IOCTL_NOTIF_RECV, SECCOMP_IOCTL_NOTIF_SEND = 0xC0502100, 0xC0182101
SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1
EDQUOT = 122
MAKING_DIRECTORIES = (83, 258)

with socket.socket(socket.AF_UNIX) as waiting:
    waiting.bind(sys.argv[1])
    os.chmod(sys.argv[1], 0o777)
    waiting.listen(1)
    print("ready", flush=True)
    connection, _ = waiting.accept()
    state, descriptors, _, _ = socket.recv_fds(connection, 65536, 2)
    closed = connection.recv(1) == b""
    print(state.decode(), len(descriptors), "closed" if closed else "open", flush=True)
    while True:
        request = bytearray(80)
        try:
            fcntl.ioctl(descriptors[0], SECCOMP_IOCTL_NOTIF_RECV, request)
            identity, _, _, call = struct.unpack_from("<QIIi", request)
            print("call", call, flush=True)
            refused = call in MAKING_DIRECTORIES
            answer = struct.pack("<QqiI", identity, 0, -EDQUOT if refused else 0, 0 if refused else SECCOMP_USER_NOTIF_FLAG_CONTINUE)
            fcntl.ioctl(descriptors[0], SECCOMP_IOCTL_NOTIF_SEND, bytearray(answer))
        except FileNotFoundError:
            # Nobody is left who is bound by the filter, or who asked.
            break
