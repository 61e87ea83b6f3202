import resource
print(resource.getrlimit(resource.RLIMIT_CORE)[0] in (0, -1))
