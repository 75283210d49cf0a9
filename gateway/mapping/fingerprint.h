#pragma once

#include <string>

#include "base/value.h"
#include "base/yaml.h"

namespace sluice::mapping {

/// What a part of a mapping file says, as one text: equal wherever it stands and however it is laid out, different as
/// soon as it says something else. Constants that it names count with their values; `constants` is an object.
std::string fingerprint(const YamlNode& node, const Value& constants);

}  // namespace sluice::mapping
