/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scan.h"

enum { NUMPY = 1, PANDAS = 2, MATPLOTLIB = 4, SCIPY = 8, SKLEARN = 16 };

static ce_module_list five;

static int make_list(void **state)
{
    (void)state;
    return ce_module_list_init(&five, "numpy,pandas,matplotlib,scipy,sklearn");
}

static int clear_list(void **state)
{
    (void)state;
    ce_module_list_clear(&five);
    return 0;
}

/** Scan bytes in a block of their exact size, so that a sanitizer sees a read beyond its end. */
static uint64_t scan_bytes(const void *code, size_t size)
{
    char *exact = malloc(size > 0 ? size : 1);
    assert_non_null(exact);
    memcpy(exact, code, size);
    uint64_t found = ce_scan_imports(&five, exact, size);
    free(exact);
    return found;
}

static uint64_t scan(const char *code)
{
    return scan_bytes(code, strlen(code));
}

struct example {
    const char *code;
    uint64_t modules;
};

static void check(const struct example *examples, size_t count)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t found = scan(examples[i].code);
        if (found != examples[i].modules) {
            print_error("%#llx instead of %#llx in: %s\n", (unsigned long long)found,
                        (unsigned long long)examples[i].modules, examples[i].code);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}
#define CHECK(examples) check(examples, sizeof(examples) / sizeof((examples)[0]))

/* ---- the list ---- */

static void scan_takes_lists_apart(void **state)
{
    static const struct {
        const char *text;
        size_t count;
    } cases[] = { { NULL, 0 },    { "", 0 },         { ",", 0 },  { ",,,", 0 },
                  { "numpy", 1 }, { "numpy,", 1 },   { ",a", 1 }, { "a,,b", 2 },
                  { "a,b,c", 3 }, { "a,b,c,,,", 3 }, { "é", 1 } };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ce_module_list list;
        assert_int_equal(ce_module_list_init(&list, cases[i].text), 0);
        assert_int_equal(list.count, cases[i].count);
        for (size_t j = 0; j < list.count; j++)
            assert_true(list.lengths[j] > 0);
        ce_module_list_clear(&list);
        assert_int_equal(list.count, 0);
        ce_module_list_clear(&list); /* twice is fine */
    }
}

static void scan_knows_64_modules(void **state)
{
    char text[1024] = "";
    char code[64];
    ce_module_list list;
    (void)state;
    for (int i = 0; i < 70; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "m%d,", i);
    assert_int_equal(ce_module_list_init(&list, text), 0);
    assert_int_equal(list.count, CE_MAX_MODULES);
    for (int i = 0; i < 70; i++) {
        int length = snprintf(code, sizeof(code), "import m%d", i);
        uint64_t found = ce_scan_imports(&list, code, (size_t)length);
        assert_true(found == (i < 64 ? UINT64_C(1) << i : 0));
    }
    ce_module_list_clear(&list);
}

static void scan_finds_nothing_without_modules(void **state)
{
    ce_module_list list;
    (void)state;
    assert_int_equal(ce_module_list_init(&list, ""), 0);
    assert_true(ce_scan_imports(&list, "import numpy", 12) == 0);
    ce_module_list_clear(&list);
}

/* ---- programs ---- */

static void scan_sees_every_form_of_import(void **state)
{
    static const struct example examples[] = {
        { "import numpy", NUMPY },
        { "import numpy\n", NUMPY },
        { "import numpy as np", NUMPY },
        { "import\tnumpy", NUMPY },
        { "import   numpy", NUMPY },
        { "import numpy.linalg", NUMPY },
        { "import numpy.linalg as la", NUMPY },
        { "import numpy . linalg", NUMPY },
        { "import numpy, pandas", NUMPY | PANDAS },
        { "import numpy,pandas", NUMPY | PANDAS },
        { "import numpy as np, pandas as pd", NUMPY | PANDAS },
        { "import os, numpy.fft as f ,sys,\tscipy.stats", NUMPY | SCIPY },
        { "import numpy; import pandas", NUMPY | PANDAS },
        { "import numpy;import pandas;", NUMPY | PANDAS },
        { "from numpy import array", NUMPY },
        { "from numpy import array, pandas", NUMPY },
        { "from numpy.linalg import (solve,\n  norm)", NUMPY },
        { "from numpy import*", NUMPY },
        { "from sklearn.svm import SVC; from scipy import stats", SKLEARN | SCIPY },
        { "import matplotlib.pyplot as plt\nimport numpy as np\n", MATPLOTLIB | NUMPY },
        { "import os\nimport sys\n\n\nimport pandas as pd\nprint(pd)\n", PANDAS },
    };
    (void)state;
    CHECK(examples);
}

