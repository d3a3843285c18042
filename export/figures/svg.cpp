#include "svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace memplast {
namespace {

/// The length of the UTF-8 sequence at the start of `text`; 0 if there is none.
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t n = first < 0x80                    ? 1
                        : first >= 0xC2 && first < 0xE0 ? 2
                        : first >= 0xE0 && first < 0xF0 ? 3
                        : first >= 0xF0 && first < 0xF5 ? 4
                                                        : 0;
  if (n == 0 || n > text.size()) return 0;
  for (std::size_t i = 1; i < n; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  const bool bad = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) >= 0xA0) ||
                   (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90);
  return bad ? 0 : n;
}

std::string style_of(std::string_view style) {
  return style.empty() ? std::string() : " class=\"" + std::string(style) + "\"";
}

std::string list_of(const std::vector<Point>& points) {
  std::string out;
  for (const auto& p : points) out += (out.empty() ? "" : " ") + pixels(p.x) + ',' + pixels(p.y);
  return out;
}

/// Words shared by a page and a file: the opening tag and the texts for those who do not see.
std::string opening(const Figure& figure, const std::string& more) {
  const auto size = pixels(figure.drawing.width()) + ' ' + pixels(figure.drawing.height());
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + "\" " + more +
         "class=\"drawing\" role=\"img\" aria-labelledby=\"" + figure.id + "-title " + figure.id +
         "-desc\"><title id=\"" + figure.id + "-title\">" + escaped(figure.title) +
         "</title><desc id=\"" + figure.id + "-desc\">" + escaped(figure.caption) + "</desc>";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t n = sequence(text);
    if (n == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const char c = text.front();
    if (n > 1)
      out += text.substr(0, n);
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    text.remove_prefix(n);
  }
  return out;
}

