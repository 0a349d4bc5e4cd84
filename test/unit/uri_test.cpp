// Resolution of URI references: RFC 3986's own examples, and what schemas bring along.
#include "jsonschema/uri/uri.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tenancy::jsonschema {
namespace {

using Examples = std::vector<std::pair<const char*, const char*>>;

void expect_resolved(std::string_view base, const Examples& examples) {
  for (const auto& [reference, target] : examples) {
    EXPECT_EQ(resolve_uri(base, reference), target) << base << " and " << reference;
  }
}

// RFC 3986, section 5.4.1.
TEST(ResolveUri, NormalExamples) {
  expect_resolved("http://a/b/c/d;p?q", {{"g:h", "g:h"},
                                         {"g", "http://a/b/c/g"},
                                         {"./g", "http://a/b/c/g"},
                                         {"g/", "http://a/b/c/g/"},
                                         {"/g", "http://a/g"},
                                         {"//g", "http://g"},
                                         {"?y", "http://a/b/c/d;p?y"},
                                         {"g?y", "http://a/b/c/g?y"},
                                         {"#s", "http://a/b/c/d;p?q#s"},
                                         {"g#s", "http://a/b/c/g#s"},
                                         {"g?y#s", "http://a/b/c/g?y#s"},
                                         {";x", "http://a/b/c/;x"},
                                         {"g;x", "http://a/b/c/g;x"},
                                         {"g;x?y#s", "http://a/b/c/g;x?y#s"},
                                         {"", "http://a/b/c/d;p?q"},
                                         {".", "http://a/b/c/"},
                                         {"./", "http://a/b/c/"},
                                         {"..", "http://a/b/"},
                                         {"../", "http://a/b/"},
                                         {"../g", "http://a/b/g"},
                                         {"../..", "http://a/"},
                                         {"../../", "http://a/"},
                                         {"../../g", "http://a/g"}});
}

// RFC 3986, section 5.4.2, for strict parsers.
TEST(ResolveUri, AbnormalExamples) {
  expect_resolved("http://a/b/c/d;p?q", {{"../../../g", "http://a/g"},
                                         {"../../../../g", "http://a/g"},
                                         {"/./g", "http://a/g"},
                                         {"/../g", "http://a/g"},
                                         {"g.", "http://a/b/c/g."},
                                         {".g", "http://a/b/c/.g"},
                                         {"g..", "http://a/b/c/g.."},
                                         {"..g", "http://a/b/c/..g"},
                                         {"./../g", "http://a/b/g"},
                                         {"./g/.", "http://a/b/c/g/"},
                                         {"g/./h", "http://a/b/c/g/h"},
                                         {"g/../h", "http://a/b/c/h"},
                                         {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
                                         {"g;x=1/../y", "http://a/b/c/y"},
                                         {"g?y/./x", "http://a/b/c/g?y/./x"},
                                         {"g?y/../x", "http://a/b/c/g?y/../x"},
                                         {"g#s/./x", "http://a/b/c/g#s/./x"},
                                         {"g#s/../x", "http://a/b/c/g#s/../x"},
                                         {"http:g", "http:g"}});
}

TEST(ResolveUri, BasesWithoutSlashes) {
  expect_resolved("urn:uuid:deadbeef-1234-0000-0000-4321feebdaed",
                  {{"#/$defs/a", "urn:uuid:deadbeef-1234-0000-0000-4321feebdaed#/$defs/a"},
                   {"#", "urn:uuid:deadbeef-1234-0000-0000-4321feebdaed#"},
                   {"", "urn:uuid:deadbeef-1234-0000-0000-4321feebdaed"},
                   {"urn:b#c", "urn:b#c"},
                   {"http://a/b", "http://a/b"},
                   {"a", "urn:a"},
                   {"?x", "urn:uuid:deadbeef-1234-0000-0000-4321feebdaed?x"}});
  expect_resolved("urn:example:a?+r?=q#f", {{"#g", "urn:example:a?+r?=q#g"}});
  expect_resolved("tag:example.com,2024:a/b", {{"c", "tag:example.com,2024:a/c"}});
  expect_resolved("http://a", {{"b", "http://a/b"}, {"../b", "http://a/b"}, {"?q", "http://a?q"}});
  expect_resolved("file:///a/b", {{"c", "file:///a/c"}, {"//h/c", "file://h/c"}});
}

TEST(ResolveUri, RelativeBases) {
  expect_resolved("", {{"", ""},
                       {"#a", "#a"},
                       {"a.json", "a.json"},
                       {"a/./b", "a/b"},
                       {"/a", "/a"},
                       {"//a/b", "//a/b"},
                       {"urn:a", "urn:a"}});
  expect_resolved("dir/a.json#x", {{"b.json", "dir/b.json"}, {"#y", "dir/a.json#y"}});
  expect_resolved("#x", {{"", ""}, {"#y", "#y"}});
}

// A result that would be read as something else than it was made of.
TEST(ResolveUri, ReadsAsWhatItWasMadeOf) {
  EXPECT_EQ(resolve_uri("urn:a", "/.//b"), "urn:/.//b");
  EXPECT_EQ(resolve_uri("urn:a", "urn:/.//b"), "urn:/.//b");
  EXPECT_EQ(resolve_uri("", "./a:b"), "./a:b");
  EXPECT_EQ(resolve_uri("http://h/x", "./a:b"), "http://h/a:b");
  EXPECT_EQ(resolve_uri("", "a/b:c"), "a/b:c");
}

TEST(ResolveUri, TakesAnyText) {
  EXPECT_EQ(resolve_uri("://", "%"), "://%");
  EXPECT_EQ(resolve_uri("1a:b/c", "d"), "1a:b/d");
  EXPECT_EQ(resolve_uri("\xFF\xFE", "\xC3"), "\xC3");
  EXPECT_EQ(resolve_uri("a b c", "#d#e"), "a b c#d#e");
  EXPECT_EQ(resolve_uri("http://a?b/c", "d"), "http://a/d");
  EXPECT_EQ(resolve_uri("http:", "//"), "http://");
  const std::string_view pieces[] = {"a", ":", "/", "//", ".", "..", "?", "#", "", "/./", "/../"};
  for (const std::string_view first : pieces) {
    for (const std::string_view second : pieces) {
      for (const std::string_view third : pieces) {
        for (const std::string_view base : {"a:", "a:b", "a:/b/c", "a://b", "a://b/c"}) {
          const std::string reference =
              std::string(first) + std::string(second) + std::string(third);
          const std::string target = resolve_uri(base, reference);
          EXPECT_EQ(resolve_uri(base, target), target) << base << " and " << reference;
          EXPECT_EQ(resolve_uri(target, ""), without_fragment(target));
        }
      }
    }
  }
  std::string dots;
  for (int i = 0; i < 200'000; ++i) dots += "a/../";
  EXPECT_EQ(resolve_uri("http://a/", dots), "http://a/");
}

TEST(ResolveUri, Fragments) {
  EXPECT_EQ(without_fragment("http://a/b#c#d"), "http://a/b");
  EXPECT_EQ(without_fragment("http://a/b"), "http://a/b");
  EXPECT_EQ(without_fragment("#"), "");
  EXPECT_EQ(fragment_of("http://a/b#c#d"), "c#d");
  EXPECT_EQ(fragment_of("http://a/b"), "");
  EXPECT_EQ(fragment_of("a#"), "");
}

}  // namespace
}  // namespace tenancy::jsonschema
