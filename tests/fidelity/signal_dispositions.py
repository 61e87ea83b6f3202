import signal
for name in ("SIGINT", "SIGTERM", "SIGPIPE", "SIGXFSZ", "SIGHUP", "SIGCHLD", "SIGALRM", "SIGUSR1"):
    handler = signal.getsignal(getattr(signal, name))
    print(name, getattr(handler, '__name__', handler))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
