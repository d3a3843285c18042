#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace memplast {

/// What an instrument or a person wrote, as the CSV that parse_csv reads: UTF-8, a line for each of
/// the file's, cells separated by commas, one header line, rows of numbers as wide as it. Lines
/// that are no part of the table have become comments. What was understood is added to `notices`.
///
/// - UTF-8, UTF-16 or Latin-1; lines end in LF, CRLF or CR.
/// - Cells are separated by tabs, semicolons, commas or blanks, whichever gives most numbers;
///   decimal commas where something else separates them.
/// - Lines before the header (setup, LabVIEW's up to its last ***End_of_Header***) and after the
///   last row are left out; so is all but DataName and DataValue of an EasyEXPERT export, whose
///   records follow each other.
/// - The header is the line of names above the rows; a row of units below it goes into the names,
/// "V"
///   becomes "Voltage (V)"; a comment "# t_s,V_V" right above the rows with as many names as they
///   have cells is the header (numpy.savetxt), and so is a line whose first name is "#".
/// - Missing cells at the end of a row are empty, empty ones beyond the header are dropped. NaN and
/// the
///   9.91E37 of an overrange are no reading: empty.
///
/// `has_names`: the columns are named elsewhere, there is no header to look for. Throws InputError
/// for an Excel workbook, a packed or binary file, and for two tables in one file.
std::string plain_text(std::string_view bytes, const std::string& source, bool has_names,
                       std::vector<std::string>& notices);

}  // namespace memplast
