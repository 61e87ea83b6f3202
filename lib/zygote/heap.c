/* SPDX-License-Identifier: MIT */
/* A heap that is good to be copied. A guest shares the zygote's pages until it writes to them, and
   the first write to each costs a fault and a copy. Free memory in a heap that has served many
   imports lies in holes between what is in use, so that a handful of small allocations touches as
   many pages. Filled holes send them to fresh memory, side by side. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/fd.h"
#include "zygote/zygote.h"

/** What filling may take at most: where an allocator works in another way than is expected here, it
 * is left alone. */
#define MOST_FILLED ((size_t)8 * 1024 * 1024)

/** CPython's allocator serves up to 512 bytes, in steps of 16, from pools that begin at a page and
 * with a header. */
#define SMALL_STEP       16
#define SMALL_MAX        512
#define POOL_PAGE        4096
#define POOL_HEADER_SIZE 48

/** libc's keeps freed chunks up to this size apart, by size. */
#define CHUNK_CACHED_MAX 1032
#define CHUNK_MIN        24
#define CHUNK_LARGE      4096

/** What fills a hole. Never freed; they are linked so that it can be told from a leak. */
typedef struct filler {
    struct filler *before;
} filler;

static filler *last_filler;

static void keep(void *block, size_t size, size_t *filled)
{
    filler *own = block;
    own->before = last_filler;
    last_filler = own;
    *filled += size;
}

/** Whether a block that was just allocated is the only one of its pool, which was empty then. A
 * pool's header begins with the number of its blocks that are in use. */
static int is_alone(const char *block)
{
    return (uintptr_t)block % POOL_PAGE == POOL_HEADER_SIZE &&
           *(const unsigned *)(const void *)(block - POOL_HEADER_SIZE) == 1;
}

/** Use up what is free in the pools that are in use for this size. */
static void fill_pools(size_t size, size_t *filled)
{
    while (*filled < MOST_FILLED) {
        char *block = PyObject_Malloc(size);
        if (block == NULL)
            return;
        if (is_alone(block)) {
            PyObject_Free(block); /* and its pool is empty again */
            return;
        }
        keep(block, size, filled);
    }
}

/** Use up chunks of libc's that are free below the top of its heap. */
static void fill_chunks(size_t size, const char *top, size_t *filled)
{
    while (*filled < MOST_FILLED) {
        void *chunk = malloc(size);
        if (chunk == NULL)
            return;
        keep(chunk, size, filled);
        if ((const char *)chunk >= top)
            return; /* one from the top is lost: freed, it would be the next to be given out */
    }
}

/** Where what libc has not given out yet begins, at the end of its heap. */
static const char *heap_top(void)
{
#if __GLIBC_PREREQ(2, 33)
    return (const char *)sbrk(0) - mallinfo2().keepcost;
#else
    return (const char *)sbrk(0) - mallinfo().keepcost;
#endif
}

void ce_fill_holes(void)
{
    size_t filled = 0;
    const char *top = heap_top();

    for (size_t size = SMALL_STEP; size <= SMALL_MAX; size += SMALL_STEP)
        fill_pools(size, &filled);
    fill_chunks(CHUNK_LARGE, top, &filled);
    for (size_t size = CHUNK_CACHED_MAX; size >= CHUNK_MIN; size -= SMALL_STEP)
        fill_chunks(size, top, &filled);
}

/* ---- huge pages ---- */

/* What is imported and then hardly written to is shared for good, if it is apart from what every
   run writes to. In huge pages of its own it costs a fork, and the end of what was forked, one
   entry of a page table for each in place of 512. */

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

#define HUGE_PAGE     ((uintptr_t)2 * 1024 * 1024)
#define PAGES_IN_HUGE 512

/** PyObjectArenaAllocator, which the stable ABI does not have, as it is since Python 3.4. */
typedef struct arena_allocator {
    void *context;
    void *(*alloc)(void *context, size_t size);
    void (*free)(void *context, void *arena, size_t size);
} arena_allocator;

static struct {
    arena_allocator plain; /**< CPython's own */
    int in_use;            /**< arenas are made of huge pages now */
    unsigned plain_made;   /**< how many were not */
    char *free;            /**< what is left of the last huge page */
    size_t left;
} arenas;

