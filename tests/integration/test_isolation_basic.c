/* SPDX-License-Identifier: MIT */
/** What a run can see and do, with the policy off: every promise of the isolation, from inside. The
 *  programs print a line per attempt that succeeded against the promise, so they should print
 * nothing but their last line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "http.h"
#include "service.h"

static service shared;

static const char *const settings[] = { "CODEEXEC_POLICY=off", "SECRET=xyzzy-the-secret",
                                        "AWS_SECRET_ACCESS_KEY=xyzzy-too", NULL };

static int group_setup(void **state)
{
    (void)state;
    service_start(&shared, settings);
    return 0;
}

static int test_setup(void **state)
{
    (void)state;
    service_revive(&shared, settings);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    service_stop(&shared);
    return 0;
}

/** Run it with nothing to report: it must print "end" and no more. */
static void expect_nothing_but_the_end(const char *code)
{
    JSON_SCOPED *answer = execute(&shared, code, "\"timeout\": 60");

    if (strcmp(json_text(answer, "stdout"), "end\n") != 0 || json_integer(answer, "exit_code") != 0)
        fail_msg("%s: exit code %lld\n%s%s", json_text(answer, "status"),
                 json_integer(answer, "exit_code"), json_text(answer, "stdout"),
                 json_text(answer, "stderr"));
}

static void no_network(void **state)
{
    (void)state;
    expect_nothing_but_the_end(
        "import socket\n"
        "families = dict(UNIX=1, INET=2, INET6=10, NETLINK=16, PACKET=17, ALG=38, VSOCK=40, "
        "XDP=44)\n"
        "for name, family in families.items():\n"
        "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):\n"
        "        try:\n"
        "            s = socket.socket(family, kind)\n"
        "        except OSError:\n"
        "            continue\n"
        "        if name != 'UNIX': print('socket', name, kind)\n"
        "try:\n"
        "    other = [n for _, n in socket.if_nameindex() if n != 'lo']\n"
        "    if other: print('interfaces', other)\n"
        "except OSError: pass\n"
        "try:\n"
        "    socket.create_connection(('127.0.0.1', 22), 1)\n"
        "    print('connected')\n"
        "except OSError: pass\n"
        "a, b = socket.socketpair()\n"
        "a.send(b'x')\n"
        "assert b.recv(1) == b'x'\n"
        "print('end')\n");
}

static void no_files_of_the_machine(void **state)
{
    (void)state;
    expect_nothing_but_the_end(
        "import os\n"
        "for path in ('/etc/shadow', '/etc/gshadow', '/etc/sudoers', '/etc/ssh', '/etc/hostname',\n"
        "             '/etc/machine-id', '/root/.bashrc', '/root/.profile', '/home', '/boot', "
        "'/srv',\n"
        "             '/mnt', '/media', '/run', '/sys', '/var/log', '/var/lib/dpkg', "
        "'/proc/1/environ',\n"
        "             '/proc/1/root', '/proc/kcore', '/proc/kallsyms', '/dev/mem', '/dev/kmsg',\n"
        "             '/dev/sda', '/dev/vda', '/dev/fuse', '/dev/kvm', '/dev/net'):\n"
        "    try:\n"
        "        if os.path.isdir(path): got = os.listdir(path)\n"
        "        else: got = open(path, 'rb').read(1)\n"
        "        print('readable', path, got)\n"
        "    except OSError: pass\n"
        "for d in ('/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin'):\n"
        "    for name in ('sh', 'bash', 'dash', 'busybox', 'su', 'sudo', 'mount', 'env', 'cat'):\n"
        "        if os.path.exists(d + '/' + name): print('program', d, name)\n"
        "print('end')\n");
}

static void the_machine_s_passwd_is_not_shown(void **state)
{
    TEXT_SCOPED host = { 0 };

    (void)state;
    if (!text_read_file(&host, "/etc/passwd") || host.size == 0)
        skip_test("no /etc/passwd here");
    JSON_SCOPED *answer = execute(&shared,
                                  "try: print(open('/etc/passwd').read(), end='')\n"
                                  "except OSError: print('none')\n",
                                  "");
    assert_json_integer(answer, "exit_code", 0);
    assert_string_not_equal(json_text(answer, "stdout"), host.data);
}

