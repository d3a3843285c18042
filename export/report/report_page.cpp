#include "report_page.hpp"

#include <algorithm>
#include <cmath>

#include "../../lib/base/version.hpp"

namespace memplast {
namespace {

std::string run_id(std::size_t k) { return "run-" + std::to_string(k + 1); }
std::string sweep_id(std::size_t k) { return "sweep-" + std::to_string(k + 1); }
std::string model_id(std::size_t k) { return "model-" + std::to_string(k + 1); }

/// "1 run", "2 runs"
std::string counted(std::size_t n, const std::string& things) {
  return std::to_string(n) + " " + things + (n == 1 ? "" : "s");
}

std::string percent(double x) { return rounded(100.0 * x, 4) + " %"; }

std::string style_sheet() {
  const auto theme = [](bool dark) {
    std::string out;
    for (const auto& colour : figure_colours())
      out += "--" + std::string(colour.name) + ":" +
             std::string(dark ? colour.dark : colour.light) + ";";
    return out;
  };
  return ":root{color-scheme:light dark;" + theme(false) + "}" +
         "@media screen and (prefers-color-scheme:dark){:root{" + theme(true) + "}}" +
         figure_style(true) + R"(
*{box-sizing:border-box}
body{margin:0 auto;padding:0 1rem 3rem;max-width:76rem;background:var(--paper);color:var(--ink);
 font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;margin:1.5rem 0 .3rem}h2{font-size:1.25rem;margin:2.5rem 0 .2rem;
 padding-top:.8rem;border-top:1px solid var(--grid)}h3{font-size:1rem;margin:0 0 .3rem}
a{color:var(--s0)}:focus-visible{outline:2px solid var(--s1);outline-offset:2px}
nav ul{list-style:none;margin:.5rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
nav a{display:inline-block;padding:.25rem 0}
.note,figcaption{color:var(--soft);font-size:.875rem}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr));gap:1.5rem}
figure{margin:1rem 0 0;min-width:0;break-inside:avoid}
.drawing{display:block;width:100%;max-width:34rem;height:auto}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.9rem;margin:.6rem 0}
.scroll table{overflow-wrap:normal}.scroll tbody th{min-width:8rem}
th{font-weight:600}tbody th{font-weight:400}th,td{text-align:left;padding:.3rem .9rem .3rem 0;border-bottom:1px solid var(--grid);vertical-align:top}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}td.number{white-space:nowrap}
details{margin:1rem 0}details table{table-layout:fixed;width:100%}details th{width:10rem}
@media(max-width:30rem){details th{width:6rem}}summary{cursor:pointer;padding:.3rem 0}
pre{overflow-x:auto;font-size:.8rem;padding:.8rem;border:1px solid var(--grid)}
.wide{max-width:40rem}label{display:inline-block;padding:.25rem .5rem .25rem 0}
.pause:checked~.canvas .moving{animation-play-state:paused}
@media print{body{max-width:none;font-size:9pt}nav,label,.pause{display:none}
 .figures{grid-template-columns:1fr 1fr}a{color:inherit;text-decoration:none}}
)";
}

std::string figure_html(const Figure& figure) {
  const bool moves = figure.drawing.body().find("class=\"moving\"") != std::string::npos;
  const std::string pause = figure.id + "-pause";
  return "<figure id=\"" + figure.id + "\" tabindex=\"0\"><h3>" + escaped(figure.title) + "</h3>" +
         (moves ? "<input type=\"checkbox\" class=\"pause\" id=\"" + pause + "\"> <label for=\"" +
                      pause + "\">hold still</label>"
                : std::string()) +
         "<div class=\"canvas\">" + svg_element(figure) + "</div><figcaption>" +
         escaped(figure.caption) + "</figcaption></figure>\n";
}

std::string figures_html(const std::vector<Figure>& figures) {
  std::string out = "<div class=\"figures\">\n";
  for (const auto& figure : figures) out += figure_html(figure);
  return out + "</div>\n";
}

