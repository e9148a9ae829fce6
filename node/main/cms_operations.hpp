// The operations of `longwire cms`. Each reads its files, writes --out, and gives what there is to tell.
#pragma once

#include "crypto/random.hpp"
#include "node/main/cms_options.hpp"
#include "node/main/cms_report.hpp"

namespace longwire::commands {

// Errors: as cms_files.hpp, and those of crypto/cms and crypto/smime.
Result<CmsReport> cms_sign(const CmsOptions& options, Time now, crypto::Random& random);
Result<CmsReport> cms_encrypt(const CmsOptions& options, crypto::Random& random);
Result<CmsReport> cms_wrap(const CmsOptions& options, Time now, crypto::Random& random);
Result<CmsReport> cms_verify(const CmsOptions& options, Time now);
Result<CmsReport> cms_decrypt(const CmsOptions& options, crypto::Random& random);
Result<CmsReport> cms_unwrap(const CmsOptions& options, Time now, crypto::Random& random);

}  // namespace longwire::commands
