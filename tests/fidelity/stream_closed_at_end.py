# A stream of the program is closed when it is dropped, in an interpreter without paths and finders.
import io
import sys


class Stream(io.RawIOBase):
    def close(self):
        if not self.closed:
            print("closed", sys.path is None, sys.argv is None, sys.meta_path is None)
        super().close()


stream = Stream()
