// Making a program faster without changing what it says:
//
//   - what a subschema applies to the same value unconditionally (`$ref`, allOf) is merged into it,
//     as long as that is small; so are the tables of its objects' properties;
//   - for each kind of value, branches of anyOf, oneOf, not and if that its type decides are
//     decided; what remains may be a type mask;
//   - a oneOf or anyOf whose branches a property tells apart looks at that property first;
//   - unevaluatedProperties and unevaluatedItems beside nothing but properties and items become
//     additionalProperties and items;
//   - limits of numbers become ranges, compared as 64-bit integers where the number is small;
//   - cheap instructions come first, and equal subschemas become one.
//
// Keywords and narrowings mean nothing afterwards: such a program is for evaluate() alone.
#pragma once

#include <vector>

#include "jsonschema/compiler/builder.hpp"

namespace tenancy::jsonschema {

// `tracks`: some schema has unevaluatedItems or unevaluatedProperties, so that it matters which
// instruction evaluates what. Returns, for each rule, the rule that says the same and is to be used
// in its place.
std::vector<SubschemaIndex> optimise(Builder& builder, bool tracks);

}  // namespace tenancy::jsonschema
