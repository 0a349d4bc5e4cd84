// Exact decimals, against Boost.Multiprecision.
#include "jsonschema/value/decimal.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <random>

#include "engine.hpp"

namespace tenancy::jsonschema {
namespace {

using boost::multiprecision::cpp_int;
using test::JsonbBuilder;

// The number as a stored numeric, read back.
class Stored {
 public:
  explicit Stored(std::string_view text) : bytes_(JsonbBuilder::numeric(text)) {
    EXPECT_TRUE(read_numeric(bytes_.data(), static_cast<std::uint32_t>(bytes_.size()), number_));
  }
  const Decimal& number() const { return number_; }

 private:
  std::vector<std::byte> bytes_;
  Decimal number_;
};

std::string text_of(std::string_view json) {
  return to_text(parse_decimal(json)->view());
}

bool divides(std::string_view divisor, std::string_view number) {
  return Divisor::make(parse_decimal(divisor)->view())->divides(Stored(number).number());
}

// mantissa * 10^exponent
struct Exact {
  cpp_int mantissa;
  int exponent = 0;

  std::string text() const { return mantissa.str() + "e" + std::to_string(exponent); }
  std::string plain() const {
    std::string digits = cpp_int(abs(mantissa)).str();
    if (exponent >= 0) {
      digits.append(static_cast<std::size_t>(exponent), '0');
    } else {
      const auto places = static_cast<std::size_t>(-exponent);
      if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
      digits.insert(digits.size() - places, 1, '.');
    }
    return (mantissa < 0 ? "-" : "") + digits;
  }
  cpp_int scaled(int to) const {
    return mantissa * pow(cpp_int(10), static_cast<unsigned>(exponent - to));
  }
};

Exact random_exact(std::mt19937& random, int longest) {
  Exact exact;
  for (std::uint32_t digits = random() % static_cast<std::uint32_t>(longest) + 1; digits > 0;
       --digits) {
    exact.mantissa = exact.mantissa * 10 + (random() % 3 == 0 ? 0 : random() % 10);
  }
  if (random() % 2 == 0) exact.mantissa = -exact.mantissa;
  exact.exponent = static_cast<int>(random() % 60) - 30;
  return exact;
}

TEST(Decimal, ReadsAndWrites) {
  EXPECT_EQ(text_of("0"), "0");
  EXPECT_EQ(text_of("-0.000e5"), "0");
  EXPECT_EQ(text_of("17"), "17");
  EXPECT_EQ(text_of("-17.50"), "-17.5");
  EXPECT_EQ(text_of("1e3"), "1000");
  EXPECT_EQ(text_of("1E-3"), "0.001");
  EXPECT_EQ(text_of("12345678901234567890.00001"), "12345678901234567890.00001");
  EXPECT_EQ(text_of("0.1"), "0.1");
  EXPECT_EQ(text_of("1e400"), "1e400");
  EXPECT_EQ(text_of("-1.25e-400"), "-1.25e-400");
  EXPECT_EQ(text_of("9999.9999"), "9999.9999");
  EXPECT_EQ(text_of("1e1000000"), "1e1000000");
  EXPECT_EQ(text_of("0e99999999999999999999"), "0");
}

TEST(Decimal, RefusesAbsurdExponents) {
  EXPECT_FALSE(parse_decimal("1e1000001").has_value());
  EXPECT_FALSE(parse_decimal("1e-999999999").has_value());
  EXPECT_FALSE(parse_decimal("1e99999999999999999999999999").has_value());
}

TEST(Decimal, KnowsIntegers) {
  for (const char* text : {"0", "1", "1.0", "-3.000", "1e30", "12000e-3", "1e131071"}) {
    EXPECT_TRUE(Stored(text).number().is_integer()) << text;
  }
  for (const char* text : {"0.1", "1.5", "1e-1", "12345e-3", "10000.00001"}) {
    EXPECT_FALSE(Stored(text).number().is_integer()) << text;
  }
}

TEST(Decimal, ComparesExactly) {
  const auto order = [](const char* left, const char* right) {
    return compare(Stored(left).number(), parse_decimal(right)->view());
  };
  EXPECT_EQ(order("1.0", "1"), 0);
  EXPECT_EQ(order("100", "1e2"), 0);
  EXPECT_EQ(order("0.1", "1e-1"), 0);
  EXPECT_EQ(order("-0.0", "0"), 0);
  EXPECT_LT(order("9007199254740992", "9007199254740993"), 0);
  EXPECT_GT(order("1e400", "9.99e399"), 0);
  EXPECT_GT(order("1e-400", "0"), 0);
  EXPECT_LT(order("-1e-400", "0"), 0);
  EXPECT_LT(order("1e131071", "1e131072"), 0);
  EXPECT_LT(order("12345678901234567890.00000", "12345678901234567890.00001"), 0);
}

TEST(Decimal, ComparesLikeMultiprecision) {
  std::mt19937 random(2);
  for (int round = 0; round < 20'000; ++round) {
    const Exact left = random_exact(random, 45);
    Exact right = random() % 4 == 0 ? left : random_exact(random, 45);
    if (random() % 4 == 0) {  // the same number, written otherwise
      right.mantissa *= 100;
      right.exponent -= 2;
    }
    const int lowest = std::min(left.exponent, right.exponent);
    const int expected = left.scaled(lowest).compare(right.scaled(lowest));
    const int order = compare(Stored(left.plain()).number(), parse_decimal(right.text())->view());
    EXPECT_EQ(expected < 0, order < 0) << left.text() << " " << right.text();
    EXPECT_EQ(expected > 0, order > 0) << left.text() << " " << right.text();
  }
}

TEST(Decimal, TextRoundTrips) {
  std::mt19937 random(3);
  for (int round = 0; round < 5'000; ++round) {
    const Exact exact = random_exact(random, 30);
    const std::string text = text_of(exact.text());
    if (text.find("...") != std::string::npos) continue;
    EXPECT_EQ(compare(parse_decimal(text)->view(), Stored(exact.plain()).number()), 0) << text;
  }
}

TEST(Divisor, DividesExactly) {
  EXPECT_TRUE(divides("0.01", "19.99"));
  EXPECT_FALSE(divides("0.01", "19.999"));
  EXPECT_TRUE(divides("0.0001", "0.0075"));
  EXPECT_FALSE(divides("0.0001", "0.00751"));
  EXPECT_TRUE(divides("1e-8", "12391239123"));
  EXPECT_TRUE(divides("0.123456789", "0"));
  EXPECT_TRUE(divides("3", "-9"));
  EXPECT_TRUE(divides("0.5", "1e308"));
  EXPECT_TRUE(divides("7", "700000000000000000000000000000000000000000"));
  EXPECT_FALSE(divides("7", "1e131071"));
  EXPECT_TRUE(divides("2.5e-400", "1e-399"));
  EXPECT_FALSE(divides("1e400", "1e399"));
  EXPECT_TRUE(divides("18446744073709551615", "36893488147419103230"));
  EXPECT_TRUE(divides("18446744073709551616", "36893488147419103232"));
  EXPECT_FALSE(divides("18446744073709551616", "36893488147419103233"));
}

TEST(Divisor, DividesLikeMultiprecision) {
  std::mt19937 random(4);
  int multiples = 0;
  for (int round = 0; round < 20'000; ++round) {
    const int longest = round % 3 == 0 ? 4 : round % 3 == 1 ? 20 : 120;
    Exact divisor = random_exact(random, longest);
    divisor.mantissa = abs(divisor.mantissa) + 1;
    Exact number = random_exact(random, 60);
    if (random() % 2 == 0) {  // a multiple, or nearly
      number.mantissa *= divisor.mantissa;
      number.exponent = divisor.exponent + static_cast<int>(random() % 4) - 1;
    }
    const int lowest = std::min(divisor.exponent, number.exponent);
    const bool expected = number.scaled(lowest) % divisor.scaled(lowest) == 0;
    multiples += expected ? 1 : 0;
    EXPECT_EQ(divides(divisor.text(), number.plain()), expected)
        << number.text() << " % " << divisor.text();
  }
  EXPECT_GT(multiples, 5'000);
}

TEST(Divisor, HasALimit) {
  const std::string longest(Divisor::max_digits, '7');
  EXPECT_TRUE(divides(longest, longest));
  EXPECT_FALSE(Divisor::make(parse_decimal(std::string(300, '7'))->view()).has_value());
}

TEST(Numeric, RefusesWhatIsNoNumber) {
  Decimal number;
  std::vector<std::byte> bytes = JsonbBuilder::numeric("12.5");
  const auto size = static_cast<std::uint32_t>(bytes.size());
  for (std::uint32_t cut = 0; cut < size; ++cut) {
    EXPECT_FALSE(read_numeric(bytes.data(), cut, number)) << cut;
  }
  bytes[5] |= std::byte{0xC0};  // NaN
  EXPECT_FALSE(read_numeric(bytes.data(), size, number));
}

}  // namespace
}  // namespace tenancy::jsonschema
