#!/usr/bin/env python3
"""The checks of this folder find what they are for, and leave alone what is right."""

import unittest

import layering
import lengths
import lint
import tokens
import words

EDGES = {"domain": set(), "ports": {"domain"}, "adapters/posix": {"ports", "domain"}, "adapters/json": {"domain"},
         "cli": {"ports", "domain"}, "helper/protocol": set()}


class Layering(unittest.TestCase):
    def check(self, path, text):
        return layering.check(path, text, EDGES)

    def test_allowed_edge(self):
        self.assertEqual([], self.check("ports/clock.hpp", '#include "domain/result.hpp"\n#include <vector>\n'))

    def test_forbidden_edge(self):
        self.assertTrue(self.check("domain/a.cpp", '#include "ports/clock.hpp"\n'))
        self.assertTrue(self.check("adapters/json/a.cpp", '#include "adapters/posix/fd.hpp"\n'))

    def test_composition_root_names_adapters(self):
        include = '#include "adapters/posix/fd.hpp"\n'
        self.assertEqual([], self.check("cli/composition_root.cpp", include))
        self.assertTrue(self.check("cli/main.cpp", include))

    def test_helper_program(self):
        self.assertEqual([], self.check("helper/mino-init/loop.cpp", '#include "helper/protocol/wire.hpp"\n'))
        self.assertEqual([], self.check("helper/mino-init/loop.cpp", '#include "helper/mino-init/loop.hpp"\n'))
        self.assertTrue(self.check("helper/mino-init/loop.cpp", '#include "domain/result.hpp"\n'))

    def test_climbing_include(self):
        self.assertTrue(self.check("tests/unit/a.cpp", '#include "../fakes/a.hpp"\n'))

    def test_third_party_home(self):
        self.assertEqual([], self.check("adapters/json/a.cpp", "#include <rapidjson/document.h>\n"))
        self.assertTrue(self.check("adapters/json/a.hpp", "#include <rapidjson/document.h>\n"))
        self.assertTrue(self.check("cli/a.cpp", "#include <rapidjson/document.h>\n"))
        self.assertTrue(self.check("domain/a.cpp", "#include <fmt/format.h>\n"))

    def test_system_header(self):
        self.assertEqual([], self.check("adapters/posix/a.cpp", "#include <sys/stat.h>\n"))
        self.assertTrue(self.check("domain/a.cpp", "#include <unistd.h>\n"))

    def test_table_is_read(self):
        self.assertIn("domain", layering.allowed_edges()["ports"])


class Tokens(unittest.TestCase):
    def check(self, path, text):
        return tokens.check(path, text)

    def test_output(self):
        self.assertTrue(self.check("domain/a.cpp", "void f() { std::cout << 1; }"))
        self.assertEqual([], self.check("cli/a.cpp", "void f() { std::cout << 1; }"))

    def test_comments_and_literals_do_not_count(self):
        self.assertEqual([], self.check("domain/a.cpp", '// getenv("A")\nauto a = "system(1)"; /* rand() */\n'))

    def test_the_world(self):
        for code in ('getenv("A")', 'std::system("ls")', "rand()", "std::this_thread::sleep_for(d)",
                     "std::chrono::steady_clock::now()", "std::ifstream f(p)", "std::filesystem::exists(p)"):
            self.assertTrue(self.check("application/a.cpp", f"auto x = {code};"), code)

    def test_members_of_the_same_name(self):
        self.assertEqual([], self.check("application/a.cpp", "auto t = clock_.now(); auto s = file_system(x); f.time(0);"))

    def test_rapidjson_comparison(self):
        include = "#include <rapidjson/document.h>\n"
        self.assertTrue(self.check("adapters/json/a.cpp", include + "bool b = document == other;"))
        self.assertTrue(self.check("adapters/json/a.cpp", include + 'bool b = doc["a"] == 1;'))
        self.assertTrue(self.check("adapters/json/a.cpp", include + "bool b = member->value != 1;"))
        self.assertEqual([], self.check("adapters/json/a.cpp", include + "bool b = it == object.MemberEnd();"))

    def test_bool_parameter(self):
        head = "#pragma once\n"
        self.assertTrue(self.check("ports/a.hpp", head + "virtual void f(int a, bool b) = 0;"))
        self.assertEqual([], self.check("ports/a.hpp", head + "bool f(int a);"))
        self.assertEqual([], self.check("domain/a.hpp", head + "  JsonValue(bool value);"))
        self.assertEqual([], self.check("domain/a.hpp", head + "class A {\n private:\n  void f(bool b);\n};"))


class Text(unittest.TestCase):
    def test_lines_keep_their_numbers(self):
        text = '/* a\nb */ int x;\nauto s = R"(1\n2)";\nint y;\n'
        self.assertEqual(text.count("\n"), lint.code_of(text).count("\n"))

    def test_digit_separators_are_no_literals(self):
        self.assertIn("rand", lint.code_of("int a = 1'000; rand(); int b = 2'000;"))

    def test_reminders(self):
        self.assertTrue(words.check("a.cpp", "// TO" + "DO later\n", words.RULES))
        self.assertTrue(words.check("a.cpp", "  // call();\n", words.RULES))
        self.assertEqual([], words.check("a.cpp", "// a reason\n", words.RULES))

    def test_lengths(self):
        self.assertEqual((None, None), lengths.judge(lint.Path("a.cpp"), 400))
        self.assertIsNotNone(lengths.judge(lint.Path("a.hpp"), 201)[1])
        self.assertIsNotNone(lengths.judge(lint.Path("a.cpp"), 601)[0])


if __name__ == "__main__":
    unittest.main()
