// Gives up everything this process could do but compute, read its standard input and write its standard output.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace carnet::sandbox {

struct Bounds {
  std::uint64_t memory_bytes = 256u << 20;  // address space
  std::uint64_t cpu_seconds = 2;
};

// The names of the protections that are now in force, of: "descriptors", "no_new_privileges", "not_dumpable",
// "no_core", "cpu", "no_files", "no_processes", "memory", "seccomp". Irrevocable; called once, before any input is
// read.
std::vector<std::string> confine(const Bounds& bounds = {});

}  // namespace carnet::sandbox