/// A table that may be wider than a phone.
std::string table_html(const std::string& name, const std::vector<std::string>& header,
                       const std::vector<std::vector<std::string>>& rows) {
  std::string out = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" +
                    escaped(name) + "\"><table><thead><tr>";
  for (std::size_t c = 0; c < header.size(); ++c)
    out += std::string("<th scope=\"col\"") + (c > 0 ? " class=\"number\"" : "") + ">" +
           escaped(header[c]) + "</th>";
  out += "</tr></thead><tbody>";
  for (const auto& row : rows) {
    out += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c)
      out += c == 0 ? "<th scope=\"row\">" + escaped(row[c]) + "</th>"
                    : "<td class=\"number\">" + escaped(row[c]) + "</td>";
    out += "</tr>";
  }
  return out + "</tbody></table></div>\n";
}

/// What the runs reached and what it took: one row a run.
std::string overview(const std::vector<ReportedRun>& runs) {
  std::vector<std::vector<std::string>> scores, costs;
  const auto cell = [](double x) { return std::isfinite(x) ? rounded(x, 4) : std::string(); };
  for (const auto& run : runs) {
    const std::string name = run.label() + " (" + run.file + ")";
    if (run.is_control())
      scores.push_back(
          {name, "return " + rounded(run.return_mean, 4), "sd " + rounded(run.return_sd, 3), ""});
    else
      scores.push_back({name, percent(run.accuracy.mean),
                        percent(std::max(run.accuracy.ci95_low, 0.0)) + " to " +
                            percent(std::min(run.accuracy.ci95_high, 1.0)),
                        percent(run.f1_macro.mean)});
    const RunCosts& c = run.costs;
    costs.push_back({name, cell(c.input_spikes), cell(c.simulated_ms), cell(c.read_energy_J),
                     cell(c.training_writes), cell(c.training_energy_J)});
  }
  return table_html("What the runs reach", {"run", "accuracy", "95 % interval", "macro F1"},
                    scores) +
         "<h3>Spikes, time and energy</h3>\n<p class=\"note\">Per tested sample or decision; "
         "training per training sample, of a control task per seed.</p>\n" +
         table_html("Spikes, time and energy",
                    {"run", "input spikes", "simulated (ms)", "read energy (J)",
                     "writes in training", "energy of training (J)"},
                    costs);
}

std::string run_section(const ReportedRun& run, const std::vector<WindowData>& data,
                        std::size_t k) {
  std::string out = "<section id=\"" + run_id(k) + "\">\n<h2>" + escaped(run.label()) +
                    "</h2>\n<p class=\"note\">" + escaped(run.file) +
                    (run.protocol.empty() ? "" : ", protocol " + escaped(run.protocol)) + "</p>\n";
  out += figures_html(figures_of(run, data, run_id(k)));
  out += "<details><summary>Where it is from</summary>\n<table><tbody>";
  for (const auto& [name, text] : run.provenance)
    out += "<tr><th scope=\"row\">" + escaped(name) + "</th><td>" + escaped(text) + "</td></tr>";
  out += "</tbody></table>\n<pre tabindex=\"0\">";
  // Line by line, as escaped() knows no line ends.
  for (std::size_t from = 0; from < run.config.size();) {
    const auto end = std::min(run.config.find('\n', from), run.config.size());
    out += escaped(std::string_view(run.config).substr(from, end - from)) + "\n";
    from = end + 1;
  }
  return out + "</pre></details>\n</section>\n";
}

std::string sweep_section(const ReportedSweep& sweep, std::size_t k) {
  const auto scores = sweep.record.scores();
  std::vector<std::vector<std::string>> rows;
  for (std::size_t p = 0; p < scores.size(); ++p) {
    const Summary& s = scores[p];
    const bool is_share = sweep.record.points[p].score == "accuracy";
    const auto number = [&](double x) {
      if (!std::isfinite(x)) return std::string();
      return is_share ? percent(std::clamp(x, 0.0, 1.0)) : rounded(x, 4);
    };
    rows.push_back({point_name(sweep.record.points[p]), sweep.record.points[p].score,
                    number(s.mean), number(s.sd), number(s.ci95_low) + " to " + number(s.ci95_high),
                    std::to_string(s.n)});
  }
  return "<section id=\"" + sweep_id(k) + "\">\n<h2>" + escaped(sweep.file) +
         "</h2>\n<p class=\"note\">A sweep of " + std::to_string(scores.size()) + " points.</p>\n" +
         figures_html(design_figures(sweep.record, sweep_id(k))) +
         table_html("Points of the design",
                    {"point", "score", "mean", "sd", "95 % interval", "units"}, rows) +
         "</section>\n";
}

