# what: ends with the exit code that others use for "killed", to be taken for a limit's victim
# layers: supervision
# expect: exited
import os

os._exit(137)
