# SPDX-License-Identifier: MIT
"""The policy's rules, as data. docs/policy.md and `codeexec check --explain` say why each one exists.

A rule finds dotted names, and the names are resolved: "os.system" is the function of that module however the program
got hold of it, and never a variable of the program's own that happens to be called os.
"""

DEFAULT_RULES = (
    "process-creation",
    "terminal",
    "native-code",
    "network",
    "interpreter-tampering",
    "filesystem-destruction",
)
STRICT_RULES = DEFAULT_RULES + ("introspection", "code-from-data", "dynamic-import", "too-complex")

PROCESS = (
    "%s starts a process or program, and there is none to start here; do the work in Python "
    "(pathlib, shutil, glob), and use threading or multiprocessing for parallel work"
)
TERMINAL = "%s opens a terminal, and there is none here; read sys.stdin and print instead"
NATIVE = (
    "%s calls native code past the interpreter, which is not for snippets; use struct, array or numpy "
    "for binary data"
)
EXECUTABLE_MEMORY = "%s asks for executable memory, which is never given here; leave PROT_EXEC out"
NETWORK = "%s needs a network, and there is none here; put the data into the program, or feed it to sys.stdin"
TRACING = (
    "%s puts itself between the interpreter and the program; use print, logging or cProfile to see what a program does"
)
MODULES = "%s replaces or drops a module the interpreter itself needs; import modules, and leave sys.modules alone"
SIGNALS = "%s keeps the run's own limits from ending it, or signals other processes; a timeout is set with the request"
DESTRUCTION = "%s destroys files that are not the program's own; only /tmp and /dev/shm can be written to"
INTROSPECTION = (
    "%s reaches into the interpreter's own objects; pass what is needed as arguments, or use the public API of "
    "the object"
)
DATA = "%s turns data into code; use ast.literal_eval, json or csv for data"
EVAL = "%s of a text made at run time turns data into code; use ast.literal_eval, json, or a dict of functions"
IMPORT = "%s of a name made at run time cannot be checked; import the module by name"
TOO_COMPLEX = "nested too deeply to be checked; split the expression or move the data to a literal string"


def words(text):
    return tuple(text.split())


# Naming one of these in any way is a finding: (rule, message, module, names).
USES = (
    (
        "process-creation",
        PROCESS,
        "os",
        words(
            "system popen fork fork1 forkpty posix_spawn posix_spawnp startfile "
            "execl execle execlp execlpe execv execve execvp execvpe "
            "spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe"
        ),
    ),
    (
        "process-creation",
        PROCESS,
        "subprocess",
        words("run call check_call check_output getoutput getstatusoutput"),
    ),
    ("process-creation", PROCESS, "_posixsubprocess", words("fork_exec")),
    ("process-creation", PROCESS, "_winapi", words("CreateProcess")),
    ("process-creation", PROCESS, "commands", words("getoutput getstatusoutput")),
    ("process-creation", PROCESS, "asyncio", words("create_subprocess_exec create_subprocess_shell")),
    ("process-creation", PROCESS, "asyncio.subprocess", words("create_subprocess_exec create_subprocess_shell")),
    ("process-creation", PROCESS, "multiprocessing.util", words("spawnv_passfds")),
    ("process-creation", PROCESS, "webbrowser", words("open open_new open_new_tab")),
    ("process-creation", PROCESS, "distutils.spawn", words("spawn")),
    ("terminal", TERMINAL, "pty", words("spawn fork openpty")),
    ("terminal", TERMINAL, "os", words("openpty login_tty")),
    ("terminal", TERMINAL, "curses", words("initscr wrapper")),
    ("native-code", EXECUTABLE_MEMORY, "mmap", words("PROT_EXEC")),
    ("native-code", NATIVE, "ctypes", words("CDLL PyDLL cdll pydll pythonapi memmove memset string_at")),
    ("native-code", NATIVE, "numpy.ctypeslib", words("load_library")),
    ("native-code", NATIVE, "importlib.machinery", words("ExtensionFileLoader")),
    ("native-code", NATIVE, "_imp", words("create_dynamic exec_dynamic")),
    ("network", NETWORK, "socket", words("create_connection create_server")),
    ("network", NETWORK, "urllib.request", words("urlopen urlretrieve")),
    ("network", NETWORK, "asyncio", words("open_connection start_server")),
    ("interpreter-tampering", SIGNALS, "os", words("killpg")),
    ("interpreter-tampering", SIGNALS, "signal", words("pthread_kill")),
    ("introspection", INTROSPECTION, "gc", words("get_objects get_referrers get_referents")),
    ("introspection", INTROSPECTION, "sys", words("_getframe _current_frames _current_exceptions _getframemodulename")),
    ("introspection", INTROSPECTION, "inspect", words("currentframe stack trace getinnerframes getouterframes")),
    ("code-from-data", DATA, "pickle", words("load loads Unpickler")),
    ("code-from-data", DATA, "marshal", words("load loads")),
    ("code-from-data", DATA, "shelve", words("open")),
    ("code-from-data", DATA, "dill", words("load loads")),
    ("code-from-data", DATA, "cloudpickle", words("load loads")),
    ("code-from-data", DATA, "joblib", words("load")),
    ("code-from-data", DATA, "pandas", words("read_pickle")),
    ("code-from-data", DATA, "types", words("CodeType FunctionType")),
    ("code-from-data", DATA, "code", words("InteractiveInterpreter InteractiveConsole interact")),
    ("code-from-data", DATA, "codeop", words("compile_command")),
    ("code-from-data", DATA, "runpy", words("run_path")),
    ("code-from-data", DATA, "yaml", words("unsafe_load full_load UnsafeLoader")),
)

