#include "identity/devices.hpp"

#include <array>

namespace carnet::identity {

namespace {

struct Mark {
  std::string_view in_header, code, words;
};
// In this order: most browsers name the ones they descend from too.
constexpr std::array browsers{
    Mark{"Edg", "edge", "Edge"},           Mark{"OPR/", "opera", "Opera"},        Mark{"SamsungBrowser", "samsung", "Samsung Internet"},
    Mark{"Firefox", "firefox", "Firefox"}, Mark{"FxiOS", "firefox", "Firefox"},   Mark{"CriOS", "chrome", "Chrome"},
    Mark{"Chrome", "chrome", "Chrome"},    Mark{"Safari", "safari", "Safari"},
};
constexpr std::array systems{
    Mark{"Android", "android", "Android"}, Mark{"iPhone", "iphone", "iPhone"}, Mark{"iPad", "ipad", "iPad"},
    Mark{"Windows", "windows", "Windows"}, Mark{"Macintosh", "mac", "Mac"},    Mark{"CrOS", "chromebook", "Chromebook"},
    Mark{"Linux", "linux", "Linux"},
};

template <std::size_t N>
std::string_view code_in(const std::array<Mark, N>& marks, std::string_view header) {
  for (const Mark& mark : marks)
    if (header.find(mark.in_header) != std::string_view::npos) return mark.code;
  return {};
}
template <std::size_t N>
std::string_view words_for(const std::array<Mark, N>& marks, std::string_view code) {
  for (const Mark& mark : marks)
    if (mark.code == code) return mark.words;
  return {};
}

}  // namespace

std::string device_of(std::string_view user_agent) {
  const auto browser = code_in(browsers, user_agent), system = code_in(systems, user_agent);
  if (browser.empty() && system.empty()) return {};
  return std::string(browser) + "/" + std::string(system);
}

std::string device_words(std::string_view device) {
  const auto slash = device.find('/');
  if (slash == std::string_view::npos) return "Appareil inconnu";
  const auto browser = words_for(browsers, device.substr(0, slash)), system = words_for(systems, device.substr(slash + 1));
  if (browser.empty() && system.empty()) return "Appareil inconnu";
  if (system.empty()) return std::string(browser);
  return std::string(browser.empty() ? "Navigateur" : browser) + " sur " + std::string(system);
}

}  // namespace carnet::identity
