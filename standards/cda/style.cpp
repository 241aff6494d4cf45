#include "standards/cda/style.hpp"

#include "standards/cda/cda.hpp"

namespace carnet::cda {

Markup style() {
  return ":root{color-scheme:light "
         "dark;--paper:#FAF7F2;--surface:#FFFFFF;--ink:#231A2B;--help:#594F63;--line:#857A90;--plum:#5B2C6F;--soft:#"
         "F2EAF5}"
         "@media(prefers-color-scheme:dark){:root{--paper:#17131C;--surface:#231D2A;--ink:#F3EEF6;--help:#BDB2C6;--"
         "line:#8F839B;--plum:#DDB8EE;--soft:#3A2A45}}"
         "*{box-sizing:border-box}"
         "body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.5 \"Atkinson Hyperlegible "
         "Next\",system-ui,sans-serif;overflow-wrap:anywhere}"
         "main{max-width:60rem;margin:0 auto;padding:16px}"
         "h1{font-size:1.875rem;line-height:1.25;margin:0 0 16px}"
         "h2{font-size:1.5rem;line-height:1.25;margin:32px 0 12px;color:var(--plum)}"
         "h3{font-size:1.25rem;margin:24px 0 8px}"
         "h4{font-size:1.125rem;margin:16px 0 8px}"
         ".card{background:var(--surface);border-left:4px solid var(--plum);border-radius:8px;padding:12px "
         "16px;margin:0 0 16px}"
         ".card h2{margin:0 0 8px;font-size:1.25rem}"
         ".patient{background:var(--soft)}"
         "dl{margin:0}"
         "dl div{display:grid;grid-template-columns:14rem 1fr;gap:4px 16px;padding:4px 0}"
         "dt{color:var(--help)}"
         "dd{margin:0}"
         "p,.p,ul,ol,.table,.text{margin:0 0 12px}"
         "ul,ol{padding-left:24px}"
         ".table{overflow-x:auto;max-width:100%}"
         ".table:focus-visible{outline:3px solid var(--ink);outline-offset:2px}"
         "table{border-collapse:collapse;min-width:50%;background:var(--surface)}"
         "caption{text-align:left;font-weight:700;padding:4px 0}"
         "th,td{border:1px solid var(--line);padding:6px "
         "8px;text-align:left;vertical-align:top;overflow-wrap:break-word;min-width:4rem}"
         "th{background:var(--soft)}"
         ".c{text-align:center}"
         ".r{text-align:right}"
         ".caption{display:block;font-weight:700}"
         ".media{display:block;margin:8px 0}"
         "img{max-width:100%;height:auto;background:#FFFFFF}"
         ".line{display:block;border:1px dashed var(--line);border-radius:6px;padding:6px 10px;margin:8px 0}"
         ".help{color:var(--help)}"
         ".notes{font-size:1rem;border-top:1px solid var(--line);padding-top:8px}"
         ".plain{white-space:pre-wrap;font:inherit}"
         ".said{font-weight:700}"
         "@media(max-width:40rem){dl div{grid-template-columns:1fr;gap:0}dt{font-size:1rem}}"
         "@media "
         "print{:root{--paper:#FFFFFF;--surface:#FFFFFF;--ink:#000000;--help:#333333;--line:#666666;--plum:#000000;--"
         "soft:#FFFFFF}main{max-width:none;padding:0}.table{overflow:visible}h2,h3,h4{break-after:avoid}tr,img,.card{"
         "break-inside:avoid}thead{display:table-header-group}}";
}

// The hash is written down, so that this room needs no cryptography; proof/hostile recomputes it.
std::string_view style_sha256() {
  return "73EF3kImu1BsihmFsXKj7SBNvle6AlXIl2xgV5fAecc=";
}

}  // namespace carnet::cda