static void the_root_is_minimal(void **state)
{
    (void)state;
    expect_nothing_but_the_end("import os\n"
                               "known = {'bin', 'dev', 'etc', 'lib', 'lib32', 'lib64', 'libx32', "
                               "'opt', 'proc', 'tmp', 'usr',\n"
                               "         'var', 'root'}\n"
                               "import sys\n"
                               "top = sys.base_prefix.split('/')[1], sys.prefix.split('/')[1]\n"
                               "extra = set(os.listdir('/')) - known - set(top)\n"
                               "if extra: print('in /:', extra)\n"
                               "devices = set(os.listdir('/dev')) - {'null', 'zero', 'full', "
                               "'random', 'urandom', 'shm', 'fd',\n"
                               "                                     'stdin', 'stdout', 'stderr'}\n"
                               "if devices: print('in /dev:', devices)\n"
                               "print('end')\n");
}

static void nothing_outside_the_scratch_is_writable(void **state)
{
    (void)state;
    expect_nothing_but_the_end(
        "import os, stat\n"
        "scratch = ('/tmp', '/dev/shm', '/proc')\n"
        "for root, dirs, files in os.walk('/'):\n"
        "    dirs[:] = [d for d in dirs if os.path.join(root, d) not in scratch]\n"
        "    if os.access(root, os.W_OK): print('writable directory', root)\n"
        "    for name in files:\n"
        "        path = os.path.join(root, name)\n"
        "        if os.access(path, os.W_OK) and not stat.S_ISCHR(os.stat(path).st_mode):\n"
        "            print('writable file', path)\n"
        "for path in ('/x', '/usr/x', '/etc/x', '/dev/x', '/var/x', os.path.dirname(os.__file__) + "
        "'/x'):\n"
        "    for attempt in (lambda: open(path, 'w'), lambda: os.mkdir(path),\n"
        "                    lambda: os.symlink('/tmp', path), lambda: os.mkfifo(path)):\n"
        "        try:\n"
        "            attempt()\n"
        "            print('made', path)\n"
        "        except OSError: pass\n"
        "for attempt in (lambda: os.unlink(os.__file__), lambda: os.chmod(os.__file__, 0o777),\n"
        "                lambda: os.rename(os.__file__, os.__file__ + 'x'),\n"
        "                lambda: os.mknod('/tmp/disk', 0o660 | stat.S_IFBLK, os.makedev(8, 0)),\n"
        "                lambda: os.mknod('/tmp/mem', 0o660 | stat.S_IFCHR, os.makedev(1, 1)),\n"
        "                lambda: os.chroot('/tmp')):\n"
        "    try:\n"
        "        attempt()\n"
        "        print('changed something')\n"
        "    except OSError: pass\n"
        "for path in ('/tmp/x', '/dev/shm/x'):\n"
        "    open(path, 'w').write('mine')\n"
        "    assert open(path).read() == 'mine'\n"
        "print('end')\n");
}

static void scratch_space_is_limited(void **state)
{
    service own;

    (void)state;
    SERVICE_START(&own, "CODEEXEC_MAX_TMP_MB=8");
    /* A full file system (28), or the limit on one file (27), whichever comes first. */
    assert_run(&own,
               "for directory in ('/tmp', '/dev/shm'):\n"
               "    try:\n"
               "        with open(directory + '/big', 'wb') as f:\n"
               "            for i in range(64): f.write(bytes(1 << 20))\n"
               "        print('no limit')\n"
               "    except OSError as e: print(e.errno in (27, 28), i <= 8)\n"
               "try:\n"
               "    for i in range(10 ** 6): open(f'/tmp/{i}', 'w').close()\n"
               "    print('no limit')\n"
               "except OSError as e: print(e.errno)\n",
               "\"timeout\": 60", "completed", 0, "True True\nTrue True\n28\n");
    service_stop(&own);
}

static void nothing_of_the_service_s_environment(void **state)
{
    (void)state;
    expect_nothing_but_the_end(
        "import ctypes, os\n"
        "for name, value in os.environ.items():\n"
        "    if 'SECRET' in name or 'xyzzy' in value or name.startswith(('CODEEXEC', 'LD_', "
        "'MAX_', "
        "'EXECUTION')):\n"
        "        print(name, value)\n"
        "environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "i = 0\n"
        "while environ and environ[i]:\n"
        "    if b'xyzzy' in environ[i]: print(environ[i])\n"
        "    i += 1\n"
        "try:\n"
        "    if b'xyzzy' in open('/proc/self/environ', 'rb').read(): print('in /proc')\n"
        "except OSError: pass\n"
        "print('end')\n");
}

