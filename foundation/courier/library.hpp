// Inside courier: libcurl as both mail and HTTP use it.
#pragma once
#include <curl/curl.h>

#include <atomic>
#include <memory>

namespace carnet::courier {

void start_library();  // once per process, before anything else of it
void give_up_when(CURL* curl, const std::atomic<bool>* given_up);  // null: never

struct FreeEasy {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using List = std::unique_ptr<curl_slist, FreeList>;

}  // namespace carnet::courier
