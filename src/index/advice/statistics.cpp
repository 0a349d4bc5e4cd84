#include "index/advice/statistics.hpp"

#include <algorithm>

namespace tenancy::index {
namespace {

// Beyond, no value of a column stands out.
constexpr int most_common = 100;

// Server zone: plain data.

struct AttributeRow {
  AttrNumber number;
  NameData name;
  Oid declared_type, type, collation;
  int16 length;
  char alignment;
  bool is_not_null;
};

struct StatisticRow {
  AttrNumber number;
  float null_fraction, distinct;
  int width;
  int common;
  const Datum* values;
  const float4* frequencies;
};

Rows<AttributeRow> read_attributes(Oid table) {
  Rows<AttributeRow> found{};
  ScanKeyData numbers;
  ScanKeyInit(&numbers, Anum_pg_attribute_attnum, BTGreaterStrategyNumber, F_INT2GT,
              Int16GetDatum(0));
  scan_catalog(
      AttributeRelationId, AttributeRelidNumIndexId,
      {oid_key(Anum_pg_attribute_attrelid, table), numbers}, [&](HeapTuple tuple, TupleDesc) {
        auto* const form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
        if (form->attisdropped || is_virtual(form)) return;
        found.add({form->attnum, form->attname, form->atttypid, getBaseType(form->atttypid),
                   form->attcollation, form->attlen, form->attalign, form->attnotnull});
      });
  return found;
}

Rows<StatisticRow> read_statistics(Oid relation, bool is_inherited) {
  Rows<StatisticRow> found{};
  scan_catalog(
      StatisticRelationId, StatisticRelidAttnumInhIndexId,
      {oid_key(Anum_pg_statistic_starelid, relation)}, [&](HeapTuple tuple, TupleDesc) {
        auto* const form = reinterpret_cast<Form_pg_statistic>(GETSTRUCT(tuple));
        if (form->stainherit != is_inherited) return;
        StatisticRow row{
            form->staattnum, form->stanullfrac, form->stadistinct, form->stawidth, 0, nullptr,
            nullptr};
        AttStatsSlot slot;
        if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_MCV, InvalidOid,
                             ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS)) {
          // The slot is kept: its values are what is returned.
          row.common =
              slot.nvalues == slot.nnumbers && slot.nvalues <= most_common ? slot.nvalues : 0;
          row.values = slot.values;
          row.frequencies = slot.numbers;
        }
        found.add(row);
      });
  return found;
}

// The number of combinations that extended statistics have for these columns; negative where there
// are none. `keys` is sorted.
double read_combinations(Oid table, bool is_inherited, const AttrNumber* keys, int count) {
  double found = -1;
  scan_catalog(StatisticExtRelationId, StatisticExtRelidIndexId,
               {oid_key(Anum_pg_statistic_ext_stxrelid, table)}, [&](HeapTuple tuple, TupleDesc) {
                 Oid const oid = reinterpret_cast<Form_pg_statistic_ext>(GETSTRUCT(tuple))->oid;
                 HeapTuple const data = SearchSysCache2(STATEXTDATASTXOID, ObjectIdGetDatum(oid),
                                                        BoolGetDatum(is_inherited));
                 if (!HeapTupleIsValid(data)) return;
                 bool is_null;
                 SysCacheGetAttr(STATEXTDATASTXOID, data, Anum_pg_statistic_ext_data_stxdndistinct,
                                 &is_null);
                 ReleaseSysCache(data);
                 if (is_null) return;
                 const MVNDistinct* const combinations = statext_ndistinct_load(oid, is_inherited);
                 for (uint32 i = 0; i < combinations->nitems; ++i) {
                   const MVNDistinctItem& item = combinations->items[i];
                   if (item.nattributes != count) continue;
                   AttrNumber* const sorted = item.attributes;
                   std::sort(sorted, sorted + count);
                   if (std::equal(sorted, sorted + count, keys)) found = item.ndistinct;
                 }
               });
  return found;
}

// Whether the B-tree may keep equal values of this operator class as one.
bool equal_is_identical(Oid family, Oid type, Oid collation) {
  Oid const support = get_opfamily_proc(family, type, type, BTEQUALIMAGE_PROC);
  return OidIsValid(support) &&
         DatumGetBool(OidFunctionCall1Coll(support, collation, ObjectIdGetDatum(type)));
}

struct BtreeOptions {
  int fillfactor;
  bool deduplicates;
};

// As CREATE INDEX ... WITH has them.
BtreeOptions read_options(Oid index) {
  BtreeOptions options{BTREE_DEFAULT_FILLFACTOR, true};
  HeapTuple const tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
  if (!HeapTupleIsValid(tuple)) return options;
  bool is_null;
  Datum const stored = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &is_null);
  if (!is_null) {
    const auto* const parsed = reinterpret_cast<const BTOptions*>(btoptions(stored, false));
    options = {parsed->fillfactor, parsed->deduplicate_items};
  }
  ReleaseSysCache(tuple);
  return options;
}

// C++ zone again.

int alignment_of(char alignment) {
  switch (alignment) {
    case TYPALIGN_DOUBLE:
      return ALIGNOF_DOUBLE;
    case TYPALIGN_INT:
      return ALIGNOF_INT;
    case TYPALIGN_SHORT:
      return ALIGNOF_SHORT;
    default:
      return 1;
  }
}

