import sys
for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(stream.name, stream.mode, stream.encoding, stream.newlines, stream.fileno(), stream.isatty())
    print(type(stream).__name__, type(stream.buffer).__name__, stream.buffer.raw.name, stream.closed)
print(sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__, sys.stdin is sys.__stdin__)
print(sys.stderr.errors, sys.stderr.line_buffering, sys.stdout.write_through)
print(sys.stdout.buffer.raw.closefd, sys.stdout.seekable(), sys.stdout.readable())
