/* SPDX-License-Identifier: MIT */
/* The rules, for people, and checking without running. The rules' names are data of
   guest/_codeexec_rules.py as well; the tests hold the two together. */
#include <codeexec/policy.h>

#include <stdio.h>
#include <stdlib.h>

#include "error_internal.h"

static const codeexec_rule rules[] = {
    { "process-creation", CODEEXEC_RULE_DEFAULT, "starting a process or another program",
      "A guest holds an interpreter and its packages and nothing else: there is no shell and no "
      "program to start, and nothing can be executed. Code that tries comes from a machine where "
      "it worked, or is looking for a way out. Forking by hand is refused as well; "
      "multiprocessing, which cleans up after itself, works.",
      "import os\n"
      "os.system(\"ls /tmp\")\n",
      "import os\n"
      "print(os.listdir(\"/tmp\"))\n" },
    { "terminal", CODEEXEC_RULE_DEFAULT, "opening a terminal",
      "A run has pipes for its streams and no terminal, so what needs one fails in the middle of "
      "the program. Pseudo-terminals are how a shell is made comfortable; there is no shell.",
      "import pty\n"
      "pty.spawn(\"/bin/sh\")\n",
      "import sys\n"
      "for line in sys.stdin:\n"
      "    print(line.upper(), end=\"\")\n" },
    { "native-code", CODEEXEC_RULE_DEFAULT, "calling native code past the interpreter",
      "With ctypes or cffi a program can do whatever machine code can, crash the interpreter "
      "without a traceback first of all. A snippet has no library of its own to call. Libraries "
      "that use ctypes themselves, numpy for one, are not affected.",
      "import ctypes\n"
      "libc = ctypes.CDLL(None)\n"
      "print(libc.getpid())\n",
      "import os\n"
      "import struct\n"
      "print(os.getpid(), struct.unpack(\"<i\", struct.pack(\"<I\", 4294967295))[0])\n" },
    { "network", CODEEXEC_RULE_DEFAULT, "reaching for a network",
      "There is no network in a guest, not even a loopback interface. A download in a program is "
      "an honest mistake that otherwise ends in a long traceback, or in a timeout. Importing "
      "socket or urllib is fine, and so is everything in them that needs no network. Packages that "
      "are not in ALLOWED_MODULES, requests for one, are the business of the import policy.",
      "from urllib.request import urlopen\n"
      "print(urlopen(\"http://example.com/data.csv\").read())\n",
      "from urllib.parse import urlsplit\n"
      "print(urlsplit(\"http://example.com/data.csv\").path)\n" },
    { "interpreter-tampering", CODEEXEC_RULE_DEFAULT,
      "changing how the interpreter works, or escaping the run's limits",
      "Replacing a core module in sys.modules, installing a trace function, ignoring the signals "
      "by which limits are announced, or signalling processes that are not the program's own: no "
      "snippet needs it, and what it breaks is hard to see. Blocking an import with "
      "sys.modules[name] = None, adding modules of one's own and timeouts by SIGALRM are fine.",
      "import sys\n"
      "del sys.modules[\"os\"]\n"
      "import os\n",
      "import cProfile\n"
      "profile = cProfile.Profile()\n"
      "profile.enable()\n"
      "print(sum(range(1000)))\n"
      "profile.disable()\n" },
    { "filesystem-destruction", CODEEXEC_RULE_DEFAULT,
      "destroying files that are not the program's own",
      "A program owns /tmp and /dev/shm; all else is read-only and holds the interpreter. Code "
      "that "
      "removes, renames or overwrites what lies in the system's directories was meant for another "
      "place, or means harm. Only paths that are written in the program are looked at.",
      "import shutil\n"
      "shutil.rmtree(\"/usr\", ignore_errors=True)\n",
      "import shutil\n"
      "shutil.rmtree(\"/tmp/work\", ignore_errors=True)\n" },
    { "introspection", CODEEXEC_RULE_STRICT, "walking through the interpreter's own objects",
      "From any object a chain of special attributes leads to every class, every module and every "
      "function that is loaded: __subclasses__, __globals__, frames, gc.get_objects. That is how "
      "sandboxes made of Python are left. This one is not made of Python, and the same attributes "
      "have honest uses, so the rule is on in strict mode only.",
      "for kind in ().__class__.__base__.__subclasses__():\n"
      "    print(kind)\n",
      "class Shape:\n"
      "    pass\n"
      "print(type(Shape()).__name__, isinstance(Shape(), object))\n" },
    { "code-from-data", CODEEXEC_RULE_STRICT, "turning data into code",
      "eval, exec and compile of a text that is made at run time, pickle.loads and marshal run "
      "what the data says, and no linter can know what that will be. Texts that are written in the "
      "program are looked into, by every rule and in every mode, and are no finding by "
      "themselves.",
      "import sys\n"
      "print(eval(sys.stdin.readline()))\n",
      "import ast\n"
      "import sys\n"
      "print(ast.literal_eval(sys.stdin.readline() or \"0\"))\n" },
    { "dynamic-import", CODEEXEC_RULE_STRICT, "importing a module by a name made at run time",
      "Which module that is cannot be told, so what is done with it cannot be checked. Names that "
      "are written in the program are resolved and are no finding.",
      "import importlib\n"
      "import sys\n"
      "module = importlib.import_module(sys.argv[1])\n",
      "import importlib\n"
      "module = importlib.import_module(\"json\")\n" },
    { "too-complex", CODEEXEC_RULE_STRICT, "nested too deeply to be checked",
      "The interpreter compiles programs that nest more deeply than it can show their syntax "
      "trees. Such a program cannot be checked; strict mode does not let it run unchecked.",
      "x = "
      "-----------------------------------------------------------------------------------------"
      "-----------------------------------------------------------------------------------------"
      "-----------------------------------------------------------------------------------------"
      "1\n",
      "x = 1\n" },
    { "custom", CODEEXEC_RULE_FILE, "a name that the operator refuses",
      "A policy file can add dotted names to be refused, each with a message of its own. They are "
      "resolved like all others: whatever the program calls them.",
      "import random\n"
      "random.seed(1)\n",
      "import random\n"
      "print(random.random() < 1)\n" },
    { "syntax-error", CODEEXEC_RULE_CHECK, "what is no Python",
      "Found by `codeexec check` and codeexec_sanitize() only, in the interpreter's own words. A "
      "run is not rejected for it: it ends with exit code 1 and Python's message, as it would "
      "outside.",
      "print(\"unfinished\"\n", "print(\"finished\")\n" },
};

