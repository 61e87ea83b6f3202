/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <codeexec/config.h>

#include "machine.h"
#include "tree.h"

/** A made-up cgroup tree below a temporary directory. */
struct fixture {
    char root[64];
    char proc[128];
    char cgroup[128];
};

static int make_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    tree_make(fixture->root, sizeof(fixture->root));
    snprintf(fixture->proc, sizeof(fixture->proc), "%s/self", fixture->root);
    snprintf(fixture->cgroup, sizeof(fixture->cgroup), "%s/cgroup", fixture->root);
    *state = fixture;
    return 0;
}

static int remove_fixture(void **state)
{
    struct fixture *fixture = *state;
    tree_remove(fixture->root);
    free(fixture);
    return 0;
}

static void machine_without_cgroups_is_unlimited(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), UINT32_MAX);
    assert_true(ce_cgroup_memory(fixture->proc, fixture->cgroup) == UINT64_MAX);
    tree_write(fixture->root, "self", "0::/a\n");
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), UINT32_MAX);
}

static void machine_quota_is_rounded_up(void **state)
{
    struct fixture *fixture = *state;
    tree_write(fixture->root, "self", "0::/a\n");
    tree_write(fixture->root, "cgroup/a/cpu.max", "150000 100000\n");
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), 2);
    tree_write(fixture->root, "cgroup/a/cpu.max", "10000 100000\n");
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), 1);
    tree_write(fixture->root, "cgroup/a/cpu.max", "max 100000\n");
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), UINT32_MAX);
}

static void machine_ancestors_count(void **state)
{
    struct fixture *fixture = *state;
    tree_write(fixture->root, "self", "0::/a/b/c\n");
    tree_write(fixture->root, "cgroup/a/b/c/memory.max", "max\n");
    tree_write(fixture->root, "cgroup/a/b/memory.max", "3000000\n");
    tree_write(fixture->root, "cgroup/a/memory.max", "2000000\n");
    assert_int_equal(ce_cgroup_memory(fixture->proc, fixture->cgroup), 2000000);
    tree_write(fixture->root, "cgroup/memory.max", "1000000\n");
    assert_int_equal(ce_cgroup_memory(fixture->proc, fixture->cgroup), 1000000);
}

static void machine_in_a_container_the_mount_is_the_own_cgroup(void **state)
{
    struct fixture *fixture = *state;
    tree_write(fixture->root, "cgroup/memory.max", "5000000\n");
    tree_write(fixture->root, "self", "0::/\n");
    assert_int_equal(ce_cgroup_memory(fixture->proc, fixture->cgroup), 5000000);
    tree_write(fixture->root, "self", "0::/docker/of-the-host\n");
    assert_int_equal(ce_cgroup_memory(fixture->proc, fixture->cgroup), 5000000);
    tree_write(fixture->root, "self", "0::/../../outside\n");
    assert_int_equal(ce_cgroup_memory(fixture->proc, fixture->cgroup), 5000000);
}

static void machine_version_1_is_read_too(void **state)
{
    struct fixture *fixture = *state;
    tree_write(fixture->root, "self",
               "9:name=systemd:/x\n4:memory:/box\n3:cpuset:/\n2:cpu,cpuacct:/box\n0::/\n");
    tree_write(fixture->root, "cgroup/memory/box/memory.limit_in_bytes", "7000000\n");
    tree_write(fixture->root, "cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "300000\n");
    tree_write(fixture->root, "cgroup/cpu,cpuacct/box/cpu.cfs_period_us", "100000\n");
    assert_int_equal(ce_cgroup_memory(fixture->proc, fixture->cgroup), 7000000);
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), 3);
    tree_write(fixture->root, "cgroup/cpu,cpuacct/box/cpu.cfs_quota_us", "-1\n");
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), UINT32_MAX);
}

static void machine_nonsense_is_no_limit(void **state)
{
    struct fixture *fixture = *state;
    tree_write(fixture->root, "self", "garbage\n\n1:\n0::/a\n");
    tree_write(fixture->root, "cgroup/a/cpu.max", "100000 0\n");
    tree_write(fixture->root, "cgroup/a/memory.max", "99999999999999999999999999\n");
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), UINT32_MAX);
    assert_true(ce_cgroup_memory(fixture->proc, fixture->cgroup) == UINT64_MAX);
    tree_write(fixture->root, "cgroup/a/cpu.max", "\n");
    tree_write(fixture->root, "cgroup/a/memory.max", "");
    assert_int_equal(ce_cgroup_cpus(fixture->proc, fixture->cgroup), UINT32_MAX);
    assert_true(ce_cgroup_memory(fixture->proc, fixture->cgroup) == UINT64_MAX);
}

static void machine_size_is_within_the_hardware(void **state)
{
    uint32_t cpus = 0;
    uint64_t memory = 0;
    codeexec_machine_size(&cpus, &memory);
    assert_in_range(cpus, 1, (uint32_t)sysconf(_SC_NPROCESSORS_CONF));
    assert_true(memory > 0);
    assert_true(memory <= (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE));
    codeexec_machine_size(NULL, NULL);
    assert_in_range(ce_default_concurrency(), 2, cpus > 1 ? 2 * cpus : 2);
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, make_fixture, remove_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TREE(machine_without_cgroups_is_unlimited),
        IN_TREE(machine_quota_is_rounded_up),
        IN_TREE(machine_ancestors_count),
        IN_TREE(machine_in_a_container_the_mount_is_the_own_cgroup),
        IN_TREE(machine_version_1_is_read_too),
        IN_TREE(machine_nonsense_is_no_limit),
        cmocka_unit_test(machine_size_is_within_the_hardware),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
