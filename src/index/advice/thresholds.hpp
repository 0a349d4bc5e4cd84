// From where on advice is given: what is below is not worth a statement to run and an index to
// keep.
#pragma once

namespace tenancy::index {

// A table with fewer rows is read whole as fast as by an index.
inline constexpr double min_rows = 10000;

// The least that a predicate is to save: of the bytes of the full index, and in bytes.
inline constexpr double min_saving = 0.2;
inline constexpr double min_bytes_saved = 64 * 1024;
// A partial index has hardly fewer rows than another from this fraction of them on. None is ever
// proposed that has as many, by whatever an estimate is off.
inline constexpr double hardly_fewer = 0.9;

// A column is mostly null from this fraction of its rows on.
inline constexpr double mostly_null = 0.5;

// A predicate is to pick at most this fraction of the rows, for queries that ask for the rare ones.
inline constexpr double most_picked = 0.2;
// A value is a common one from this fraction of the rows on.
inline constexpr double common_value = 0.2;
// A column with more values than these is no status.
inline constexpr double most_values = 50;

// Updates are many from this multiple of the rows on, and from this number; mostly HOT from this
// fraction on.
inline constexpr double many_updates = 0.5;
inline constexpr double least_updates = 1000;
inline constexpr double mostly_hot = 0.5;

// Nothing is called unused before the database has seen so many transactions: since the server's
// statistics began, which they do anew where it crashed, and since the index was made.
inline constexpr int least_transactions = 10000;
// Scans so long ago are none.
inline constexpr int long_ago_days = 90;

}  // namespace tenancy::index
