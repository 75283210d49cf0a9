#include <cstdlib>
#include <memory>
#include <stdexcept>

extern "C" {
#include <jq.h>
#include <jv.h>
}

#include "transforms.h"

namespace sluice::bench {
namespace {

class Program {
 public:
  explicit Program(std::string_view text) : jq_(jq_init()) {
    if (jq_ == nullptr || jq_compile(jq_, std::string(text).c_str()) == 0) {
      throw std::runtime_error("jq does not compile: " + std::string(text));
    }
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    jv_free(text_);
    jq_teardown(&jq_);
  }

  std::string_view run(const std::string& payload) {
    jv_free(text_);
    jq_start(jq_, jv_parse_sized(payload.data(), static_cast<int>(payload.size())), 0);
    text_ = jv_dump_string(jq_next(jq_), 0);
    return {jv_string_value(text_), static_cast<std::size_t>(jv_string_length_bytes(jv_copy(text_)))};
  }

 private:
  jq_state* jq_;
  jv text_ = jv_null();
};

}  // namespace

Transform jq_transform(const Task& task) {
  return
      [program = std::make_shared<Program>(task.program)](const std::string& payload) { return program->run(payload); };
}

}  // namespace sluice::bench