const codeexec_rule *codeexec_policy_rules(size_t *count)
{
    *count = sizeof(rules) / sizeof(rules[0]);
    return rules;
}

/* ---- checking ---- */

/** A report and the result whose findings it shows. */
struct owned_report {
    codeexec_report report; /**< what the caller sees; first */
    codeexec_result *result;
};

int codeexec_sanitize(codeexec_executor *executor, const char *code, size_t code_size,
                      codeexec_report **out, codeexec_error *error)
{
    codeexec_request request = CODEEXEC_REQUEST_INIT;
    if (!out)
        return ce_error_set(error, CODEEXEC_EINVAL, 0, "sanitize", "out is NULL");
    struct owned_report *owner = calloc(1, sizeof(*owner));
    if (!owner)
        return ce_error_set(error, CODEEXEC_ENOMEM, 0, "sanitize", "no memory");
    request.code = code;
    request.code_size = code_size;
    request.flags = CODEEXEC_REQUEST_CHECK_ONLY;
    int status = codeexec_run(executor, &request, &owner->result, error);
    if (status < 0) {
        free(owner);
        return status;
    }
    const codeexec_result *result = owner->result;
    owner->report = (codeexec_report){
        .struct_size = sizeof(owner->report),
        .violations = result->violations,
        .violation_count = result->violation_count,
        .violations_dropped = result->violations_dropped,
        .checked = result->outcome == CODEEXEC_OUTCOME_REJECTED ||
                   (result->outcome == CODEEXEC_OUTCOME_COMPLETED && result->exit_code == 0),
    };
    if (!owner->report.checked)
        owner->report.detail =
            result->detail ? result->detail : codeexec_reason_name(result->reason);
    *out = &owner->report;
    return 0;
}

void codeexec_report_free(codeexec_report *report)
{
    struct owned_report *owner = (struct owned_report *)report;
    if (!owner)
        return;
    codeexec_result_free(owner->result);
    free(owner);
}
