# what: the other way to a program in the kernel: SO_ATTACH_FILTER and its kin on a socket pair
# layers: seccomp
import ctypes
import socket
import struct

code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0xFFFFFFFF))
program = struct.pack("HxxxxxxP", 1, ctypes.addressof(code))
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    try:
        left, right = socket.socketpair(socket.AF_UNIX, kind)
    except OSError:
        continue
    for name, option, value in (("SO_ATTACH_FILTER", 26, program), ("SO_ATTACH_BPF", 50, struct.pack("i", 0)),
                                ("SO_ATTACH_REUSEPORT_CBPF", 51, program), ("SO_ATTACH_REUSEPORT_EBPF", 52, struct.pack("i", 0)),
                                ("SO_LOCK_FILTER", 44, struct.pack("i", 1))):
        try:
            left.setsockopt(socket.SOL_SOCKET, option, value)
            print("ESCAPED", name, kind)
        except OSError:
            pass
print("contained")