static void no_descriptors_of_ours(void **state)
{
    (void)state;
    expect_nothing_but_the_end(
        "import os, stat\n"
        "extra = []\n"
        "for fd in range(1024):\n"
        "    try: extra.append((fd, os.fstat(fd).st_mode))\n"
        "    except OSError: pass\n"
        "assert [fd for fd, _ in extra[:3]] == [0, 1, 2], extra\n"
        "extra = extra[3:]\n"
        "if len(extra) > 1 or any(not stat.S_ISSOCK(mode) for _, mode in extra): print(extra)\n"
        "print('end')\n");
}

static void no_privileges(void **state)
{
    (void)state;
    if (geteuid() != 0)
        print_message("not root: the identity stays that of the user\n");
    JSON_SCOPED *answer = execute(&shared,
                                  "import os\n"
                                  "print(os.getuid(), os.getgid(), os.getgroups())\n"
                                  "print(len(set(os.getresuid())), len(set(os.getresgid())))\n",
                                  "");
    int uid = -1;
    int gid = -1;
    assert_int_equal(sscanf(json_text(answer, "stdout"), "%d %d []\n1 1\n", &uid, &gid), 2);
    assert_non_null(strstr(json_text(answer, "stdout"), "[]\n1 1\n"));
    assert_true(uid != 0 && gid != 0);
    expect_nothing_but_the_end(
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "header = (ctypes.c_uint32 * 2)(0x20080522, 0)\n"
        "sets = (ctypes.c_uint32 * 6)()\n"
        "if libc.capget(header, sets) == 0 and any(sets): print('capabilities', list(sets))\n"
        "for capability in range(64):\n"
        "    if libc.prctl(23, capability, 0, 0, 0) == 1: print('bounding set', capability)\n"
        "    if libc.prctl(47, 1, capability, 0, 0) == 1: print('ambient', capability)\n"
        "try:\n"
        "    for line in open('/proc/self/status'):\n"
        "        if line.startswith('Cap') and int(line.split()[1], 16): print(line)\n"
        "except OSError: pass\n"
        "for attempt in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]),\n"
        "                lambda: os.setresuid(0, 0, 0), lambda: os.nice(-5)):\n"
        "    try:\n"
        "        attempt()\n"
        "        print('became more')\n"
        "    except OSError: pass\n"
        "print('end')\n");
}

static void no_new_privileges_and_a_filter(void **state)
{
    (void)state;
    expect_nothing_but_the_end("import ctypes\n"
                               "libc = ctypes.CDLL(None, use_errno=True)\n"
                               "if libc.prctl(39, 0, 0, 0, 0) != 1: print('no_new_privs is off')\n"
                               "mode = libc.prctl(21, 0, 0, 0, 0)\n"
                               "if mode != 2 and not (mode == -1 and ctypes.get_errno() == 1): "
                               "print('seccomp mode', mode)\n"
                               "print('end')\n");
}

static void refused_system_calls(void **state)
{
    (void)state;
    expect_nothing_but_the_end(
        "import ctypes, errno, os, platform\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "x86 = platform.machine() == 'x86_64'\n"
        "calls = dict(execve=(59, 221), execveat=(322, 281), ptrace=(101, 117), mount=(165, 40),\n"
        "             umount2=(166, 39), pivot_root=(155, 41), chroot=(161, 51), unshare=(272, "
        "97),\n"
        "             setns=(308, 268), bpf=(321, 280), perf_event_open=(298, 241),\n"
        "             userfaultfd=(323, 282), add_key=(248, 217), request_key=(249, 218),\n"
        "             keyctl=(250, 219), io_uring_setup=(425, 425), io_uring_enter=(426, 426),\n"
        "             io_uring_register=(427, 427), process_vm_readv=(310, 270),\n"
        "             process_vm_writev=(311, 271), process_madvise=(440, 440), kcmp=(312, 272),\n"
        "             pidfd_getfd=(438, 438), open_by_handle_at=(304, 265),\n"
        "             name_to_handle_at=(303, 264), open_tree=(428, 428), move_mount=(429, 429),\n"
        "             fsopen=(430, 430), fsmount=(432, 432), mount_setattr=(442, 442),\n"
        "             init_module=(175, 105), finit_module=(313, 273), kexec_load=(246, 104),\n"
        "             reboot=(169, 142), swapon=(167, 224), syslog=(103, 116), acct=(163, 89),\n"
        "             quotactl=(179, 60), settimeofday=(164, 170), clock_settime=(227, 112),\n"
        "             adjtimex=(159, 171), sethostname=(170, 161), setdomainname=(171, 162),\n"
        "             personality=(135, 92), shmget=(29, 194), msgget=(68, 186), semget=(64, "
        "190),\n"
        "             mq_open=(240, 180), fanotify_init=(300, 262), lookup_dcookie=(212, 18),\n"
        "             vhangup=(153, 58), clone3=(435, 435), seccomp=(317, 277),\n"
        "             memfd_secret=(447, 447), landlock_create_ruleset=(444, 444))\n"
        "for name, numbers in calls.items():\n"
        "    ctypes.set_errno(0)\n"
        "    result = libc.syscall(ctypes.c_long(numbers[0 if x86 else 1]), 0, 0, 0, 0, 0, 0)\n"
        "    code = ctypes.get_errno()\n"
        "    if result != -1 or code not in (errno.EPERM, errno.ENOSYS):\n"
        "        print(name, result, errno.errorcode.get(code, code))\n"
        "    if name == 'clone3' and code != errno.ENOSYS: print('clone3 must be ENOSYS')\n"
        "print('end')\n");
}

