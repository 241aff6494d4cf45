// What the record knows of one document, and its sealed form (docs/formats/record.md). Inside record only.
#pragma once
#include <optional>
#include <string>

#include "record/record.hpp"

namespace carnet::record {

enum class ItemKind { document = 1, resource = 2 };
enum class DocumentStatus { current = 0, superseded = 1, entered_in_error = 2 };
std::string_view code_of(DocumentStatus status);
std::string_view code_of(Media media);        // "pdf" "png" "jpeg" "cda"
std::string_view media_type_of(Media media);  // of bytes given out
std::string_view extension_of(Media media);   // of a file, with its dot

struct Span {  // of time, as a date of some precision means it
  kernel::Instant from{}, end{};
  bool operator==(const Span&) const = default;
};

struct Document {
  access::ItemFacts facts;  // class, type, author, flags, structure that filed it, instant of deposit
  std::string unique_id, title, type_system, confidentiality = "N";
  DocumentStatus status = DocumentStatus::current;
  std::string act_date;  // ISO, as precise as it came
  Span act, reference, creation;
  std::string author_name, profession, author_structure, structure_name;
  Media media = Media::pdf;
  std::string media_type;  // as declared
  std::string embedded;    // media type of the one file inside a CDA of level 1
  std::int64_t size = 0;
  std::string replaces;  // uniqueIds, one per line
  std::string filed_by;  // client, or opaque id of a person
  kernel::Instant updated_at{};
  bool archived = false;
  bool masked_by_holder = false;  // of what is hidden from professionals: by the holder or who acts for them, not by who filed it
  bool deleted = false;  // by its author: its versions stay, and are given to nobody
};

// Tagged members, numbers durable; absent ones are empty. decode: nullopt for anything encode would not have written.
kernel::Bytes encode(const Document& document);
std::optional<Document> decode(kernel::ByteView bytes);

}  // namespace carnet::record
