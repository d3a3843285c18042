#include "json.hpp"

#include <algorithm>

#include "file.hpp"

namespace memplast {

json parse_json(const std::string& text, const std::string& where) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    const auto end = std::min<std::size_t>(error.byte ? error.byte - 1 : 0, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + end, '\n');
    const auto line_start = text.rfind('\n', end ? end - 1 : 0);
    const auto column = end - (line_start == std::string::npos ? 0 : line_start + 1) + 1;
    throw InputError({.where = where + ":" + std::to_string(line) + ":" + std::to_string(column),
                      .expected = "valid JSON",
                      .got = text.empty() ? "an empty text" : "a syntax error"});
  } catch (const json::out_of_range&) {
    throw InputError(
        {.where = where, .expected = "numbers that a double can hold", .got = "a larger one"});
  }
}

json read_json(const std::filesystem::path& path) {
  return parse_json(read_text(path), path.string());
}

void require_keys(const json& object, const std::vector<std::string>& known,
                  const std::string& where) {
  if (!object.is_object())
    throw InputError({.where = where, .expected = "an object", .got = object.type_name()});
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw InputError({.where = where + "/" + key,
                        .expected = "one of the keys " + join(known),
                        .got = "the unknown key '" + key + "'"});
}

double number_at(const json& object, const std::string& key, const std::string& where) {
  const auto it = object.find(key);
  if (it == object.end())
    throw InputError({.where = where + "/" + key, .expected = "a number", .got = "nothing"});
  if (!it->is_number())
    throw InputError({.where = where + "/" + key,
                      .expected = "a number",
                      .got = it->dump(-1, ' ', false, json::error_handler_t::replace)});
  return it->get<double>();
}

std::string text_at(const json& object, const std::string& key, const std::string& where) {
  const auto it = object.find(key);
  if (it == object.end())
    throw InputError({.where = where + "/" + key, .expected = "a text", .got = "nothing"});
  if (!it->is_string())
    throw InputError({.where = where + "/" + key,
                      .expected = "a text",
                      .got = it->dump(-1, ' ', false, json::error_handler_t::replace)});
  return it->get<std::string>();
}

}  // namespace memplast
