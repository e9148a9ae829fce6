// Every limit of the program, each with its reason. A test stands at each and one beyond it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace longwire::limits {

// --- mail ---------------------------------------------------------------------------------
inline constexpr std::size_t message_octets = 16 * 1024 * 1024;  // default for SIZE; hours at radio rates already
inline constexpr std::size_t recipients = 1000;                  // RFC 5321 4.5.3.1.8 asks for at least 100
inline constexpr std::size_t text_line = 998;                    // RFC 5321 4.5.3.1.6, without CRLF
inline constexpr std::size_t command_line = 4096;                // MAIL 512 + all extras of smtp-edge.md 2; RCPT 1036
inline constexpr std::size_t path = 900;  // RFC 5321 asks for 256; encoded X.400 is longer, a header line is not
inline constexpr std::size_t header_octets = 256 * 1024;  // bounds one header walk
inline constexpr std::size_t mime_depth = 32;             // nesting seen in practice is below 10
inline constexpr std::size_t mime_parts = 1000;
inline constexpr std::size_t received_fields = 100;       // RFC 5321 6.3: loop
inline constexpr std::size_t received_fields_radio = 25;  // air time is dear: stop loops earlier

// --- CompressedData -----------------------------------------------------------------------
inline constexpr std::size_t inflated_octets = 32 * 1024 * 1024;  // zlib bomb: twice the largest message
inline constexpr std::size_t dictionary_octets = 1024 * 1024;  // beyond 110 kB little is gained (docs/compression.md)
inline constexpr std::size_t ber_depth = 32;
inline constexpr std::size_t ber_elements = 100'000;
// --- CMS ----------------------------------------------------------------------------------
inline constexpr std::size_t cms_octets = 2 * message_octets;  // three layers of the largest message, base64 undone
inline constexpr std::size_t cms_recipients = 1000;            // as many as a mail may have; each may cost a key try
inline constexpr std::size_t cms_key_attempts = 8;  // entries that name a key of ours: an RSA operation is milliseconds
inline constexpr std::size_t cms_certificates = 64;  // of one message: signers and their chains
inline constexpr std::size_t cms_crls = 64;
inline constexpr std::size_t cms_signers = 16;                // each costs the check of a signature and of a path
inline constexpr std::size_t cms_countersignature_depth = 4;  // countersignatures of countersignatures
inline constexpr std::size_t cms_attributes = 256;            // of one set; each is compared with the known ones
inline constexpr std::size_t cms_general_names = 64;          // of a receipt request; RFC 2634 has 16 in receiptsTo
inline constexpr std::size_t cms_expansions = 64;             // RFC 2634 4.4: ub-ml-expansion-history
inline constexpr std::size_t cms_equivalent_labels = 64;      // policies of one label; each is compared with each
inline constexpr std::size_t cms_json_depth = 8;              // layers that `decode cms` shows

// --- X.400 --------------------------------------------------------------------------------
inline constexpr std::size_t forwarded_depth = 8;  // messages within messages
inline constexpr std::size_t p772_depth =
    ber_depth + 5 * forwarded_depth;                      // BER elements a forwarded message stands in
inline constexpr std::size_t x400_recipients = 32'767;    // X.411 upper bound ub-recipients
inline constexpr std::size_t p1_elements = 400'000;       // that many recipients of 12 BER elements; 25 MB
inline constexpr std::size_t or_attribute = 256;          // octets; X.411 has 3 to 128, which real names pass at times
inline constexpr std::size_t or_units = 4;                // X.411
inline constexpr std::size_t or_domain_defined = 4;       // X.411; RFC-822 and its three continuations
inline constexpr std::size_t mts_local_id = 32;           // X.411 ub-local-id-length
inline constexpr std::size_t mts_content_id = 16;         // X.411 ub-content-id-length
inline constexpr std::size_t report_supplementary = 256;  // X.411 ub-supplementary-info-length
inline constexpr std::size_t trace_elements = 512;        // X.411 ub-transfers; a loop is seen long before
inline constexpr std::size_t header_fields = 1000;        // of one heading; real mail has below 200
inline constexpr std::size_t heading_extensions = 64;     // P772 has 17; each is compared with each

