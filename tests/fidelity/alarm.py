import signal, time
def rang(number, frame):
    print("rang", number, frame.f_code.co_name)
signal.signal(signal.SIGALRM, rang)
signal.setitimer(signal.ITIMER_REAL, 0.02)
time.sleep(0.1)
print("slept")