static void namespaces_cannot_be_made_by_clone(void **state)
{
    (void)state;
    expect_nothing_but_the_end(
        "import ctypes, os, platform\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "clone = 56 if platform.machine() == 'x86_64' else 220\n"
        "for name, flag in dict(user=0x10000000, pid=0x20000000, net=0x40000000, mount=0x20000,\n"
        "                       uts=0x4000000, ipc=0x8000000, cgroup=0x2000000).items():\n"
        "    result = libc.syscall(ctypes.c_long(clone), ctypes.c_long(flag | 17), 0, 0, 0, 0)\n"
        "    if result == 0: os._exit(0)\n"
        "    if result > 0: print('cloned a namespace:', name)\n"
        "print('end')\n");
}

static void a_foreign_call_table_is_refused(void **state)
{
    (void)state;
    /* x32: the same numbers with a bit set must not pass by the filter. Being killed is fine. */
    JSON_SCOPED *answer =
        execute(&shared,
                "import ctypes, platform\n"
                "print('begun')\n"
                "if platform.machine() == 'x86_64':\n"
                "    n = ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))\n"
                "    if n >= 0: print('getpid', n)\n",
                "");
    assert_json_text(answer, "stdout", "begun\n");
}

static void fork_works_and_exec_does_not(void **state)
{
    (void)state;
    expect_nothing_but_the_end("import os, subprocess, sys\n"
                               "pid = os.fork()\n"
                               "if pid == 0: os._exit(5)\n"
                               "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5\n"
                               "for path in (sys.executable, '/bin/sh', '/usr/bin/python3'):\n"
                               "    try:\n"
                               "        os.execv(path, [path, '-c', 'pass'])\n"
                               "    except OSError: pass\n"
                               "    try:\n"
                               "        subprocess.run([path, '-c', 'pass'])\n"
                               "        print('ran', path)\n"
                               "    except OSError: pass\n"
                               "open('/tmp/own', 'w').write('#!/tmp/own\\n')\n"
                               "os.chmod('/tmp/own', 0o755)\n"
                               "try: os.execv('/tmp/own', ['own'])\n"
                               "except OSError: pass\n"
                               "print('end')\n");
}

static void limits_cannot_be_raised(void **state)
{
    (void)state;
    expect_nothing_but_the_end("import resource as r\n"
                               "if r.getrlimit(r.RLIMIT_CORE) != (0, 0): print('core dumps')\n"
                               "for name in ('NOFILE', 'FSIZE', 'NPROC', 'CPU', 'STACK'):\n"
                               "    which = getattr(r, 'RLIMIT_' + name)\n"
                               "    soft, hard = r.getrlimit(which)\n"
                               "    if hard == r.RLIM_INFINITY: print('no limit', name)\n"
                               "    try:\n"
                               "        r.setrlimit(which, (soft, r.RLIM_INFINITY))\n"
                               "        print('raised', name)\n"
                               "    except (OSError, ValueError): pass\n"
                               "print('end')\n");
}

/* ---- runs and one another ---- */

