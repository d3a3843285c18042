#include "network_code.hpp"

#include <sstream>

#include "../../lib/io/file.hpp"
#include "map_file.hpp"

namespace memplast {
namespace {

void write_metadata(std::ostream& out, const DeviceLayout& devices, const std::string& comment) {
  for (const auto& [key, value] : devices.map.metadata.items())
    out << comment << ' ' << key << " = " << metadata_text(value) << '\n';
}

}  // namespace

std::string to_pynest(const DeviceLayout& devices) {
  const ConductanceMap& map = devices.map;
  const auto w = weights_of(devices);
  std::ostringstream out;
  out << "\"\"\"A network that memplast trained, for PyNEST 3: weights [pre, post] in [0, "
         "1].\"\"\"\n";
  write_metadata(out, devices, "#");
  out << "class_names = " << json(map.class_names).ascii() << "\nw = [\n";
  for (std::size_t i = 0; i < map.n_pre; ++i) {
    out << "    [";
    for (std::size_t j = 0; j < map.n_post; ++j)
      out << (j == 0 ? "" : ", ") << to_text(w[i * map.n_post + j]);
    out << "],\n";
  }
  out << R"(]


def build(nest, neuron="iaf_psc_exp", neuron_params=None, pA_per_weight=1.0, delay_ms=1.0):
    """Creates one parrot per input and one neuron per class, all to all connected."""
    pre = nest.Create("parrot_neuron", len(w))
    post = nest.Create(neuron, len(w[0]), neuron_params or {})
    by_post = [[pA_per_weight * row[j] for row in w] for j in range(len(w[0]))]
    synapses = {"synapse_model": "static_synapse", "weight": by_post, "delay": delay_ms}
    nest.Connect(pre, post, "all_to_all", synapses)
    return pre, post


if __name__ == "__main__":
    import nest

    build(nest)
    print(nest.num_connections)
)";
  return out.str();
}

std::string to_verilog_a(const DeviceLayout& devices) {
  const std::size_t n = devices.n_rows(), m = devices.n_columns();
  const auto pins = [](const std::string& name, std::size_t count) {
    return "[0:" + std::to_string(count - 1) + "] " + name;
  };
  std::ostringstream out;
  out << "// A crossbar that memplast trained: linear devices, conductances in siemens.\n";
  write_metadata(out, devices, "//");
  out << "`include \"disciplines.vams\"\n\nmodule memplast_crossbar(row, col);\n"
      << "  inout " << pins("row", n) << ";\n  inout " << pins("col", m) << ";\n"
      << "  electrical " << pins("row", n) << ";\n  electrical " << pins("col", m) << ";\n\n"
      << "  analog begin\n";
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j)
      if (devices.at(i, j) > 0.0)
        out << "    I(row[" << i << "], col[" << j << "]) <+ " << to_text(devices.at(i, j))
            << " * V(row[" << i << "], col[" << j << "]);\n";
  out << "  end\nendmodule\n";
  return out.str();
}

// For the list in export/CMakeLists.txt.
MapFormat nest_format() {
  return {"nest", false, [](const DeviceLayout& devices, const std::filesystem::path& path) {
            write_text(path, to_pynest(devices));
          }};
}
MapFormat verilog_a_format() {
  return {"verilog-a", false, [](const DeviceLayout& devices, const std::filesystem::path& path) {
            write_text(path, to_verilog_a(devices));
          }};
}

}  // namespace memplast
