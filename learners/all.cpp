#include <string>

#include "../lib/base/error.hpp"
#include "../lib/base/text.hpp"
#include "actor_critic.hpp"
#include "own_class.hpp"
#include "teacher_timed.hpp"

namespace memplast {

/// THE list: a new learning system is a file and its line here.
const std::vector<LearnerEntry>& learners() {
  static const std::vector<LearnerEntry> all = [] {
    std::vector<LearnerEntry> out;
    for (const auto& entries : {
             actor_critic_entries(),
             own_class_entries(),
             teacher_timed_entries(),
         })
      out.insert(out.end(), entries.begin(), entries.end());
    return out;
  }();
  return all;
}

const LearnerEntry& learner_entry(std::string_view name, std::string_view code,
                                  const std::string& where) {
  std::vector<std::string> known, codes;
  for (const LearnerEntry& entry : learners()) {
    if (entry.name == name && entry.code == code) return entry;
    if (known.empty() || known.back() != entry.name) known.emplace_back(entry.name);
    if (entry.name == name) codes.emplace_back(entry.code);
  }
  if (!codes.empty())
    throw InputError({.where = where,
                      .expected = std::string(name) + " with the code " + join(codes, " or "),
                      .got = "'" + std::string(code) + "'"});
  throw InputError({.where = where,
                    .expected = "one of the learners " + join(known),
                    .got = "'" + std::string(name) + "'"});
}

}  // namespace memplast