static void files_do_not_pass_from_run_to_run(void **state)
{
    (void)state;
    assert_run(&shared,
               "open('/tmp/mark', 'w').write('1')\n"
               "open('/dev/shm/mark', 'w').write('1')\n"
               "import os; print('mark' in os.listdir('/tmp'), os.listdir('/dev/shm'))\n",
               "", "completed", 0, "True ['mark']\n");
    for (int i = 0; i < 4; i++)
        assert_run(&shared,
                   "import os; print('mark' in os.listdir('/tmp'), os.listdir('/dev/shm'))", "",
                   "completed", 0, "False []\n");
}

static void modules_do_not_pass_from_run_to_run(void **state)
{
    (void)state;
    assert_run(&shared,
               "import os, sys\nos.mark = sys.mark = 1\nimport builtins\nbuiltins.mark = 1", "",
               "completed", 0, "");
    for (int i = 0; i < 4; i++)
        assert_run(&shared,
                   "import builtins, os, sys\n"
                   "print([hasattr(m, 'mark') for m in (os, sys, builtins)])",
                   "", "completed", 0, "[False, False, False]\n");
}

/** A run beside which another one does its worst. */
static void beside_a_running_one(const char *worst)
{
    HTTP_CONNECTION_SCOPED connection = { .fd = -1 };
    HTTP_RESPONSE_SCOPED response = { 0 };
    TEXT_SCOPED body = execute_body("import time\n"
                                    "open('/tmp/victim', 'w').write('1')\n"
                                    "time.sleep(2)\n"
                                    "print(open('/tmp/victim').read())\n",
                                    "");

    service_connect(&shared, &connection);
    assert_true(http_send_request(&connection, "POST", "/execute", NULL, body.data));
    /* It has most likely begun then, and runs still when the other one does; if not, that one has
       nothing to harm. */
    AWAIT(service_load(&shared, "running") == 1 || http_has_answer(&connection));
    sleep_ms(500);
    expect_nothing_but_the_end(worst);
    assert_int_equal(http_receive(&connection, &response, PATIENCE_MS), HTTP_RESPONSE);
    JSON_SCOPED *answer = json_parse(&response.body);
    assert_json_text(answer, "status", "completed");
    assert_json_text(answer, "stdout", "1\n");
}

static void signals_reach_no_other_run(void **state)
{
    (void)state;
    beside_a_running_one("import os\n"
                         "for pid in [-1, 1, 0x7fffffff] + list(range(3, 500)):\n"
                         "    if pid == os.getpid(): continue\n"
                         "    try: os.kill(pid, 9)\n"
                         "    except OSError: pass\n"
                         "print('end')\n");
}

static void files_of_other_runs_are_out_of_sight(void **state)
{
    (void)state;
    beside_a_running_one(
        "import os\n"
        "if os.path.exists('/tmp/victim'): print('seen')\n"
        "for pid in range(1, 500):\n"
        "    try: print(os.listdir(f'/proc/{pid}/root/tmp')) if pid != os.getpid() else 0\n"
        "    except OSError: pass\n"
        "print('end')\n");
}

static void processes_of_the_machine_are_out_of_sight(void **state)
{
    char code[512];

    (void)state;
    snprintf(code, sizeof(code),
             "import os\n"
             "for pid in (%d, %d):\n"
             "    if pid < 10: continue\n"
             "    try:\n"
             "        os.kill(pid, 0)\n"
             "        print('exists', pid)\n"
             "    except PermissionError: print('exists', pid)\n"
             "    except ProcessLookupError: pass\n"
             "if os.getpid() > 100: print('pid', os.getpid())\n"
             "print('end')\n",
             (int)getpid(), (int)shared.process.pid);
    expect_nothing_but_the_end(code);
}

static void expect_different_numbers(const service *own)
{
    static const char code[] = "import os, random, secrets, tempfile, uuid\n"
                               "import numpy\n"
                               "print(random.random(), random.SystemRandom().random())\n"
                               "print(numpy.random.rand(), numpy.random.randint(1 << 60))\n"
                               "print(numpy.random.default_rng().random())\n"
                               "print(uuid.uuid4(), secrets.token_hex(), os.urandom(8).hex())\n"
                               "print(next(tempfile._get_candidate_names()))\n";
    enum { runs = 6 };
    json_object *answers[runs];

    for (int i = 0; i < runs; i++) {
        answers[i] = execute(own, code, "");
        assert_json_integer(answers[i], "exit_code", 0);
    }
    for (int i = 0; i < runs; i++) {
        for (int k = 0; k < i; k++) {
            TEXT_SCOPED first = { 0 };
            text_format(&first, "%s", json_text(answers[i], "stdout"));
            char *rest;
            for (char *word = strtok_r(first.data, " \n", &rest); word != NULL;
                 word = strtok_r(NULL, " \n", &rest)) {
                if (strstr(json_text(answers[k], "stdout"), word) != NULL)
                    fail_msg("two runs drew %s", word);
            }
        }
    }
    for (int i = 0; i < runs; i++)
        json_object_put(answers[i]);
}

