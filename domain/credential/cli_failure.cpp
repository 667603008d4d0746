#include "domain/credential/cli_failure.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "domain/run/text.hpp"

namespace mino {
namespace {

constexpr std::size_t kLongestLine = 300;
constexpr std::size_t kShortestToken = 16;
constexpr std::size_t kLongWord = 32;

bool is_token_character(char c) {
  constexpr std::string_view kMarks = "+/=_-.~";
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         kMarks.find(c) != std::string_view::npos;
}

bool looks_like_token(std::string_view word) {
  constexpr std::array<std::string_view, 12> kBeginnings{"ghp_",  "gho_",        "ghu_", "ghs_",
                                                         "ghr_",  "github_pat_", "AKIA", "ASIA",
                                                         "ya29.", "eyJ",         "1//",  "glpat-"};
  if (word.size() >= kShortestToken &&
      std::ranges::any_of(kBeginnings, [word](std::string_view begin) {
        return word.find(begin) != std::string_view::npos;
      }))
    return true;
  if (word.size() < kLongWord) return false;
  const auto has = [word](int (*kind)(int)) {
    return std::ranges::any_of(word,
                               [kind](char c) { return kind(static_cast<unsigned char>(c)) != 0; });
  };
  return has(std::isupper) && has(std::islower) && has(std::isdigit);
}

std::string without_tokens(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, is_token_character);
    const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    if (word.empty()) {
      shown += text.front();
      text.remove_prefix(1);
      continue;
    }
    shown.append(looks_like_token(word) ? "***" : word);
    text.remove_prefix(word.size());
  }
  return shown;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// The last line that is not empty: where Python programs with a traceback say what is wrong.
std::string_view last_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos) return {};
    text = text.substr(0, end + 1);
    const std::size_t start = text.find_last_of('\n');
    return start == std::string_view::npos ? text : text.substr(start + 1);
  }
  return {};
}

/// The line that says what went wrong: the first that is marked as an error, else the last.
std::string_view telling_line(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    const std::string start = lower(line.substr(0, 40));
    if (start.find("error") != std::string::npos) return last_line(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return last_line(text);
}

/// A cause that can be told from what a program says, and what to do.
struct Cause {
  CredentialProvider provider;
  std::string_view said;  ///< in lower case
  std::string_view why;
  std::string_view hint;
};

constexpr CredentialProvider kAws = CredentialProvider::kAws;
constexpr CredentialProvider kGcp = CredentialProvider::kGcp;
constexpr CredentialProvider kAzure = CredentialProvider::kAzure;
constexpr CredentialProvider kGithub = CredentialProvider::kGithub;

// In the words of awscli 1 and 2, gcloud, azure-cli and gh; the more telling ones first.
constexpr std::array kCauses{
    Cause{kAws, "with session credentials", "the profile has temporary credentials only",
          "name a role to assume: mino config set credentials.aws.role_arn ARN"},
    Cause{kAws, "token has expired", "the login has expired", "aws sso login"},
    Cause{kAws, "sso session", "the login has expired", "aws sso login"},
    Cause{kAws, "expiredtoken", "the login has expired", "aws sso login, or renew your keys"},
    Cause{kAws, "unable to locate credentials", "aws is not logged in", "aws configure"},
    Cause{kAws, "not configured", "aws is not logged in", "aws configure"},
    Cause{kAws, "could not be found", "there is no such profile", "aws configure list-profiles"},
    Cause{kAws, "maxsessionduration", "the role allows no session as long as that",
          "mino config set credentials.aws.session_duration_secs 3600"},
    Cause{kAws, "accessdenied", "AWS refuses it",
          "see who you are with: aws sts get-caller-identity"},
    Cause{kAws, "could not connect to the endpoint", "AWS cannot be reached",
          "see whether the network and the region are right"},
    Cause{kGcp, "no active account", "gcloud is not logged in", "gcloud auth login"},
    Cause{kGcp, "not logged in", "gcloud is not logged in", "gcloud auth login"},
    Cause{kGcp, "do not currently have an active account", "gcloud is not logged in",
          "gcloud auth login"},
    Cause{kGcp, "reauthentication", "the login has expired", "gcloud auth login"},
    Cause{kGcp, "refreshing your current auth tokens", "the login has expired",
          "gcloud auth login"},
    Cause{kGcp, "impersonat", "the service account cannot be impersonated",
          "it needs the role roles/iam.serviceAccountTokenCreator for you"},
    Cause{kAzure, "az login", "az is not logged in", "az login"},
    Cause{kAzure, "not logged in", "az is not logged in", "az login"},
    Cause{kAzure, "subscription", "there is no such subscription", "az account list"},
    Cause{kGithub, "no oauth token", "gh is not logged in", "gh auth login"},
    Cause{kGithub, "gh auth login", "gh is not logged in", "gh auth login"},
    Cause{kGithub, "not logged in", "gh is not logged in", "gh auth login"},
};

std::string fix_of(const CredentialRequest& request, const Cause& cause) {
  std::string fix(cause.hint);
  if (request.provider == kGithub && request.host != kGithubHost)
    fix += " --hostname " + request.host;
  if (request.provider == kAws && cause.hint.starts_with("aws ") && !request.profile.empty() &&
      cause.hint.find("list-profiles") == std::string_view::npos)
    fix += " --profile " + shell_word(request.profile);
  if (request.provider == kAzure && cause.hint == "az login" && !request.tenant.empty())
    fix += " --tenant " + shell_word(request.tenant);
  return fix;
}

std::string joined_hint(const CredentialRequest& request, const std::string& fix) {
  return fix + "; or do without: " + how_to_do_without(request);
}

}  // namespace