Figure model_figure(const ReportContent& content, std::size_t k) {
  const ModelFile& model = content.models[k].model;
  std::optional<WindowData> fitted;
  for (const auto& d : content.data)
    if (model.fit.is_object() && model.fit.value("data_sha256", json()) == json(d.sha256))
      fitted = d;
  return window_figure(model, fitted, model_id(k));
}

}  // namespace

std::vector<Figure> report_figures(const ReportContent& content) {
  std::vector<Figure> out;
  if (auto comparison = comparison_figure(content.runs)) out.push_back(std::move(*comparison));
  for (std::size_t k = 0; k < content.sweeps.size(); ++k)
    for (auto& figure : design_figures(content.sweeps[k].record, sweep_id(k)))
      out.push_back(std::move(figure));
  for (std::size_t k = 0; k < content.models.size(); ++k) out.push_back(model_figure(content, k));
  for (std::size_t k = 0; k < content.runs.size(); ++k)
    for (auto& figure : figures_of(content.runs[k], content.data, run_id(k)))
      out.push_back(std::move(figure));
  return out;
}

std::string report_page(const ReportContent& content) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<title>memplast report</title>\n<style>\n" +
      style_sheet() + "</style>\n</head>\n<body>\n<header>\n<h1>memplast report</h1>\n" +
      "<p class=\"note\">" + counted(content.runs.size(), "run") + ", " +
      (content.sweeps.empty() ? "" : counted(content.sweeps.size(), "sweep") + ", ") +
      counted(content.models.size(), "model") + "; made by memplast " + escaped(version()) +
      "</p>\n</header>\n<nav aria-label=\"Contents\"><ul>";
  out += "<li><a href=\"#overview\">Overview</a></li>";
  for (std::size_t k = 0; k < content.sweeps.size(); ++k)
    out += "<li><a href=\"#" + sweep_id(k) + "\">" + escaped(content.sweeps[k].file) + "</a></li>";
  for (std::size_t k = 0; k < content.models.size(); ++k)
    out += "<li><a href=\"#" + model_id(k) + "\">" + escaped(content.models[k].file) + "</a></li>";
  for (std::size_t k = 0; k < content.runs.size(); ++k)
    out += "<li><a href=\"#" + run_id(k) + "\">" +
           escaped(content.runs[k].label() + " (" + content.runs[k].file + ")") + "</a></li>";
  out += "</ul></nav>\n<main>\n<section id=\"overview\">\n<h2>Overview</h2>\n";
  if (!content.runs.empty()) out += overview(content.runs);
  if (const auto comparison = comparison_figure(content.runs))
    out += "<div class=\"wide\">" + figure_html(*comparison) + "</div>\n";
  out += "</section>\n";
  for (std::size_t k = 0; k < content.sweeps.size(); ++k)
    out += sweep_section(content.sweeps[k], k);
  for (std::size_t k = 0; k < content.models.size(); ++k) {
    const auto& model = content.models[k];
    out += "<section id=\"" + model_id(k) + "\">\n<h2>" + escaped(model.file) +
           "</h2>\n<p class=\"note\">rule " + escaped(rule_name(model.model.rule)) +
           (model.model.source.empty() ? "" : "; " + escaped(model.model.source)) + "</p>\n" +
           figures_html({model_figure(content, k)}) + "</section>\n";
  }
  for (std::size_t k = 0; k < content.runs.size(); ++k)
    out += run_section(content.runs[k], content.data, k);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace memplast
