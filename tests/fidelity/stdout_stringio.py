import io, sys
print("before")
sys.stdout = io.StringIO()
print("lost")
