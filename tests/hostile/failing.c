/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded: allocation number FAIL_AT (from 0) of the process fails, and
 * where FAIL_REST is set all behind it as well, whoever asks. How many there
 * were stands in the file FAIL_COUNT at the end; a crash names where it was, on
 * standard error.
 *
 * With FAIL_EACH, a folder, each place that asks for memory is refused once: at
 * the first call from there the process forks, and the child goes on without
 * that memory, its output in files of the folder that bear its number. A place
 * is the way through adscp that led there; what other libraries ask for is
 * given. The file FAIL_SEEN holds the places of earlier runs.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

enum {
    FRAMES = 24,
    WAY = 5, /* calls in adscp that make a place */
    OWN = 2, /* the program and the library, and behind them that of C */
    LIBC = OWN,
    TABLE = 1 << 16,
    CHILD_SECONDS = 20
};

static atomic_long asked;
static atomic_bool counting;
static long fail_at = -1;
static bool rest, tell;

static void trace(const char *what)
{
    void *frames[FRAMES];
    ssize_t ignored = write(STDERR_FILENO, what, __builtin_strlen(what));

    (void)ignored;
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
}

/* ------------------------------------------------------------- each place --
 */

static struct {
    uintptr_t begin, end;
} own[OWN + 1];
static uint64_t seen[TABLE];
static const char *folder;
static int seen_count, children;
static bool is_child;

static int which_module(const char *name)
{
    if (name[0] == '\0')
        return 0;
    if (strstr(name, "/libadscp.") != NULL)
        return 1;
    return strstr(name, "/libc.so") != NULL ? LIBC : -1;
}

static int note_module(struct dl_phdr_info *info, size_t size, void *user)
{
    int number = which_module(info->dlpi_name), i;

    (void)size;
    (void)user;
    /* The kernel's vdso has no name, and comes after the program. */
    if (number < 0 || own[number].end != 0)
        return 0;
    own[number].begin = info->dlpi_addr;
    for (i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD)
            own[number].end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr +
                              info->dlpi_phdr[i].p_memsz;
    return 0;
}

static bool is_in(uintptr_t at, int number)
{
    return at >= own[number].begin && at < own[number].end;
}

/* Where in our own code that is, whatever its address is in this run, or 0. */
static uint64_t own_code(const void *address)
{
    uintptr_t at = (uintptr_t)address;
    int i;

    for (i = 0; i < OWN; i++)
        if (is_in(at, i))
            return (at - own[i].begin) << 1 | (uint64_t)i;
    return 0;
}

/* 0: it is not our own code that asks. */
static __attribute__((noinline)) uint64_t find_place(void)
{
    enum { HERE = 4, LIBC_WAY = 2 }; /* the frames from here to malloc() */
    void *frames[HERE + FRAMES];
    uint64_t place = 14695981039346656037u, code;
    int count = backtrace(frames, HERE + FRAMES), first = HERE, way = 0, i;

    while (first < count && is_in((uintptr_t)frames[first], LIBC))
        first++; /* strdup() and the like */
    if (first >= count || first > HERE + LIBC_WAY ||
        own_code(frames[first]) == 0)
        return 0;
    for (i = first; i < count && way < WAY; i++) {
        code = own_code(frames[i]);
        way += code != 0;
        if (code != 0)
            place = (place ^ code) * 1099511628211u;
    }
    return place;
}

static bool is_new(uint64_t place)
{
    uint32_t at = (uint32_t)(place >> 20) % TABLE;

    while (seen[at] != 0 && seen[at] != place)
        at = (at + 1) % TABLE;
    if (seen[at] == place || seen_count == TABLE / 2)
        return false;
    seen[at] = place;
    seen_count++;
    return true;
}

/* A copy of what was written there, to go on behind it. */
static void move_output(int fd, const char *kind)
{
    char path[256], bytes[4096];
    ssize_t got;
    off_t at = 0;
    int copy;

    snprintf(path, sizeof(path), "%s/%d.%s", folder, children, kind);
    copy = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    while ((got = pread(fd, bytes, sizeof(bytes), at)) > 0 &&
           write(copy, bytes, (size_t)got) == got)
        at += got;
    dup2(copy, fd);
    close(copy);
}

