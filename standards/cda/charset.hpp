// Any accepted encoding -> UTF-8, checked. Internal to standards/cda.
#pragma once
#include <string>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::cda {

// On success: UTF-8 without byte order mark, whose every character XML 1.0 allows.
kernel::Result<std::string> to_utf8(kernel::ByteView xml);

}  // namespace carnet::cda
