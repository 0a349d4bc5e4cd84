// The bundled metaschemas, and whether compile() refuses all that they refuse.
#include "jsonschema/schema/metaschema.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "engine.hpp"
#include "jsonschema/schema/metaschema_text.hpp"

namespace tenancy::jsonschema {
namespace {

constexpr std::array<Dialect, 5> dialects{Dialect::draft4, Dialect::draft6, Dialect::draft7,
                                          Dialect::draft2019_09, Dialect::draft2020_12};

std::unique_ptr<const Program> metaschema_program(Dialect dialect) {
  return compile(R"({"$ref":")" + std::string(metaschema_uri(dialect)) + "\"}", {});
}

std::optional<test::Refusal> refusal_in(Dialect dialect, std::string_view schema) {
  CompileOptions options;
  options.dialect = dialect;
  return test::refusal_of(schema, options);
}

TEST(Metaschema, IsFoundByHttpAndHttps) {
  for (const Dialect dialect : dialects) {
    const std::string uri(metaschema_uri(dialect));
    EXPECT_EQ(dialect_named(uri), dialect);
    EXPECT_FALSE(metaschema_text(uri).empty());
    const std::string path = uri.substr(uri.find("//"));
    EXPECT_EQ(metaschema_text("http:" + path), metaschema_text("https:" + path));
  }
  EXPECT_TRUE(metaschema_text("").empty());
  EXPECT_TRUE(metaschema_text("http://x.y/z").empty());
}

TEST(Metaschema, SatisfiesItself) {
  for (const Dialect dialect : dialects) {
    const std::string text(metaschema_text(metaschema_uri(dialect)));
    EXPECT_FALSE(refusal_in(dialect, text));
    EXPECT_EQ(evaluate(*metaschema_program(dialect), test::jsonb_of(text).bytes(), {}),
              Verdict::valid);
    // A schema of its own as well, which validates itself.
    EXPECT_EQ(test::verdict_of(text, text), Verdict::valid);
  }
  for (const char* part :
       {"2019-09/meta/core", "2019-09/meta/applicator", "2019-09/meta/validation",
        "2019-09/meta/meta-data", "2019-09/meta/format", "2019-09/meta/content",
        "2020-12/meta/core", "2020-12/meta/applicator", "2020-12/meta/unevaluated",
        "2020-12/meta/validation", "2020-12/meta/meta-data", "2020-12/meta/format-annotation",
        "2020-12/meta/format-assertion", "2020-12/meta/content"}) {
    const std::string text(metaschema_text("https://json-schema.org/draft/" + std::string(part)));
    ASSERT_FALSE(text.empty()) << part;
    EXPECT_EQ(test::verdict_of(text, text), Verdict::valid) << part;
    const Dialect dialect =
        std::string_view(part).starts_with("2019") ? Dialect::draft2019_09 : Dialect::draft2020_12;
    EXPECT_EQ(evaluate(*metaschema_program(dialect), test::jsonb_of(text).bytes(), {}),
              Verdict::valid)
        << part;
  }
}

TEST(Metaschema, DescendsIntoEveryVocabulary) {
  const auto program = metaschema_program(Dialect::draft2020_12);
  for (const char* schema :
       {R"({"properties":{"a":{"type":17}}})", R"({"$defs":{"a":{"items":{"title":1}}}})",
        R"({"unevaluatedItems":{"not":{"contentSchema":{"maxLength":-1}}}})",
        R"({"allOf":[{"dependentSchemas":{"a":{"$anchor":"1"}}}]})", R"({"definitions":{"a":1}})",
        R"({"dependencies":{"a":{"enum":1}}})"}) {
    EXPECT_EQ(evaluate(*program, test::jsonb_of(schema).bytes(), {}), Verdict::invalid) << schema;
    EXPECT_TRUE(refusal_in(Dialect::draft2020_12, schema)) << schema;
  }
}

// --- compile() refuses what the metaschema refuses --------------------------------------------
//
// But for one thing: up to draft 7 what stands beside `$ref` is ignored, as those drafts say, and
// not checked; their metaschemas cannot say so.

constexpr std::array<std::string_view, 59> values{"null",
                                                  "true",
                                                  "false",
                                                  "0",
                                                  "1",
                                                  "-1",
                                                  "1.0",
                                                  "0.0",
                                                  "1.5",
                                                  "1e2",
                                                  "1e-1",
                                                  "-0",
                                                  "1e20",
                                                  R"("")",
                                                  R"("a")",
                                                  R"("null")",
                                                  R"("nil")",
                                                  R"("#a")",
                                                  R"("#")",
                                                  R"("http://x.y/a")",
                                                  R"("http://x.y/a#")",
                                                  R"("http://x.y/a#b")",
                                                  R"("#/a")",
                                                  R"("a b")",
                                                  R"("1a")",
                                                  R"("_a")",
                                                  R"("a:b")",
                                                  R"("%")",
                                                  R"("(")",
                                                  "[]",
                                                  "[1]",
                                                  "[true]",
                                                  "[{}]",
                                                  "[[]]",
                                                  "[1,1]",
                                                  "[1,1.0]",
                                                  "[{},{}]",
                                                  R"([{"a":1,"b":[0.10]},{"b":[1e-1],"a":1}])",
                                                  R"(["a"])",
                                                  R"(["a","a"])",
                                                  R"(["null"])",
                                                  R"(["null","null"])",
                                                  R"(["a",1])",
                                                  "[true,{}]",
                                                  "{}",
                                                  R"({"a":1})",
                                                  R"({"a":true})",
                                                  R"({"a":{}})",
                                                  R"({"a":[]})",
                                                  R"({"a":["b"]})",
                                                  R"({"a":["b","b"]})",
                                                  R"({"a":[1]})",
                                                  R"({"a":"b"})",
                                                  R"({"(":{}})",
                                                  R"({"type":17})",
                                                  R"({"a":{"type":17}})",
                                                  R"([{"type":17}])",
                                                  R"({"http://x.y/v":false})",
                                                  R"({"http://x.y/v":1})"};

TEST(Metaschema, RefusesNoValueOfAKeywordThatCompileTakes) {
  for (const Dialect dialect : dialects) {
    const auto program = metaschema_program(dialect);
    int refused = 0;
    for (std::size_t k = 0; k < keyword_count; ++k) {
      const std::string keyword(name_of(static_cast<Keyword>(k)));
      for (const std::string_view value : values) {
        const std::string member = "\"" + keyword + "\":" + std::string(value);
        for (const std::string& schema : {"{" + member + "}", R"({"not":{)" + member + "}}",
                                          "{" + member + R"(,"minimum":1,"maximum":1})"}) {
          if (schema.find(R"("minimum":1,"m)") != std::string::npos &&
              (keyword == "minimum" || keyword == "maximum" || keyword == "$ref")) {
            continue;  // twice, or a sibling
          }
          const bool satisfies =
              evaluate(*program, test::jsonb_of(schema).bytes(), {}) == Verdict::valid;
          if (satisfies) continue;
          ++refused;
          EXPECT_TRUE(refusal_in(dialect, schema))
              << "draft " << static_cast<int>(dialect) << ": " << schema;
        }
      }
    }
    EXPECT_GT(refused, 1'000);
  }
}

// The other way around: a schema that satisfies its metaschema is refused only for what no
// metaschema can say.
TEST(Metaschema, TakesNoValueOfAKeywordThatCompileFindsInvalid) {
  for (const Dialect dialect : dialects) {
    const auto program = metaschema_program(dialect);
    for (std::size_t k = 0; k < keyword_count; ++k) {
      const auto keyword = static_cast<Keyword>(k);
      for (const std::string_view value : values) {
        const std::string schema =
            "{\"" + std::string(name_of(keyword)) + "\":" + std::string(value) + "}";
        const auto refusal = refusal_in(dialect, schema);
        if (!refusal || refusal->kind != SchemaErrorKind::invalid) continue;
        if (refusal->message.starts_with("invalid regular expression")) continue;
        if (keyword == Keyword::ref && dialect <= Dialect::draft4) continue;  // it has no $ref
        EXPECT_EQ(evaluate(*program, test::jsonb_of(schema).bytes(), {}), Verdict::invalid)
            << "draft " << static_cast<int>(dialect) << ": " << schema << ": " << refusal->message;
      }
    }
  }
}

using Tree = test::Tree;

void append_text(const Tree& tree, std::string& out) {
  switch (tree.kind) {
    case Tree::Kind::null:
      out += "null";
      return;
    case Tree::Kind::boolean:
      out += tree.truth ? "true" : "false";
      return;
    case Tree::Kind::number:
      out += tree.text;
      return;
    case Tree::Kind::string:
      out += '"';
      for (const char c : tree.text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
      }
      out += '"';
      return;
    default:
      break;
  }
  const bool object = tree.kind == Tree::Kind::object;
  out += object ? '{' : '[';
  for (std::size_t i = 0; i < tree.elements.size(); ++i) {
    if (i > 0) out += ',';
    if (object) out += "\"" + tree.names[i] + "\":";
    append_text(tree.elements[i], out);
  }
  out += object ? '}' : ']';
}

void collect(Tree& tree, std::vector<Tree*>& nodes) {
  nodes.push_back(&tree);
  for (Tree& element : tree.elements) collect(element, nodes);
}

void drop_siblings_of_references(Tree& tree) {
  const auto reference = std::find(tree.names.begin(), tree.names.end(), "$ref");
  if (reference != tree.names.end()) {
    Tree target = tree.elements[static_cast<std::size_t>(reference - tree.names.begin())];
    tree.names.assign(1, "$ref");
    tree.elements.assign(1, std::move(target));
  }
  for (Tree& element : tree.elements) drop_siblings_of_references(element);
}

TEST(Metaschema, RefusesNoMutationThatCompileTakes) {
  std::mt19937 random(1);
  const auto pick = [&](std::size_t count) { return static_cast<std::size_t>(random() % count); };
  for (const Dialect dialect : dialects) {
    const auto program = metaschema_program(dialect);
    std::vector<std::string> seeds{std::string(metaschema_text(metaschema_uri(dialect)))};
    if (dialect == Dialect::draft2020_12) {
      for (const char* part : {"core", "applicator", "validation"}) {
        seeds.emplace_back(
            metaschema_text("https://json-schema.org/draft/2020-12/meta/" + std::string(part)));
      }
    }
    int refused = 0;
    for (int i = 0; i < 4'000; ++i) {
      Tree tree = test::TreeParser(seeds[pick(seeds.size())]).parse();
      for (std::size_t mutations = 1 + pick(2); mutations > 0; --mutations) {
        std::vector<Tree*> nodes;
        collect(tree, nodes);
        Tree& node = *nodes[pick(nodes.size())];
        if (node.kind == Tree::Kind::object && pick(2) == 0) {
          node.names.emplace_back(name_of(static_cast<Keyword>(pick(keyword_count))));
          node.elements.push_back(test::TreeParser(values[pick(values.size())]).parse());
        } else if (&node != &tree) {
          Tree other = test::TreeParser(values[pick(values.size())]).parse();
          node = std::move(other);
        }
      }
      if (dialect <= Dialect::draft7) drop_siblings_of_references(tree);
      std::string schema;
      append_text(tree, schema);
      const test::Jsonb jsonb = test::JsonbBuilder().build(tree);
      if (evaluate(*program, jsonb.bytes(), {}) == Verdict::valid) continue;
      ++refused;
      ASSERT_TRUE(refusal_in(dialect, schema))
          << "draft " << static_cast<int>(dialect) << ": " << schema;
    }
    EXPECT_GT(refused, 500) << static_cast<int>(dialect);
  }
}

// --- what those refusals say -------------------------------------------------------------------

void expect_invalid(Dialect dialect, std::string_view schema, std::string_view pointer,
                    std::string_view message) {
  CompileOptions options;
  options.dialect = dialect;
  test::expect_refused(schema, SchemaErrorKind::invalid, pointer, message, options);
}

TEST(KeywordValues, Anchors) {
  for (const char* name : {"a", "_", "_a-b.c1", "A"}) {
    const std::string schema = R"({"$anchor":")" + std::string(name) + "\"}";
    EXPECT_FALSE(refusal_in(Dialect::draft2020_12, schema)) << schema;
  }
  for (const char* name : {"", "1", "-a", "a:b", "a/b", "a b", "#a", "\xC3\xA4"}) {
    expect_invalid(Dialect::draft2020_12, R"({"$anchor":")" + std::string(name) + "\"}", "/$anchor",
                   "$anchor must be a letter or '_' and then letters, digits, '-', '_' and '.'");
  }
  EXPECT_FALSE(refusal_in(Dialect::draft2019_09, R"({"$anchor":"a:b"})"));
  expect_invalid(Dialect::draft2019_09, R"({"$anchor":"_a"})", "/$anchor",
                 "$anchor must be a letter and then letters, digits, '-', '_', ':' and '.'");
  expect_invalid(Dialect::draft2020_12, R"({"$dynamicAnchor":"#a"})", "/$dynamicAnchor",
                 "$dynamicAnchor must be a letter or '_' and then letters, digits, '-', '_' and "
                 "'.'");
}

TEST(KeywordValues, Identifiers) {
  for (const Dialect dialect : {Dialect::draft2019_09, Dialect::draft2020_12}) {
    EXPECT_FALSE(refusal_in(dialect, R"({"$id":"http://x.y/a#"})"));
    expect_invalid(dialect, R"({"$id":"http://x.y/a#b"})", "/$id",
                   "$id must not have a fragment: the keyword for that is $anchor");
    expect_invalid(dialect, R"({"$vocabulary":{"http://x.y/v":"true"}})",
                   "/$vocabulary/http:~1~1x.y~1v",
                   "$vocabulary must say true or false of each vocabulary");
  }
  EXPECT_FALSE(refusal_in(Dialect::draft7, R"({"$id":"http://x.y/a#b"})"));
}

TEST(KeywordValues, ThatFormerDraftsWereStricterAbout) {
  for (const Dialect dialect : {Dialect::draft4, Dialect::draft6}) {
    expect_invalid(dialect, R"({"enum":[]})", "/enum", "enum must not be empty");
    expect_invalid(dialect, R"({"enum":[{"a":1,"b":0.10},2,{"b":1e-1,"a":1.0}]})", "/enum/2",
                   "enum must not have a value twice");
    EXPECT_FALSE(refusal_in(dialect, R"({"enum":["1",1,[1],["1"],{"1":1},true,null,"true"]})"));
  }
  EXPECT_FALSE(refusal_in(Dialect::draft6, R"({"enum":[)" + std::string(100, '1') + "," +
                                               std::string(99, '1') + "2]}"));
  EXPECT_FALSE(refusal_in(Dialect::draft7, R"({"enum":[1,1]})"));
  expect_invalid(Dialect::draft4, R"({"minLength":2.0})", "/minLength",
                 "minLength must be an integer, in draft 4 one without a fraction");
  EXPECT_FALSE(refusal_in(Dialect::draft4, R"({"minLength":1.5e1})"));
  EXPECT_FALSE(refusal_in(Dialect::draft6, R"({"minLength":2.0})"));
  for (const Dialect dialect : {Dialect::draft4, Dialect::draft7, Dialect::draft2019_09}) {
    expect_invalid(dialect, R"({"items":[]})", "/items", "items must have at least one schema");
  }
}

TEST(KeywordValues, ThatAreOfAFormerDraft) {
  expect_invalid(Dialect::draft2020_12, R"({"$recursiveAnchor":true})", "/$recursiveAnchor",
                 "$recursiveAnchor is a keyword of draft 2019-09: in draft 2020-12 there is "
                 "$dynamicAnchor");
  expect_invalid(Dialect::draft2020_12, R"({"items":{"$recursiveRef":{}}})", "/items/$recursiveRef",
                 "$recursiveRef is a keyword of draft 2019-09: in draft 2020-12 there is "
                 "$dynamicRef");
}

}  // namespace
}  // namespace tenancy::jsonschema