# The same for classes, which may also be named to tell what something is: in an annotation, or for isinstance().
CLASSES = (
    ("process-creation", PROCESS, "subprocess", words("Popen")),
    ("network", NETWORK, "socket", words("socket")),
    ("network", NETWORK, "http.client", words("HTTPConnection HTTPSConnection")),
    ("network", NETWORK, "http.server", words("HTTPServer ThreadingHTTPServer")),
    ("network", NETWORK, "wsgiref.simple_server", words("make_server")),
    (
        "network",
        NETWORK,
        "socketserver",
        words("TCPServer UDPServer UnixStreamServer ThreadingTCPServer ThreadingUDPServer ForkingTCPServer"),
    ),
    ("network", NETWORK, "xmlrpc.client", words("ServerProxy")),
    ("network", NETWORK, "xmlrpc.server", words("SimpleXMLRPCServer")),
    ("network", NETWORK, "ftplib", words("FTP FTP_TLS")),
    ("network", NETWORK, "smtplib", words("SMTP SMTP_SSL LMTP")),
    ("network", NETWORK, "poplib", words("POP3 POP3_SSL")),
    ("network", NETWORK, "imaplib", words("IMAP4 IMAP4_SSL IMAP4_stream")),
    ("network", NETWORK, "nntplib", words("NNTP NNTP_SSL")),
    ("network", NETWORK, "telnetlib", words("Telnet")),
)

# Importing one of these is a finding: (rule, message, modules).
IMPORTS = (("native-code", NATIVE, words("ctypes _ctypes cffi _cffi_backend")),)

# Calling one of these is a finding if the test says so: (rule, message, module, names, test). The tests are methods of
# the resolver.
CALLS = (
    ("interpreter-tampering", TRACING, "sys", words("settrace setprofile"), "sets_something"),
    (
        "interpreter-tampering",
        TRACING,
        "threading",
        words("settrace setprofile settrace_all_threads setprofile_all_threads"),
        "sets_something",
    ),
    ("interpreter-tampering", MODULES, "sys.modules", words("pop __delitem__ __setitem__"), "names_core_module"),
    ("interpreter-tampering", MODULES, "sys.modules", words("clear popitem"), "always"),
    ("interpreter-tampering", SIGNALS, "signal", words("signal sigaction"), "takes_limit_signal"),
    ("interpreter-tampering", SIGNALS, "os", words("kill"), "signals_others"),
    ("filesystem-destruction", DESTRUCTION, "shutil", words("rmtree"), "destroys_tree"),
    ("filesystem-destruction", DESTRUCTION, "shutil", words("move"), "destroys_file"),
    (
        "filesystem-destruction",
        DESTRUCTION,
        "os",
        words("remove unlink rmdir removedirs rename replace renames truncate chmod chown lchown"),
        "destroys_file",
    ),
    ("filesystem-destruction", DESTRUCTION, "builtins", words("open"), "overwrites_system_file"),
    ("filesystem-destruction", DESTRUCTION, "io", words("open"), "overwrites_system_file"),
    ("code-from-data", EVAL, "builtins", words("eval exec compile"), "is_made_at_run_time"),
    ("dynamic-import", IMPORT, "builtins", words("__import__"), "is_made_at_run_time"),
    ("dynamic-import", IMPORT, "importlib", words("import_module __import__"), "is_made_at_run_time"),
)

