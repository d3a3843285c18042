#include "table_choice.hpp"

#include "command_line.hpp"

namespace memplast::cli {

Measurement TableChoice::read() {
  options.columns.clear();
  options.renamed.clear();
  for (const auto& text : columns)
    for (std::size_t from = 0; from <= text.size();) {
      const auto end = std::min(text.find(',', from), text.size());
      const auto name = std::string(trim(std::string_view(text).substr(from, end - from)));
      if (name.empty())
        throw InputError({.where = "--columns",
                          .expected = "names separated by commas",
                          .got = "'" + text + "'"});
      options.columns.push_back(name);
      from = end + 1;
    }
  for (const auto& text : renamed) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      throw InputError(
          {.where = "--column", .expected = "our name = the file's", .got = "'" + text + "'"});
    options.renamed.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return read_measurement(data, options);
}

void add_table(const Command& command, TableChoice& c) {
  command
      .option("data", c.data,
              "CSV: a window (dt_ms; w or G0_S; dw or dG_S; sigma or sigma_S if known), "
              "pulses (pulse, polarity, G_S; or two branches; or one column per ramp), a "
              "sweep (t_s, V_V, I_A) or reads (t_s or device; G_S, R_Ohm or I_A)")
      .required()
      .type_name("DATA.csv");
  command.option("--columns", c.columns, "names of the columns of a file without a header")
      .type_name("A,B,C")
      .one_at_a_time();
  command
      .option("--column", c.renamed,
              "our name for a column of the file, converted: dG_S=\"Delta G (uS)\"")
      .type_name("OURS=THEIRS")
      .one_at_a_time();
  command.number("--read-voltage-V", c.options.read_voltage,
                 "at which currents were read, or (sweeps) at which conductances are stated", 1e-9,
                 1e3);
  command.number("--step-s", c.options.step, "time between the rows of a sweep without times",
                 1e-15, 1e9);
  command.number("--g-min-S", c.options.range.G_min, "lowest conductance of the device");
  command.number("--g-max-S", c.options.range.G_max, "highest conductance of the device");
  command.number("--w", c.options.range.state_w,
                 "the state of all pairs of a window that has no states", 0, 1);
  command.number("--g0-S", c.options.range.state_G, "the same, as a conductance", 0, 1e3);
  command.flag("--estimate-range", c.options.range.estimate_from_data,
               "take the range of a window from its data (biases amplitudes)");
}

}  // namespace memplast::cli