static void runs_draw_different_numbers(void **state)
{
    (void)state;
    expect_different_numbers(&shared);
}

static void runs_draw_different_numbers_when_preloaded(void **state)
{
    service own;

    (void)state;
    SERVICE_START(&own, "BYPASS_SETUP=false", "ALLOWED_MODULES=numpy");
    service_await_tiers(&own);
    expect_different_numbers(&own);
    service_stop(&own);
}

/* ---- the floor ---- */

static void without_namespaces_nothing_runs_that_requires_them(void **state)
{
    static const char *const tools[] = { "/usr/bin/setpriv", "/bin/setpriv" };
    const char *setpriv = access(tools[0], X_OK) == 0 ? tools[0] : tools[1];
    const char *path = scratch_file("main.py", "print('ran')");
    const char *arguments[] = {
        setpriv,       "--bounding-set=-all", "--inh-caps=-all", codeexec_path, "run",
        "--isolation", "require-namespaces",  "--json",          path,          NULL
    };
    (void)state;
    if (access(setpriv, X_OK) != 0)
        skip_test("no setpriv here");
    if (geteuid() != 0)
        skip_test("only root has capabilities to take away");
    COMMAND_RESULT_SCOPED result = command_run(&(command){ .arguments = arguments });
    if (result.exit_code != 0) {
        assert_exit_code(&result, 125);
        assert_null(strstr(result.output.data, "\"ran\\n\""));
        assert_true(result.errors.size > 0);
        return;
    }
    /* Some kernels still allow user namespaces: then they must really be on. */
    JSON_SCOPED *answer = json_parse(&result.output);
    assert_non_null(
        strstr(json_object_to_json_string(json_member(answer, "isolation", json_type_array)),
               "namespace"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_network, test_setup),
        cmocka_unit_test_setup(no_files_of_the_machine, test_setup),
        cmocka_unit_test_setup(the_machine_s_passwd_is_not_shown, test_setup),
        cmocka_unit_test_setup(the_root_is_minimal, test_setup),
        cmocka_unit_test_setup(nothing_outside_the_scratch_is_writable, test_setup),
        cmocka_unit_test_setup(scratch_space_is_limited, test_setup),
        cmocka_unit_test_setup(nothing_of_the_service_s_environment, test_setup),
        cmocka_unit_test_setup(no_descriptors_of_ours, test_setup),
        cmocka_unit_test_setup(no_privileges, test_setup),
        cmocka_unit_test_setup(no_new_privileges_and_a_filter, test_setup),
        cmocka_unit_test_setup(refused_system_calls, test_setup),
        cmocka_unit_test_setup(namespaces_cannot_be_made_by_clone, test_setup),
        cmocka_unit_test_setup(a_foreign_call_table_is_refused, test_setup),
        cmocka_unit_test_setup(fork_works_and_exec_does_not, test_setup),
        cmocka_unit_test_setup(limits_cannot_be_raised, test_setup),
        cmocka_unit_test_setup(files_do_not_pass_from_run_to_run, test_setup),
        cmocka_unit_test_setup(modules_do_not_pass_from_run_to_run, test_setup),
        cmocka_unit_test_setup(signals_reach_no_other_run, test_setup),
        cmocka_unit_test_setup(files_of_other_runs_are_out_of_sight, test_setup),
        cmocka_unit_test_setup(processes_of_the_machine_are_out_of_sight, test_setup),
        cmocka_unit_test_setup(runs_draw_different_numbers, test_setup),
        cmocka_unit_test_setup(runs_draw_different_numbers_when_preloaded, test_setup),
        cmocka_unit_test_setup(without_namespaces_nothing_runs_that_requires_them, test_setup),
    };
    return RUN_GROUP("isolation_basic", tests, group_setup, group_teardown);
}
