// Codes of actions and actors, for interfaces: docs/formats/trace.md.
#include "audit/audit.hpp"

namespace carnet::audit {

std::string_view code_of(ActorKind kind) {
  switch (kind) {
    case ActorKind::holder: return "holder";
    case ActorKind::representative: return "representative";
    case ActorKind::professional: return "professional";
    case ActorKind::producer: return "producer";
    case ActorKind::agent: return "agent";
    case ActorKind::mediator: return "mediator";
    case ActorKind::operator_: return "operator";
    case ActorKind::machine: return "machine";
    case ActorKind::person_unknown: return "unknown";
    case ActorKind::carer: return "carer";
    case ActorKind::guardian: return "guardian";
  }
  return "unknown";
}

std::string_view code_of(Action action) {
  switch (action) {
    case Action::space_notified: return "space_notified";
    case Action::space_opened: return "space_opened";
    case Action::space_objected: return "space_objected";
    case Action::space_opened_by_default: return "space_opened_by_default";
    case Action::space_closed: return "space_closed";
    case Action::space_reopened: return "space_reopened";
    case Action::space_archived_read: return "space_archived_read";
    case Action::space_erased: return "space_erased";
    case Action::space_suspended: return "space_suspended";
    case Action::code_requested: return "code_requested";
    case Action::code_refused: return "code_refused";
    case Action::signed_in: return "signed_in";
    case Action::sign_in_refused: return "sign_in_refused";
    case Action::signed_out: return "signed_out";
    case Action::contact_changed: return "contact_changed";
    case Action::account_recovered: return "account_recovered";
    case Action::documents_listed: return "documents_listed";
    case Action::document_read: return "document_read";
    case Action::document_deposited: return "document_deposited";
    case Action::document_replaced: return "document_replaced";
    case Action::document_added_by_holder: return "document_added_by_holder";
    case Action::document_contested: return "document_contested";
    case Action::document_refused: return "document_refused";
    case Action::traces_read: return "traces_read";
    case Action::relation_declared: return "relation_declared";
    case Action::relation_ended: return "relation_ended";
    case Action::setting_changed: return "setting_changed";
    case Action::exported: return "exported";
    case Action::resource_read: return "resource_read";
    case Action::resource_written: return "resource_written";
    case Action::resource_deleted: return "resource_deleted";
    case Action::history_read: return "history_read";
    case Action::record_searched: return "record_searched";
  }
  return "unknown";
}

}  // namespace carnet::audit
