// What an author may change of a document that was filed: how it is hidden, how confidential it is, whether it is
// archived, and that it was an error. Everything else is replaced by another document. Pure. Inside record only.
#pragma once
#include "record/document.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::record {

struct DocumentWish {
  std::string confidentiality;
  bool masque_ps = false, invisible_patient = false, invisible_representants = false;
  bool archived = false;
  DocumentStatus status = DocumentStatus::current;
};
// What `asked` says in place of `shown`, the same document as it is given out. `invalid` "record.document_fixed" with
// the path of each other element that differs, or of a label that means nothing.
kernel::Result<DocumentWish> read_wish(const fhir::Json& shown, const fhir::Json& asked);
// `invalid` "record.visibility": what the holder or a minor hid is not shown again by software; INVISIBLE_PATIENT does
// not go with MASQUE_PS.
// A document that INVISIBLE_PATIENT no longer hides was announced: it comes into the person's sight now.
kernel::Status apply(const DocumentWish& wish, Document& document, kernel::Instant now);
// By the holder, and back. What still awaits its announcement is refused as above; a wait that is over is over.
kernel::Status mask(Document& document, bool masked, std::optional<bool> visible_in_emergency, kernel::Instant now);

// Its labels, for a presentation: codes of TRE_A07.
std::vector<std::string_view> visibility_of(const access::ItemFacts& facts);

}  // namespace carnet::record
