// What is served where: the pages and their API, the FHIR interface, the documents' own origin, the operator's view.
#pragma once
#include <vector>

#include "apps/wiring/house.hpp"
#include "foundation/http/http.hpp"

namespace carnet::server {

std::vector<http::Limit> limits();
std::vector<http::Site> public_sites(wiring::House& house);
http::Site operations_site(wiring::House& house);

}  // namespace carnet::server