static void note_end(int status)
{
    char path[256];
    int fd;

    snprintf(path, sizeof(path), "%s/ends", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dprintf(fd, "%d\n",
            WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
    close(fd);
}

/* True in the child. */
static bool fork_child(void)
{
    int status = 0;
    pid_t pid;

    pid = _Fork(); /* a lock may be held here, for which fork() would wait */
    if (pid != 0) {
        waitpid(pid, &status, 0);
        note_end(status);
        children++;
        return false;
    }
    is_child = true;
    alarm(CHILD_SECONDS);
    move_output(STDOUT_FILENO, "out");
    move_output(STDERR_FILENO, "err");
    trace("fails:\n");
    errno = ENOMEM;
    return true;
}

static void stop(void)
{
    atomic_store(&counting, false);
}

/* What comes behind main() is not ours, though it may stand in our files: the
 * counters of a coverage build. */
static void stop_at_exit(void)
{
    static bool done;

    if (!done)
        atexit(stop);
    done = true;
}

static __attribute__((noinline)) bool fails_each(void)
{
    uint64_t place;
    bool it = false;

    if (gettid() != getpid())
        return false;
    atomic_store(&counting, false);
    place = find_place();
    if (place != 0)
        stop_at_exit();
    if (place != 0 && is_new(place))
        it = fork_child();
    if (!it)
        atomic_store(&counting, true);
    return it;
}

/* It holds a lock while it asks. */
char *setlocale(int category, const char *name)
{
    bool before = atomic_load(&counting);
    char *(*real)(int category, const char *name);
    char *given;

    *(void **)&real = dlsym(RTLD_NEXT, "setlocale");
    if (folder != NULL)
        atomic_store(&counting, false);
    given = real(category, name);
    atomic_store(&counting, before);
    return given;
}

static void exchange_seen(int flags)
{
    const char *path = getenv("FAIL_SEEN");
    int fd = path != NULL ? open(path, flags, 0600) : -1;
    ssize_t ignored;

    if (fd < 0)
        return;
    ignored = flags == O_RDONLY ? read(fd, seen, sizeof(seen))
                                : write(fd, seen, sizeof(seen));
    (void)ignored;
    close(fd);
}

/* --------------------------------------------------------------- one by one --
 */

static __attribute__((noinline)) bool fails(void)
{
    long number;
    bool it;

    if (!atomic_load(&counting))
        return false;
    if (folder != NULL)
        return fails_each();
    number = atomic_fetch_add(&asked, 1);
    it = fail_at >= 0 && (number == fail_at || (rest && number > fail_at));
    if (it)
        errno = ENOMEM;
    if (it && tell && number == fail_at) {
        atomic_store(&counting, false);
        trace("fails:\n");
        atomic_store(&counting, true);
    }
    return it;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

static void crashed(int number)
{
    atomic_store(&counting, false);
    trace("crash:\n");
    signal(number, SIG_DFL);
    raise(number);
}

static void __attribute__((constructor)) begin(void)
{
    const char *at = getenv("FAIL_AT");
    void *frame;

    (void)backtrace(&frame, 1); /* it loads a library at its first call */
    signal(SIGSEGV, crashed);
    signal(SIGABRT, crashed);
    if (at != NULL)
        fail_at = strtol(at, NULL, 10);
    folder = getenv("FAIL_EACH");
    if (folder != NULL) {
        dl_iterate_phdr(note_module, NULL);
        exchange_seen(O_RDONLY);
    }
    rest = getenv("FAIL_REST") != NULL;
    tell = getenv("FAIL_TELL") != NULL;
    atomic_store(&counting, true);
}

static void __attribute__((destructor)) end(void)
{
    const char *name = getenv("FAIL_COUNT");
    int fd = name != NULL ? open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

    if (folder != NULL && !is_child)
        exchange_seen(O_WRONLY | O_CREAT);
    atomic_store(&counting, false);
    if (fd < 0)
        return;
    dprintf(fd, "%ld\n", atomic_load(&asked));
    close(fd);
}
