#include "bearers/modem/settings.hpp"

#include "bearers/modem/modem_110d.hpp"
#include "bearers/modem/raw_modem.hpp"

namespace longwire::modem {

std::unique_ptr<PortModem> make_port_modem(const PortModemSettings& settings) {
  switch (settings.attach) {
    case Attach::data_port_110d:
      return std::make_unique<Modem110d>(settings);
    case Attach::raw_tcp:
    case Attach::serial:
      return std::make_unique<RawModem>(settings);
  }
  return nullptr;
}

}  // namespace longwire::modem
