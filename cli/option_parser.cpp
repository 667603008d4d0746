#include "cli/option_parser.hpp"

#include "cli/render/text.hpp"
#include "cli/suggest.hpp"

#include <fmt/format.h>
#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace mino::cli {
namespace {

namespace po = boost::program_options;

constexpr std::string_view kNegation = "no-";

Error usage(std::string text) { return Error(ErrorCode::kUsage, std::move(text)); }

po::options_description describe(const std::vector<const OptionSpec*>& options) {
  po::options_description description;
  for (const OptionSpec* option : options) {
    std::string names(option->name);
    if (option->short_name != 0) names += fmt::format(",{}", option->short_name);
    if (option->takes_value()) {
      description.add_options()(names.c_str(), po::value<std::string>());
    } else {
      description.add_options()(names.c_str(), "");
    }
    if (option->negatable) {
      description.add_options()(fmt::format("{}{}", kNegation, option->name).c_str(), "");
    }
  }
  return description;
}

const OptionSpec* find(const std::vector<const OptionSpec*>& options, std::string_view name) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const OptionSpec* each) { return each->name == name; });
  return found == options.end() ? nullptr : *found;
}

// The option in a word that holds one that is not known: "--x" of "--x=v", "-y" of the cluster
// "-xyz".
std::string offending_option(std::string_view word, const std::vector<const OptionSpec*>& options) {
  if (word.starts_with("--")) return std::string(word.substr(0, word.find('=')));
  for (const char letter : word.substr(1)) {
    const bool known = std::any_of(options.begin(), options.end(), [&](const OptionSpec* each) {
      return each->short_name == letter;
    });
    // Of a character of several bytes, all of them.
    const bool ascii = static_cast<unsigned char>(letter) < 0x80;
    if (!known) return ascii ? fmt::format("-{}", letter) : std::string(word);
  }
  return std::string(word);
}

Error unknown_option(std::string_view word, const std::vector<const OptionSpec*>& options) {
  std::vector<std::string> names;
  for (const OptionSpec* option : options) {
    if (option->hidden) continue;
    names.push_back(fmt::format("--{}", option->name));
    if (option->negatable) names.push_back(fmt::format("--{}{}", kNegation, option->name));
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string typed = offending_option(word, options);
  const std::string_view suggestion =
      typed.starts_with("--") ? nearest(typed, candidates) : std::string_view();
  return usage(fmt::format("unknown option '{}'{}", printable(typed), did_you_mean(suggestion)));
}

Error syntax_error(const po::invalid_command_line_syntax& error) {
  const std::string name = error.get_option_name();
  switch (error.kind()) {
    case po::invalid_syntax::missing_parameter:
    case po::invalid_syntax::empty_adjacent_parameter:
      return usage(fmt::format("option '{}' needs a value", name));
    case po::invalid_syntax::extra_parameter:
      return usage(fmt::format("option '{}' takes no value", name));
    default:
      return usage(error.what());
  }
}

// Boost refuses `--name=`, also where an empty value means something.
std::vector<std::string> with_empty_values_split(const std::vector<std::string>& words,
                                                 const std::vector<const OptionSpec*>& options) {
  std::vector<std::string> out;
  for (const std::string& word : words) {
    const bool joined_empty =
        word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1;
    const OptionSpec* option =
        joined_empty ? find(options, std::string_view(word).substr(2, word.size() - 3)) : nullptr;
    if (option != nullptr && option->may_be_empty) {
      out.push_back(word.substr(0, word.size() - 1));
      out.emplace_back();
    } else {
      out.push_back(word);
    }
  }
  return out;
}

Result<Occurrence> value_occurrence(const OptionSpec& option, const po::option& parsed) {
  if (parsed.value.empty()) return usage(fmt::format("option '--{}' needs a value", option.name));
  std::string value = parsed.value.front();
  const bool own_word = parsed.original_tokens.size() > 1;
  if (own_word && value.size() > 1 && value.front() == '-') {
    return usage(
        fmt::format("option '--{0}' needs a value, and '{1}' looks like an option; write --{0}={1} "
                    "if it is the value",
                    option.name, printable(value)));
  }
  // `-n=x` is read as `-n x`, as in most programs.
  if (!own_word && !parsed.original_tokens.empty() &&
      !parsed.original_tokens.front().starts_with("--") && value.front() == '=') {
    value.erase(0, 1);
  }
  if (value.empty() && !option.may_be_empty)
    return usage(fmt::format("option '--{}' needs a value", option.name));
  if (value.find('\0') != std::string::npos) {
    return usage(fmt::format("the value of '--{}' contains a NUL", option.name));
  }
  return Occurrence{&option, Form::kValue, std::move(value)};
}

Result<Occurrence> occurrence_of(const po::option& parsed,
                                 const std::vector<const OptionSpec*>& options) {
  const std::string_view key = parsed.string_key;
  if (const OptionSpec* option = find(options, key); option != nullptr) {
    if (option->takes_value()) return value_occurrence(*option, parsed);
    return Occurrence{option, Form::kFlag, {}};
  }
  MINO_CHECK(key.starts_with(kNegation));
  const OptionSpec* option = find(options, key.substr(kNegation.size()));
  MINO_CHECK(option != nullptr);
  return Occurrence{option, Form::kNegatedFlag, {}};
}

Result<void> check_value(const Occurrence& given) {
  const OptionSpec& option = *given.option;
  if (given.form != Form::kValue) return {};
  if (!option.choices.empty() && std::find(option.choices.begin(), option.choices.end(),
                                           given.value) == option.choices.end()) {
    return usage(fmt::format("invalid value '{}' for '--{}': expected {}{}", printable(given.value),
                             option.name, spoken_list(option.choices),
                             did_you_mean(nearest(given.value, option.choices))));
  }
  if (option.kind == ValueKind::kUnsigned32) {
    std::uint32_t number = 0;
    const char* const last = given.value.data() + given.value.size();
    const auto [end, error] = std::from_chars(given.value.data(), last, number);
    if (error != std::errc() || end != last) {
      return usage(
          fmt::format("invalid value '{}' for '--{}': expected a whole number from 0 to {}",
                      printable(given.value), option.name, UINT32_MAX));
    }
  }
  return {};
}

bool given(const std::vector<Occurrence>& occurrences, std::string_view name,
           bool negated = false) {
  return std::any_of(occurrences.begin(), occurrences.end(), [&](const Occurrence& each) {
    return each.option->name == name && (each.form == Form::kNegatedFlag) == negated;
  });
}

Error conflict(std::string_view first, std::string_view second) {
  return usage(fmt::format("'--{}' and '--{}' cannot be used together", first, second));
}

}  // namespace

