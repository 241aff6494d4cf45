#include "apps/sandbox/confine.hpp"

#include <linux/close_range.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>

namespace carnet::sandbox {

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CARNET_SANITIZED 1
#endif
#endif

bool limit(__rlimit_resource what, std::uint64_t value) {
  const struct rlimit both{value, value};
  return ::setrlimit(what, &both) == 0;
}

// Everything that is not listed kills the process. No open, socket, exec, clone, ptrace, kill; no executable memory;
// reads of standard input only, writes to standard output and error only.
bool filter_system_calls() {
#ifdef CARNET_SANITIZED
  return false;  // a sanitizer's run-time opens files and starts threads
#else
  scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == nullptr) return false;
  const auto allow = [&](int call) { return ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0; };
  const auto allow_on = [&](int call, std::uint64_t fd) {
    return ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, scmp_arg_cmp{0, SCMP_CMP_EQ, fd, 0}) == 0;
  };
  const auto allow_data_pages = [&](int call) {
    return ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, scmp_arg_cmp{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}) == 0;
  };
  const bool listed = allow_on(SCMP_SYS(read), 0) && allow_on(SCMP_SYS(write), 1) && allow_on(SCMP_SYS(write), 2) &&
                      allow(SCMP_SYS(brk)) && allow_data_pages(SCMP_SYS(mmap)) &&
                      allow_data_pages(SCMP_SYS(mprotect)) && allow(SCMP_SYS(munmap)) && allow(SCMP_SYS(mremap)) &&
                      allow(SCMP_SYS(madvise)) && allow(SCMP_SYS(futex)) && allow(SCMP_SYS(clock_gettime)) &&
                      allow(SCMP_SYS(getrandom)) && allow(SCMP_SYS(rt_sigreturn)) && allow(SCMP_SYS(exit)) &&
                      allow(SCMP_SYS(exit_group));
  const bool loaded = listed && ::seccomp_load(filter) == 0;
  ::seccomp_release(filter);
  return loaded;
#endif
}

}  // namespace

std::vector<std::string> confine(const Bounds& bounds) {
  std::vector<std::string> held;
  const auto note = [&](bool in_force, const char* name) {
    if (in_force) held.emplace_back(name);
  };
  note(::close_range(3, ~0U, 0) == 0, "descriptors");
  note(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privileges");
  note(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "not_dumpable");
  note(limit(RLIMIT_CORE, 0), "no_core");
  note(limit(RLIMIT_CPU, bounds.cpu_seconds), "cpu");
#ifndef CARNET_SANITIZED
  note(limit(RLIMIT_NOFILE, 0), "no_files");
  note(limit(RLIMIT_NPROC, 0), "no_processes");
  note(limit(RLIMIT_AS, bounds.memory_bytes), "memory");
#endif
  note(filter_system_calls(), "seccomp");
  return held;
}

}  // namespace carnet::sandbox
