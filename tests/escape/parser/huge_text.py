# what: a literal of eight megabytes
# layers: supervision, rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory, exited
x = """
#repeat 8000000 x
"""
print("contained")