Result<ParsedWords> parse_words(const std::vector<std::string>& words,
                                const std::vector<const OptionSpec*>& options) {
  // Guessing would take any prefix of a name for the name.
  constexpr int kStyle =
      po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    const po::options_description description = describe(options);
    po::basic_command_line_parser<char> parser(with_empty_values_split(words, options));
    const po::parsed_options parsed = parser.options(description).style(kStyle).run();
    ParsedWords result;
    for (const po::option& each : parsed.options) {
      if (each.string_key.empty()) {
        result.positionals.insert(result.positionals.end(), each.value.begin(), each.value.end());
        continue;
      }
      MINO_ASSIGN(Occurrence occurrence, occurrence_of(each, options));
      result.options.push_back(std::move(occurrence));
    }
    return result;
  } catch (const po::unknown_option& error) {
    return unknown_option(error.get_option_name(), options);
  } catch (const po::invalid_command_line_syntax& error) {
    return syntax_error(error);
  } catch (const po::error& error) {
    return usage(error.what());
  }
}

Result<void> check_occurrences(const std::vector<Occurrence>& occurrences,
                               const std::vector<const OptionSpec*>& options) {
  for (const Occurrence& each : occurrences) {
    MINO_TRY(check_value(each));
    const auto same =
        std::count_if(occurrences.begin(), occurrences.end(),
                      [&](const Occurrence& other) { return other.option == each.option; });
    if (same > 1 && each.option->takes_value() && !each.option->repeatable) {
      return usage(fmt::format("option '--{}' is given more than once", each.option->name));
    }
  }
  for (const OptionSpec* option : options) {
    if (option->negatable && given(occurrences, option->name) &&
        given(occurrences, option->name, true)) {
      return conflict(option->name, fmt::format("{}{}", kNegation, option->name));
    }
    if (!given(occurrences, option->name)) continue;
    for (const std::string_view other : option->conflicts_with) {
      if (given(occurrences, other)) return conflict(option->name, other);
    }
    if (!option->needs.empty() && !given(occurrences, option->needs)) {
      return usage(fmt::format("'--{}' needs '--{}'", option->name, option->needs));
    }
  }
  return {};
}

std::string spoken_list(std::span<const std::string_view> choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i != 0) out += i + 1 == choices.size() ? " or " : ", ";
    out += choices[i];
  }
  return out;
}

std::string did_you_mean(std::string_view suggestion) {
  return suggestion.empty() ? std::string() : fmt::format("; did you mean '{}'?", suggestion);
}

}  // namespace mino::cli
