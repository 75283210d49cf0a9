#include "mapping/contract/languages.h"

#include <array>

#include "base/json.h"
#include "mapping/contract/asyncapi.h"
#include "mapping/contract/json_schema.h"
#include "mapping/contract/openapi.h"
#include "mapping/contract/typescript.h"

namespace sluice::mapping {
namespace {

template <Value (*document)(const Contract&)>
std::string as_json(const Contract& contract) {
  return to_pretty_json(document(contract));
}

constexpr std::array languages = {
    ContractLanguage{"ts", "text/plain; charset=utf-8", typescript},
    ContractLanguage{"json-schema", "application/schema+json", as_json<json_schema>},
    ContractLanguage{"openapi", "application/openapi+json", as_json<openapi>},
    ContractLanguage{"asyncapi", "application/vnd.aai.asyncapi+json", as_json<asyncapi>},
};

}  // namespace

std::span<const ContractLanguage> contract_languages() {
  return languages;
}

}  // namespace sluice::mapping
