/* SPDX-License-Identifier: MIT */
/** Runs a seccomp program here, instead of in the kernel: for architectures that this machine is
 *  not, and for calls that a test would rather not make. */
#ifndef TESTS_BPF_H
#define TESTS_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** What no program says: that it did something which the kernel would not have loaded. */
#define BPF_BROKEN UINT32_C(0xdeadbeef)

static inline uint32_t bpf_compare(const struct sock_filter *at, uint32_t accumulator)
{
    switch (BPF_OP(at->code)) {
    case BPF_JEQ:
        return accumulator == at->k ? at->jt : at->jf;
    case BPF_JGT:
        return accumulator > at->k ? at->jt : at->jf;
    case BPF_JGE:
        return accumulator >= at->k ? at->jt : at->jf;
    case BPF_JSET:
        return (accumulator & at->k) != 0 ? at->jt : at->jf;
    default:
        return at->k; /* BPF_JA */
    }
}

/** What the program says to a call; BPF_BROKEN for instructions that libseccomp has no use for, a
 * jump out of the program, or a read beside struct seccomp_data. */
static inline uint32_t bpf_run(const struct sock_filter *program, size_t length,
                               const struct seccomp_data *data)
{
    uint32_t accumulator = 0;
    uint32_t memory[BPF_MEMWORDS] = { 0 };

    /* Jumps go forward only, so this ends. */
    for (size_t i = 0; i < length; i++) {
        const struct sock_filter *at = &program[i];
        switch (at->code) {
        case BPF_LD | BPF_W | BPF_ABS:
            if (at->k % 4 != 0 || at->k > sizeof(*data) - 4)
                return BPF_BROKEN;
            memcpy(&accumulator, (const char *)data + at->k, sizeof(accumulator));
            break;
        case BPF_LD | BPF_MEM:
        case BPF_ST:
            if (at->k >= BPF_MEMWORDS)
                return BPF_BROKEN;
            if (at->code == BPF_ST)
                memory[at->k] = accumulator;
            else
                accumulator = memory[at->k];
            break;
        case BPF_ALU | BPF_AND | BPF_K:
            accumulator &= at->k;
            break;
        case BPF_JMP | BPF_JA:
        case BPF_JMP | BPF_JEQ | BPF_K:
        case BPF_JMP | BPF_JGT | BPF_K:
        case BPF_JMP | BPF_JGE | BPF_K:
        case BPF_JMP | BPF_JSET | BPF_K:
            i += bpf_compare(at, accumulator);
            break;
        case BPF_RET | BPF_K:
            return at->k;
        default:
            return BPF_BROKEN;
        }
    }
    return BPF_BROKEN;
}

#endif
