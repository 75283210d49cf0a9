#include "mapping/running_values.h"

#include "mapping/expression_arithmetic.h"

namespace sluice::mapping {

Expected<void> RunningValues::add(const Value& value) {
  if (!value.is_null()) {
    if (!value.is_number()) return unexpected(described(value) + " in a window of numbers");
    Value sum;
    std::string error;
    if (!arithmetic(Expression::Node::Op::add, sum_, value, sum, error)) return unexpected(std::move(error));
    sum_ = std::move(sum);
    if (min_.is_null() || compare_numbers(value, min_) < 0) min_ = value;
    if (max_.is_null() || compare_numbers(value, max_) > 0) max_ = value;
    total_ += value.as_number();
    ++count_;
  }
  if (!std::exchange(any_, true)) first_ = value;
  last_ = value;
  return {};
}

Value RunningValues::value() const {
  const Value mean = count_ > 0 ? Value(total_ / static_cast<double>(count_)) : Value();
  return Value::object({{"min", min_},
                        {"max", max_},
                        {"sum", sum_},
                        {"mean", mean},
                        {"count", count_},
                        {"first", first_},
                        {"last", last_}});
}

}  // namespace sluice::mapping
