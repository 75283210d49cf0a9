#include "mapping/sparkplug/datatype.h"

#include <array>
#include <string_view>

namespace sluice::mapping::sparkplug {

std::string datatype_name(Datatype datatype) {
  constexpr std::array<std::string_view, 35> names = {"Unknown",      "Int8",
                                                      "Int16",        "Int32",
                                                      "Int64",        "UInt8",
                                                      "UInt16",       "UInt32",
                                                      "UInt64",       "Float",
                                                      "Double",       "Boolean",
                                                      "String",       "DateTime",
                                                      "Text",         "UUID",
                                                      "DataSet",      "Bytes",
                                                      "File",         "Template",
                                                      "PropertySet",  "PropertySetList",
                                                      "Int8Array",    "Int16Array",
                                                      "Int32Array",   "Int64Array",
                                                      "UInt8Array",   "UInt16Array",
                                                      "UInt32Array",  "UInt64Array",
                                                      "FloatArray",   "DoubleArray",
                                                      "BooleanArray", "StringArray",
                                                      "DateTimeArray"};
  const auto number = static_cast<std::uint32_t>(datatype);
  return number < names.size() ? std::string(names[number]) : "datatype " + std::to_string(number);
}

}  // namespace sluice::mapping::sparkplug
