// A disk whose sync costs nothing: every file of foundation/io and of SQLite is synced through these names. Linked into a
// program of the bench, and into no other.
#include <sys/uio.h>
#include <unistd.h>

extern "C" {
int fsync(int) { return 0; }
int fdatasync(int) { return 0; }
ssize_t pwritev2(int fd, const iovec* pieces, int count, off_t at, int) { return pwritev(fd, pieces, count, at); }
ssize_t pwritev64v2(int fd, const iovec* pieces, int count, off64_t at, int) { return pwritev(fd, pieces, count, at); }
}