# Methods of pathlib paths, with the names they have here.
PATH_METHODS = {
    "unlink": "destroys_file",
    "rmdir": "destroys_file",
    "rename": "destroys_file",
    "replace": "destroys_file",
    "chmod": "destroys_file",
    "write_text": "overwrites",
    "write_bytes": "overwrites",
}

# Assigning to, or deleting, an item of sys.modules is a finding for these modules.
CORE_MODULES = frozenset(
    words(
        "sys builtins os posix io _io importlib _frozen_importlib signal _signal threading _thread gc subprocess "
        "ctypes marshal types abc codecs encodings site warnings traceback linecache socket shutil"
    )
)

# Attributes that are a finding on whatever object.
INTROSPECTION_ATTRIBUTES = frozenset(
    words(
        "__subclasses__ __globals__ __builtins__ __code__ __closure__ __mro__ __bases__ __base__ __getattribute__ "
        "f_back f_globals f_locals f_builtins f_code tb_frame gi_frame gi_code cr_frame cr_code ag_frame ag_code"
    )
)

# Modules by other names.
SAME_MODULE = {
    "posix": "os",
    "nt": "os",
    "_io": "io",
    "_pickle": "pickle",
    "cPickle": "pickle",
    "_signal": "signal",
    "_socket": "socket",
    "_operator": "operator",
    "_functools": "functools",
    "__builtin__": "builtins",
    "__builtins__": "builtins",
    "posixpath": "os.path",
    "pathlib._local": "pathlib",
}

# Modules that others keep under these names: random._os, glob.os, logging.sys.
KEPT_MODULES = {
    "os": "os",
    "_os": "os",
    "sys": "sys",
    "_sys": "sys",
    "posix": "os",
    "subprocess": "subprocess",
    "_subprocess": "subprocess",
    "_posixsubprocess": "_posixsubprocess",
    "builtins": "builtins",
    "__builtins__": "builtins",
    "importlib": "importlib",
    "_importlib": "importlib",
    "socket": "socket",
    "_socket": "socket",
    "ctypes": "ctypes",
    "shutil": "shutil",
    "_shutil": "shutil",
    "pty": "pty",
}
NOT_KEPT = frozenset(["asyncio.subprocess", "socket.socket"])

IMPORTERS = frozenset(
    words(
        "builtins.__import__ importlib.import_module importlib.__import__ importlib._bootstrap._gcd_import "
        "importlib._bootstrap._find_and_load importlib._bootstrap.__import__"
    )
)

# Words without which nothing can be got hold of but by its name.
DYNAMIC_WORDS = words(
    "__import__ import_module importlib _bootstrap modules builtins __builtins__ __self__ eval exec load_module "
    "__loader__ pydoc pkgutil runpy timeit cProfile profile pdb"
)
# The same, but they need the module's name as well.
LOOKUP_WORDS = words(
    "getattr getattr_static vars globals locals __dict__ __getattribute__ attrgetter methodcaller"
)

TEXTS = {
    "string.ascii_lowercase": "abcdefghijklmnopqrstuvwxyz",
    "string.ascii_uppercase": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.ascii_letters": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "string.digits": "0123456789",
    "os.sep": "/",
    "os.path.sep": "/",
    "os.name": "posix",
}

# Modules that so many programs import that they alone are no reason to look at a getattr().
COMMON_MODULES = frozenset([b"sys", b"_sys", b"io", b"_io", b"threading", b"asyncio", b"pathlib", b"time"])

# What is neither a program's own nor anywhere a program would be told to write.
SYSTEM_DIRECTORIES = words("/bin /boot /dev /etc /lib /lib32 /lib64 /libx32 /opt /proc /root /run /sbin /srv /sys /usr /var")
SHARED_DIRECTORIES = words("/ /home /mnt /media /data /tmp/.. ~")
OWN_DIRECTORIES = words("/tmp /dev/shm /var/tmp")
DEVICES = words(
    "/dev/null /dev/zero /dev/full /dev/stdin /dev/stdout /dev/stderr /dev/tty /dev/fd /dev/random /dev/urandom /proc/self"
)


# Functions that destroy or overwrite one file.
FILE_FUNCTIONS = words("open move remove unlink rmdir removedirs rename replace renames truncate chmod chown lchown")
# Counted among a program's words if it names one of the system's directories, in one piece or as a word that says so.
SYSTEM_MARK = b"/"
SYSTEM_TEXTS = tuple(path.encode() for path in SYSTEM_DIRECTORIES)
SYSTEM_WORDS = frozenset(b"etc usr bin sbin boot passwd shadow".split())


