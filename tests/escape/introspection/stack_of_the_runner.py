# what: raises through the runner, so that a traceback shows its files and variables
# layers: runner
# expect: exited
import sys


def hook(kind, value, traceback):
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if "_codeexec" in frame.f_code.co_filename:
            print("ESCAPED the runner's frame", frame.f_code.co_name)
    while traceback is not None:
        if "_codeexec" in traceback.tb_frame.f_code.co_filename:
            print("ESCAPED the runner's frame", traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next


sys.excepthook = hook
raise ValueError
