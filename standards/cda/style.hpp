// The one style sheet of rendered pages, and its hash. Internal to standards/cda.
#pragma once
#include "standards/cda/html.hpp"

namespace carnet::cda {

Markup style();  // what stands between <style> and </style>, to the byte

}  // namespace carnet::cda
