// Whatever a stranger writes as a page: both ways of building its tree end, and what they say is where they say it is.
#include "standards/mail/message.hpp"
#include "standards/mail/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const auto page = kernel::as_text({data, size});
  for (const std::size_t depth : {std::size_t{400}, std::size_t{0}}) {
    mail::Limits limits;
    limits.html_depth = depth;
    limits.links = 100;
    const auto body = mail::read_html(page, limits);
    CARNET_INVARIANT(mail::is_utf8(body.visible), "a text that is read is not UTF-8");
    for (const auto& hidden : body.hidden) {
      CARNET_INVARIANT(mail::is_utf8(hidden.text), "a hidden text is not UTF-8");
      CARNET_INVARIANT(hidden.at <= body.visible.size(), "a hidden text stands outside the text");
    }
    for (const auto& link : body.links) {
      CARNET_INVARIANT(!link.text_is_visible || body.visible.substr(link.at, link.text.size()) == link.text,
                       "a link's text is not where it says");
    }
    CARNET_INVARIANT(body.links.size() <= limits.links, "more links than the limit");
  }
  return 0;
}