static void scan_sees_imports_inside_of_others(void **state)
{
    static const struct example examples[] = {
        { "def f():\n    import numpy\n", NUMPY },
        { "def f():\n\timport numpy\n", NUMPY },
        { "if True: import numpy", NUMPY },
        { "if True:import numpy", NUMPY },
        { "try:\n    import numpy\nexcept ImportError:\n    import pandas\n", NUMPY | PANDAS },
        { "class A: import numpy as np", NUMPY },
        { "for i in x: import numpy; from pandas import *", NUMPY | PANDAS },
        { "x = 1; import numpy", NUMPY },
        { "with a as b: from scipy import stats", SCIPY },
        { "lambda: 0; import numpy", NUMPY },
        { "d = {1: 2}; import numpy", NUMPY },
        { "async def f():\n  import numpy", NUMPY },
    };
    (void)state;
    CHECK(examples);
}

static void scan_is_not_taken_in(void **state)
{
    static const struct example examples[] = {
        { "", 0 },
        { "import", 0 },
        { "import ", 0 },
        { "from", 0 },
        { "from ", 0 },
        { "import ,", 0 },
        { "import ,,,", 0 },
        { "import;numpy", 0 },
        { "import numpyx", 0 },
        { "import nump", 0 },
        { "import xnumpy", 0 },
        { "import _numpy", 0 },
        { "import numpy_", 0 },
        { "import numpy2", 0 },
        { "import numpyé", 0 },
        { "import os.numpy", 0 },
        { "from . import numpy", 0 },
        { "from .numpy import x", 0 },
        { "from os import numpy", 0 },
        { "import os as numpy", 0 },
        { "imported numpy", 0 },
        { "importnumpy", 0 },
        { "fromnumpy import x", 0 },
        { "_import numpy", 0 },
        { "Import numpy", 0 },
        { "# import numpy", 0 },
        { "x = 1 # import numpy", 0 },
        { "import os # , numpy", 0 },
        { "import os # import numpy", 0 },
        { "print('import numpy')", 0 },
        { "x = \"import numpy\"", 0 },
        { "return numpy", 0 },
        { "numpy = 1", 0 },
        { "yield from numpy", 0 },
        { "raise X from numpy", 0 },
        { "import(numpy)", 0 },
        { "__import__('numpy')", 0 },
        { "importlib.import_module('numpy')", 0 },
    };
    (void)state;
    CHECK(examples);
}

/** A hint: these are wrong, and known to be. */
static void scan_takes_what_looks_like_an_import(void **state)
{
    static const struct example examples[] = {
        { "'''\nimport numpy\n'''", NUMPY },
        { "x = 'a; import numpy'", NUMPY },
        { "x = {'a': import_, 'b':from_}\nimport numpy", NUMPY },
        { "# note: import numpy", NUMPY },
        { "import \\\n numpy", 0 },
        { "import os, \\\n numpy", 0 },
        { "from numpy.linalg \\\n import solve", NUMPY },
        { "import numpy if", NUMPY },
    };
    (void)state;
    CHECK(examples);
}

static void scan_takes_any_end_of_line(void **state)
{
    static const struct example examples[] = {
        { "import os\r\nimport numpy\r\n", NUMPY },
        { "import numpy\r\nimport pandas\r\n", NUMPY | PANDAS },
        { "import numpy\rimport os\r", NUMPY },
        { "import os\rimport numpy\r", NUMPY },
        { "\r\n\r\nimport numpy", NUMPY },
        { "x = 1\\\r\nimport numpy", NUMPY },
        { "\timport numpy", NUMPY },
        { "\n\n\n   \n\timport numpy", NUMPY },
    };
    (void)state;
    CHECK(examples);
}

