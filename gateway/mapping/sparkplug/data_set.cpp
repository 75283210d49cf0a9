#include <string>

#include "base/text.h"
#include "mapping/sparkplug/payload.h"
#include "mapping/sparkplug/value_reader.h"

namespace sluice::mapping::sparkplug {
namespace {

using Type = WireReader::Type;

tl::unexpected<Error> data_set_fault(std::string_view fault) {
  return unexpected("DataSet " + std::string(fault));
}

/// The parts of a DataSet as they stand in the message.
struct DataSet {
  std::optional<std::uint64_t> num_of_columns;
  std::vector<std::string_view> columns;
  std::vector<Datatype> types;
  std::vector<std::string_view> rows;
};

Expected<DataSet> read_parts(std::string_view message) {
  DataSet set;
  WireReader reader(message);
  WireReader::Field field;
  const auto add_type = [&](std::uint64_t bits) { set.types.push_back(static_cast<Datatype>(bits & 0xffffffffU)); };
  while (reader.next(field)) {
    if (field.is(1, Type::varint)) set.num_of_columns = field.bits;
    if (field.is(2, Type::bytes)) set.columns.push_back(field.bytes);
    if (field.is(3, Type::varint)) add_type(field.bits);
    if (field.is(3, Type::bytes)) {  // packed: readers must take both forms (protobuf.dev "Encoding")
      WireReader packed(field.bytes);
      std::uint64_t bits = 0;
      while (packed.next_packed(bits)) add_type(bits);
      if (!packed.fault().empty()) return data_set_fault(packed.fault());
    }
    if (field.is(4, Type::bytes)) set.rows.push_back(field.bytes);
  }
  if (!reader.fault().empty()) return data_set_fault(reader.fault());
  return set;
}

Expected<void> check_columns(const DataSet& set) {
  const auto count = set.columns.size();
  if (set.types.size() != count || set.num_of_columns.value_or(count) != count) {
    return unexpected("DataSet names " + std::to_string(count) + " columns, gives " + std::to_string(set.types.size()) +
                      " types and counts " + std::to_string(set.num_of_columns.value_or(count)));
  }
  for (const auto column : set.columns) {
    if (!is_utf8(column)) return unexpected("DataSet column '" + excerpt(column, 40) + "' is no UTF-8");
  }
  return check_unique(set.columns, "DataSet column");
}

Expected<WireValue> read_element(std::string_view message) {
  WireValue wire;
  WireReader reader(message);
  WireReader::Field field;
  while (reader.next(field)) {
    if (!wire.take_basic(field, 1) && field.is(7, Type::bytes)) wire.take_bytes(field, WireValue::Kind::extension);
  }
  if (!reader.fault().empty()) return data_set_fault(reader.fault());
  return wire;
}

Expected<Value> read_row(std::string_view message, const DataSet& set, const Limits& limits) {
  Value::Object row;
  row.reserve(set.columns.size());
  WireReader reader(message);
  WireReader::Field field;
  while (reader.next(field)) {
    if (!field.is(1, Type::bytes)) continue;
    const auto column = row.size();
    if (column == set.columns.size()) return unexpected("DataSet row has more elements than there are columns");
    const auto element = read_element(field.bytes);
    if (!element) return tl::unexpected(element.error());
    auto value = read_value(*element, set.types[column], limits);
    if (!value)
      return unexpected("DataSet column '" + excerpt(set.columns[column], 40) + "': " + value.error().message);
    row.push_back({Value(set.columns[column]), std::move(*value)});
  }
  if (!reader.fault().empty()) return data_set_fault(reader.fault());
  if (row.size() != set.columns.size()) {
    return unexpected("DataSet row has " + std::to_string(row.size()) + " elements, " +
                      std::to_string(set.columns.size()) + " columns expected");
  }
  return Value(std::move(row));
}

}  // namespace

Expected<Value> data_set_value(std::string_view message, const Limits& limits) {
  const auto set = read_parts(message);
  if (!set) return tl::unexpected(set.error());
  if (auto checked = check_columns(*set); !checked) return tl::unexpected(checked.error());
  Value::List rows;
  std::size_t bytes = 0;  // names are repeated in each row: a small message can make a large list
  for (const auto message_of_row : set->rows) {
    auto row = read_row(message_of_row, *set, limits);
    if (!row) return row;
    bytes += sizeof(Value) + row->heap_bytes();
    if (bytes > limits.value_bytes) {
      return unexpected("DataSet of " + std::to_string(set->rows.size()) + " rows is above the bound");
    }
    rows.push_back(std::move(*row));
  }
  return Value(std::move(rows));
}

}  // namespace sluice::mapping::sparkplug
