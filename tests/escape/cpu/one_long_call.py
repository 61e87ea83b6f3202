# what: never comes back from one call into C, where Python handles no signal
# layers: supervision
# expect: timeout
# request: "timeout": 1
import re

re.match(r"(a*)*(a*)*(a*)*b", "a" * 5000)
