# what: the same calls with zeros, which some of them take: none may give 0
# layers: seccomp
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)

import errno

REFUSED = (
    (29, 31), (41, 43), (49, 50), (59, 59), (64, 71), (101, 101), (103, 103), (105, 106), (113, 114), (116, 117), (119, 119),
    (122, 123), (126, 126), (134, 136), (139, 139), (142, 142), (144, 144), (149, 156), (159, 159), (161, 161), (163, 185), (188, 190),
    (197, 199), (205, 212), (214, 216), (220, 220), (227, 227), (236, 246), (248, 256), (272, 272), (278, 279), (288, 288), (294, 294),
    (298, 298), (300, 301), (303, 306), (308, 308), (310, 314), (319, 323), (325, 325), (329, 331), (333, 333), (424, 435), (438, 438),
    (440, 440), (442, 448), (450, 451), (453, 469),
) if X86 else (
    (0, 7), (14, 16), (18, 18), (26, 28), (30, 31), (39, 42), (51, 51), (58, 58), (60, 60), (75, 75), (89, 89), (91, 92), (97, 97),
    (104, 106), (112, 112), (116, 119), (142, 147), (149, 149), (151, 152), (159, 159), (161, 162), (170, 171), (180, 198), (200, 203),
    (217, 219), (221, 221), (224, 225), (228, 231), (234, 239), (241, 242), (262, 263), (266, 268), (270, 274), (279, 282), (284, 284),
    (288, 290), (292, 292), (294, 294), (424, 435), (438, 438), (440, 440), (442, 448), (450, 451), (453, 469),
)
for first, last in REFUSED:
    for number in range(first, last + 1):
        for arguments in ((0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0)):
            result = call(number, number, *arguments)
            if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
                print("ESCAPED call", number, "answered", result, ctypes.get_errno())
print("contained")
