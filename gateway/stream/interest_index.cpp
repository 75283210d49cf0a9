#include "stream/interest_index.h"

#include <algorithm>

namespace sluice::stream {

InterestIndex::Found InterestIndex::Field::find(const event::Event& event, std::string& buffer) const {
  static const Value absent;
  const auto* found = event.key.find(name);
  const auto& value = found == nullptr ? absent : *found;
  const auto there = by_value.find(key_text(value, buffer));
  return {there == by_value.end() ? nullptr : &there->second, value.is_text()};
}

void InterestIndex::Field::add(std::string value, const Wanted& wanted) {
  const auto [there, first] = by_value.try_emplace(std::move(value), Wanters{wanted, {}});
  if (!first) there.value().others.push_back(wanted);
}

void InterestIndex::Field::remove(const std::string& value, const Interest& interest) {
  const auto there = by_value.find(value);
  auto& [first, others] = there.value();
  if (first.interest != &interest) {
    std::erase_if(others, [&](const Wanted& one) { return one.interest == &interest; });
  } else if (others.empty()) {
    by_value.erase(there);
  } else {
    first = others.back();
    others.pop_back();
  }
}

// One test is enough to find the candidates: the path's, which has one value, else a claim's, else the one with the
// fewest. Texts of different values can be equal ("2" and 2): the match that follows tells them apart, unless all are
// texts. Exact is what is found by its only test.
InterestIndex::Place InterestIndex::place_of(const Interest& interest, event::TypeNumber type) {
  const auto* filter = interest.matcher.filter(type);
  if (filter != nullptr && filter->never()) return {};
  const auto& paths = interest.matcher.path_tests();
  const auto& bound = interest.matcher.binding().any;
  if (!paths.empty()) {
    const bool only = paths.size() == 1 && filter == nullptr && bound.empty();
    return {Place::In::field, paths.front().field, {paths.front().text}, only};
  }
  if (bound.size() == 1 && !bound.front().empty()) {
    const auto& test = bound.front().front();
    return in_field(test.field, test.texts, bound.front().size() == 1 && filter == nullptr);
  }
  const auto everything = bound.empty() ? Place::In::every : Place::In::rest;
  if (filter == nullptr) return {.in = everything};
  const auto& tests = filter->key_tests();
  if (tests.empty()) return {.in = filter->key_only() ? everything : Place::In::rest};
  const auto& fewest = *std::ranges::min_element(tests, {}, [](const auto& test) { return test.second.size(); });
  const bool only = tests.size() == 1 && filter->key_only() && bound.empty();
  std::vector<std::string> texts;
  std::string buffer;
  for (const auto& value : fewest.second) texts.emplace_back(key_text(value, buffer));
  return in_field(fewest.first, std::move(texts), only && std::ranges::all_of(fewest.second, &Value::is_text));
}

InterestIndex::Place InterestIndex::in_field(const std::string& field, std::vector<std::string> texts, bool exact) {
  std::ranges::sort(texts);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  if (texts.empty()) return {};
  return {Place::In::field, field, std::move(texts), exact};
}

void InterestIndex::add(Interest& interest) {
  interest.place_in_index = static_cast<std::uint32_t>(all_.size());
  all_.push_back(&interest);
  for (const auto type : interest.types()) {
    if (type == gap_type_) continue;
    if (types_.size() <= type) types_.resize(type + std::size_t{1});
    auto& of_type = types_[type];
    auto place = place_of(interest, type);
    if (place.in == Place::In::every) of_type.every.push_back(&interest);
    if (place.in == Place::In::rest) of_type.rest.push_back(&interest);
    if (place.in != Place::In::field) continue;
    auto field = std::ranges::find(of_type.fields, place.field, &Field::name);
    if (field == of_type.fields.end()) field = of_type.fields.insert(field, Field{place.field, {}});
    const Wanted wanted{&interest, &interest.selection, interest.bit(), place.exact};
    for (auto& value : place.values) field->add(std::move(value), wanted);
  }
}

void InterestIndex::remove(Interest& interest) {
  all_[interest.place_in_index] = all_.back();
  all_[interest.place_in_index]->place_in_index = interest.place_in_index;
  all_.pop_back();
  for (const auto type : interest.types()) {
    if (type == gap_type_) continue;
    auto& of_type = types_[type];
    const auto place = place_of(interest, type);
    if (place.in == Place::In::every) std::erase(of_type.every, &interest);
    if (place.in == Place::In::rest) std::erase(of_type.rest, &interest);
    if (place.in != Place::In::field) continue;
    const auto field = std::ranges::find(of_type.fields, place.field, &Field::name);
    for (const auto& value : place.values) field->remove(value, interest);
    if (field->by_value.empty()) of_type.fields.erase(field);
  }
}

}  // namespace sluice::stream
