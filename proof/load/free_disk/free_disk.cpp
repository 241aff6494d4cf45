// A disk whose sync costs nothing: every file of foundation/io and of SQLite is synced through these two names. Linked into a
// program of the bench, and into no other.
#include <unistd.h>

extern "C" {
int fsync(int) { return 0; }
int fdatasync(int) { return 0; }
}