// --- DMP (STANAG 4406 Annex E) --------------------------------------------------------------
inline constexpr std::size_t dmp_datagram_octets = 65'507;       // what UDP carries
inline constexpr std::size_t dmp_inflated_octets = 1024 * 1024;  // zlib bomb: 700 pages of text in a short message
inline constexpr std::size_t dmp_waiting = 1000;                 // sent and not acknowledged, of one bearer
inline constexpr std::size_t dmp_undecided = 256;                // received, and neither accepted nor refused yet
inline constexpr std::size_t dmp_acks = 1000;                 // waiting for the air; the oldest give way, peers repeat
inline constexpr std::size_t dmp_remembered_per_peer = 4096;  // ids: more than a 75 bit/s line brings in 18 hours
inline constexpr std::size_t dmp_peers = 1024;                // that ids are remembered of; the quietest give way
inline constexpr std::size_t dmp_notices = 1000;              // of invalid datagrams not taken yet

// --- ACP 127 ------------------------------------------------------------------------------
inline constexpr std::size_t acp127_message_octets = 1024 * 1024;      // of one received; more than a day at 75 baud
inline constexpr std::size_t acp127_sections = 999;                    // of one message; three digits in its lines
inline constexpr std::size_t acp127_noise_octets = 64 * 1024;          // between messages, before it is told of
inline constexpr std::size_t acp127_open_messages = 64;                // received in sections, not complete
inline constexpr std::size_t acp127_section_octets = 8 * 1024 * 1024;  // of all of them
inline constexpr std::size_t acp127_desk_entries = 1000;               // waiting for an operator

// --- certificates ---------------------------------------------------------------------------
inline constexpr std::size_t certificate_octets = 64 * 1024;  // real ones have 0.5 to 3 kB; one CA's photo had 20
inline constexpr std::size_t certificate_elements = 8192;     // BER elements; real ones have below 300
inline constexpr std::size_t certificate_names = 256;         // in one subjectAltName or extendedKeyUsage
inline constexpr std::size_t certificates_of_file = 1024;     // bundles of national PKIs have below 400
inline constexpr std::size_t crl_octets = 32 * 1024 * 1024;   // the largest public ones
inline constexpr std::size_t crl_elements = 2'000'000;        // 400'000 revoked certificates; 112 MB while it is read
inline constexpr std::size_t certificate_path = 10;           // certificates from leaf to anchor; real ones have 2 to 4
inline constexpr std::size_t path_signatures = 16;            // tried for one path: bounds cross-signed mazes
inline constexpr std::size_t certificates_harvested = 4096;   // kept of signed mail; the longest unseen give way
inline constexpr std::size_t certificates_of_address = 16;    // harvested; three or four kinds of key, old and new
inline constexpr std::size_t smime_capabilities_octets = 4096;  // kept of a sender; real ones have below 300
inline constexpr std::size_t clearance_classes = 264;           // bits of classList: classifications are 0..256

// --- security labels ----------------------------------------------------------------------
inline constexpr std::size_t spif_octets = 4 * 1024 * 1024;  // of one policy file; with all nations: 0.3 MB
inline constexpr std::size_t label_xml_octets = 64 * 1024;   // one STANAG 4774 label or 4778 binding; real: 2 kB
inline constexpr std::size_t label_xml_depth = 32;           // a SPIF nests 7 deep, a binding with signature 12
inline constexpr std::size_t label_xml_elements = 200'000;   // bounds memory: about 200 octets each
inline constexpr std::size_t label_xml_attributes = 64;      // of one element; the root of a SPIF has 13
inline constexpr std::size_t spif_tag_sets = 1000;           // each is compared with each; real policies have 10
inline constexpr std::size_t spif_policies = 1000;           // that one has equivalents for, likewise
inline constexpr std::size_t label_categories = 64;          // RFC 2634 ub-security-categories
inline constexpr std::size_t category_values = 4096;         // bits or numbers of one; ISO 3166 has 250 countries

