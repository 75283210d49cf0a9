#include "transforms.h"

namespace sluice::bench {
namespace {

/// A pack's report, about 2 KB: 200 cells, and whether each is bled.
std::string pack_payload() {
  std::string cells;
  std::string bled;
  for (int cell = 0; cell < 200; ++cell) {
    cells += (cell == 0 ? "" : ",") + std::to_string(3300 + cell * 7919 % 53);
    bled += (cell == 0 ? "" : ",") + std::string(cell % 9 == 4 ? "true" : "false");
  }
  return R"({"pack":"p1","cells":[)" + cells + R"(],"bal":[)" + bled + "]}";
}

constexpr std::string_view order_payload =
    R"({"id":"100123","status":"PREPARING","createdAt":"2025-03-08T17:21:05Z","customer":{"id":"c-7781",)"
    R"("name":"Ana Markovi\u0107","phone":"+381 64 555 0133","address":"Bulevar Oslobodjenja 12, Novi Sad"},"items":[)"
    R"({"sku":"pizza-07","name":"Capricciosa 32 cm","quantity":2,"price":11.5},{"sku":"drink-02","name":)"
    R"("Water 0.5 l","quantity":3,"price":1.2}],"totalAmount":26.6,"note":"ring twice","source":"web"})";

}  // namespace

const std::vector<Task>& tasks() {
  static const std::vector<Task> all = {
      {.name = "cell",
       .payload = R"({"cell":171,"mv":3312,"temp":21.5,"bal":false,"soc":87})",
       .mapping = R"(
events: {out: {cell: int, volts: number V}}
rules:
  - topic: bench/in
    emit: {event: out, data: {volts: =mv / 1000}}
)",
       .program = "{cell, volts: (.mv / 1000)}"},
      {.name = "pack",
       .payload = pack_payload(),
       .mapping = R"(
events: {out: {pack: text, min_mv: number mV, max_mv: number mV, delta_mv: number mV}}
rules:
  - topic: bench/in
    steps: [{set: {min_mv: =min(cells), max_mv: =max(cells), delta_mv: =max_mv - min_mv}}]
    emit: out
)",
       .program = "(.cells | min) as $min | (.cells | max) as $max | "
                  "{pack, min_mv: $min, max_mv: $max, delta_mv: ($max - $min)}"},
      {.name = "whole-pack",
       .payload = pack_payload(),
       .mapping = R"(
events: {out: {pack: text, cells: [number mV], min_mv: number mV, max_mv: number mV, delta_mv: number mV}}
rules:
  - topic: bench/in
    steps: [{set: {min_mv: =min(cells), max_mv: =max(cells), delta_mv: =max_mv - min_mv}}]
    emit: out
)",
       .program = "(.cells | min) as $min | (.cells | max) as $max | "
                  "{pack, cells, min_mv: $min, max_mv: $max, delta_mv: ($max - $min)}"},
      {.name = "order",
       .payload = std::string(order_payload),
       .mapping = R"(
events: {out: {id: text, status: text, customer: text, total: number 0.. USD, items: [text]}}
rules:
  - topic: bench/in
    emit: {event: out, data: {customer: =customer.name, total: =totalAmount, items: '=items[*].sku'}}
)",
       .program = "{id, status, customer: .customer.name, total: .totalAmount, items: [.items[].sku]}"},
  };
  return all;
}

}  // namespace sluice::bench
