#!/usr/bin/env bash
# Fetches other implementation guides' examples from npm into build/conformance-corpora, one folder for each; 77 when they
# cannot be fetched. `npm pack`, since what they depend on is not on npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
to=build/conformance-corpora
mkdir -p "$to"
export PATH=$PWD/.node/bin:$PATH
for package in hl7.fhir.uv.ips@2.0.0 hl7.fhir.us.mcode@4.0.0 hl7.fhir.uv.genomics-reporting@3.0.0 hl7.fhir.uv.sdc@4.0.0-ballot \
  hl7.fhir.us.insurance-card@1.1.0; do
  folder=$to/${package%@*}
  [ -d "$folder" ] && continue
  file=$(npm pack "$package" --pack-destination "$to" --silent) || { echo "skipped: $package is not to be had" >&2; exit 77; }
  mkdir -p "$folder.part"
  tar -xzf "$to/$file" -C "$folder.part" --strip-components=1
  mv "$folder.part" "$folder"
done
