// The write-ahead log of a database, written in one piece per commit. SQLite writes a frame's head and its page apart, two
// calls for each page; here they are gathered and leave together when the log is synced, by one write that is durable when
// it returns. Nothing else is changed: every file is the system's own, every other call is passed on.
#pragma once

namespace carnet::store {

// The name under which SQLite knows it, for sqlite3_open_v2; registered at the first call. Only for a connection whose commits
// all sync (synchronous=FULL): what is gathered is in the file when the sync returns, and not before.
const char* log_writes();

}  // namespace carnet::store
