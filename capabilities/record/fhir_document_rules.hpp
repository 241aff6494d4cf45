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
kernel::Status apply(const DocumentWish& wish, Document& document);

// Its labels, for a presentation: codes of TRE_A07.
std::vector<std::string_view> visibility_of(const access::ItemFacts& facts);

}  // namespace carnet::record