static void scan_survives_any_bytes(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        uint64_t modules;
    } cases[] = {
        { "\0", 1, 0 },
        { "\0import numpy", 13, 0 },
        { "\0\nimport numpy", 14, NUMPY },
        { "import numpy\0", 13, NUMPY },
        { "import numpy\0, pandas", 21, NUMPY | PANDAS },
        { "import\0numpy", 12, 0 },
        { "import nu\0mpy", 13, 0 },
        { "import os\0import numpy", 22, 0 },
        { "x\0; import numpy", 16, NUMPY },
        { "import os\0\nimport numpy", 23, NUMPY },
        { "\xff\xfe\nimport numpy", 15, NUMPY },
        { "import \xff", 8, 0 },
        { "import numpy\xff", 13, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t found = scan_bytes(cases[i].bytes, cases[i].size);
        if (found != cases[i].modules)
            fail_msg("case %zu: %#llx instead of %#llx", i, (unsigned long long)found,
                     (unsigned long long)cases[i].modules);
    }
    assert_true(ce_scan_imports(&five, NULL, 0) == 0);
}

/** Cut anywhere: the answer is of what is there, and nothing behind it is read. */
static void scan_reads_no_further_than_told(void **state)
{
    static const char code[] = "import os, numpy as np; from pandas.x import y\r\n"
                               "if a: import scipy, sklearn # c\n from matplotlib import z";
    (void)state;
    for (size_t size = 0; size <= strlen(code); size++) {
        uint64_t found = scan_bytes(code, size);
        /* What stands whole before the cut is found, and never more than all of it. */
        assert_int_equal((found & NUMPY) != 0, size >= 16);
        assert_int_equal((found & PANDAS) != 0, size >= 35);
        assert_int_equal((found & MATPLOTLIB) != 0, size >= 96);
    }
    /* What stands behind would complete the name. */
    assert_true(ce_scan_imports(&five, "import numpy", 11) == 0);
    assert_true(ce_scan_imports(&five, "import numpyx", 12) == NUMPY);
}

/** Fill a block with a text over and over. */
static char *repeat(const char *unit, size_t size)
{
    char *block = malloc(size);
    size_t length = strlen(unit);
    assert_non_null(block);
    for (size_t i = 0; i < size; i++)
        block[i] = unit[i % length];
    return block;
}

static void scan_looks_at_a_megabyte(void **state)
{
    static const char *const units[] = { "x", " ",       "\n",        ";",    ":",
                                         ",", "import ", "import a,", "from " };
    const size_t size = (size_t)4 << 20;
    static const char tail[] = "\nimport numpy\n";
    (void)state;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        char *code = repeat(units[i], size);
        assert_true(ce_scan_imports(&five, code, size) == 0);
        /* In the last bytes that are looked at, and across their end. */
        memcpy(code + (1 << 20) - sizeof(tail) + 1, tail, sizeof(tail) - 1);
        assert_true(ce_scan_imports(&five, code, size) == NUMPY);
        free(code);
        code = repeat(units[i], size);
        memcpy(code + (1 << 20), tail, sizeof(tail) - 1);
        assert_true(ce_scan_imports(&five, code, size) == 0);
        free(code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_takes_lists_apart),
        cmocka_unit_test(scan_knows_64_modules),
        cmocka_unit_test(scan_finds_nothing_without_modules),
        cmocka_unit_test(scan_sees_every_form_of_import),
        cmocka_unit_test(scan_sees_imports_inside_of_others),
        cmocka_unit_test(scan_is_not_taken_in),
        cmocka_unit_test(scan_takes_what_looks_like_an_import),
        cmocka_unit_test(scan_takes_any_end_of_line),
        cmocka_unit_test(scan_survives_any_bytes),
        cmocka_unit_test(scan_reads_no_further_than_told),
        cmocka_unit_test(scan_looks_at_a_megabyte),
    };
    return cmocka_run_group_tests_name("scan", tests, make_list, clear_list);
}
