class Shell:
    def system(self, command): return "not run: " + command
os = Shell()
print(os.system("ls"))
def popen(x): return x
print(popen("x"))