std::string pixels(double x) {
  std::array<char, 40> buffer;
  const int n = std::snprintf(buffer.data(), buffer.size(), "%.2f", std::isfinite(x) ? x : 0.0);
  std::string out(buffer.data(), static_cast<std::size_t>(n));
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

void Svg::line(Point from, Point to, std::string_view style) {
  body_ += "<line x1=\"" + pixels(from.x) + "\" y1=\"" + pixels(from.y) + "\" x2=\"" +
           pixels(to.x) + "\" y2=\"" + pixels(to.y) + "\"" + style_of(style) + "/>";
}

void Svg::polyline(const std::vector<Point>& points, std::string_view style) {
  body_ += "<polyline points=\"" + list_of(points) + "\"" + style_of(style) + "/>";
}

void Svg::polygon(const std::vector<Point>& points, std::string_view style) {
  body_ += "<polygon points=\"" + list_of(points) + "\"" + style_of(style) + "/>";
}

void Svg::circle(Point centre, double radius, std::string_view style) {
  body_ += "<circle cx=\"" + pixels(centre.x) + "\" cy=\"" + pixels(centre.y) + "\" r=\"" +
           pixels(radius) + "\"" + style_of(style) + "/>";
}

void Svg::rect(Point corner, double width, double height, std::string_view style) {
  body_ += "<rect x=\"" + pixels(corner.x) + "\" y=\"" + pixels(corner.y) + "\" width=\"" +
           pixels(width) + "\" height=\"" + pixels(height) + "\"" + style_of(style) + "/>";
}

void Svg::swatch(Point corner, double width, double height, std::string_view colour) {
  body_ += "<rect x=\"" + pixels(corner.x) + "\" y=\"" + pixels(corner.y) + "\" width=\"" +
           pixels(width) + "\" height=\"" + pixels(height) + "\" fill=\"" + std::string(colour) +
           "\"/>";
}

void Svg::text(Point at, std::string_view words, std::string_view anchor, std::string_view style,
               bool turned) {
  const auto x = pixels(at.x), y = pixels(at.y);
  body_ += "<text x=\"" + x + "\" y=\"" + y + "\"";
  if (anchor != "start") body_ += " text-anchor=\"" + std::string(anchor) + "\"";
  if (turned) body_ += " transform=\"rotate(-90 " + x + ' ' + y + ")\"";
  body_ += style_of(style) + ">" + escaped(words) + "</text>";
}

std::string svg_element(const Figure& figure) {
  return opening(figure, "") + figure.drawing.body() + "</svg>";
}

std::string svg_file(const Figure& figure) {
  const auto size = "width=\"" + pixels(figure.drawing.width()) + "\" height=\"" +
                    pixels(figure.drawing.height()) + "\" ";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + opening(figure, size) + "<style>" +
         figure_style(false) + "</style><rect width=\"100%\" height=\"100%\" class=\"paper\"/>" +
         figure.drawing.body() + "</svg>\n";
}

const std::vector<Colour>& figure_colours() {
  static const std::vector<Colour> colours{
      {"paper", "#ffffff", "#15181c"}, {"ink", "#1b1f24", "#e8eaed"},
      {"soft", "#59636e", "#a3acb7"},  {"grid", "#dde1e6", "#343a42"},
      {"s0", "#0067a5", "#5ab4ee"},    {"s1", "#c44e00", "#ff9a5c"},
      {"s2", "#00805c", "#3ccf9f"},    {"s3", "#b0518a", "#ea9fcb"},
      {"s4", "#9a6b00", "#f0b840"},    {"s5", "#6d5cae", "#b7a8f0"}};
  return colours;
}

std::string figure_style(bool variables) {
  std::string style =
      ".drawing text{font:11px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;"
      "fill:$ink}.drawing .small{font-size:9.5px}.drawing .soft{fill:$soft}"
      ".drawing .tiny{font-size:8.5px}.cell{fill:none;stroke:$grid}"
      ".drawing .inverse{fill:$paper}.paper{fill:$paper}"
      ".axis{stroke:$soft;stroke-width:1;fill:none}.grid{stroke:$grid;stroke-width:1}"
      ".rule{stroke:$ink;stroke-width:1.5;fill:none}"
      ".dash{stroke:$ink;stroke-width:1;stroke-dasharray:4 3;fill:none}"
      ".line{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round}"
      ".thin{fill:none;stroke:currentColor;stroke-width:1}"
      ".thick{stroke:currentColor;stroke-width:3}"
      ".dot{fill:currentColor}.faint{fill:currentColor;fill-opacity:.4}"
      ".band{fill:currentColor;fill-opacity:.2}.bar{fill:currentColor}";
  for (int k = 0; k < 6; ++k)
    style += ".s" + std::to_string(k) + "{color:$s" + std::to_string(k) + "}";
  for (const auto& colour : figure_colours()) {
    const std::string key = '$' + std::string(colour.name);
    const std::string value =
        variables ? "var(--" + std::string(colour.name) + ")" : std::string(colour.light);
    for (std::size_t at = 0; (at = style.find(key, at)) != std::string::npos; at += value.size())
      style.replace(at, key.size(), value);
  }
  return style;
}

std::string sequential_colour(double x) {
  // Every eighth of viridis (Smith and van der Walt 2015, CC0), linear in between.
  constexpr std::array<std::array<int, 3>, 9> stops{{{68, 1, 84},
                                                     {71, 45, 123},
                                                     {59, 82, 139},
                                                     {44, 114, 142},
                                                     {33, 145, 140},
                                                     {40, 174, 128},
                                                     {94, 201, 98},
                                                     {173, 220, 48},
                                                     {253, 231, 37}}};
  const double at = std::clamp(std::isfinite(x) ? x : 0.0, 0.0, 1.0) * 8.0;
  const auto k = std::min(static_cast<std::size_t>(at), stops.size() - 2);
  std::array<char, 8> text;
  std::array<int, 3> rgb;
  for (std::size_t c = 0; c < 3; ++c)
    rgb[c] = static_cast<int>(
        std::lround(stops[k][c] + (at - static_cast<double>(k)) * (stops[k + 1][c] - stops[k][c])));
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", static_cast<unsigned>(rgb[0]) & 255U,
                static_cast<unsigned>(rgb[1]) & 255U, static_cast<unsigned>(rgb[2]) & 255U);
  return text.data();
}

}  // namespace memplast
