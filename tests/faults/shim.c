/* Between the program and the disk: writes down what happens to the files below one folder, or lets it fail.
 *
 * Preloaded into a process. FAULTS_FOLDER names the folder whose files are watched, FAULTS_TAPE the file that is
 * written to. The program itself calls faults_mark, faults_arm, faults_off and faults_fired through ctypes.
 * One lock orders everything watched, so that the tape tells what was on the disk before what.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, OPEN = 4, READ = 8, NAMES = 16 };
enum { FILES = 4096, PATH = 1024 };

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char *watched[FILES]; /* descriptor → path of a watched file, or NULL */
static char folder[PATH];
static size_t folder_length;
static int tape = -1, ready;
static int armed, wanted, sticky, fault, torn; /* the next faults: after how many, of which kinds, with which errno */
static long countdown, fired, seen;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, name);

static void prepare(void) {
    if (ready) return;
    ready = 1;
    const char *given = getenv("FAULTS_FOLDER"), *to = getenv("FAULTS_TAPE");
    if (given) { snprintf(folder, PATH, "%s", given); folder_length = strlen(folder); }
    if (to) {
        REAL(int, "open", const char *, int, ...)
        tape = real(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
}

static int inside(const char *path, char *full) {
    prepare();
    if (!folder_length || !path) return 0;
    if (path[0] == '/') snprintf(full, PATH, "%s", path);
    else {
        char here[PATH / 2];
        if (!getcwd(here, sizeof here)) return 0;
        snprintf(full, PATH, "%s/%.500s", here, path);
    }
    return !strncmp(full, folder, folder_length) && (full[folder_length] == '/' || !full[folder_length]);
}

static const char *path_of(int fd) { return fd >= 0 && fd < FILES ? watched[fd] : NULL; }

static void put(const void *data, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t)
    const char *at = data;
    while (length) {
        ssize_t n = real(tape, at, length);
        if (n <= 0) abort();
        at += n;
        length -= (size_t)n;
    }
}

/* One record: what, how long the path, the offset, how long the data; then path and data. */
static void record(char what, const char *path, uint64_t offset, const void *data, uint64_t length) {
    if (tape < 0) return;
    struct { uint32_t what, path; uint64_t offset, length; } head = {(uint32_t)what, (uint32_t)strlen(path), offset, length};
    put(&head, sizeof head);
    put(path, head.path);
    if (data) put(data, length);
}

/* True when this operation has to fail; errno is set then. */
static int fails(int kind) {
    if (!armed || !(wanted & kind)) return 0;
    seen++;
    if (fired && !sticky) return 0;
    if (!fired && --countdown > 0) return 0;
    fired++;
    errno = fault;
    return 1;
}

#define GUARDED pthread_mutex_lock(&lock);
#define DONE(type, value) { type result_ = (value); int kept_ = errno; pthread_mutex_unlock(&lock); errno = kept_; return result_; }

void faults_mark(const char *words) { GUARDED record('M', words, 0, NULL, 0); pthread_mutex_unlock(&lock); }

void faults_arm(long after, int kinds, int number, int stays, int half) {
    GUARDED
    countdown = after; wanted = kinds; fault = number; sticky = stays; torn = half; fired = seen = 0; armed = 1;
    pthread_mutex_unlock(&lock);
}

long faults_off(void) { GUARDED armed = 0; DONE(long, fired) }

long faults_seen(void) { return seen; }

static int opened(int fd, const char *full, int flags, int was) {
    if (fd >= 0 && fd < FILES) {
        free(watched[fd]);
        watched[fd] = strdup(full);
        if (!was) record('C', full, 0, NULL, 0);
        if ((flags & O_TRUNC) && was) record('T', full, 0, NULL, 0);
    }
    return fd;
}

static int open_any(int at, const char *path, int flags, mode_t mode) {
    REAL(int, "openat", int, const char *, int, ...)
    char full[PATH];
    if ((at != AT_FDCWD && path && path[0] != '/') || !inside(path, full)) return real(at, path, flags, mode);
    GUARDED
    struct stat found;
    int was = !stat(full, &found);
    if (fails(OPEN)) DONE(int, -1)
    DONE(int, opened(real(at, path, flags, mode), full, flags, was))
}

#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return open_any(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
    REAL(int, "close", int)
    if (!path_of(fd)) return real(fd);
    GUARDED
    free(watched[fd]);
    watched[fd] = NULL;
    DONE(int, real(fd))
}

static ssize_t pwrite_real(int fd, const void *data, size_t length, off_t offset) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t)
    return real(fd, data, length, offset);
}

