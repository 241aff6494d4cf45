// Gives up everything this process could do but compute, read its standard input and write its standard output.
#pragma once
#include <string>
#include <vector>

namespace carnet::sandbox {

// The names of the protections that are now in force, of: "descriptors", "no_new_privileges", "not_dumpable",
// "no_core", "cpu", "no_files", "no_processes", "memory", "seccomp". Irrevocable; called once, before any input is
// read.
std::vector<std::string> confine();

}  // namespace carnet::sandbox
