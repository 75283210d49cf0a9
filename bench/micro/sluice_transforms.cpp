#include <stdexcept>

#include "base/json.h"
#include "mapping/loader.h"
#include "mapping/mapper.h"
#include "transforms.h"

namespace sluice::bench {
namespace {

class Mapping {
 public:
  explicit Mapping(const Task& task) {
    auto set = mapping::load_text(task.mapping, std::string(task.name) + ".yaml", catalog_);
    if (!set) throw std::runtime_error(set.error().front().where + ": " + set.error().front().message);
    mapper_ = std::make_unique<mapping::Mapper>(*set);
    message_.topic = "bench/in";
  }

  std::string_view run(const std::string& payload) {
    message_.payload = payload;
    output_.clear();
    mapper_->map(message_, output_);
    if (!output_.failures.empty()) throw std::runtime_error(output_.failures.front().message);
    text_.clear();
    for (const auto& event : output_.events) write_json(event.fields, text_);
    return text_;
  }

 private:
  event::EventCatalog catalog_;
  std::unique_ptr<mapping::Mapper> mapper_;
  message::Message message_;
  mapping::Output output_;
  std::string text_;
};

}  // namespace

Transform sluice_transform(const Task& task) {
  return [mapping = std::make_shared<Mapping>(task)](const std::string& payload) { return mapping->run(payload); };
}

}  // namespace sluice::bench