static ssize_t pwrite_any(int fd, const void *data, size_t length, off_t offset) {
    if (!path_of(fd)) return pwrite_real(fd, data, length, offset);
    GUARDED
    if (fails(WRITE)) {
        int number = errno;
        if (torn && length > 1) pwrite_real(fd, data, length / 2, offset); /* a disk that fills takes what fits */
        errno = number;
        DONE(ssize_t, -1)
    }
    ssize_t n = pwrite_real(fd, data, length, offset);
    if (n > 0) record('W', watched[fd], (uint64_t)offset, data, (uint64_t)n);
    DONE(ssize_t, n)
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite_any(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return pwrite_any(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
    REAL(ssize_t, "write", int, const void *, size_t)
    if (!path_of(fd)) return real(fd, data, length);
    GUARDED
    if (fails(WRITE)) DONE(ssize_t, -1)
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t n = real(fd, data, length);
    if (n > 0) record('W', watched[fd], (uint64_t)offset, data, (uint64_t)n);
    DONE(ssize_t, n)
}

/* Ways of copying that would pass us by: every caller knows how to do without them. */
ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
    REAL(ssize_t, "sendfile", int, int, off_t *, size_t)
    if (path_of(to)) { errno = EINVAL; return -1; }
    return real(to, from, offset, length);
}
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *offset, size_t length, unsigned flags) {
    REAL(ssize_t, "copy_file_range", int, off64_t *, int, off64_t *, size_t, unsigned)
    if (path_of(to)) { errno = EXDEV; return -1; }
    return real(from, at, to, offset, length, flags);
}
ssize_t writev(int fd, const struct iovec *parts, int n) {
    REAL(ssize_t, "writev", int, const struct iovec *, int)
    if (path_of(fd)) { errno = EINVAL; return -1; }
    return real(fd, parts, n);
}

static ssize_t pread_any(int fd, void *data, size_t length, off_t offset) {
    REAL(ssize_t, "pread64", int, void *, size_t, off_t)
    if (!path_of(fd)) return real(fd, data, length, offset);
    GUARDED
    if (fails(READ)) DONE(ssize_t, -1)
    DONE(ssize_t, real(fd, data, length, offset))
}
ssize_t pread(int fd, void *data, size_t length, off_t offset) { return pread_any(fd, data, length, offset); }
ssize_t pread64(int fd, void *data, size_t length, off64_t offset) { return pread_any(fd, data, length, offset); }

static int sync_any(int fd, const char *name) {
    int (*real)(int);
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if (!path_of(fd)) return real(fd);
    GUARDED
    if (fails(SYNC)) DONE(int, -1)
    int rc = real(fd);
    if (!rc) record('S', watched[fd], 0, NULL, 0);
    DONE(int, rc)
}
int fsync(int fd) { return sync_any(fd, "fsync"); }
int fdatasync(int fd) { return sync_any(fd, "fdatasync"); }

static int truncate_any(int fd, off_t length) {
    REAL(int, "ftruncate64", int, off_t)
    if (!path_of(fd)) return real(fd, length);
    GUARDED
    if (fails(WRITE)) DONE(int, -1)
    int rc = real(fd, length);
    if (!rc) record('T', watched[fd], (uint64_t)length, NULL, 0);
    DONE(int, rc)
}
int ftruncate(int fd, off_t length) { return truncate_any(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncate_any(fd, length); }

static int rename_any(int from_at, const char *from, int to_at, const char *to) {
    REAL(int, "renameat", int, const char *, int, const char *)
    char full_from[PATH], full_to[PATH];
    if (!inside(from, full_from) || !inside(to, full_to)) return real(from_at, from, to_at, to);
    GUARDED
    if (fails(NAMES)) DONE(int, -1)
    int rc = real(from_at, from, to_at, to);
    if (!rc) record('R', full_from, 0, full_to, strlen(full_to));
    DONE(int, rc)
}
int rename(const char *from, const char *to) { return rename_any(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int a, const char *from, int b, const char *to) { return rename_any(a, from, b, to); }

static int link_any(int from_at, const char *from, int to_at, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int)
    char full_from[PATH], full_to[PATH];
    if (!inside(from, full_from) || !inside(to, full_to)) return real(from_at, from, to_at, to, flags);
    GUARDED
    if (fails(NAMES)) DONE(int, -1)
    int rc = real(from_at, from, to_at, to, flags);
    if (!rc) record('L', full_from, 0, full_to, strlen(full_to));
    DONE(int, rc)
}
int link(const char *from, const char *to) { return link_any(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int a, const char *from, int b, const char *to, int flags) { return link_any(a, from, b, to, flags); }

static int unlink_any(int at, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int)
    char full[PATH];
    if (!inside(path, full)) return real(at, path, flags);
    GUARDED
    if (fails(NAMES)) DONE(int, -1)
    int rc = real(at, path, flags);
    if (!rc) record('U', full, 0, NULL, 0);
    DONE(int, rc)
}
int unlink(const char *path) { return unlink_any(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return unlink_any(at, path, flags); }
