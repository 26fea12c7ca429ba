/* SPDX-License-Identifier: MIT */
/*
 * To be preloaded: a system call fails. FAULT is "NAME NUMBER ERRNO": that call
 * of this name, counted from 0, fails in this way; "+" behind it: all after it
 * as well. The file FAULT_COUNT says at the end how often each was called, and
 * how many descriptors are open that were not at the beginning.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#undef _FORTIFY_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum call {
    SOCKET,
    CONNECT,
    POLL,
    READ,
    RECV,
    RECVFROM,
    SEND,
    EVENTFD,
    THREAD,
    GETRANDOM,
    GETSOCKOPT,
    OPEN,
    FSTAT,
    CALLS
};

static const char *const names[CALLS] = {
    "socket",     "connect", "poll",    "read",           "recv",
    "recvfrom",   "send",    "eventfd", "pthread_create", "getrandom",
    "getsockopt", "open",    "fstat"};

static atomic_long asked[CALLS];
static atomic_bool counting;
static int fault = -1, reason, descriptors;
static long fault_at;
static bool and_rest;

/* errno, or 0: it may go on. */
static int fails(enum call call)
{
    long number;

    if (!atomic_load(&counting))
        return 0;
    number = atomic_fetch_add(&asked[call], 1);
    if ((int)call != fault ||
        (number != fault_at && !(and_rest && number > fault_at)))
        return 0;
    errno = reason;
    return reason;
}

#define REAL(name)                                                             \
    static __typeof__(name) *real;                                             \
    if (real == NULL)                                                          \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

int socket(int domain, int type, int protocol)
{
    REAL(socket);
    return fails(SOCKET) ? -1 : real(domain, type, protocol);
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    REAL(connect);
    return fails(CONNECT) ? -1 : real(fd, address, length);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    REAL(poll);
    return fails(POLL) ? -1 : real(fds, count, timeout);
}

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size)
{
    (void)size;
    return poll(fds, count, timeout);
}

ssize_t read(int fd, void *bytes, size_t size)
{
    REAL(read);
    return fails(READ) ? -1 : real(fd, bytes, size);
}

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t capacity);
ssize_t __read_chk(int fd, void *bytes, size_t size, size_t capacity)
{
    (void)capacity;
    return read(fd, bytes, size);
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    REAL(recv);
    return fails(RECV) ? -1 : real(fd, bytes, size, flags);
}

ssize_t __recv_chk(int fd, void *bytes, size_t size, size_t capacity,
                   int flags);
ssize_t __recv_chk(int fd, void *bytes, size_t size, size_t capacity, int flags)
{
    (void)capacity;
    return recv(fd, bytes, size, flags);
}

ssize_t recvfrom(int fd, void *bytes, size_t size, int flags,
                 struct sockaddr *from, socklen_t *length)
{
    REAL(recvfrom);
    return fails(RECVFROM) ? -1 : real(fd, bytes, size, flags, from, length);
}

ssize_t __recvfrom_chk(int fd, void *bytes, size_t size, size_t capacity,
                       int flags, struct sockaddr *from, socklen_t *length);
ssize_t __recvfrom_chk(int fd, void *bytes, size_t size, size_t capacity,
                       int flags, struct sockaddr *from, socklen_t *length)
{
    (void)capacity;
    return recvfrom(fd, bytes, size, flags, from, length);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    REAL(send);
    return fails(SEND) ? -1 : real(fd, bytes, size, flags);
}

int eventfd(unsigned int count, int flags);
int eventfd(unsigned int count, int flags)
{
    REAL(eventfd);
    return fails(EVENTFD) ? -1 : real(count, flags);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*begin)(void *), void *argument)
{
    int failed = fails(THREAD);

    REAL(pthread_create);
    return failed ? failed : real(thread, attributes, begin, argument);
}

ssize_t getrandom(void *bytes, size_t size, unsigned int flags);
ssize_t getrandom(void *bytes, size_t size, unsigned int flags)
{
    REAL(getrandom);
    return fails(GETRANDOM) ? -1 : real(bytes, size, flags);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
    REAL(getsockopt);
    return fails(GETSOCKOPT) ? -1 : real(fd, level, name, value, length);
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    mode_t mode = 0;
    REAL(open);

    if ((flags & (O_CREAT | __O_TMPFILE)) != 0) {
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    return fails(OPEN) ? -1 : real(path, flags, mode);
}

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

int fstat(int fd, struct stat *status)
{
    REAL(fstat);
    return fails(FSTAT) ? -1 : real(fd, status);
}

static int count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    const struct dirent *entry;
    int count = 0;

    while (folder != NULL && (entry = readdir(folder)) != NULL)
        count += strtol(entry->d_name, NULL, 10) > STDERR_FILENO &&
                 strtol(entry->d_name, NULL, 10) != dirfd(folder);
    if (folder != NULL)
        closedir(folder);
    return count;
}

static void __attribute__((constructor)) begin(void)
{
    const char *text = getenv("FAULT");
    char name[32], rest = 0;
    int i;

    if (text != NULL &&
        sscanf(text, "%31s %ld %d %c", name, &fault_at, &reason, &rest) >= 3)
        for (i = 0; i < CALLS; i++)
            if (strcmp(names[i], name) == 0)
                fault = i;
    and_rest = rest == '+';
    descriptors = count_descriptors();
    atomic_store(&counting, true);
}

static void __attribute__((destructor)) end(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *out;
    int i;

    atomic_store(&counting, false);
    i = count_descriptors() - descriptors;
    out = path != NULL ? fopen(path, "w") : NULL;
    if (out == NULL)
        return;
    fprintf(out, "descriptors %d\n", i);
    for (i = 0; i < CALLS; i++)
        fprintf(out, "%s %ld\n", names[i], atomic_load(&asked[i]));
    fclose(out);
}
