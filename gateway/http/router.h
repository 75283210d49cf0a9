#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"

namespace sluice::http {

/// Which endpoint a path and a method lead to. Endpoints are numbers; what they mean is the caller's.
///
/// A level of a pattern is a literal or a whole-level placeholder: `/desks/{desk}/move`. A literal wins over a
/// placeholder; where the literal's branch has no such path, the placeholder's is tried. A placeholder takes no empty
/// level.
///
/// Threads: match() any number; add() one, alone.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// The first endpoint of a pattern and method stays: a later one is not added. GET serves HEAD too.
  void add(std::string_view method, std::string_view pattern, int endpoint);

  struct Match {
    bool found = false;  // the path has some endpoint
    int endpoint = -1;   // -1: not with this method
    Pairs path_values;
    std::string allow;  // "GET, HEAD, OPTIONS"
  };
  Match match(std::string_view method, const std::vector<std::string>& levels) const;

 private:
  struct Endpoint {
    int number;
    std::vector<std::string> names;  // of its placeholders
  };
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> placeholder;
    std::map<std::string, Endpoint, std::less<>> by_method;
  };
  static const Node* find(const Node& node, const std::vector<std::string>& levels, std::size_t depth,
                          std::vector<std::string_view>& values);

  std::unique_ptr<Node> root_;
};

}  // namespace sluice::http
