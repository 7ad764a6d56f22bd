"""reuse.py SUPERVISOR DIRECTORY: asks a supervisor for its sandbox in the name of another process.

A child connects and is gone before the supervisor looks, and its PID is another process's by then: one that may enter.
Prints how many descriptors came. For root: the kernel's next PID is set.
"""
import os
import signal
import socket
import subprocess
import sys

supervisor = int(sys.argv[1])

# A socket's path has 107 bytes at the most.
os.chdir(sys.argv[2])
os.kill(supervisor, signal.SIGSTOP)


def stopped(task):
    """The field behind the name is the state (proc_pid_stat(5))."""
    with open(f"/proc/{supervisor}/task/{task}/stat") as status:
        return status.read().rsplit(")", 1)[1].split()[0] == "T"


while not all(stopped(task) for task in os.listdir(f"/proc/{supervisor}/task")):
    pass
while True:
    asking = socket.socket(socket.AF_UNIX)
    child = os.fork()
    if child == 0:
        asking.connect("socket")
        os._exit(0)
    os.waitpid(child, 0)
    with open("/proc/sys/kernel/ns_last_pid", "w") as last:
        last.write(str(child - 1))
    other = subprocess.Popen(["sleep", "1000"], stdout=subprocess.DEVNULL)
    if other.pid == child:
        break

    # Somebody else has started a process first.
    other.kill()
    other.wait()
    asking.close()
os.kill(supervisor, signal.SIGCONT)
received = 0
while True:
    data, descriptors, _, _ = socket.recv_fds(asking, 1, 16)
    if not data:
        break
    received += len(descriptors)
other.kill()
other.wait()
print(received)
