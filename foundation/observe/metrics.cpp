#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "foundation/observe/observe.hpp"

namespace carnet::observe {
namespace {

constexpr std::array<double, 14> bounds_ms{0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10'000};

// name{labels}, in memory that each thread reuses.
const std::string& key_of(std::string_view name, std::string_view labels) {
  thread_local std::string key;
  key.assign(name);
  if (!labels.empty()) key.append("{").append(labels).append("}");
  return key;
}

std::string_view family_of(std::string_view key) {
  return key.substr(0, key.find('{'));
}
std::string_view labels_of(std::string_view key) {
  const auto brace = key.find('{');
  return brace == std::string_view::npos ? std::string_view() : key.substr(brace + 1, key.size() - brace - 2);
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

// The samples of one name must stand together under one TYPE line; in the maps "a{x}" and "a" have "a_b" between them.
template <class Value>
std::map<std::string_view, std::vector<std::pair<std::string_view, const Value*>>> by_family(
    const std::map<std::string, Value, std::less<>>& samples) {
  std::map<std::string_view, std::vector<std::pair<std::string_view, const Value*>>> families;
  for (const auto& [key, value] : samples) families[family_of(key)].emplace_back(key, &value);
  return families;
}

void append_simple(std::string& out, std::string_view type, const std::map<std::string, double, std::less<>>& samples) {
  for (const auto& [family, lines] : by_family(samples)) {
    out.append("# TYPE ").append(family).append(" ").append(type).append("\n");
    for (const auto& [key, value] : lines) out.append(key).append(" ").append(number(*value)).append("\n");
  }
}

}  // namespace

void Metrics::count(std::string_view name, std::string_view labels, double by) {
  const auto& key = key_of(name, labels);
  const std::lock_guard lock(mutex_);
  if (const auto found = counters_.find(key); found != counters_.end()) {
    found->second += by;
  } else {
    counters_.emplace(key, by);
  }
}

void Metrics::gauge(std::string_view name, std::string_view labels, double value) {
  const auto& key = key_of(name, labels);
  const std::lock_guard lock(mutex_);
  gauges_[key] = value;
}

void Metrics::observe_ms(std::string_view name, std::string_view labels, double ms) {
  const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds_ms, ms) - bounds_ms.begin());
  const auto& key = key_of(name, labels);
  const std::lock_guard lock(mutex_);
  auto found = histograms_.find(key);
  if (found == histograms_.end()) {
    found = histograms_.emplace(key, Histogram{}).first;
    found->second.buckets.resize(bounds_ms.size() + 1);
  }
  Histogram& histogram = found->second;
  ++histogram.buckets[bucket];
  ++histogram.count;
  histogram.sum += ms;
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  append_simple(out, "counter", counters_);
  append_simple(out, "gauge", gauges_);
  for (const auto& [family, lines] : by_family(histograms_)) {
    out.append("# TYPE ").append(family).append(" histogram\n");
    for (const auto& [key, histogram] : lines) {
      const auto labels = labels_of(key);
      const auto comma = labels.empty() ? "" : ",";
      std::uint64_t below = 0;
      for (std::size_t i = 0; i <= bounds_ms.size(); ++i) {
        below += histogram->buckets[i];
        const auto bound = i < bounds_ms.size() ? number(bounds_ms[i]) : "+Inf";
        out += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", family, labels, comma, bound, below);
      }
      const auto braced = labels.empty() ? std::string() : fmt::format("{{{}}}", labels);
      out += fmt::format("{}_sum{} {}\n{}_count{} {}\n", family, braced, number(histogram->sum), family, braced,
                         histogram->count);
    }
  }
  return out;
}

}  // namespace carnet::observe
