#include "mapping/command_loader.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/compiled_command.h"
#include "mapping/route.h"
#include "mapping/stream_loader.h"

namespace sluice::mapping {
namespace {

/// Reads one command, field by field.
class CommandReader {
 public:
  CommandReader(const YamlNode& name, const YamlNode& body, MappingFile& file, const LoadScope& load)
      : name_(name), body_(body), file_(file), load_(load), report_(file.report), reader_(file.report, scope()) {}

  std::optional<Command> run() {
    const auto errors = report_.count();
    const auto of = "command '" + excerpt(name_.text, 60) + "'";
    if (!report_.parts(body_, {"post", "access", "body", "set", "publish", "reply"}, of)) return std::nullopt;
    const auto* post = body_.find("post");
    const auto* publish = body_.find("publish");
    if (post == nullptr || publish == nullptr) {
      report_.error(body_, of + " needs 'post', a route, and 'publish'");
      return std::nullopt;
    }
    command_.name = file_.name + "." + name_.text;
    command_.declared_at = report_.where(name_);
    reader_.known.open = false;
    if (auto route = read_route(*post, "post", report_)) command_.post = std::move(*route);
    if (const auto* access = body_.find("access")) command_.access = report_.texts(*access, "access");
    read_body();
    for (const auto& name : route_placeholders(command_.post)) reader_.provide(name, *post);
    read_set();
    auto message = Publishing::read(*publish, reader_);
    if (!message) return std::nullopt;
    compiled_ = std::make_shared<Command::Compiled>(std::move(*message));
    compiled_->body = std::move(type_);
    compiled_->set = std::move(set_);
    if (const auto* reply = body_.find("reply")) read_reply(*reply);
    if (report_.count() != errors) return std::nullopt;
    command_.compiled = std::move(compiled_);
    return std::move(command_);
  }

 private:
  Scope scope() const {
    Scope scope;
    scope.constants = &file_.constants;
    scope.zone = load_.options.zone;
    scope.body = true;
    return scope;
  }

  void read_body() {
    const auto* body = body_.find("body");
    if (body == nullptr) return;
    auto type = parse_type(*body, report_.file(), file_.types);
    if (!type) return report_.add(type.error());
    type_ = *type;
    if (type_->kind == Type::Kind::record) {
      for (const auto& field : type_->fields) reader_.provide(field.name, *body);
    } else if (type_->kind == Type::Kind::any || type_->kind == Type::Kind::object) {
      reader_.known.open = true;
    }
  }

  void read_set() {
    const auto* set = body_.find("set");
    if (set == nullptr) return;
    if (!set->is_map()) return report_.error(*set, "set is " + shown(*set) + ", expected a map of fields and values");
    for (std::size_t i = 0; i < set->children.size(); i += 2) {
      const auto& name = set->children[i];
      reader_.begin("set", name);
      if (auto value = reader_.value(set->children[i + 1], name.text)) set_.emplace_back(name.text, std::move(*value));
      reader_.provide(name.text, name);
    }
  }

  void read_reply(const YamlNode& node) {
    if (!report_.parts(node, {"event", "when", "within"}, "reply")) return;
    const auto* name = node.find("event");
    const auto* within = node.find("within");
    if (name == nullptr || within == nullptr) {
      return report_.error(node, "reply needs 'event', a name, and 'within', a duration");
    }
    const auto event = load_.events.find(file_.name, name->text);
    if (!event) return report_.error(*name, event.error().message);
    for (const auto& key : (*event)->key_fields) {
      if (reader_.known.has(key)) continue;
      report_.error(*name, "event '" + name->text + "' has the key field '" + key + "', which the command lacks");
    }
    compiled_->reply_key = (*event)->key_fields;
    if (const auto* when = node.find("when")) read_reply_when(*when, **event);
    if (const auto duration = report_.duration(*within)) command_.reply = Command::Reply{(*event)->number, *duration};
  }

  /// The condition reads the event's fields, and `body`.
  void read_reply_when(const YamlNode& node, const DeclaredEvent& event) {
    RuleReader reader(report_, scope());
    reader.begin("reply", node);
    reader.known.open = !event.closed();
    if (event.closed()) {
      for (const auto& field : event.type->fields) reader.known.add(field.name);
    }
    for (const auto& name : event.key_fields) reader.known.add(name);
    compiled_->reply_when = reader.expression(node, "when");
  }

  const YamlNode& name_;
  const YamlNode& body_;
  MappingFile& file_;
  const LoadScope& load_;
  Report& report_;
  RuleReader reader_;
  Command command_;
  TypePtr type_;
  std::vector<std::pair<std::string, Template>> set_;
  std::shared_ptr<Command::Compiled> compiled_;
};

}  // namespace

std::vector<Command> read_commands(MappingFile& file, const LoadScope& load) {
  std::vector<Command> commands;
  const auto* section = file.section("commands");
  if (section == nullptr) return commands;
  if (!section->is_map()) {
    file.report.error(*section, "commands is " + shown(*section) + ", expected a map of names");
    return commands;
  }
  const auto errors = file.report.count();
  const YamlNode tree = expanded(*section, load, file.report);
  if (file.report.count() != errors) return commands;
  for (std::size_t i = 0; i < tree.children.size(); i += 2) {
    auto command = CommandReader(tree.children[i], tree.children[i + 1], file, load).run();
    if (command) commands.push_back(std::move(*command));
  }
  return commands;
}

}  // namespace sluice::mapping
