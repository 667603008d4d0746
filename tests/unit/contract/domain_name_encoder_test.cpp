#include "tests/contract/domain_name_encoder_contract.hpp"

#include <string>

#include "adapters/idna/idn2_name_encoder.hpp"
#include "tests/fakes/fake_domain_name_encoder.hpp"

namespace mino::contract {
namespace {

template <typename Encoder>
std::unique_ptr<DomainNameEncoder> make() {
  return std::make_unique<Encoder>();
}

INSTANTIATE_TEST_SUITE_P(Fake, DomainNameEncoderContract,
                         ::testing::Values(&make<fakes::FakeDomainNameEncoder>));
INSTANTIATE_TEST_SUITE_P(Idn2, DomainNameEncoderContract,
                         ::testing::Values(&make<idna::Idn2NameEncoder>));

TEST(Idn2NameEncoder, MapsAsUts46DoesWithoutTheTransition) {
  const idna::Idn2NameEncoder encoder;
  const struct {
    const char* name;
    const char* encoded;
  } rows[] = {{"B\u00dcCHER.Example", "xn--bcher-kva.example"},
              {"bu\u0308cher.example", "xn--bcher-kva.example"},      // not composed
              {"stra\u00dfe.example", "xn--strae-oqa.example"},       // not "strasse"
              {"\uff47\uff49\uff54.example", "git.example"},          // fullwidth letters
              {"b\u00fccher\u3002example", "xn--bcher-kva.example"},  // ideographic full stop
              {"\u65e5\u672c.example", "xn--wgv71a.example"}};
  for (const auto& [name, encoded] : rows)
    EXPECT_EQ(encoder.to_ascii(name).value(), encoded) << name;
}

TEST(Idn2NameEncoder, RefusesLabelsThatIdnaForbids) {
  const idna::Idn2NameEncoder encoder;
  for (const std::string& name :
       {std::string("\u2028.example"), std::string("\u0301a.example"),
        std::string("\u00fc\u200d.example"), std::string(300, 'a') + "\u00fc.example"}) {
    const auto encoded = encoder.to_ascii(name);
    ASSERT_FALSE(encoded.ok()) << *encoded;
    EXPECT_EQ(encoded.error().code(), ErrorCode::kUsage);
  }
}

}  // namespace
}  // namespace mino::contract
