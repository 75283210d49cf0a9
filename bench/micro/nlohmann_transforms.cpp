#include <algorithm>
#include <nlohmann/json.hpp>

#include "transforms.h"

namespace sluice::bench {
namespace {

using nlohmann::json;

json cell(json&& in) {
  return {{"cell", in["cell"]}, {"volts", in["mv"].get<double>() / 1000}};
}

json pack(json&& in) {
  const auto& cells = in["cells"];
  const auto [min, max] = std::minmax_element(cells.begin(), cells.end());
  const auto delta = max->get<int>() - min->get<int>();
  return {{"pack", in["pack"]}, {"min_mv", *min}, {"max_mv", *max}, {"delta_mv", delta}};
}

json whole_pack(json&& in) {
  auto& cells = in["cells"];
  const auto [min, max] = std::minmax_element(cells.begin(), cells.end());
  const auto delta = max->get<int>() - min->get<int>();
  json out = {{"pack", in["pack"]}, {"min_mv", *min}, {"max_mv", *max}, {"delta_mv", delta}};
  out["cells"] = std::move(cells);
  return out;
}

json order(json&& in) {
  json skus = json::array();
  for (auto& item : in["items"]) skus.push_back(std::move(item["sku"]));
  return {{"id", std::move(in["id"])},
          {"status", std::move(in["status"])},
          {"customer", std::move(in["customer"]["name"])},
          {"total", in["totalAmount"]},
          {"items", std::move(skus)}};
}

}  // namespace

Transform nlohmann_transform(const Task& task) {
  auto* const by_hand = task.name == "cell"         ? cell
                        : task.name == "pack"       ? pack
                        : task.name == "whole-pack" ? whole_pack
                                                    : order;
  return [by_hand, text = std::string()](const std::string& payload) mutable -> std::string_view {
    text = by_hand(json::parse(payload)).dump();
    return text;
  };
}

}  // namespace sluice::bench
