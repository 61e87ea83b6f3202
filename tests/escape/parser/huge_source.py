# what: a source of four megabytes in three hundred thousand statements
# layers: supervision, rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory, exited, timeout
# request: "timeout": 20
#repeat 300000 x = 'abc'\n
print("contained")
