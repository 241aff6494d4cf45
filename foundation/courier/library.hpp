// Inside courier: libcurl as both mail and HTTP use it.
#pragma once
#include <curl/curl.h>

#include <memory>

namespace carnet::courier {

void start_library();  // once per process, before anything else of it

struct FreeEasy {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using List = std::unique_ptr<curl_slist, FreeList>;

}  // namespace carnet::courier
