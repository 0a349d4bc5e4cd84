#include "index/advice/size.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tenancy::index {
namespace {

constexpr double page_header = 24, page_special = 16, line_pointer = 4;
constexpr double tuple_header = 8;  // with a bitmap of nulls: 16
constexpr double row_number = 6;
constexpr double long_header_from = 127;  // bytes; shorter values have one byte, unaligned

double aligned(double size, double alignment = 8) {
  return std::ceil(size / alignment) * alignment;
}

bool is_aligned(const KeyPart& part) {
  return !part.is_variable || part.width > long_header_from;
}

// A tuple's bytes, without its line pointer. `is_null` says of the first key that it is.
double tuple_bytes(const BtreeShape& shape, bool first_is_null) {
  double data = 0, without_null = 1;
  bool varies = false, is_first = true;
  auto const add = [&](const KeyPart& part) {
    double const nulls = is_first ? (first_is_null ? 1 : 0) : part.null_fraction;
    is_first = false;
    without_null *= 1 - nulls;
    if (nulls == 1) return;
    if (nulls == 0 && is_aligned(part)) data = aligned(data, part.alignment);
    data += part.width * (1 - nulls);
    varies = varies || part.is_variable || nulls > 0;
  };
  for (const KeyPart& part : shape.keys) add(part);
  for (const KeyPart& part : shape.included) add(part);
  double const header = tuple_header + 8 * (1 - without_null);
  return varies && data > 0 ? header + data + 3.5 : aligned(header + data);
}

// The bytes, line pointers included, that `count` rows of equal keys take.
double equal_rows(double count, double tuple, bool may_deduplicate, double page_size) {
  double const largest = std::floor(page_size / 10 / 8) * 8 - line_pointer;
  double const most = std::floor((largest - tuple) / row_number);
  if (!may_deduplicate || count <= 1 || most < 2) return count * (tuple + line_pointer);
  auto const whole = [&](double rows) {
    double const rest = std::fmod(rows, most);
    double bytes = std::floor(rows / most) * (aligned(tuple + row_number * most) + line_pointer);
    if (rest > 0) bytes += (rest < 2 ? tuple : aligned(tuple + row_number * rest)) + line_pointer;
    return bytes;
  };
  double const below = std::floor(count);
  return whole(below) + (count - below) * (whole(below + 1) - whole(below));
}

// The bytes of keys that have `distinct` values together, all of them as frequent as the others.
double evenly(const BtreeShape& shape, double rows, double distinct, double tuple,
              double page_size) {
  double const values = std::clamp(distinct, 1.0, std::max(rows, 1.0));
  return values * equal_rows(rows / values, tuple, shape.may_deduplicate, page_size);
}

double one_key(const BtreeShape& shape, double page_size) {
  const KeyPart& key = shape.keys.front();
  double const nulls = shape.rows * key.null_fraction;
  double bytes = equal_rows(nulls, tuple_bytes(shape, true), shape.may_deduplicate, page_size);
  double const tuple = tuple_bytes(shape, false);
  double rest = shape.rows - nulls, distinct = key.distinct;
  for (double const fraction : key.common) {
    double const rows = std::min(rest, shape.rows * fraction);
    bytes += equal_rows(rows, tuple, shape.may_deduplicate, page_size);
    rest -= rows;
    distinct -= 1;
  }
  return bytes + evenly(shape, rest, distinct, tuple, page_size);
}

// How many combinations of several keys there are is known at most from extended statistics.
// Without them it is no more than if the columns were independent, and no less than one of them
// has: in between, in proportion.
double several_keys(const BtreeShape& shape, double page_size) {
  double const nulls = shape.keys.front().null_fraction;
  double const tuple = nulls * tuple_bytes(shape, true) + (1 - nulls) * tuple_bytes(shape, false);
  double product = 1, most = 1;
  for (const KeyPart& key : shape.keys) {
    double const values = key.distinct + (key.null_fraction > 0 ? 1 : 0);
    product = std::min(product * std::max(values, 1.0), std::max(shape.rows, 1.0));
    most = std::max(most, values);
  }
  auto const bytes = [&](double distinct) {
    return evenly(shape, shape.rows, distinct, tuple, page_size);
  };
  if (shape.distinct) return bytes(*shape.distinct);
  return std::sqrt(bytes(product) * bytes(most));
}

}  // namespace

double btree_bytes(const BtreeShape& shape, double page_size) {
  if (shape.rows < 1 || shape.keys.empty()) return page_size;
  double const leaves =
      shape.keys.size() == 1 ? one_key(shape, page_size) : several_keys(shape, page_size);
  double const tuple = tuple_bytes(shape, false) + line_pointer;
  double const room = page_size - page_header - page_special;
  double const used = room - page_size * (100 - shape.fillfactor) / 100;
  double const largest = std::max(tuple, std::min(page_size / 10, leaves / 2));
  double const item = leaves / shape.rows < tuple ? largest : tuple;
  // A page is full when an item has come into what is to be left free; the last one goes on to the
  // next page, unless there is none.
  double pages = leaves <= used + item ? 1 : std::ceil(leaves / std::max(used - item / 2, item));
  double total = 1 + pages;  // the first is of the index as a whole
  double const fanout = std::max(2.0, std::floor(room * 0.7 / tuple));
  while (pages > 1) {
    pages = std::ceil(pages / fanout);
    total += pages;
  }
  return total * page_size;
}

BtreeShape fraction_of(BtreeShape shape, double fraction) {
  // Of a value that `rows` rows have, each kept or not, something is left with this probability.
  auto const left = [&](double distinct) {
    if (distinct <= 0) return 0.0;
    return distinct * (1 - std::pow(1 - fraction, shape.rows / distinct));
  };
  for (KeyPart& key : shape.keys) key.distinct = left(key.distinct);
  if (shape.distinct) shape.distinct = left(*shape.distinct);
  shape.rows *= fraction;
  return shape;
}

BtreeShape rows_with(BtreeShape shape, std::size_t number, double fraction, KeyPart kept) {
  if (fraction >= 1) return shape;
  shape = fraction_of(std::move(shape), std::max(fraction, 0.0));
  shape.keys[number] = std::move(kept);
  return shape;
}

BtreeShape without_nulls(BtreeShape shape, std::size_t number) {
  KeyPart kept = shape.keys[number];
  double const fraction = 1 - kept.null_fraction;
  kept.null_fraction = 0;
  for (double& common : kept.common) common /= std::max(fraction, 1e-9);
  return rows_with(std::move(shape), number, fraction, std::move(kept));
}

}  // namespace tenancy::index