// --- P_MUL --------------------------------------------------------------------------------
inline constexpr std::size_t pdu_octets = 65'535;                           // 16-bit Length_of_PDU
inline constexpr std::size_t data_pdus = 65'535;                            // 16-bit sequence numbers
inline constexpr std::size_t reception_octets = 20 * 1024 * 1024;           // one message being received
inline constexpr std::size_t receptions_per_source = 64;                    // messages in progress from one source
inline constexpr std::size_t unidentified_octets_per_source = 1024 * 1024;  // Data_PDUs without an Address_PDU
inline constexpr std::size_t unidentified_messages_per_source = 16;
inline constexpr std::size_t remembered_messages_per_source = 20'000;  // delivered keys kept until expiry
inline constexpr std::size_t destinations = 1024;                      // of one message
// Of one block, and of the parity that is kept before the code is known. Decoding takes k x k steps of a symbol each.
inline constexpr std::size_t fec_block_symbols = 1024;
inline constexpr std::size_t fec_block_octets = 2 * 1024 * 1024;  // 0.3 s, during which the loop stands still
inline constexpr unsigned fec_wrong_digests = 3;                  // of one message, then it is refused

// --- engine -------------------------------------------------------------------------------
inline constexpr std::size_t bearers = 60;             // lanes of the queue are bits of one word
inline constexpr std::size_t transfers_sending = 4;    // per bearer: enough to fill an over, little to wait behind
inline constexpr std::size_t transfers_live = 64;      // per bearer: waiting for answers; fills a satellite delay
inline constexpr std::size_t transfers_silent = 1000;  // per bearer: sent blind to silent peers, kept till expiry
// Of these one peer may hold no more, so that a silent or dead one does not hold up the others.
inline constexpr std::size_t transfers_sending_per_peer = 3;
inline constexpr std::size_t transfers_live_per_peer = 48;
inline constexpr std::size_t transfers_silent_per_peer = 500;
inline constexpr std::size_t transfer_octets_per_peer = 32 * 1024 * 1024;
inline constexpr std::size_t transfer_octets = 64 * 1024 * 1024;  // per bearer: payloads in memory
inline constexpr std::size_t deliveries = 32;                     // bodies handed to local delivery at once
inline constexpr std::size_t returned_octets = 64 * 1024;         // RET=FULL returns more than this as header only

// --- login ----------------------------------------------------------------------------------
inline constexpr std::size_t users = 10'000;                   // of one file; a ship has fewer
inline constexpr std::size_t user_name = 255;                  // an address fits
inline constexpr std::size_t password = 1000;                  // hashed anyhow; more is no password
inline constexpr std::size_t scram_nonce = 256;                // ours have 50 characters, others' hardly more
inline constexpr std::size_t scram_salt = 128;                 // octets
inline constexpr std::size_t scram_message = 4096;             // one of the exchange; those of today have 200
inline constexpr std::uint64_t scram_least_iterations = 4096;  // RFC 7677 4
inline constexpr std::uint64_t scram_iterations = 200'000;     // the loop stands still meanwhile: 0.2 s
inline constexpr std::size_t auth_line = 12'288;               // RFC 4954 4: a line of the exchange
inline constexpr std::size_t login_failures = 3;               // of one session: then it is closed
inline constexpr std::size_t login_failures_per_client = 20;   // of one address in ten minutes: then it has to wait
inline constexpr std::size_t login_clients = 4096;             // addresses whose failures are remembered

// --- TLS ------------------------------------------------------------------------------------
inline constexpr std::size_t tls_input_octets = 256 * 1024;  // not read yet: 16 records; the owner feeds 32k at a time
inline constexpr std::size_t tls_chunk_octets = 64 * 1024;   // for the wire, at a time
inline constexpr std::size_t tls_waiting_octets =
    2 * message_octets + 1024 * 1024;         // to be sent: a message, dots doubled
inline constexpr std::size_t tls_chain = 10;  // certificates of a peer

// --- edges --------------------------------------------------------------------------------
inline constexpr std::size_t smtp_sessions = 200;
inline constexpr std::size_t smtp_errors = 20;            // protocol errors of one session: then it is no mail client
inline constexpr std::size_t smtp_text_line = 64 * 1024;  // accepted in data; clients do exceed the 998 of text_line
inline constexpr std::size_t smtp_discarded_octets =
    64 * 1024 * 1024;                                           // read only to refuse politely, then the line is cut
