// fhir: FHIR R4 as documents need it, bytes <-> values. Pure: no I/O, no clock, no cryptography.
#pragma once
#include "standards/fhir/answers.hpp"
#include "standards/fhir/date_time.hpp"
#include "standards/fhir/document_reference.hpp"
#include "standards/fhir/json.hpp"
#include "standards/fhir/provide_bundle.hpp"
#include "standards/fhir/search.hpp"
#include "standards/fhir/writer.hpp"
