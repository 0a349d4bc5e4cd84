// The keywords of numbers, and numbers in those of others: counts. See compiler.hpp.
#include <algorithm>
#include <optional>

#include "jsonschema/compiler/compiler.hpp"
#include "jsonschema/schema/metaschema.hpp"
#include "jsonschema/value/decimal.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {

void Compiler::numbers() {
  limit(Keyword::minimum, Keyword::exclusive_minimum, Opcode::minimum, Opcode::exclusive_minimum);
  limit(Keyword::maximum, Keyword::exclusive_maximum, Opcode::maximum, Opcode::exclusive_maximum);
  if (!has(Keyword::multiple_of)) return;
  const NodeIndex value = at(Keyword::multiple_of);
  std::optional<Divisor> divisor = Divisor::make(parse_decimal(document_.text(value))->view());
  if (!divisor) {
    refuse(SchemaErrorKind::too_large, document_, value,
           "multipleOf has more than " + std::to_string(Divisor::max_digits) + " digits");
  }
  Tables& tables = builder_.tables();
  tables.divisors.push_back(*std::move(divisor));
  runs_.number.push_back({Opcode::multiple_of, Keyword::multiple_of, size_of(tables.divisors) - 1,
                          builder_.add_string(document_.text(value))});
}

// In draft 4 the exclusive keyword is a boolean that modifies the other one.
void Compiler::limit(Keyword inclusive, Keyword exclusive, Opcode inclusive_opcode,
                     Opcode exclusive_opcode) {
  const auto add = [&](Keyword keyword, Opcode opcode) {
    const std::uint32_t number = builder_.add_number(*parse_decimal(document_.text(at(keyword))));
    runs_.number.push_back({opcode, keyword, number, 0});
  };
  if (rules_.dialect != Dialect::draft4) {
    if (has(inclusive)) add(inclusive, inclusive_opcode);
    if (has(exclusive)) add(exclusive, exclusive_opcode);
    return;
  }
  if (has(exclusive) && !has(inclusive)) {
    refuse(SchemaErrorKind::invalid, document_, at(exclusive),
           std::string(name_of(exclusive)) + " needs " + std::string(name_of(inclusive)) +
               " beside it in draft 4");
  }
  const bool excludes = has(exclusive) && document_.kind(at(exclusive)) == NodeKind::true_value;
  if (has(inclusive)) add(inclusive, excludes ? exclusive_opcode : inclusive_opcode);
}

// A checked `Shape::count`, or the greatest 32-bit number but one where it is greater than that:
// no value that jsonb can hold has so many characters, elements or properties.
std::uint32_t Compiler::count_of(std::string_view text) {
  constexpr std::uint64_t greatest = unlimited - 1;
  const std::optional<DecimalNumber> number = parse_decimal(text);
  if (!number || number->weight > 2) return static_cast<std::uint32_t>(greatest);
  std::uint64_t count = 0;
  const Decimal decimal = number->view();
  for (std::int32_t i = 0; i <= decimal.weight; ++i) {
    const auto index = static_cast<std::uint32_t>(i);
    count = count * 10'000 + (index < decimal.count ? decimal.digit(index) : 0);
  }
  return static_cast<std::uint32_t>(std::min(count, greatest));
}

// An instruction for a least and a greatest count, when there is either.
void Compiler::counts(std::vector<Instruction>& run, Opcode opcode, Keyword least,
                      Keyword greatest) {
  const std::uint32_t minimum = has(least) ? count_of(document_.text(at(least))) : 0;
  const std::uint32_t maximum = has(greatest) ? count_of(document_.text(at(greatest))) : unlimited;
  if (minimum == 0 && maximum == unlimited) return;
  run.push_back({opcode, has(least) ? least : greatest, minimum, maximum});
}

}  // namespace tenancy::jsonschema
