// A browser in two words, so that its owner knows it again. Pure. Inside identity only.
#pragma once
#include <string>
#include <string_view>

namespace carnet::identity {

// "firefox/android" of a User-Agent header; either word is empty when it is not one of ours. The header itself is kept nowhere.
std::string device_of(std::string_view user_agent);
// "Firefox sur Android"; "Appareil inconnu".
std::string device_words(std::string_view device);

}  // namespace carnet::identity