double absolute(double distinct, double rows) {
  if (distinct == 0) return rows;
  return distinct > 0 ? distinct : -distinct * rows;
}

}  // namespace

Statistics::Statistics(const StoredTable& table, double rows)
    : table_(table.facts.oid),
      is_inherited_(table.facts.kind == RELKIND_PARTITIONED_TABLE),
      rows_(std::max(rows, 0.0)) {
  Rows<AttributeRow> const attributes = server([&] { return read_attributes(table_); });
  columns_.reserve(static_cast<std::size_t>(attributes.count));
  for (const AttributeRow& row : attributes) {
    Column column;
    column.number = row.number;
    column.name = NameStr(row.name);
    column.type = row.type;
    column.declared_type = row.declared_type;
    column.collation = row.collation;
    column.length = row.length;
    column.alignment = row.alignment;
    column.is_not_null = row.is_not_null;
    columns_.push_back(std::move(column));
  }
  if (!table.shows_statistics) return;
  Rows<StatisticRow> const found = server([&] { return read_statistics(table_, is_inherited_); });
  for (const StatisticRow& row : found) {
    auto const column = std::find_if(columns_.begin(), columns_.end(),
                                     [&](const Column& c) { return c.number == row.number; });
    if (column == columns_.end()) continue;
    has_any_ = column->has_statistics = true;
    column->null_fraction = row.null_fraction;
    column->width = row.width;
    column->distinct = absolute(row.distinct, rows_);
    for (int i = 0; i < row.common; ++i)
      column->common.push_back({row.values[i], row.frequencies[i]});
  }
}

const Column* Statistics::find(AttrNumber number) const {
  auto const column = std::find_if(columns_.begin(), columns_.end(),
                                   [&](const Column& c) { return c.number == number; });
  return column == columns_.end() ? nullptr : &*column;
}

KeyPart Statistics::part(const Column& column) const {
  KeyPart part;
  part.is_variable = column.length < 0;
  part.width = column.length > 0       ? column.length
               : column.has_statistics ? column.width
                                       : server([&] { return get_typavgwidth(column.type, -1); });
  part.alignment = alignment_of(column.alignment);
  part.null_fraction = column.null_fraction;
  part.distinct = column.has_statistics ? column.distinct : rows_;
  for (const Column::Common& common : column.common) part.common.push_back(common.frequency);
  return part;
}

std::optional<double> Statistics::distinct(std::vector<AttrNumber> keys) const {
  if (keys.size() < 2 || !has_any_) return std::nullopt;
  std::sort(keys.begin(), keys.end());
  const AttrNumber* const sorted = keys.data();
  auto const count = static_cast<int>(keys.size());
  double const found =
      server([&] { return read_combinations(table_, is_inherited_, sorted, count); });
  if (found < 0) return std::nullopt;
  return found;
}

BtreeShape Statistics::btree(const std::vector<AttrNumber>& keys) const {
  BtreeShape shape;
  shape.rows = rows_;
  for (AttrNumber const number : keys) {
    const Column* const column = find(number);
    if (!column) continue;
    shape.keys.push_back(part(*column));
    shape.may_deduplicate =
        shape.may_deduplicate && server([&]() -> bool {
          const TypeCacheEntry* const type =
              lookup_type_cache(column->type, TYPECACHE_BTREE_OPFAMILY);
          return OidIsValid(type->btree_opf) &&
                 equal_is_identical(type->btree_opf, type->btree_opintype, column->collation);
        });
  }
  shape.distinct = distinct(keys);
  return shape;
}

BtreeShape Statistics::btree(const StoredIndex& index) const {
  BtreeShape shape;
  shape.rows = rows_;
  BtreeOptions const options = server([&] { return read_options(index.oid); });
  shape.fillfactor = options.fillfactor;
  shape.may_deduplicate =
      options.deduplicates && !index.is_unique && index.attributes == index.keys;
  std::vector<AttrNumber> columns;
  std::vector<Column> expressions;  // as the index's own statistics have them, by its columns
  if (index.expressions) {
    StoredTable own;
    own.facts.oid = index.oid;
    own.shows_statistics = has_any_;
    expressions = Statistics(own, rows_).columns();
  }
  for (int i = 0; i < index.attributes; ++i) {
    const Column* column = find(index.columns[i]);
    if (index.columns[i] == 0 && static_cast<std::size_t>(i) < expressions.size())
      column = &expressions[static_cast<std::size_t>(i)];
    KeyPart const key = column ? part(*column) : KeyPart();
    (i < index.keys ? shape.keys : shape.included).push_back(key);
    if (i < index.keys) {
      columns.push_back(index.columns[i]);
      shape.may_deduplicate =
          shape.may_deduplicate && server([&] {
            Oid const opclass = index.opclasses[i];
            return equal_is_identical(get_opclass_family(opclass), get_opclass_input_type(opclass),
                                      index.collations[i]);
          });
    }
  }
  if (!index.expressions) shape.distinct = distinct(columns);
  return shape;
}

}  // namespace tenancy::index
