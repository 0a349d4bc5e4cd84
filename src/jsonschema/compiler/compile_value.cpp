// The keywords that speak of any value: `type`, `const` and `enum`. See compiler.hpp.
#include "jsonschema/compiler/compiler.hpp"
#include "jsonschema/compiler/constant.hpp"

#include "jsonschema/pure.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::size_t shown_constant = 60;  // bytes of a `const` in a message

}  // namespace

void Compiler::types() {
  if (!has(Keyword::type)) return;
  const NodeIndex value = at(Keyword::type);
  TypeMask admitted = types::none;
  if (document_.kind(value) == NodeKind::string) {
    admitted = type_named(document_.text(value));
  }
  for (const NodeIndex name : document_.children(value)) {
    admitted |= type_named(document_.text(name));
  }
  narrow(Keyword::type, admitted);
  // "A JSON number without a fraction or exponent part." (draft 4 Core, 3.5)
  if (rules_.dialect == Dialect::draft4 && (admitted & types::number) == types::integer) {
    runs_.number.push_back({Opcode::no_fraction, Keyword::type, 0, 0});
  }
}

void Compiler::constant_and_enumeration() {
  if (has(Keyword::constant)) {
    const NodeIndex value = at(Keyword::constant);
    std::uint32_t shown = 0;
    if (options_.for_report) {
      shown = builder_.add_string(document_.excerpt(value, shown_constant));
    }
    narrow(Keyword::constant,
           add_choices(document_, Keyword::constant, {&value, 1}, builder_, runs_), shown);
  }
  if (has(Keyword::enumeration)) {
    narrow(Keyword::enumeration,
           add_choices(document_, Keyword::enumeration,
                       document_.children(at(Keyword::enumeration)), builder_, runs_));
  }
}

void Compiler::narrow(Keyword keyword, TypeMask admitted, std::uint32_t shown) {
  runs_.types &= admitted;
  if (options_.for_report) runs_.narrowings.push_back({keyword, admitted, shown});
}

}  // namespace tenancy::jsonschema
