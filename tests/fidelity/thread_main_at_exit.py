# Once threading was shut down the main thread is over, and nothing more can be registered: what atexit calls sees that.
import atexit
import threading


def late():
    print("alive", threading.main_thread().is_alive())
    try:
        threading._register_atexit(print, "never")
        print("accepted")
    except RuntimeError as problem:
        print("refused:", problem)


atexit.register(late)
