// [[bearer]]: one table for all kinds; which keys a kind has is in check_hf.cpp.
#include "node/config/escapes.hpp"
#include "node/config/file_value.hpp"
#include "node/config/schema.hpp"

#include <array>

namespace longwire::config {

namespace {

using engine::BearerConfig;

constexpr std::uint64_t most_u32 = 0xFFFF'FFFF;

void read_kind(const Value& v, BearerConfig& b) {
  constexpr std::array<std::string_view, 3> words{"udp", "stanag5066", "modem"};
  v.choice(words, b.kind);
}

void read_duplex(const Value& v, BearerConfig& b) {
  constexpr std::array<std::string_view, 2> words{"full", "half"};
  std::string duplex = "full";
  v.choice(words, duplex);
  b.half_duplex = duplex == "half";
}

void read_attach(const Value& v, BearerConfig& b) {
  constexpr std::array<std::string_view, 3> words{"110d", "tcp", "serial"};
  v.choice(words, b.hf.modem.attach);
}

void read_ptt(const Value& v, BearerConfig& b) {
  constexpr std::array<std::string_view, 4> words{"rts", "dtr", "command", "none"};
  v.choice(words, b.hf.modem.ptt);
}

void read_header(const Value& v, BearerConfig& b) {
  constexpr std::array<std::string_view, 2> words{"long", "short"};
  v.choice(words, b.hf.modem.header);
}

// Octets of a command, at most as many as anybody types.
void read_command(const Value& v, std::string& out) {
  constexpr std::size_t most_octets = 256;
  std::string text;
  v.text(text);
  if (text.empty()) return;  // told already
  const auto octets = unescape(text);
  if (!octets || octets->size() > most_octets)
    return v.error("a command is 1 to 256 octets; its escapes are \\r \\n \\t \\\\ and \\xNN, best in single quotes");
  out = *octets;
}

void read_interleaver(const Value& v, BearerConfig& b) {
  constexpr std::array<std::string_view, 3> words{"none", "short", "long"};
  v.choice(words, b.hf.modem.interleaver);
}

constexpr std::array<std::string_view, 2> parity_aim_words{"time", "air_time"};

void read_coding(const Value& v, BearerConfig& b) { v.choice(coding_words, b.coding); }

constexpr std::array bearer_table{
    Field<BearerConfig>{"name", "name", "required", "\"satcom\"", "what peers and operators call it",
                        [](const Value& v, BearerConfig& b) { v.name(b.name); }},
    Field<BearerConfig>{"kind", "udp, stanag5066, modem", "\"udp\"", "\"udp\"",
                        "how it is reached: IP; another STANAG 5066 node; our own STANAG 5066 node and its modem",
                        read_kind},
    Field<BearerConfig>{"bind", "IPv4 address", "pmul_id", "\"10.66.0.1\"", "address of this node on that network",
                        [](const Value& v, BearerConfig& b) { v.ipv4(b.bind); }},
    Field<BearerConfig>{"group", "IPv4 address", "none", "\"239.66.0.1\"", "multicast group for several receivers",
                        [](const Value& v, BearerConfig& b) { v.ipv4(b.group); }},
    Field<BearerConfig>{"rate", "bit/s", "\"64k\"; HF: \"1200\"", "\"64k\"",
                        "what the link carries; the node never sends faster",
                        [](const Value& v, BearerConfig& b) { v.rate(b.rate_bps); }},
    Field<BearerConfig>{"duplex", "full, half", "\"full\"; HF: half", "\"full\"", "half: one station at a time",
                        read_duplex},
    Field<BearerConfig>{"turnaround", "duration", "\"0s\"", "\"0s\"",
                        "silence when the direction changes (half duplex)",
                        [](const Value& v, BearerConfig& b) { v.duration(b.turnaround); }},
    Field<BearerConfig>{"latency", "duration", "\"0s\"", "\"270ms\"", "one way, without the air time",
                        [](const Value& v, BearerConfig& b) { v.duration(b.latency); }},
    Field<BearerConfig>{"max_over", "duration", "\"0s\"", "\"0s\"",
                        "longest own transmission; 0s = no limit, of HF 127500ms",
                        [](const Value& v, BearerConfig& b) { v.duration(b.max_over); }},
    Field<BearerConfig>{"mtu", "number", "0", "0", "of IP packets; 0 = 1500 from 19200 bit/s on, else 576",
                        [](const Value& v, BearerConfig& b) { v.number(b.mtu, 0, 65'535); }},
    Field<BearerConfig>{"ttl", "number", "16", "16", "of multicast packets",
                        [](const Value& v, BearerConfig& b) { v.number(b.ttl, 1, 255); }},
    Field<BearerConfig>{"interface", "name", "by bind", "\"tun0\"", "network interface of the multicast group",
                        [](const Value& v, BearerConfig& b) { v.name(b.interface); }},
    Field<BearerConfig>{"tport", "port", "2751", "2751", "TPORT: requests to transmitters",
                        [](const Value& v, BearerConfig& b) { v.number(b.tport, 1, 65'535); }},
    Field<BearerConfig>{"rport", "port", "2752", "2752", "RPORT: answers to requests",
                        [](const Value& v, BearerConfig& b) { v.number(b.rport, 1, 65'535); }},
    Field<BearerConfig>{"dport", "port", "2753", "2753", "DPORT: addresses and data",
                        [](const Value& v, BearerConfig& b) { v.number(b.dport, 1, 65'535); }},
    Field<BearerConfig>{"aport", "port", "2754", "2754", "APORT: acknowledgements",
                        [](const Value& v, BearerConfig& b) { v.number(b.aport, 1, 65'535); }},
    Field<BearerConfig>{"dmp_port", "port", "5031 with content dmp", "5031",
                        "DMP: short messages in one datagram each; 0 = none",
                        [](const Value& v, BearerConfig& b) { v.number(b.dmp_port, 0, 65'535); }},
    Field<BearerConfig>{"max_message", "size", "\"0\"", "\"50k\"", "larger messages take another bearer; 0 = any",
                        [](const Value& v, BearerConfig& b) { v.size(b.max_message, 0, limits::message_octets); }},
    Field<BearerConfig>{"min_precedence", "precedence", "any", "\"priority\"", "only this urgent or more",
                        [](const Value& v, BearerConfig& b) { v.precedence(b.min_precedence); }},
    Field<BearerConfig>{"clearance", "clearance", "any", "", "highest labels it may carry; others take another bearer",
                        [](const Value& v, BearerConfig& b) { read_clearance(v, b.clearance); }},
    Field<BearerConfig>{"ack_retransmission_time", "duration", "by rate", "\"60s\"", "ACK_RE-TRANSMISSION_TIME",
                        [](const Value& v, BearerConfig& b) { v.duration(b.ack_retransmission_time); }},
    Field<BearerConfig>{"ack_pdu_time", "duration", "by rate", "\"30s\"", "ACK_PDU_TIME",
                        [](const Value& v, BearerConfig& b) { v.duration(b.ack_pdu_time); }},
    Field<BearerConfig>{"max_ack_delay", "duration", "by rate", "\"2s\"", "spread of the answers of several receivers",
                        [](const Value& v, BearerConfig& b) { v.duration(b.max_ack_delay); }},
    Field<BearerConfig>{"emcon_rtc", "number", "3", "3", "EMCON_RTC: repeats for silent receivers",
                        [](const Value& v, BearerConfig& b) { v.number(b.emcon_rtc, 0, 1000); }},
    Field<BearerConfig>{"emcon_rti", "duration", "by rate", "\"10m\"", "EMCON_RTI: time between those repeats",
                        [](const Value& v, BearerConfig& b) { v.duration(b.emcon_rti); }},
    Field<BearerConfig>{"mm", "number", "50", "50", "MM: most missing numbers of one acknowledgement",
                        [](const Value& v, BearerConfig& b) { v.number(b.mm, 1, 65'535); }},
    Field<BearerConfig>{"max_retries", "number", "10", "10", "silent rounds before a receiver is given up",
                        [](const Value& v, BearerConfig& b) { v.number(b.max_retries, 1, most_u32); }},
    Field<BearerConfig>{"max_pdu", "number", "by mtu", "548", "octets of one PDU",
                        [](const Value& v, BearerConfig& b) { v.number(b.max_pdu, 64, 65'507); }},
    Field<BearerConfig>{"extra_address", "boolean", "true", "true", "Extra_Address_PDU at the end of a round",
                        [](const Value& v, BearerConfig& b) { v.boolean(b.extra_address); }},
    Field<BearerConfig>{"coding", "off, auto, always", "\"off\"", "\"auto\"",
                        "coded P_MUL with peers that do not say; auto: once a peer has shown that it decodes",
                        read_coding},
    Field<BearerConfig>{"parity_aim", "time, air_time", "\"time\"", "\"time\"",
                        "coding: what parity is to save; air_time for a bearer that always has something to carry",
                        [](const Value& v, BearerConfig& b) { v.choice(parity_aim_words, b.parity_aim); }},
    Field<BearerConfig>{"emcon_delivery", "probability", "0.999", "0.999",
                        "coding: all silent receivers are to have a message with it after the last repeat",
                        [](const Value& v, BearerConfig& b) { v.fraction(b.emcon_delivery, 0.5, 0.999999); }},
    Field<BearerConfig>{"emcon_loss", "probability", "0.2", "0.2",
                        "coding: of the loss of a PDU on the way to silent receivers",
                        [](const Value& v, BearerConfig& b) { v.fraction(b.emcon_loss, 0, 0.8); }},
    Field<BearerConfig>{"emcon_burst", "duration", "\"0s\"", "\"3s\"",
                        "coding: mean length of the bursts in which they are lost; 0s = one by one",
                        [](const Value& v, BearerConfig& b) { v.duration(b.emcon_burst); }},
    // --- kinds stanag5066 and modem
    Field<BearerConfig>{"address", "STANAG 5066 address", "none", "\"1.2.3.4\"", "HF: address of this node",
                        [](const Value& v, BearerConfig& b) { v.s5066_address(b.hf.address); }},
    Field<BearerConfig>{"server", "address", "none", "\"127.0.0.1:5066\"",
                        "stanag5066: where the node offers its subnetwork interface",
                        [](const Value& v, BearerConfig& b) { v.endpoint(b.hf.server, false); }},
    Field<BearerConfig>{"udop_sap", "number", "7", "7", "HF: SAP of UDOP (non-ARQ)",
                        [](const Value& v, BearerConfig& b) { v.number(b.hf.udop_sap, 0, 15); }},
    Field<BearerConfig>{"rcop_sap", "number", "6", "6", "HF: SAP of RCOP (ARQ)",
                        [](const Value& v, BearerConfig& b) { v.number(b.hf.rcop_sap, 0, 15); }},
    Field<BearerConfig>{"app_id", "number", "0x2000", "0x2000", "HF: application identifier of P_MUL in UDOP and RCOP",
                        [](const Value& v, BearerConfig& b) { v.number(b.hf.app_id, 0, 65'535); }},
    Field<BearerConfig>{"rank", "number", "0", "0", "HF: rank of our clients at the node; 15 is for management",
                        [](const Value& v, BearerConfig& b) { v.number(b.hf.rank, 0, 14); }},
    Field<BearerConfig>{"arq", "boolean", "true", "true",
                        "HF: ARQ for larger messages to one receiver; false = non-ARQ only",
                        [](const Value& v, BearerConfig& b) { v.boolean(b.hf.arq); }},
    // --- kind modem
    Field<BearerConfig>{"attach", "110d, tcp, serial", "\"110d\"", "\"110d\"",
                        "modem: MIL-STD-188-110D App. A over TCP, raw octets over TCP, or a serial line", read_attach},
    Field<BearerConfig>{"modem", "address or device", "none", "\"127.0.0.1:7000\"",
                        "modem: its TCP port, or the device of the serial line",
                        [](const Value& v, BearerConfig& b) { v.text(b.hf.modem.port); }},
    Field<BearerConfig>{"baud", "number", "19200", "19200", "modem: speed of the serial line",
                        [](const Value& v, BearerConfig& b) { v.number(b.hf.modem.baud, 50, 4'000'000); }},
    Field<BearerConfig>{
        "header", "long, short", "\"long\"", "\"short\"",
        "modem: order and packet ID of 110d data packets: 1 + 12 octets or 4 + 12 bits; the modem's own "
        "form is followed once it shows",
        read_header},
    Field<BearerConfig>{"ptt", "rts, dtr, command, none", "\"rts\"", "\"rts\"",
                        "modem: what keys the radio on a serial line", read_ptt},
    Field<BearerConfig>{"ptt_on", "text", "none", "'TX\\r'",
                        "modem: command that keys the radio, with the escapes \\r \\n \\t \\\\ \\xNN",
                        [](const Value& v, BearerConfig& b) { read_command(v, b.hf.modem.ptt_on); }},
    Field<BearerConfig>{"ptt_off", "text", "none", "'RX\\r'", "modem: command that ends it",
                        [](const Value& v, BearerConfig& b) { read_command(v, b.hf.modem.ptt_off); }},
    Field<BearerConfig>{"interleaver", "none, short, long", "\"short\"", "\"short\"", "modem: of what we send",
                        read_interleaver},
    Field<BearerConfig>{"rates", "array of bit/s", "rate only", "[\"300\", \"1200\", \"2400\"]",
                        "modem: waveforms for data rate adaptation",
                        [](const Value& v, BearerConfig& b) { v.rates(b.hf.modem.rates); }},
    Field<BearerConfig>{"lead", "duration", "by modem", "\"1200ms\"",
                        "modem: from keying to the first bit, where the modem does not tell",
                        [](const Value& v, BearerConfig& b) { v.duration(b.hf.modem.lead); }},
    Field<BearerConfig>{"tail", "duration", "by modem", "\"600ms\"",
                        "modem: from the last bit to the end of the carrier, where the modem does not tell",
                        [](const Value& v, BearerConfig& b) { v.duration(b.hf.modem.tail); }},
    Field<BearerConfig>{"max_transmit", "duration", "\"130s\"", "\"130s\"",
                        "modem: the radio is never keyed for longer, whatever happens",
                        [](const Value& v, BearerConfig& b) { v.duration(b.hf.modem.max_transmit); }},
    Field<BearerConfig>{"sis_listen", "array of addresses", "[]", "[\"127.0.0.1:5066\"]",
                        "modem: where other programs bind to our STANAG 5066 node",
                        [](const Value& v, BearerConfig& b) { v.endpoints(b.hf.sis_listen); }},
    Field<BearerConfig>{"link_protocol", "boolean", "true", "true",
                        "modem: make physical links (Annex B); false = another process does",
                        [](const Value& v, BearerConfig& b) { v.boolean(b.hf.link_protocol); }},
    Field<BearerConfig>{"slots", "number", "0", "8",
                        "modem: slots of random access on a shared frequency; 0 = two stations only",
                        [](const Value& v, BearerConfig& b) { v.number(b.hf.slots, 0, 64); }},
    Field<BearerConfig>{"slot_time", "duration", "\"500ms\"", "\"500ms\"", "modem: length of such a slot",
                        [](const Value& v, BearerConfig& b) { v.duration(b.hf.slot_time); }},
    Field<BearerConfig>{"max_segment", "number", "0", "0", "modem: octets of data of a D_PDU, 16 to 1023; 0 = by rate",
                        [](const Value& v, BearerConfig& b) { v.number(b.hf.max_segment, 0, 1023); }},
    Field<BearerConfig>{"soft_link_idle", "duration", "\"60s\"", "\"60s\"",
                        "modem: an idle physical link is broken then",
                        [](const Value& v, BearerConfig& b) { v.duration(b.hf.soft_link_idle); }},
};

}  // namespace

std::span<const Field<BearerConfig>> bearer_fields() { return bearer_table; }

}  // namespace longwire::config