std::string scrubbed(std::string_view text, const std::vector<Secret>& known) {
  return without_tokens(visible_text(redact(std::string(text), known)));
}

Error cli_failure(const CredentialRequest& request, std::string_view errors,
                  const std::vector<Secret>& known) {
  const std::string program(cli_program(request.provider));
  const std::string said = lower(errors);
  std::string line = scrubbed(telling_line(errors), known);
  if (line.size() > kLongestLine) line = line.substr(0, kLongestLine) + "...";
  const auto cause = std::ranges::find_if(kCauses, [&](const Cause& each) {
    return each.provider == request.provider && said.find(each.said) != std::string::npos;
  });
  if (cause == kCauses.end()) {
    Error error(ErrorCode::kUnavailable, program + " failed" + (line.empty() ? "" : ": " + line));
    error.set_hint("see what it says by itself, or do without: " + how_to_do_without(request));
    return error;
  }
  Error error(ErrorCode::kUnavailable, std::string(cause->why) + (line.empty() ? "" : ": " + line));
  error.set_hint(joined_hint(request, fix_of(request, *cause)));
  return error;
}

Error cli_missing(const CredentialRequest& request) {
  const std::string program(cli_program(request.provider));
  Error error(ErrorCode::kNotFound, "there is no program " + program + " on the PATH");
  error.set_hint(joined_hint(request, "install " + program));
  return error;
}

Error cli_nonsense(const CredentialRequest& request, std::string_view why) {
  const std::string program(cli_program(request.provider));
  Error error(ErrorCode::kUnavailable,
              program + " printed something else than a credential: " + std::string(why));
  error.set_hint("see whether " + program + " is the program you expect: command -v " + program);
  return error;
}

std::string how_to_do_without(const CredentialRequest& request) {
  const std::string key = "credentials." + std::string(to_string(request.provider)) + ".enabled";
  if (request.origin.starts_with("flag ")) return "leave " + request.origin.substr(5) + " out";
  if (request.provider == kGithub) return "--no-github, or mino config set " + key + " false";
  return "mino config set " + key + " false";
}

}  // namespace mino