/** Memory for one huge page. NULL if there is none. */
static char *map_huge(void)
{
    char *space =
        mmap(NULL, 2 * HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (space == MAP_FAILED)
        return NULL;
    /* The upper one: what is mapped next comes below it, and the two are one mapping. */
    char *start = (char *)(((uintptr_t)space + HUGE_PAGE) / HUGE_PAGE * HUGE_PAGE);
    if (start > space)
        munmap(space, (size_t)(start - space));
    const size_t behind = (size_t)(space + HUGE_PAGE - start);
    if (behind > 0)
        munmap(start + HUGE_PAGE, behind);
    madvise(start, HUGE_PAGE, MADV_HUGEPAGE);
    return start;
}

static void *alloc_arena(void *context, size_t size)
{
    (void)context;
    if (arenas.in_use && HUGE_PAGE % size == 0) {
        if (arenas.left < size) {
            arenas.free = map_huge();
            arenas.left = arenas.free != NULL ? HUGE_PAGE : 0;
        }
        if (arenas.left >= size) {
            char *arena = arenas.free;
            arenas.free += size;
            arenas.left -= size;
            return arena;
        }
    }
    arenas.plain_made++;
    return arenas.plain.alloc(arenas.plain.context, size);
}

static void free_arena(void *context, void *arena, size_t size)
{
    (void)context;
    arenas.plain.free(arenas.plain.context, arena, size); /* all of them are mappings */
}

void ce_begin_huge_arenas(void)
{
    typedef void access_function(arena_allocator *);
    access_function *get = (access_function *)dlsym(RTLD_DEFAULT, "PyObject_GetArenaAllocator");
    access_function *set = (access_function *)dlsym(RTLD_DEFAULT, "PyObject_SetArenaAllocator");

    if (arenas.plain.alloc == NULL) {
        if (get == NULL || set == NULL)
            return;
        get(&arenas.plain);
        if (arenas.plain.alloc == NULL || arenas.plain.free == NULL)
            return;
        set(&(arena_allocator){ .alloc = alloc_arena, .free = free_arena });
    }
    arenas.left = 0; /* what is left may be another zygote's, and shared with it */
    arenas.in_use = 1;
}

void ce_end_huge_arenas(void)
{
    size_t filled = 0;

    if (!arenas.in_use)
        return;
    arenas.in_use = 0;
    /* What guests allocate shall come from an arena that nobody has written to. */
    for (unsigned before = arenas.plain_made; filled < 2 * HUGE_PAGE;) {
        void *block = PyObject_Malloc(SMALL_MAX);
        if (block == NULL)
            return;
        if (arenas.plain_made != before) {
            PyObject_Free(block);
            return;
        }
        keep(block, SMALL_MAX, &filled);
    }
}

/** Bits of an entry of /proc/PID/pagemap. */
#define PAGE_PRESENT   (UINT64_C(1) << 63)
#define PAGE_EXCLUSIVE (UINT64_C(1) << 56)

/** So many of its pages must be there, and nobody else's: memory is neither to be used for what is
 * not there, nor to be copied from the zygote that this one was forked from. */
#define PAGES_WORTH_IT 384

static int is_worth_it(int pagemap, uintptr_t start)
{
    uint64_t entries[PAGES_IN_HUGE];
    int count = 0;

    if (pread(pagemap, entries, sizeof(entries), (off_t)(start / POOL_PAGE * sizeof(entries[0]))) !=
        (ssize_t)sizeof(entries))
        return 0;
    for (size_t i = 0; i < PAGES_IN_HUGE; i++)
        count += (entries[i] & (PAGE_PRESENT | PAGE_EXCLUSIVE)) == (PAGE_PRESENT | PAGE_EXCLUSIVE);
    return count >= PAGES_WORTH_IT;
}

static void collapse_range(int pagemap, uintptr_t start, uintptr_t end)
{
    start = (start + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    for (; start < end && end - start >= HUGE_PAGE; start += HUGE_PAGE)
        if (is_worth_it(pagemap, start))
            madvise((void *)start, HUGE_PAGE, MADV_COLLAPSE); /* or it stays as it is */
}

void ce_collapse_heap(const ce_zygote *zygote)
{
    char line[512];
    unsigned long long start;
    unsigned long long end;
    unsigned long long inode;
    char mode[8];
    CE_CLEANUP_FD pagemap = openat(zygote->proc_self, "pagemap", O_RDONLY | O_CLOEXEC);
    CE_CLEANUP_FD fd = openat(zygote->proc_self, "maps", O_RDONLY | O_CLOEXEC);
    FILE *maps = pagemap >= 0 && fd >= 0 ? fdopen(fd, "re") : NULL;

    if (maps == NULL)
        return;
    ce_steal_fd(&fd);
    while (fgets(line, sizeof(line), maps) != NULL)
        if (sscanf(line, "%llx-%llx %7s %*x %*s %llu", &start, &end, mode, &inode) == 4 &&
            inode == 0 && strcmp(mode, "rw-p") == 0 && strstr(line, "[stack]") == NULL)
            collapse_range(pagemap, (uintptr_t)start, (uintptr_t)end);
    fclose(maps);
}