class Chosen:
    """The rules in force, indexed by how they are found."""

    def __init__(self, names, added=()):
        names = frozenset(names)
        self.names = names
        self.uses = {}  # "os.system" -> (rule, message)
        self.classes = {}  # "subprocess.Popen" -> (rule, message)
        self.calls = {}  # "os.kill" -> (rule, message, test)
        self.modules = {}  # "ctypes" -> (rule, message)
        self.attributes = INTROSPECTION_ATTRIBUTES if "introspection" in names else frozenset()
        self.destruction = "filesystem-destruction" in names
        self.tampering = "interpreter-tampering" in names
        self.complexity = "too-complex" in names
        self.names_of = {}  # a module -> the words that it may go by
        self.needs = {}  # a word -> the words of which one must be there too for something to be found
        for table, index in ((USES, self.uses), (CLASSES, self.classes)):
            for rule, message, module, leaves in table:
                if rule in names:
                    for leaf in leaves:
                        index[module + "." + leaf] = (rule, message)
                        self.need(module, leaf)
        for rule, message, module, leaves, test in CALLS:
            if rule in names:
                for leaf in leaves:
                    self.calls[module + "." + leaf] = (rule, message, test)
                    self.need(module, leaf)
        for rule, message, modules in IMPORTS:
            if rule in names:
                for module in modules:
                    self.modules[module] = (rule, message)
        for name, message in added:
            self.add(name, message)
        self.hot = frozenset(path.rpartition(".")[2] for index in (self.uses, self.classes) for path in index)
        self.hot_calls = frozenset(path.rpartition(".")[2] for path in self.calls)
        self.index_words()

    def need(self, module, leaf):
        leaf = leaf.encode()
        if module == "builtins":
            self.needs[leaf] = None
            return
        also = self.names_of.get(module)
        if also is None:
            names = [module.rpartition(".")[2]]
            names += [name for table in (SAME_MODULE, KEPT_MODULES) for name in table if table[name] == module]
            also = self.names_of[module] = frozenset([name.encode() for name in names])
        known = self.needs.get(leaf, also)
        self.needs[leaf] = known if known is None or known is also else known | also

    def add(self, name, message):
        """A name that the operator refuses: a module, or something in one, or a builtin."""
        finding = ("custom", message)
        self.uses[name] = finding
        self.modules[name] = finding
        leaf = name.rpartition(".")[2].encode()
        if "." not in name:
            self.uses["builtins." + name] = finding
        self.needs[leaf] = None

    def index_words(self):
        for module in self.modules:
            self.needs[module.rpartition(".")[2].encode()] = None
        for attribute in self.attributes:
            self.needs[attribute.encode()] = None
        modules = frozenset().union(*[also for also in self.needs.values() if also]) - COMMON_MODULES
        for word in LOOKUP_WORDS:
            self.needs.setdefault(word.encode(), None if self.attributes else modules)
        for word in DYNAMIC_WORDS:
            self.needs[word.encode()] = None
        self.needs[b"query"] = frozenset([b"@"])
        # Nothing of the system is destroyed without naming it.
        for leaf in list(PATH_METHODS) + list(FILE_FUNCTIONS) if self.destruction else ():
            self.needs[leaf.encode()] = frozenset([SYSTEM_MARK])
        self.words = frozenset(self.needs)

    def may_be_in(self, present):
        """Whether a program with these words, a set of bytes, can have a finding at all."""
        return any(self.can_matter(word, present) for word in self.words & present)

    def can_matter(self, word, present):
        """Whether one of the words is this one, and whatever makes it matter is there too."""
        if word not in present:
            return False
        also = self.needs.get(word)
        return also is None or not also.isdisjoint(present)


# Functions whose calls are looked into, whatever the rules.
CALLABLES = frozenset(
    words(
        "getattr vars globals locals __import__ import_module _gcd_import _find_and_load load_module attrgetter "
        "methodcaller itemgetter getitem partial reload locate resolve_name __getattribute__ __call__ getattr_static"
    )
)
# Ways to a namespace, and the methods that look something up in it.
NAMESPACE_WORDS = words("vars globals locals __dict__ modules __builtins__ builtins")
LOOKUPS = frozenset(words("get pop setdefault __getitem__"))
