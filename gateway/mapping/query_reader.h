#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/yaml.h"
#include "event/stream_spec.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// Compiles a stream's `query:`, a map of parameter names and types: text, int, number, bool, an enumeration, or a list
/// of one of these. A null node declares none. `undeclared` are names that the filter reads all the same (see
/// query_names): each is a text, or a list when written so. All other parameters are ignored.
///
/// A list is written `x[]=a&x[]=b`, `x=a&x=b` or `x=a,b`; `x=` is the empty list.
/// Error: with places.
Expected<std::shared_ptr<const event::QueryReader>, Errors> compile_query(const YamlNode& query, std::string_view file,
                                                                          const NamedTypes& names,
                                                                          std::vector<std::string> undeclared = {});

/// The parameters of a query that compile_query made, in declared order, then the undeclared ones, without a type.
std::vector<Type::Field> query_parameters(const event::QueryReader* query);

}  // namespace sluice::mapping
