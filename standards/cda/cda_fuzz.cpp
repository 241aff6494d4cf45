// Any bytes: read and render end, agree on what they accept, and a page passes the check of pages.
#include <cstdlib>

#include "standards/cda/cda.hpp"
#include "standards/cda/wire.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const kernel::ByteView bytes(data, size);
  const auto document = cda::read(bytes);
  const auto page = cda::render_html(bytes, {});
  if (!document && page) std::abort();
  if (page && !cda::check_page(*page)) std::abort();
  if (document) {
    const auto back = cda::from_json(cda::to_json(*document));
    if (!back || *back != *document) std::abort();
    if (cda::embedded_body(bytes).has_value() != (document->body.kind == cda::BodyKind::embedded)) std::abort();
  }
  (void)cda::sniff(bytes);
  (void)cda::read_answer(bytes);
  (void)cda::check_page(kernel::as_text(bytes));
  return 0;
}
