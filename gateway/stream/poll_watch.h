#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "stream/deadlines.h"
#include "stream/hub.h"
#include "stream/interest_index.h"
#include "stream/request.h"
#include "stream/rewritten_events.h"

namespace sluice::stream {

/// The polls that wait for something newer than what they know, and which of them need wait no more.
///
/// Polls of equal stream, parameters and binding stand in one group. New events are looked up by type and key, as for
/// streams: one that no poll asks for costs next to nothing, however many wait.
///
/// Threads: one at a time.
/// Order: whoever waits misses nothing: every event after the one he has seen is looked at.
class PollWatch {
 public:
  /// Why a wait is over.
  enum class Cause : std::uint8_t {
    none,  // it is not
    news,  // an event came that he asks for; its value need not be the latest any more
    time,
    ended,  // declared anew, or end() was called
  };
  struct Group;

  /// One who waits. Removed before he dies.
  struct Waiter : Deadline {
    Cause cause = Cause::none;
    std::uint64_t turn = 0;  // equal for those of a group whom the same news woke, else different

   private:
    friend class PollWatch;
    Group* group = nullptr;  // null: he does not wait
    std::uint32_t place_in_group = 0;
    bool by_right = false;
  };

  /// The hub outlives it.
  explicit PollWatch(const Hub& hub);
  ~PollWatch();

  /// Waits for what his stream's poll shows of the events after `seen`, at most until `until_ms`.
  void add(Waiter& waiter, const Request& request, event::Sequence seen, std::int64_t until_ms);
  /// Ends his wait, if he waits.
  void end(Waiter& waiter);
  /// Ends the waits of those who came by right (Request::by_right).
  void recheck();
  void end_all();

  /// Looks at what the log and the hub have new.
  void advance();
  /// Looks at the time (monotonic).
  void tick(std::int64_t now_ms);
  /// When tick() has something to do; INT64_MAX when never.
  std::int64_t next_deadline() const { return deadlines_.next(); }
  /// True when somebody's wait is over whom take() has not given yet.
  bool any_over() const { return !over_.empty(); }
  /// Those whose wait is over; the watch knows them no more. Those of one turn stand together.
  std::vector<Waiter*> take();

 private:
  Group& group_of(const Request& request);
  void wake(Group& group, Cause cause);
  void wake(Waiter& waiter, Cause cause);
  void drop(Group& group);
  void look_at_streams();
  void look_at_log();

  const Hub& hub_;
  event::Sequence position_ = 0;  // looked at up to here, while somebody waits
  std::uint64_t version_ = 0;     // of the hub's streams
  std::uint64_t next_turn_ = 1;
  std::unordered_map<std::string, std::unique_ptr<Group>> groups_;
  InterestIndex index_;
  const std::shared_ptr<const Form> plain_;  // every group's: none of it is ever written
  RewrittenEvents rewritten_;                // nor this; selections want them
  std::uint64_t no_bytes_ = 0;
  Deadlines deadlines_;
  std::vector<Waiter*> over_;
  std::vector<event::EventPtr> batch_;  // for reading the log
  std::vector<Group*> hits_;
};

}  // namespace sluice::stream