inline constexpr std::size_t smtp_output_octets = 1024 * 1024;  // replies to a client that pipelines but never reads
inline constexpr std::size_t smtp_reply_line = 512;             // RFC 5321 4.5.3.1.5, with CRLF
inline constexpr std::size_t smtp_reply_lines = 100;            // of one reply, sent or read
inline constexpr std::size_t smtp_reply_octets = 16 * 1024;     // of one reply read from a server
inline constexpr std::size_t control_line = 64 * 1024;          // one operator request
inline constexpr std::size_t control_connections = 16;          // operators at a time
inline constexpr std::size_t delivery_writers = 4;      // threads that write Maildirs: a disk gathers that many fsyncs
inline constexpr std::size_t delivery_connections = 8;  // to the local mail server at a time
inline constexpr std::size_t port_output_octets = 1024 * 1024;  // to a modem or node that does not read any more
inline constexpr std::size_t config_file_octets = 1024 * 1024;
inline constexpr std::size_t credential_octets = 1024 * 1024;  // a file of certificates, keys, users: hundreds of them
inline constexpr std::size_t security_keys = 64;               // one address has a few, by algorithm
inline constexpr std::size_t security_profiles = 1024;         // no more than peers
inline constexpr std::size_t security_clearances = 20'000;     // users of one node; looked up by address
inline constexpr std::size_t config_bearers = 32;              // radios of one station; each costs sockets
inline constexpr std::size_t config_peers = 1024;              // as many as one message can have destinations

// --- keys -----------------------------------------------------------------------------------
inline constexpr std::size_t private_key_octets = 64 * 1024;  // PEM with text around it; RSA-8192 takes 6.5 kB
inline constexpr std::size_t rsa_least_bits = 1024;           // RFC 8551 4: below it nothing is worth reading
inline constexpr std::size_t rsa_bits = 8192;                 // what mbedTLS computes with
inline constexpr std::size_t rsa_exponent_bits = 64;          // a long public exponent costs as much as a private one
inline constexpr std::size_t dh_least_bits = 2048;            // RFC 2631 asks for 512, which is broken
inline constexpr std::size_t dh_bits = 4096;                  // a strange certificate costs a power of this size
inline constexpr std::size_t dh_least_subgroup_bits = 224;    // 112 bits of strength, as 2048 have

// --- STANAG 5066 stack --------------------------------------------------------------------
inline constexpr std::size_t s5066_reports = 1000;        // not taken yet; the oldest give way
inline constexpr std::size_t s5066_job_overhead = 256;    // counted for a U_PDU beside its octets
inline constexpr std::size_t s5066_own_s_pdus = 1000;     // confirms and link S_PDUs that wait for a link
inline constexpr std::size_t s5066_outside_peers = 1000;  // that have denied an outside link

// --- STANAG 5066 data transfer --------------------------------------------------------------
inline constexpr std::size_t s5066_c_pdu_octets = 65'535;       // C_PDU SIZE has 16 bits (C.3.10)
inline constexpr std::size_t s5066_stations = 64;               // remembered remote nodes; each costs a window
inline constexpr std::size_t s5066_receptions = 256;            // non-ARQ C_PDUs being put together
inline constexpr std::size_t s5066_reception_octets = 1 << 20;  // of them together: 16 of the largest
inline constexpr std::size_t s5066_remembered_c_pdus = 4096;    // whole ones, so that a repetition is not delivered
inline constexpr std::size_t s5066_queued_c_pdus = 4096;        // accepted for transmission
inline constexpr std::size_t s5066_queued_octets = 16 << 20;    // of them: hours of air time at any rate
inline constexpr std::size_t s5066_pending_warnings = 4;        // towards one station

// --- simulator ----------------------------------------------------------------------------
inline constexpr std::size_t scenario_file_octets = 1024 * 1024;
inline constexpr std::size_t scenario_nodes = 200;  // the event loop looks at each of them
inline constexpr std::size_t scenario_links = 50;
inline constexpr std::size_t scenario_link_parts = 1000;    // receivers, fades and outages of one link
inline constexpr std::size_t scenario_messages = 100'000;   // about 100 MB of records
inline constexpr std::size_t scenario_least_message = 400;  // its header needs that much

}  // namespace longwire::limits
