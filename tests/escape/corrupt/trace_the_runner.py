# what: traces and profiles the runner's own end, and raises in the middle of it
# layers: supervision
# expect: exited, signaled, contained
import sys


def trace(frame, event, argument):
    if "_codeexec" in frame.f_code.co_filename:
        frame.f_globals.clear()
        raise SystemExit(5)
    return trace


print("contained")
sys.setprofile(trace)
sys.settrace(trace)
