# SPDX-License-Identifier: MIT
"""What the policy computes the constants of a program with, and what it knows of paths.

Each operation is the harmless part of the one it stands for, on values of bounded size: what it does not do raises
ValueError, and then the constant is not known.
"""
import _ast

from _codeexec_rules import DEVICES, OWN_DIRECTORIES, SHARED_DIRECTORIES, SYSTEM_DIRECTORIES

MISSING = object()
SIZE_MAX = 4096  # of a constant that is computed


def plain(value):
    if value is MISSING:
        raise ValueError
    return value


def percent(text, values):
    """text % values, for %s, %c and %d without a width."""
    if type(values) is not tuple:
        values = (values,)
    parts = text.split("%")
    result = parts[0]
    values = list(values)
    for part in parts[1:]:
        if part[:1] not in ("s", "c", "d"):
            raise ValueError
        value = values.pop(0)
        if part[0] == "c" and type(value) is int:
            value = chr(value)
        result += str(value) + part[1:]
    return result


def format_text(text, *values, **named):
    """text.format(...), for plain fields."""
    result = ""
    automatic = 0
    while text:
        before, brace, text = text.partition("{")
        if "}" in before:
            raise ValueError
        result += before
        if not brace:
            break
        field, brace, text = text.partition("}")
        if not brace or "{" in field:
            raise ValueError
        if field in named:
            result += str(named[field])
            continue
        if field == "":
            field = automatic
            automatic += 1
        result += str(values[int(field)])
    return result


def decode_base64(data, *rest):
    if type(data) is str:
        data = data.encode("ascii")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    alphabet += b"-_" if b"-" in data or b"_" in data else b"+/"
    bits = count = 0
    result = bytearray()
    for byte in data:
        if byte == 0x3D:
            break
        at = alphabet.find(byte)
        if at < 0:
            continue
        bits = bits << 6 & 0xFFFFFF | at
        count += 6
        if count >= 8:
            count -= 8
            result.append(bits >> count & 0xFF)
    return bytes(result)


def rotate(text):
    result = ""
    for letter in text:
        if "a" <= letter <= "z":
            letter = chr((ord(letter) - 97 + 13) % 26 + 97)
        elif "A" <= letter <= "Z":
            letter = chr((ord(letter) - 65 + 13) % 26 + 65)
        result += letter
    return result


def decode(data, encoding="utf-8", errors="strict"):
    name = encoding.lower().replace("_", "").replace("-", "")
    if name in ("rot13",):
        return rotate(data)
    if name in ("hex", "hexcodec"):
        return bytes.fromhex(data.decode("ascii") if type(data) is bytes else data)
    if name in ("base64", "base64codec"):
        return decode_base64(data)
    if name not in ("utf8", "ascii", "latin1", "iso88591", "utf16", "utf16le", "utf16be"):
        raise ValueError
    return data.decode(encoding, errors)


def encode(data, encoding="utf-8", errors="strict"):
    if encoding.lower().replace("_", "").replace("-", "") == "rot13":
        return rotate(data)
    if encoding.lower().replace("_", "").replace("-", "") not in ("utf8", "ascii", "latin1"):
        raise ValueError
    return data.encode(encoding, errors)


def replace(text, old, new, *count):
    if len(new) * (len(text) + 1) > 1 << 20:
        raise ValueError
    return text.replace(old, new, *count)


def join_texts(separator, items):
    if type(items) not in (tuple, str) or len(separator) * len(items) > 1 << 16:
        raise ValueError
    return separator.join(items)


def to_bytes(value, *encoding):
    if type(value) is int:
        raise ValueError
    return bytes(value, *encoding) if type(value) is str else bytes(value)


def join(parts):
    """As os.path.join and pathlib have it: an absolute part begins anew."""
    result = ""
    for part in parts:
        if type(part) is tuple and part[:1] == ("/",):
            part = part[1]
        if type(part) is not str:
            raise ValueError
        if part.startswith("/") or not result:
            result = part
        else:
            result = result.rstrip("/") + "/" + part
    return result


def normal(path):
    """An absolute path without `.`, `..` and double slashes; others as they are."""
    if not path.startswith("/"):
        return path.rstrip("/") if path.startswith("~") else ""
    parts = []
    for part in path.split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def below(path, directories):
    return any(path == one or path.startswith(one + "/") for one in directories)


def is_system(path):
    path = normal(path)
    return path != "" and below(path, SYSTEM_DIRECTORIES) and not below(path, OWN_DIRECTORIES + DEVICES)


def is_shared(path):
    path = normal(path)
    return path in SHARED_DIRECTORIES or (path.startswith("/home/") and path.count("/") == 2)


def to_text(*values):
    if not values:
        return ""
    if type(values[0]) is bytes:
        return decode(*values) if len(values) > 1 else str(values[0])
    if len(values) > 1 or type(values[0]) not in (str, int, bool, float, type(None)):
        raise ValueError
    return str(values[0])


METHODS = {
    "join": join_texts,
    "format": format_text,
    "replace": replace,
    "decode": decode,
    "encode": encode,
    "hex": lambda data: data.hex(),
    "split": lambda text, *rest: tuple(text.split(*rest)),
    "fromhex": lambda receiver, text: bytes.fromhex(text),
}
for _name in "lower upper casefold swapcase title capitalize strip lstrip rstrip removeprefix removesuffix".split():
    METHODS[_name] = lambda text, *rest, _name=_name: getattr(text, _name)(*rest)

FUNCTIONS = {
    "builtins.chr": chr,
    "builtins.ord": ord,
    "builtins.str": to_text,
    "builtins.int": int,
    "builtins.len": len,
    "builtins.bytes": to_bytes,
    "builtins.bytearray": to_bytes,
    "builtins.list": lambda items=(): tuple(items),
    "builtins.tuple": lambda items=(): tuple(items),
    "builtins.reversed": lambda items: tuple(items[::-1]),
    "builtins.bytes.fromhex": bytes.fromhex,
    "builtins.bytearray.fromhex": bytes.fromhex,
    "builtins.str.join": join_texts,
    "builtins.bytes.decode": decode,
    "builtins.str.lower": lambda text: text.lower(),
    "base64.b64decode": decode_base64,
    "base64.standard_b64decode": decode_base64,
    "base64.urlsafe_b64decode": decode_base64,
    "base64.decodebytes": decode_base64,
    "base64.b16decode": lambda data: bytes.fromhex(data.decode("ascii") if type(data) is bytes else data),
    "binascii.a2b_base64": decode_base64,
    "binascii.unhexlify": lambda data: bytes.fromhex(data.decode("ascii") if type(data) is bytes else data),
    "binascii.a2b_hex": lambda data: bytes.fromhex(data.decode("ascii") if type(data) is bytes else data),
    "codecs.decode": decode,
    "codecs.encode": encode,
    "os.path.join": lambda *parts: join(parts),
    "os.path.abspath": lambda path: path,
    "os.path.normpath": lambda path: path,
    "os.path.realpath": lambda path: path,
    "os.path.expanduser": lambda path: path,
    "os.fspath": lambda path: path,
    "os.fsdecode": lambda path: path,
}
PATH_CLASSES = frozenset(["pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "pathlib.PurePosixPath"])

OPERATIONS = {
    _ast.Add: lambda left, right: left + right,
    _ast.Sub: lambda left, right: left - right,
    _ast.BitXor: lambda left, right: left ^ right,
    _ast.FloorDiv: lambda left, right: left // right,
    _ast.Mod: lambda left, right: left % right,
}
