#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace memplast {

/// `text` as the content of an XML or HTML element or of a quoted attribute: & < > " ' are written
/// as entities; control characters, which XML forbids, become spaces; what is no UTF-8, U+FFFD.
std::string escaped(std::string_view text);

struct Point {
  double x, y;
};

/// An SVG drawing, made element by element. Coordinates are in pixels from the upper left corner
/// and are written with two decimals. How a class looks is said once, in figure_style().
class Svg {
 public:
  Svg(double width, double height) : width_(width), height_(height) {}

  double width() const { return width_; }
  double height() const { return height_; }

  void line(Point from, Point to, std::string_view style);
  void polyline(const std::vector<Point>& points, std::string_view style);
  void polygon(const std::vector<Point>& points, std::string_view style);
  void circle(Point centre, double radius, std::string_view style);
  void rect(Point corner, double width, double height, std::string_view style);
  /// A rectangle in a colour of its own, "#rrggbb".
  void swatch(Point corner, double width, double height, std::string_view colour);
  /// anchor: start, middle or end. `turned`: read from below to above.
  void text(Point at, std::string_view words, std::string_view anchor = "start",
            std::string_view style = "", bool turned = false);
  /// Anything else, as it stands.
  void raw(std::string_view element) { body_ += element; }

  const std::string& body() const { return body_; }

 private:
  double width_, height_;
  std::string body_;
};

/// The drawing with what a reader that does not see it is told.
struct Figure {
  std::string id;       ///< of letters, digits and '-'
  std::string title;    ///< plain text
  std::string caption;  ///< plain text: what is shown and the numbers that matter
  Svg drawing;
};

/// The figure as an `<svg>` element for a page whose style sheet has figure_style("var").
std::string svg_element(const Figure& figure);
/// The figure as a file of its own, with light colours.
std::string svg_file(const Figure& figure);

/// The colours, name and value in a light and in a dark theme; s0 ... s5 are for series and can be
/// told apart by the colour-blind (after Okabe and Ito 2008).
struct Colour {
  std::string_view name, light, dark;
};
const std::vector<Colour>& figure_colours();
/// How the classes of drawings look; colours stand as var(--name), or as their light values.
std::string figure_style(bool variables);

/// The colour of x in [0, 1] on a scale from dark to bright that grows evenly in lightness
/// (viridis), "#rrggbb".
std::string sequential_colour(double x);

/// `x` with at most two decimals.
std::string pixels(double x);

}  // namespace memplast
