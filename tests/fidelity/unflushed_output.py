import sys
sys.stdout.write("no newline, never flushed")
sys.stderr.write("neither here")
