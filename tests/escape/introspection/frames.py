# what: climbs the frames below its own and looks at their variables
# layers: runner
import sys, threading

frames = list(sys._current_frames().values())
frame = sys._getframe()
while frame is not None:
    frames.append(frame)
    frame = frame.f_back
try:
    raise ValueError
except ValueError as problem:
    step = problem.__traceback__
    while step is not None:
        frames.append(step.tb_frame)
        step = step.tb_next
for frame in frames:
    if frame.f_globals is not globals() and "threading" not in frame.f_code.co_filename:
        print("ESCAPED a frame of", frame.f_code.co_filename, list(frame.f_locals))
print("contained")
