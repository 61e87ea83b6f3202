/* SPDX-License-Identifier: MIT */
/* The extension module _codeexec: what zygote.py and, in guests, the runner call. Stable ABI, so
   one build serves every CPython from 3.9 on. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <codeexec/error.h>

#include "sandbox/switches.h"
#include "util/fd.h"
#include "zygote/zygote.h"

/* The interpreter runs one zygote, and a guest is a copy of it. */
static ce_zygote zygote;
/* In a guest: itself, */
static ce_guest_start self;
/* and its process: what the program forks inherits all of this. */
static pid_t self_pid;

static PyObject *raise_errno(int status, const char *stage)
{
    errno = -status;
    return PyErr_SetFromErrnoWithFilename(PyExc_OSError, stage);
}

/* ---- in the zygote ---- */

PyDoc_STRVAR(receive_setup_doc, "receive_setup() -> dict of the settings the library sent");

static PyObject *receive_setup(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    int status = ce_zygote_receive_setup(&zygote);
    if (status < 0)
        return raise_errno(status, "setup");

    PyObject *settings = PyDict_New();
    const char *end = zygote.settings + zygote.setup.settings_size;
    for (const char *pair = zygote.settings; settings != NULL && pair < end;
         pair += strlen(pair) + 1) {
        const char *equals = strchr(pair, '=');
        if (equals == NULL)
            continue;
        PyObject *key = PyUnicode_FromStringAndSize(pair, equals - pair);
        PyObject *value = PyUnicode_FromString(equals + 1);
        if (key == NULL || value == NULL || PyDict_SetItem(settings, key, value) < 0)
            Py_CLEAR(settings);
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return settings;
}

PyDoc_STRVAR(fail_doc, "fail(stage, message): tell the library why this zygote cannot serve");

static PyObject *fail(PyObject *module, PyObject *arguments)
{
    const char *stage;
    const char *message;

    (void)module;
    if (!PyArg_ParseTuple(arguments, "ss", &stage, &message))
        return NULL;
    ce_zygote_fail(&zygote, CODEEXEC_EPYTHON, 0, stage, message);
    Py_RETURN_NONE;
}

/** Turn a sequence of (kind, path, content-or-None) into entries that borrow its strings. */
static ce_root_entry *parse_entries(PyObject *sequence, size_t *count)
{
    static const char *const kinds[] = { "bind", "symlink", "file", "dir" };
    Py_ssize_t length = PyList_Size(sequence);
    if (length < 0)
        return NULL;
    ce_root_entry *entries = calloc((size_t)length + 1, sizeof(*entries));
    if (entries == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        const char *kind;
        size_t index = 0;
        if (!PyArg_ParseTuple(PyList_GetItem(sequence, i), "ssz", &kind, &entries[i].path,
                              &entries[i].content))
            goto invalid;
        while (index < sizeof(kinds) / sizeof(kinds[0]) && strcmp(kind, kinds[index]) != 0)
            index++;
        if (index == sizeof(kinds) / sizeof(kinds[0]) || entries[i].path[0] != '/' ||
            (index == CE_ROOT_SYMLINK && entries[i].content == NULL)) {
            PyErr_Format(PyExc_ValueError, "no such root entry: %s %s", kind, entries[i].path);
            goto invalid;
        }
        entries[i].kind = (ce_root_kind)index;
    }
    *count = (size_t)length;
    return entries;

invalid:
    free(entries);
    return NULL;
}

PyDoc_STRVAR(
    enter_doc,
    "enter(entries, work_root): enter the profile that the library chose. With namespaces: fresh\n"
    "ones and a root of just these entries; else what guests may read, and a directory below\n"
    "work_root for theirs. Entries are (kind, path, content); kind is bind, symlink, file or dir.\n"
    "On failure the library is told and False returned.");

static int enter_profile(const char *work_root, const char **stage)
{
    if (zygote.setup.profile == CE_PROFILE_LOCKED_DOWN) {
        *stage = "landlock";
        return zygote.landlock_abi > 0 ? ce_enter_alone_profile(&zygote, work_root, stage)
                                       : -EOPNOTSUPP;
    }
    return ce_enter_namespaces_profile(&zygote, stage);
}

static PyObject *enter(PyObject *module, PyObject *arguments)
{
    PyObject *sequence;
    const char *work_root;
    const char *stage = "namespaces";
    char message[160];

    (void)module;
    if (!PyArg_ParseTuple(arguments, "O!s", &PyList_Type, &sequence, &work_root))
        return NULL;
    zygote.entries = parse_entries(sequence, &zygote.entry_count);
    if (zygote.entries == NULL)
        return NULL;
    Py_INCREF(sequence); /* the entries borrow its strings, as long as there are guests to make */
    int status = enter_profile(work_root, &stage);
    /* Inits share this memory: nobody who shares our uid may look into it. Not before the id maps
       are written, which a process that is not dumpable may not. */
    if (status == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        status = -errno;
    if (status < 0) {
        snprintf(message, sizeof(message), "%s: %s (run `codeexec doctor`)", stage,
                 strerror(-status));
        ce_zygote_fail(&zygote, CODEEXEC_EISOLATION, -status, stage, message);
        Py_RETURN_FALSE;
    }
    Py_RETURN_TRUE;
}

#ifdef CODEEXEC_TEST_SWITCHES
PyDoc_STRVAR(switch_off_doc, "switch_off(name): do without a layer. Only in the copy for tests");

static PyObject *switch_off(PyObject *module, PyObject *arguments)
{
    const char *name;

    (void)module;
    if (!PyArg_ParseTuple(arguments, "s", &name))
        return NULL;
    ce_switch_off(name);
    Py_RETURN_NONE;
}
#endif

PyDoc_STRVAR(
    work_base_doc,
    "work_base() -> the directory of the guests' own directories in the locked-down profile,\n"
    "None with namespaces");

static PyObject *work_base(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (zygote.setup.profile != CE_PROFILE_LOCKED_DOWN)
        Py_RETURN_NONE;
    return PyUnicode_DecodeFSDefault(zygote.work_base);
}

PyDoc_STRVAR(scratch_doc,
             "scratch(on): mount, or take away, a writable /tmp for the zygote itself. Only with\n"
             "namespaces: elsewhere it is there");

static PyObject *scratch(PyObject *module, PyObject *arguments)
{
    int on;
    const char *stage = "scratch";

    (void)module;
    if (!PyArg_ParseTuple(arguments, "p", &on))
        return NULL;
    int status = 0;
    if (on)
        status = ce_mount_scratch(zygote.setup.tmp_bytes, zygote.setup.tmp_inodes, &stage);
    else if (chdir("/") < 0 || umount2("/dev/shm", MNT_DETACH) < 0 ||
             umount2("/tmp", MNT_DETACH) < 0)
        status = -errno;
    if (status < 0)
        return raise_errno(status, stage);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(
    fork_helper_doc,
    "fork_helper() -> pid, 0 in the child: a trusted child that fills the cache directory.\n"
    "It ends with the zygote and holds none of its channels.");

static PyObject *fork_helper(PyObject *module, PyObject *unused)
{
    const char *stage;

    (void)module;
    (void)unused;
    if (zygote.setup.profile == CE_PROFILE_NAMESPACES) {
        int status = ce_mount_cache(&stage);
        if (status < 0)
            return raise_errno(status, stage);
        zygote.has_cache = 1;
    }
    PyOS_BeforeFork();
    pid_t pid = fork();
    if (pid != 0) {
        int fork_errno = errno;
        PyOS_AfterFork_Parent();
        return pid < 0 ? raise_errno(-fork_errno, "helper") : PyLong_FromLong(pid);
    }
    /* The library must see the zygote's end on the channel, not ours. */
    close(zygote.channel);
    ce_close(&zygote.work_base_fd); /* nor may we keep its directory locked */
    PyOS_AfterFork_Child();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || nice(10) < 0)
        _exit(1);
    return PyLong_FromLong(0);
}

PyDoc_STRVAR(threads_doc, "threads() -> number of threads of this process");

static PyObject *threads(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    int count = ce_zygote_threads(&zygote);
    return count < 0 ? raise_errno(count, "threads") : PyLong_FromLong(count);
}

PyDoc_STRVAR(fill_holes_doc, "fill_holes(): have guests allocate from memory that lies together");

static PyObject *fill_holes(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    ce_fill_holes();
    Py_RETURN_NONE;
}

PyDoc_STRVAR(
    huge_arenas_doc,
    "huge_arenas(on): whether what is allocated from now on is to be shared by guests, or is\n"
    "written to by each of them");

static PyObject *huge_arenas(PyObject *module, PyObject *arguments)
{
    int on;

    (void)module;
    if (!PyArg_ParseTuple(arguments, "p", &on))
        return NULL;
    if (on)
        ce_begin_huge_arenas();
    else
        ce_end_huge_arenas();
    Py_RETURN_NONE;
}

/** The directory that a guest may write to, which it has as its current one. */
static PyObject *work_directory(uint32_t slot)
{
    char path[PATH_MAX] = "/tmp";

    if (zygote.setup.profile == CE_PROFILE_LOCKED_DOWN && ce_work_path(&zygote, slot, path) < 0)
        return raise_errno(-ENAMETOOLONG, "work-directory");
    return PyUnicode_DecodeFSDefault(path);
}

/** The program out of its memfd, as bytes. */
static PyObject *read_program(int memfd, const ce_run *run)
{
    const size_t size = run->code_size + run->filename_size + run->args_size;
    PyObject *all = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (all == NULL)
        return NULL;
    char *bytes = PyBytes_AsString(all);
    for (size_t done = 0; done < size;) {
        ssize_t count = pread(memfd, bytes + done, size - done, (off_t)done);
        if (count <= 0) {
            Py_DECREF(all);
            return raise_errno(count < 0 ? -errno : -EPROTO, "program");
        }
        done += (size_t)count;
    }
    return all;
}

/** The program's parts, as park() returns them. */
static PyObject *split_program(const char *bytes, const ce_run *run)
{
    PyObject *arguments = PyList_New(0);
    const char *argument = bytes + run->code_size + run->filename_size;
    const char *end = argument + run->args_size;
    for (uint32_t i = 0; arguments != NULL && i < run->arg_count; i++) {
        if (memchr(argument, '\0', (size_t)(end - argument)) == NULL) {
            Py_DECREF(arguments);
            return raise_errno(-EPROTO, "program");
        }
        PyObject *text = PyUnicode_DecodeFSDefault(argument);
        if (text == NULL || PyList_Append(arguments, text) < 0)
            Py_CLEAR(arguments);
        Py_XDECREF(text);
        argument += strlen(argument) + 1;
    }
    if (arguments == NULL)
        return NULL;
    PyObject *filename =
        PyUnicode_DecodeFSDefaultAndSize(bytes + run->code_size, (Py_ssize_t)run->filename_size);
    return Py_BuildValue("(y#NNN)", bytes, (Py_ssize_t)run->code_size, filename, arguments,
                         PyBool_FromLong((run->flags & CE_RUN_CHECK_ONLY) != 0));
}

PyDoc_STRVAR(
    serve_doc,
    "serve(helper_pid, version, many) -> None in the zygote when the library has gone; in each\n"
    "guest, confined by then, the directory that it may write to; in a zygote forked from\n"
    "this one, a list of the modules it is to import before it serves. many: the heap is made\n"
    "a good one to be copied often");

/** What a tier is to import. */
static PyObject *tier_modules(void)
{
    PyObject *list = PyList_New(0);
    const char *end = zygote.modules + zygote.modules_size;

    for (const char *name = zygote.modules; list != NULL && name < end; name += strlen(name) + 1) {
        PyObject *text = PyUnicode_FromString(name);
        if (text == NULL || PyList_Append(list, text) < 0)
            Py_CLEAR(list);
        Py_XDECREF(text);
    }
    return list;
}

static PyObject *serve(PyObject *module, PyObject *arguments)
{
    unsigned int version;
    int many;

    (void)module;
    if (!PyArg_ParseTuple(arguments, "iIp", &zygote.helper_pid, &version, &many))
        return NULL;
    /* Here, where nothing of Python's is freed any more: that would make new holes. */
    if (many) {
        ce_fill_holes();
        ce_collapse_heap(&zygote);
    }
    int status = ce_zygote_hello(&zygote, version);
    if (status < 0)
        return raise_errno(status, "hello");

    /* One call brackets all forks: what it locks stays locked in the zygote, which runs no Python
       while it serves, and is released in each guest. */
    PyOS_BeforeFork();
    status = ce_zygote_serve(&zygote, &self);
    if (status <= 0) {
        PyOS_AfterFork_Parent();
        if (status < 0)
            return raise_errno(status, "serve");
        Py_RETURN_NONE;
    }
    PyOS_AfterFork_Child();
    if (status == CE_SERVE_TIER)
        return tier_modules();
    ce_guest_confine(&self);
    self_pid = getpid();
    return work_directory(self.slot);
}

/* ---- in a guest ---- */

PyDoc_STRVAR(
    park_doc,
    "park() -> (code, filename, args, check_only): say that this guest is ready, and wait for a\n"
    "request");

static PyObject *park(PyObject *module, PyObject *unused)
{
    int program;

    (void)module;
    (void)unused;
    const ce_run *run = ce_guest_park(&self, &program);
    if (program < 0)
        return split_program((const char *)(run + 1), run);
    PyObject *all = read_program(program, run);
    close(program);
    PyObject *request = all != NULL ? split_program(PyBytes_AsString(all), run) : NULL;
    Py_XDECREF(all);
    return request;
}

static PyObject *send_plain(ce_frame_type type)
{
    ce_frame frame;

    /* Nothing depends on its arrival but the library's knowledge; a program that closed or filled
       the channel harms itself alone. */
    ce_frame_init(&frame, type, sizeof(frame));
    ce_frame_send(self.control_fd, &frame, NULL, 0);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(
    compile_doc,
    "compile(source, path) -> code, as an interpreter compiles the file that it is given.\n"
    "compile() would first make a class of every kind of node, to tell whether it has been\n"
    "given one: a millisecond, where nobody has done so before.");

static PyObject *compile_program(PyObject *module, PyObject *arguments)
{
    const char *source;
    Py_ssize_t size;
    PyObject *path;
    PyObject *code = NULL;

    (void)module;
    if (!PyArg_ParseTuple(arguments, "y#O&", &source, &size, PyUnicode_FSConverter, &path))
        return NULL;
    const char *name = PyBytes_AsString(path);
    if (strlen(source) != (size_t)size)
        PyErr_SetString(PyExc_ValueError, "source code string cannot contain null bytes");
    else if (name != NULL)
        code = Py_CompileString(source, name, Py_file_input);
    Py_DECREF(path);
    return code;
}

PyDoc_STRVAR(is_guest_doc, "is_guest() -> False in what the program has forked");

static PyObject *is_guest(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyBool_FromLong(getpid() == self_pid);
}

PyDoc_STRVAR(started_doc, "started(): the program's own code comes next");

static PyObject *started(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return send_plain(CE_FRAME_STARTED);
}

PyDoc_STRVAR(checked_doc, "checked(): nothing was found, and nothing is to be run");

static PyObject *checked(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return send_plain(CE_FRAME_CHECKED);
}

PyDoc_STRVAR(flushed_doc, "flushed(): what was buffered is out: end, as the deadline wants it.\n"
                          "By our own hand, so that init learns what the program used.");

static PyObject *flushed(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    kill(getpid(), SIGKILL);
    Py_RETURN_NONE;
}

/** Append one finding to a REJECTED frame. @return 1, 0 if it does not fit, -1 with an exception
 * set. */
static int add_finding(PyObject *item, char *buffer, size_t *size)
{
    ce_finding finding = { 0 };
    const char *texts[3];
    Py_ssize_t sizes[3];
    size_t needed = sizeof(finding);

    if (!PyArg_ParseTuple(item, "IIIIs#s#s#", &finding.line, &finding.column, &finding.end_line,
                          &finding.end_column, &texts[0], &sizes[0], &texts[1], &sizes[1],
                          &texts[2], &sizes[2]))
        return -1;
    for (size_t i = 0; i < 3; i++) {
        if (sizes[i] > UINT16_MAX)
            return 0;
        needed += (size_t)sizes[i];
    }
    if (needed > CE_FRAME_MAX - *size)
        return 0;
    finding.rule_size = (uint16_t)sizes[0];
    finding.message_size = (uint16_t)sizes[1];
    finding.snippet_size = (uint16_t)sizes[2];
    memcpy(buffer + *size, &finding, sizeof(finding));
    *size += sizeof(finding);
    for (size_t i = 0; i < 3; i++) {
        memcpy(buffer + *size, texts[i], (size_t)sizes[i]);
        *size += (size_t)sizes[i];
    }
    return 1;
}

PyDoc_STRVAR(rejected_doc, "rejected(findings, dropped): the policy refused the program.\n"
                           "findings is a list of\n"
                           "(line, column, end_line, end_column, rule, message, snippet)");

static PyObject *rejected(PyObject *module, PyObject *arguments)
{
    _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    ce_rejected *frame = (ce_rejected *)(void *)buffer;
    size_t size = sizeof(*frame);
    PyObject *findings;

    (void)module;
    memset(frame, 0, sizeof(*frame));
    if (!PyArg_ParseTuple(arguments, "O!I", &PyList_Type, &findings, &frame->dropped))
        return NULL;
    for (Py_ssize_t i = 0; i < PyList_Size(findings); i++) {
        int added = add_finding(PyList_GetItem(findings, i), buffer, &size);
        if (added < 0)
            return NULL;
        if (added > 0)
            frame->count++;
        else
            frame->dropped++;
    }
    ce_frame_init(&frame->frame, CE_FRAME_REJECTED, size);
    int status = ce_frame_send(self.control_fd, &frame->frame, NULL, 0);
    return status < 0 ? raise_errno(status, "rejected") : (Py_INCREF(Py_None), Py_None);
}

PyDoc_STRVAR(
    exited_doc,
    "exited(status): end this process at once, having told the library, which need not\n"
    "wait for that; not in a child of the program, whose end is nobody's but its parent's");

static PyObject *exited(PyObject *module, PyObject *arguments)
{
    ce_exited frame;
    struct timespec now;
    int status;

    (void)module;
    if (!PyArg_ParseTuple(arguments, "i", &status))
        return NULL;
    memset(&frame, 0, sizeof(frame));
    ce_frame_init(&frame.frame, CE_FRAME_EXITED, sizeof(frame));
    frame.status = (uint32_t)status & 0xff;
    /* Asking brings the kernel's books up to date, which a process that still runs is entered in
       only with each tick; the library is about to read them. */
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    if (getpid() == self_pid)
        ce_frame_send(self.control_fd, &frame.frame, NULL, 0);
    _exit(status);
}

PyDoc_STRVAR(exit_doc, "exit(code): end this process at once, like os._exit");

static PyObject *exit_now(PyObject *module, PyObject *arguments)
{
    int code;

    (void)module;
    if (!PyArg_ParseTuple(arguments, "i", &code))
        return NULL;
    _exit(code);
}

/** Call one step, a tuple (function, arguments...). @return the exception it raised, or None; NULL
 * if that cannot be told. */
static PyObject *take_step(PyObject *step)
{
    PyObject *arguments = PyTuple_GetSlice(step, 1, PyTuple_Size(step));
    if (arguments == NULL)
        return NULL;
    PyObject *result = PyObject_CallObject(PyTuple_GetItem(step, 0), arguments);
    Py_DECREF(arguments);
    if (result != NULL) {
        Py_DECREF(result);
        Py_INCREF(Py_None);
        return Py_None;
    }
    PyObject *kind;
    PyObject *value;
    PyObject *traceback;
    PyErr_Fetch(&kind, &value, &traceback);
    PyErr_NormalizeException(&kind, &value, &traceback);
    if (traceback != NULL)
        PyException_SetTraceback(value, traceback);
    Py_XDECREF(traceback);
    Py_DECREF(kind);
    return value;
}

PyDoc_STRVAR(drive_doc,
             "drive(kind, value, traceback): a sys.excepthook. Calls the steps that the generator\n"
             "value.steps yields and sends it what they raise. In C, so that the program's first\n"
             "frame has no Python frame below it.");

static PyObject *drive(PyObject *module, PyObject *arguments)
{
    PyObject *kind;
    PyObject *value;
    PyObject *traceback;

    (void)module;
    if (!PyArg_ParseTuple(arguments, "OOO", &kind, &value, &traceback))
        return NULL;
    PyObject *steps = PyObject_GetAttrString(value, "steps");
    PyObject *outcome = Py_None;
    Py_INCREF(outcome);
    while (steps != NULL && outcome != NULL) {
        PyObject *step = PyObject_CallMethod(steps, "send", "(O)", outcome);
        Py_CLEAR(outcome);
        if (step != NULL && PyTuple_Check(step) && PyTuple_Size(step) > 0)
            outcome = take_step(step);
        Py_XDECREF(step);
    }
    /* The last step ends the process: to come here is a fault of ours, which must not pass for an
     * end. */
    abort();
}

static PyMethodDef methods[] = {
#ifdef CODEEXEC_TEST_SWITCHES
    { "switch_off", switch_off, METH_VARARGS, switch_off_doc },
#endif
    { "receive_setup", receive_setup, METH_NOARGS, receive_setup_doc },
    { "fail", fail, METH_VARARGS, fail_doc },
    { "enter", enter, METH_VARARGS, enter_doc },
    { "work_base", work_base, METH_NOARGS, work_base_doc },
    { "scratch", scratch, METH_VARARGS, scratch_doc },
    { "fork_helper", fork_helper, METH_NOARGS, fork_helper_doc },
    { "threads", threads, METH_NOARGS, threads_doc },
    { "fill_holes", fill_holes, METH_NOARGS, fill_holes_doc },
    { "huge_arenas", huge_arenas, METH_VARARGS, huge_arenas_doc },
    { "serve", serve, METH_VARARGS, serve_doc },
    { "park", park, METH_NOARGS, park_doc },
    { "compile", compile_program, METH_VARARGS, compile_doc },
    { "is_guest", is_guest, METH_NOARGS, is_guest_doc },
    { "started", started, METH_NOARGS, started_doc },
    { "checked", checked, METH_NOARGS, checked_doc },
    { "flushed", flushed, METH_NOARGS, flushed_doc },
    { "rejected", rejected, METH_VARARGS, rejected_doc },
    { "drive", drive, METH_VARARGS, drive_doc },
    { "exited", exited, METH_VARARGS, exited_doc },
    { "exit", exit_now, METH_VARARGS, exit_doc },
    { NULL, NULL, 0, NULL },
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_codeexec",
    .m_doc = "The fork server of codeexec. Of no use outside codeexec-zygote.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit__codeexec(void);

PyMODINIT_FUNC PyInit__codeexec(void)
{
    /* An arena reserves 64 MiB of address space per thread, which would meet RLIMIT_AS long before
       it meant memory. */
    mallopt(M_ARENA_MAX, 2);

    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddIntConstant(module, "STOP_SIGNAL", CE_STOP_SIGNAL) < 0)
        Py_CLEAR(module);
    return module;
}
